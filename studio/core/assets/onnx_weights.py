"""Takes the weights out of an ONNX file, without the package onnx.

An ONNX file is a protobuf message: ``ModelProto.graph`` (field 7) holds ``initializer`` (field 5),
messages with ``dims`` (1), ``data_type`` (2), ``name`` (8) and ``raw_data`` (9). Four kinds of
fields are all that protobuf has, so that a reader of forty lines replaces a dependency of 20 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

FLOAT = 1
VARINT, EIGHT_BYTES, BLOCK, FOUR_BYTES = 0, 1, 2, 5


def halves(source: Path, target: Path) -> None:
    """Write the weights of an ONNX file as float16 safetensors, under their names.

    Biases stay float32. Initialisers with names that exporters make up ("onnx::...") are left out.
    StudioError for a file that is not ONNX or has no weights.
    """
    from safetensors.numpy import save_file

    tensors = {}
    for name, tensor in weights(source.read_bytes()).items():
        if "::" not in name:
            tensors[name] = tensor.astype(np.float16) if tensor.ndim > 1 else tensor
    if not tensors:
        raise _unreadable(source)
    save_file(tensors, target)


def weights(content: bytes) -> dict[str, NDArray[np.float32]]:
    """Return the float32 initialisers of an ONNX file by name; StudioError if it is damaged."""
    found = {}
    view = memoryview(content)
    try:
        for field, graph in _fields(view):
            for inner, message in _fields(graph) if field == 7 and graph is not None else ():
                if inner == 5 and message is not None:
                    found.update(_initialiser(message))
    except (IndexError, ValueError, UnicodeDecodeError) as error:
        raise _unreadable(Path("model.onnx")) from error
    return found


def _initialiser(message: memoryview) -> dict[str, NDArray[np.float32]]:
    shape: list[int] = []
    name, kind, raw = "", 0, memoryview(b"")
    for field, value in _fields(message, shape):
        if field == 2 and value is not None:
            kind = value[0]
        elif field == 8 and value is not None:
            name = str(value, "utf-8")
        elif field == 9 and value is not None:
            raw = value
    if kind != FLOAT:
        return {}
    return {name: np.frombuffer(raw, "<f4").reshape(shape).astype(np.float32)}


def _fields(
    view: memoryview, shape: list[int] | None = None
) -> Iterator[tuple[int, memoryview | None]]:
    """Yield the number and the content of each field; ``dims`` are appended to ``shape``."""
    place = 0
    while place < len(view):
        key, place = _varint(view, place)
        field, kind = key >> 3, key & 7
        if kind == VARINT:
            start = place
            value, place = _varint(view, place)
            if shape is not None and field == 1:
                shape.append(value)
            yield field, view[start:place]
            continue
        if kind == BLOCK:
            size, place = _varint(view, place)
        elif kind in (FOUR_BYTES, EIGHT_BYTES):
            size = 4 if kind == FOUR_BYTES else 8
        else:
            raise ValueError(f"kind {kind}")
        if place + size > len(view):
            raise ValueError("cut")
        yield field, view[place : place + size]
        place += size


def _varint(view: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = view[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place


def _unreadable(source: Path) -> StudioError:
    return StudioError("The weights in {name} cannot be read.", name=source.name)
