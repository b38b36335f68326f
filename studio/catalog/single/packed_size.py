"""Which weights of a GGUF or fp8 file can stay packed in memory, and how many bytes remain then."""

from __future__ import annotations

import math
from collections.abc import Container

from studio.catalog.model_spec import Component, ModelSpec
from studio.catalog.recognise.header import Header
from studio.catalog.single.networks import FilePart, component_part
from studio.catalog.single.takes import Take

QUANTISED = (*("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"),)
"""The formats of blocks in GGUF files that the engine expands."""
EIGHT_BITS = ("F8_E4M3", "F8_E5M2")
SCALES = ("scale_weight", "weight_scale", "weight_scale_inv")
"""Names, in place of "weight", of the factor by which an fp8 weight is multiplied: ComfyUI's first
spelling, that of diffusers and of later files, and that of DeepSeek for blocks."""


def can_stay_packed(part: FilePart, take: Take) -> bool:
    """Return whether a tensor of a file can stay as it is stored.

    Those are matrices that are taken as they are, in blocks of GGUF or in 8 bits with at most a
    factor for each row.
    """
    full = part.prefix + take.name
    shape = part.header.shapes[full]
    if take.form or len(shape) != 2:
        return False
    kind = part.header.dtypes[full]
    if part.header.format == "gguf":
        return kind in QUANTISED
    return kind in EIGHT_BITS and _scales(part.header, full) in (0, 1, shape[0])


def packed_bytes(component: Component, item: int) -> int:
    """Return the bytes of a network whose matrices stay packed; others take ``item`` each."""
    whole = component.parameters * item
    if component.prefix is None:
        return whole
    part = component_part(component)
    header, kept = part.header, 0
    packed: dict[str, bool] = {}
    for own, take in part.takes.items():
        can = own.endswith(".weight") and can_stay_packed(part, take)
        packed[take.name] = packed.get(take.name, True) and can
    for name, can in packed.items():
        first, end = header.spans[part.prefix + name]
        kept += end - first if can else math.prod(header.shapes[part.prefix + name]) * item
    return min(whole, kept)


def packed_bytes_of(spec: ModelSpec, item: int) -> int:
    """Return the bytes of all weights of a model if those that can stay packed do."""
    return sum(packed_bytes(one, item) for one in spec.components)


def scale_name(stored: Container[str], name: str) -> str:
    """Return the name of a weight's factor among those ``stored`` in a file, "" if it has none."""
    start = name.removesuffix("weight")
    found = next((start + end for end in SCALES if start + end in stored), "")
    return "" if start == name else found


def _scales(header: Header, name: str) -> int:
    found = scale_name(header.shapes, name)
    return math.prod(header.shapes[found]) if found else 0
