"""True shapes of weights that are stored packed, several numbers in a byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping
from typing import Any

Shape = tuple[int, ...]

BITSANDBYTES = (
    ".quant_state.bitsandbytes__nf4",
    ".quant_state.bitsandbytes__fp4",
)
"""Ends of the note, as JSON in bytes, beside a weight that bitsandbytes stores in four bits."""
HALVED = ("nvfp4", "w4a4", "w4a16", "int4", "mxfp4")
"""Parts of the names of per-layer formats that store two numbers in a byte."""
COMFY_NOTE = "comfy_quant"
COMFY_METADATA = "_quantization_metadata"
BYTES = ("U8", "I8")


def unpacked_shape(
    name: str,
    shape: Shape,
    dtypes: Mapping[str, str],
    metadata: Mapping[str, str],
    peek: Callable[[str], bytes],
) -> Shape:
    """Return the shape of a weight before it was packed, () if its note cannot be read.

    ``name`` is the whole name in the file, ``shape`` as stored, and ``peek`` returns the data of a
    small tensor. Only bytes can be packed, so that no note of any other weight is looked for.
    """
    if dtypes.get(name) not in BYTES or len(shape) != 2:
        return shape
    for end in BITSANDBYTES:
        if name + end in dtypes:
            return _shape_of(_note(peek(name + end)))
    layer = name.removesuffix("weight")
    kind = layer_format(layer, dtypes, metadata, peek)
    if any(part in kind for part in HALVED) or f"{layer}weight_scale_2" in dtypes:
        return shape[0], shape[1] * 2
    return shape


def layer_format(
    layer: str,
    names: Container[str],
    metadata: Mapping[str, str],
    peek: Callable[[str], bytes],
) -> str:
    """Return ComfyUI's name for the format of a layer ("nvfp4"), "" if it has no note.

    ``layer`` ends with a dot, and ``names`` are those of all tensors. The note is a tensor of JSON
    beside the weight, or an entry in the metadata, whose names may lack the file's prefix.
    """
    if layer + COMFY_NOTE in names:
        return str(_note(peek(layer + COMFY_NOTE)).get("format", ""))
    if COMFY_METADATA not in metadata:
        return ""
    layers = noted_layers(metadata)
    bare = layer.rstrip(".")
    entry = layers.get(bare) or next(
        (value for key, value in layers.items() if bare.endswith(f".{key}") or key.endswith(bare)),
        None,
    )
    return str(entry.get("format", "")) if isinstance(entry, dict) else ""


def noted_layers(metadata: Mapping[str, str]) -> Mapping[str, Any]:
    """Return ComfyUI's per-layer formats from the metadata, by layer; {} if there are none."""
    layers = _note(metadata.get(COMFY_METADATA, "").encode()).get("layers")
    return layers if isinstance(layers, dict) else {}


def _note(data: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(data.rstrip(b"\0") or b"{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _shape_of(note: Mapping[str, Any]) -> Shape:
    found = note.get("shape")
    if not isinstance(found, list) or not all(type(n) is int and n >= 0 for n in found):
        return ()
    return tuple(found)
