"""Qwen-Image, its editing models, and the layered one."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of

FAMILY = "qwen_image"
KEYS = ("txt_norm.weight", "transformer_blocks.0.img_mod.1.weight")
TEXT = 3584
NEWER = "txt_in.text_norm.weight"
EDIT = ("edit", "edit 2509", "edit 2511")
WITHOUT_EDIT = ("text to image", "2512")


def recognise(header: Header) -> Finding | None:
    """Return a transformer of two streams for the text embeddings of Qwen2.5-VL."""
    network = header.network
    if NEWER in network:
        return _finding(header, NEWER, "2.1", Certainty.CERTAIN, ())
    if not network.has(*KEYS) or network.width(KEYS[0]) != TEXT:
        return None
    if "__index_timestep_zero__" in network:
        return _finding(header, "__index_timestep_zero__", "edit 2511", Certainty.CERTAIN, ())
    layered = "time_text_embed.addition_t_embedding.weight"
    if layered in network:
        return _finding(header, layered, "layered", Certainty.CERTAIN, ())
    questions = (Question("variant", (*WITHOUT_EDIT, *EDIT)),)
    return _finding(header, KEYS[1], _by_name(header), Certainty.PROBABLE, questions)


def _by_name(header: Header) -> str:
    words = words_of(header.path)
    if not named(words, r"edit"):
        return "2512" if named(words, r"2512") else "text to image"
    return next((f"edit {number}" for number in ("2509", "2511") if number in words), "edit")


def _finding(
    header: Header, key: str, variant: str, certainty: Certainty, questions: tuple[Question, ...]
) -> Finding:
    needs = ["qwen_2_5_vl_7b", "vae_qwen"]
    if variant in EDIT:
        needs.insert(1, "qwen_vision")
    return main_network(
        header,
        FAMILY,
        variant,
        header.network.prefix + key,
        tuple(needs),
        certainty=certainty,
        questions=questions,
    )
