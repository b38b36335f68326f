"""Flux.1: dev, schnell, Krea, Kontext, Fill, the control models and Redux."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Kind, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of

FAMILY = "flux"
HIDDEN, BLOCKS = 3072, 19
NEEDS = ("clip_l", "t5_xxl", "vae_flux")
NORMS = (
    "double_blocks.0.img_attn.norm.key_norm.scale",
    "double_blocks.0.img_attn.norm.key_norm.weight",
)
"""Older files name the scales of a norm "scale", newer ones "weight"."""
DIFFUSERS = ("single_transformer_blocks.0.attn.norm_q.weight", "x_embedder.weight")
POOLED = ("vector_in.in_layer.weight", "time_text_embed.text_embedder.linear_1.weight")
GUIDANCE = ("guidance_in.in_layer.weight", "time_text_embed.guidance_embedder.linear_1.weight")
INPUTS = {64: "", 128: "control", 384: "fill", 196: "Flex.2"}
"""Width of a patch of the input: latents; with a control image; with mask and picture."""
REDUX = "redux_up.weight"


def recognise(header: Header) -> Finding | None:
    """Return a transformer of Flux.1, or Redux. Families with more tensors are asked before."""
    if header.has(REDUX, "redux_down.weight"):
        return Finding(
            Kind.REFERENCE, FAMILY, "Redux", reason=REDUX, missing=("siglip",), bases=(FAMILY,)
        )
    network = header.network
    norm = network.first(*NORMS) or (DIFFUSERS[0] if network.has(*DIFFUSERS) else "")
    pooled = network.first(*POOLED)
    if not norm or not pooled:
        return None
    patch = network.first("img_in.weight", "x_embedder.weight")
    inputs = network.width(patch)
    # The pooled prompt is 768 wide in every precision but the packed ones, whose rows are missing.
    if network.width(patch, 0) not in (0, HIDDEN) or inputs not in (0, *INPUTS):
        return None
    variant, certainty, questions = _variant(header, INPUTS.get(inputs, ""))
    return main_network(
        header,
        FAMILY,
        variant,
        network.prefix + (patch if INPUTS.get(inputs) else norm),
        NEEDS,
        certainty=certainty,
        questions=questions,
    )


def _variant(header: Header, inputs: str) -> tuple[str, Certainty, tuple[Question, ...]]:
    """Return the variant; those with the same header are told apart by the name alone."""
    network, words = header.network, words_of(header.path)
    if inputs == "control":
        for kind in ("depth", "canny"):
            if named(words, kind):
                return kind, Certainty.PROBABLE, ()
        asked = Question("variant", ("depth", "canny"))
        return "control", Certainty.CERTAIN, (asked,)
    if inputs:
        return inputs, Certainty.CERTAIN, ()
    if network.blocks("double_blocks.{}.img_attn.proj.weight") not in (0, BLOCKS) or (
        network.blocks("transformer_blocks.{}.attn.norm_q.weight") not in (0, BLOCKS)
    ):
        return "lite", Certainty.CERTAIN, ()
    if not network.first(*GUIDANCE):
        return "schnell", Certainty.CERTAIN, ()
    for kind, pattern in (("kontext", r"kontext"), ("krea", r"\bkrea")):
        if named(words, pattern):
            return kind, Certainty.PROBABLE, ()
    return "dev", Certainty.PROBABLE, (Question("variant", ("dev", "kontext", "krea")),)
