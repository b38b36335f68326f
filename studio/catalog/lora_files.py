"""Whether a LoRA fits a model, told from the headers of their files before anything is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from studio.catalog.models import ModelSpec
from studio.catalog.recognise.lora_keys import KeyMap, Part, Shapes, is_factor, map_keys
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice

BASES: Mapping[int, str] = {
    256: "Starter",
    768: "Stable Diffusion 1.x",
    1024: "Stable Diffusion 2.x",
    2048: "Stable Diffusion XL",
}
"""The width of the text that a UNet attends to -> the kind of model."""

SDXL = 2048
EXAMPLES = 2
"""Keys that are named of those that do not act."""
CROSS = re.compile(
    r"attn2[._](processor\.)?to_[kv](_lora\.down|\.lora\.down|\.lora_down|\.lora_A)\b"
)
TEXT = re.compile(r"^(lora_te_|lora_te1_|text_encoder\.).*self_attn.*(down|lora_A)[\w.]*weight$")
SECOND_TEXT = ("lora_te2_", "text_encoder_2.")
TRANSFORMER = ("transformer_blocks.", "lora_transformer_", "transformer.")
TRANSFORMER_WORDS = ("double_blocks", "single_blocks", "joint_blocks", "single_transformer_blocks")

KINDS = (
    ("hada_", "LoHa"),
    ("lokr_", "LoKr"),
    ("oft_", "OFT"),
    ("dora_scale", "DoRA"),
    ("lora_magnitude_vector", "DoRA"),
)
"""What a key holds -> the name of another kind of adapter, which is no sum of two factors."""


def text_width(shapes: Shapes) -> int | None:
    """Return how wide the text is for which a LoRA was made, None where its shapes do not say.

    See ``BASES`` for what that means. With text layers alone it is the width of those.
    """
    if any(key.startswith(SECOND_TEXT) for key in shapes):
        return SDXL
    for key, shape in shapes.items():
        if CROSS.search(key) and len(shape) >= 2:
            return shape[1]
    # The seventh layer of each block is a value or key of the cross attention, whichever came
    # first, so long as the usual classes are counted.
    numbered = shapes.get("unet:6:down")
    if numbered and len(numbered) == 2:
        return numbered[1]
    for key, shape in shapes.items():
        if (TEXT.match(key) or key == "text_encoder:0:down") and len(shape) == 2:
            return shape[1]
    return None


def check_lora(path: Path, spec: ModelSpec) -> None:
    """Raise StudioError where a LoRA in safetensors does not fit a model; reads headers only."""
    shapes = read_header(path)
    check_fit(path, spec.name, shapes, read_metadata(path), model_modules(spec))


def model_modules(spec: ModelSpec) -> Mapping[Part, Shapes]:
    """Return the shape of the weight of each linear layer and convolution of UNet and text encoder.

    Reads headers only.
    """
    parts: tuple[Part, ...] = ("unet", "text_encoder")
    return {part: dict(_modules(spec, part)) for part in parts}


def _modules(spec: ModelSpec, part: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for file in spec.component(part).files:
        for key, shape in read_header(file).items():
            name = key.removesuffix(".weight")
            if name != key and len(shape) in (2, 4) and not name.endswith("_embedding"):
                yield name, shape


def check_fit(
    path: Path,
    model: str,
    shapes: Shapes,
    metadata: Mapping[str, str],
    networks: Mapping[Part, Shapes],
) -> KeyMap:
    """Return what the keys of a LoRA file mean in the networks of a model called ``model``.

    Keys of unknown kinds beside those of a LoRA, such as ``.diff_b``, are left to the caller, who
    names them. StudioError where it is no LoRA, of another kind, incomplete, or made for another
    base, which is also where most of its factors belong to modules that the networks do not have.
    """
    _check_kind(path, shapes)
    keys = map_keys(shapes, metadata, networks)
    theirs, ours = text_width(shapes), _own_width(networks)
    if theirs is not None and ours is not None and theirs != ours:
        raise StudioError(
            "The LoRA {path} was made for {theirs}; the model {model} is of the kind {ours}.",
            "Choose a model of that kind, or a LoRA made for this one.",
            path=str(path),
            model=model,
            theirs=base_name(theirs),
            ours=base_name(ours),
        )
    strangers = [key for key in keys.unknown if is_factor(key)]
    if not keys.places or len(strangers) > len(keys.places):
        raise does_not_fit(path, (*strangers, *keys.unknown, "?")[0])
    _check_shapes(path, shapes, keys, networks)
    return keys


def unknown_notice(path: Path, keys: KeyMap) -> Notice | None:
    """Return a sentence about the tensors of a LoRA that do not act, None if all of them do."""
    if not keys.unknown:
        return None
    return notice(
        "{count} of {total} tensors of the LoRA {name} are of a kind that Lienzo does not know,"
        " such as {examples}; the others act.",
        count=len(keys.unknown),
        total=len(keys.unknown) + len(keys.places) + len(keys.tokens),
        name=path.name,
        examples=", ".join(keys.unknown[:EXAMPLES]),
    )


def base_name(width: int) -> str:
    """Return the kind of model by the width of its text, with the width itself."""
    return f"{BASES.get(width, '?')} ({width})"


def _own_width(networks: Mapping[Part, Shapes]) -> int | None:
    for name, shape in networks.get("unet", {}).items():
        if name.endswith("attn2.to_k"):
            return shape[1]
    return None


def _check_kind(path: Path, shapes: Shapes) -> None:
    for key in shapes:
        for word, kind in KINDS:
            if word in key:
                raise StudioError(
                    "{path} is a {kind}, an adapter of a kind that Lienzo cannot run.",
                    "Choose a LoRA: kohya's, diffusers' and PEFT's files are read.",
                    path=str(path),
                    kind=kind,
                )
        if key.startswith(TRANSFORMER) or any(word in key for word in TRANSFORMER_WORDS):
            raise StudioError(
                "The LoRA {path} was made for a transformer such as Flux or Stable Diffusion 3.",
                "Choose one made for a model like this one.",
                path=str(path),
            )


def _check_shapes(
    path: Path, shapes: Shapes, keys: KeyMap, networks: Mapping[Part, Shapes]
) -> None:
    """Raise StudioError unless every module has both factors and these fit its weight."""
    found: dict[tuple[Part, str], dict[str, tuple[int, ...]]] = {}
    for key, place in keys.places.items():
        found.setdefault((place.part, place.module), {})[place.role] = shapes[key]
    for (part, module), roles in found.items():
        if "down" not in roles or "up" not in roles:
            raise StudioError(
                "The LoRA {path} is incomplete: a factor of {name} is missing.",
                "Copy the file again from where you got it.",
                path=str(path),
                name=module,
            )
        if not fits(module, networks[part][module], roles):
            raise does_not_fit(path, f"{module}: {_sizes(roles)}, {networks[part][module]}")


def fits(module: str, weight: tuple[int, ...], roles: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether two factors, and a middle one, multiply to the shape of a module's weight.

    A linear layer may be written as a convolution of one pixel and the other way round. The first
    convolution of an inpainting model sees more channels than the one that a LoRA was made on.
    """
    down, up = roles["down"], roles["up"]
    if len(down) not in (2, 4) or len(up) not in (2, 4):
        return False
    down, up = (*down, 1, 1)[:4], (*up, 1, 1)[:4]
    out, inner, *size = (*weight, 1, 1)[:4]
    rank = down[0]
    if "mid" in roles:
        middle = roles["mid"]
        if len(middle) != 4 or middle[1] != rank or tuple(down[2:]) != (1, 1):
            return False
        rank, down = middle[0], (middle[0], down[1], *middle[2:])
    channels = down[1] == inner or (module == "conv_in" and down[1] == 4 and inner == 9)
    return channels and up == (out, rank, 1, 1) and list(down[2:]) == size


def _sizes(roles: Mapping[str, tuple[int, ...]]) -> str:
    return " x ".join(str(roles[role]) for role in ("up", "down"))


def does_not_fit(path: Path, reason: str) -> StudioError:
    """Return the error for a LoRA that belongs to other networks."""
    return StudioError(
        "The LoRA {path} does not fit this model ({reason}).",
        "It was made for another base model; choose that one, or another LoRA.",
        path=str(path),
        reason=reason,
    )
