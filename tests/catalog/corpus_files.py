"""Writes weights files that have everything but weights: the data is a hole in the file."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path

from corpus_shapes import Shape

from studio.catalog.recognise.gguf_header import BLOCKS
from studio.catalog.recognise.safetensors_header import BITS


def write_safetensors(
    path: Path,
    shapes: Mapping[str, Shape],
    dtypes: str | Mapping[str, str] = "F16",
    metadata: Mapping[str, str] | None = None,
    data: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a header and a hole; ``data`` are the bytes of the few tensors that have some."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    position, places = 0, {}
    for name, shape in shapes.items():
        dtype = dtypes if isinstance(dtypes, str) else dtypes[name]
        length = math.prod(shape) * BITS[dtype] // 8
        header[name] = {
            "dtype": dtype, "shape": list(shape), "data_offsets": [position, position + length],
        }  # fmt: skip
        places[name] = position
        position += length
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        start = file.tell()
        for name, content in (data or {}).items():
            file.seek(start + places[name])
            file.write(content)
        file.truncate(start + position)
    return path


def write_gguf(
    path: Path,
    shapes: Mapping[str, Shape],
    dtype: str = "Q4_K",
    metadata: Mapping[str, str | int | list[str]] | None = None,
) -> Path:
    """Write a GGUF header and a hole; weights whose last edge fits no block are F32."""
    numbers = {name: (number, per, size) for number, (name, per, size) in BLOCKS.items()}
    values = {"general.architecture": "flux", **(metadata or {})}
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(values))
    for key, value in values.items():
        head += _text(key) + _value(value)
    position = 0
    for name, shape in shapes.items():
        fits = len(shape) == 2 and shape[-1] % numbers[dtype][1] == 0
        other = "F32" if len(shape) < 2 else "F16"
        number, per, size = numbers[dtype if fits else other]
        head += _text(name) + struct.pack("<I", len(shape))
        head += b"".join(struct.pack("<Q", edge) for edge in reversed(shape))
        head += struct.pack("<IQ", number, position)
        position += math.prod(shape) // per * size
        position += -position % 32
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + -len(head) % 32 + position)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _value(value: str | int | list[str]) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
