"""T2I-Adapters, full and light, of Stable Diffusion 1.x and XL."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Kind
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.names import named, words_of

FIRST = ("body.0.resnets.0.block1.weight", "body.0.block1.weight", "body.0.in_conv.weight")
FACTORS = {64: "stable_diffusion", 256: "stable_diffusion_xl"}
"""Pixels that the first layer folds into channels: 8 x 8 for SD 1.x, 16 x 16 for XL."""
CHANNELS = (1, 3)


def recognise(header: Header) -> Finding | None:
    """Return a T2I-Adapter by the channels that its first convolution takes."""
    inside = header.below("adapter.") if header.begins("adapter.") else header
    if not inside.first(*FIRST):
        return None
    light = "body.0.in_conv.weight" in inside and "conv_in.weight" not in inside
    key = "body.0.in_conv.weight" if light else "conv_in.weight"
    inputs = inside.width(key, 1)
    fits = [
        family
        for factor, family in FACTORS.items()
        if inputs in [factor * channels for channels in CHANNELS]
    ]
    if not fits:
        return None
    certainty, bases = Certainty.CERTAIN, tuple(fits)
    if bases == ("stable_diffusion",):
        # 2.x has the same widths, and nobody published one for it.
        certainty = Certainty.PROBABLE if named(words_of(header.path), r"\bsd ?2") else certainty
    return Finding(
        Kind.T2I_ADAPTER,
        bases[0],
        "light" if light else "full",
        certainty,
        inside.prefix + key,
        diffusers_names=inside.prefix != "" or "body.0.resnets.0.block1.weight" in inside,
        bases=bases,
    )
