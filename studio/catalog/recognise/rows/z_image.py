"""Z-Image: Turbo, base and omni."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of
from studio.catalog.recognise.prediction import deviation

FAMILY = "z_image"
NORMS = (
    "noise_refiner.0.attention.k_norm.weight",
    "noise_refiner.0.attention.norm_k.weight",
)
CAPTION = "cap_embedder.1.weight"
HIDDEN = 3840
SAFE_SPREAD = 0.42
"""Standard deviation of the norm before the last but one feed-forward layer, below which the
network does not overflow in half precision (ComfyUI, ``comfy/model_detection.py``)."""


def recognise(header: Header) -> Finding | None:
    """Return a transformer of one stream with the caption refiner of Lumina, 3840 wide."""
    network = header.network
    key = network.first(*NORMS)
    if not key or CAPTION not in network or "cap_pad_token" not in network:
        return None
    if network.width(CAPTION, 0) != HIDDEN and network.width("cap_pad_token") != HIDDEN:
        return None
    if network.begins("dec_net."):
        return None
    certainty = Certainty.PROBABLE
    questions: tuple[Question, ...] = (Question("variant", ("turbo", "base")),)
    words = words_of(header.path)
    if network.begins("siglip_embedder."):
        variant, certainty, questions = "omni", Certainty.CERTAIN, ()
    elif named(words, r"\bbase\b") and not named(words, r"\bturbo\b"):
        variant = "base"
    else:
        variant = "turbo"
    return main_network(
        header,
        FAMILY,
        variant,
        network.prefix + CAPTION,
        ("qwen_3_4b", "vae_flux"),
        traits=(),
        certainty=certainty,
        questions=questions,
        half_overflows=not _half_is_safe(network),
    )


def _half_is_safe(network: Header) -> bool:
    """Whether half precision is safe; False if the one vector that decides cannot be read."""
    last = network.blocks("layers.{}.ffn_norm1.weight") - 2
    spread = deviation(network, f"layers.{last}.ffn_norm1.weight")
    return 0 < spread < SAFE_SPREAD
