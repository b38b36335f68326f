"""Settings of the text encoders of Stable Diffusion 1.x, 2.x and XL."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.configurations import part_config
from studio.catalog.model_spec import ModelSpec
from studio.catalog.settings import Kind, Setting, Value, all_values
from studio.core.errors import StudioError
from studio.core.notices import translatable

CLIP_SKIP = Setting(
    "clip_skip",
    translatable("Clip skip"),
    Kind.WHOLE,
    0,
    0,
    11,
    1,
    tip=translatable(
        "Number of last layers of the text encoder that are left out, in addition to those that the"
        " model leaves out itself. 1 is what other programs call Clip skip 2."
    ),
)
TEXT_SETTINGS = (CLIP_SKIP,)


def clip_skip(extras: Mapping[str, Value]) -> int:
    """Return the number of layers to leave out, from ``Sampling.extras``."""
    return int(all_values(extras, TEXT_SETTINGS)["clip_skip"])


def check_clip_skip(spec: ModelSpec, extras: Mapping[str, Value]) -> None:
    """Raise StudioError if no layer of a text encoder would be left."""
    names = {one.name for one in spec.components if one.name.startswith("text_encoder")}
    count = clip_skip(extras)
    # The second text encoder's penultimate layer is the first to count.
    own = 1 if len(names) > 1 else 0
    for name in names if count else ():
        layers = int(part_config(spec, name).get("num_hidden_layers", 12))
        if count + own >= layers:
            raise StudioError(
                "Clip skip {count} leaves out too much: the text encoder of {model} has {layers}"
                " layers.",
                "Choose a smaller number.",
                count=str(count),
                model=spec.name,
                layers=str(layers),
            )
