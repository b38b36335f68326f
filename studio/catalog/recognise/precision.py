"""How the weights of a file are stored: plain, or quantised by one of the known methods."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from studio.catalog.recognise.finding import Precision
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import COMFY_NOTE, layer_format, noted_layers

FLOAT8 = ("F8_E4M3", "F8_E5M2", "F8_E4M3FNUZ", "F8_E5M2FNUZ")
LAYER_FORMATS = {
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "mxfp8": "mxfp8",
    "nvfp4": "nvfp4",
    "int8_tensorwise": "int8",
    "convrot_w4a4": "w4a4",
    "asym_w4a8_int8": "w4a8",
    "awq_w4a16": "w4a16",
}
"""ComfyUI's names of per-layer formats (comfy/quant_ops.py) -> ours."""
LOADED_LAYERS = ("F8_E4M3", "F8_E5M2")
"""The per-layer formats that can be multiplied out by a scale alone."""
SHARE = 0.1
PLAIN = ("F16", "BF16", "F32")
"""Formats that a GGUF file keeps for convolutions, norms and biases, whatever its blocks are."""


def precision_of(header: Header) -> Precision:
    """Return the number format of most weights, by their count, and how they are quantised."""
    if header.format == "gguf":
        return _plain(header, PLAIN)
    for found in (_nunchaku(header), _bitsandbytes(header), _sdnq(header), _layers(header)):
        if found is not None:
            return found
    plain = _plain(header)
    if plain.format in FLOAT8:
        return _scaled(header, plain)
    return plain


def _plain(header: Header, last: Sequence[str] = ()) -> Precision:
    """Return the format of most weights; those in ``last`` count only if there are few others."""
    used = set(header.dtypes.values())
    if len(used) <= 1:
        return Precision(next(iter(used), ""))
    counts: Counter[str] = Counter()
    for dtype, shape in zip(header.dtypes.values(), header.shapes.values(), strict=True):
        counts[dtype] += math.prod(shape)
    total = sum(counts.values())
    ranked = counts.most_common(2)
    others = [one for one in counts.most_common() if one[0] not in last and one[1] > SHARE * total]
    if last and others:
        ranked = others
    mixed = len(ranked) > 1 and ranked[1][1] > SHARE * total
    return Precision(ranked[0][0], mixed=mixed)


def _nunchaku(header: Header) -> Precision | None:
    """SVDQuant: four-bit weights beside a low-rank part, for kernels of its own."""
    marks = (".smooth_factor\n", ".proj_down\n", ".wscales\n", ".wtscale\n")
    if header.mentions(".qweight\n") and any(header.mentions(mark) for mark in marks):
        return Precision("svdquant", "wscales", usable=False)
    return None


def _bitsandbytes(header: Header) -> Precision | None:
    for kind in ("nf4", "fp4"):
        if header.mentions(f".quant_state.bitsandbytes__{kind}\n"):
            return Precision(kind, "absmax")
    return Precision("int8", "SCB") if header.mentions(".SCB\n") else None


def _sdnq(header: Header) -> Precision | None:
    """SDNQ: ``scale`` beside a weight of whole numbers, with ``zero_point`` or ``svd_up``."""
    for end in (".zero_point\n", ".svd_up\n"):
        if header.mentions(end) and header.mentions(".scale\n"):
            return Precision("sdnq", "scale", usable=False)
    return None


def _layers(header: Header) -> Precision | None:
    """ComfyUI's per-layer formats, of which the most frequent one names the file."""
    formats = _noted(header)
    counts = Counter(LAYER_FORMATS.get(one, one) for one in formats if one)
    if not counts:
        # The notes are there, and their text is not: a file of names only, or one of shards.
        halved = header.mentions(".weight_scale_2\n")
        return Precision("nvfp4", "weight_scale", usable=False) if halved else None
    ranked = counts.most_common(2)
    name = ranked[0][0]
    usable = all(one in LOADED_LAYERS for one in counts)
    scales = "weight_scale" if header.mentions(".weight_scale\n") else ""
    return Precision(name, scales, mixed=len(ranked) > 1, usable=usable)


def _noted(header: Header) -> Iterable[str]:
    for entry in noted_layers(header.metadata).values():
        yield str(entry.get("format", "")) if isinstance(entry, dict) else ""
    if header.mentions(f".{COMFY_NOTE}\n"):
        for number, name in enumerate(header.searched(rf"\.{COMFY_NOTE}\n")):
            # The first layers of a file and its last ones may differ, those between them hardly.
            if number < 4 or number % 64 == 0:
                layer = name.removesuffix(COMFY_NOTE)
                yield layer_format(layer, header.dtypes, header.metadata, header.peek)


def _scaled(header: Header, plain: Precision) -> Precision:
    """Return the precision of 8-bit floats, with the spelling of their scales."""
    marker = header.first("scaled_fp8", f"{header.network.prefix}scaled_fp8")
    full = math.prod(header.shapes[marker]) == 2 if marker else False
    for end in ("scale_weight", "weight_scale", "weight_scale_inv"):
        if header.mentions(f".{end}\n"):
            return Precision(plain.format, end, full, plain.mixed)
    return Precision(plain.format, "", full, plain.mixed)
