"""The header of a GGUF file, with every count and length checked against the file's size.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md; sizes of blocks from gguf-py's constants.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import Shape
from studio.core.errors import StudioError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT = 32
MOST_TENSORS = 65536
MOST_DIMENSIONS = 4
LONGEST_HEADER = 256 << 20
LONGEST_TEXT = 1 << 20
"""Maximum bytes of a kept text; the file's longer ones, such as chat templates, are skipped."""
LONGEST_LIST = 16
"""Maximum length of a kept list of numbers; a tokenizer's vocabulary is skipped."""
ORIGINAL_SHAPE = "comfy.gguf.orig_shape."
"""Metadata key, followed by a name, of a weight whose edges were flattened to fit the blocks."""

BLOCKS: Mapping[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22), 7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110), 12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292), 16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136), 24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4),
    27: ("I64", 1, 8), 28: ("F64", 1, 8), 29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66), 39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36),
}  # fmt: skip
"""Number of a format -> its name, weights in a block, bytes of a block."""

_NUMBERS = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q",
    12: "<d",
}  # fmt: skip
_TEXT, _LIST = 8, 9
_TENSOR = tuple(struct.Struct(f"<{edges}QIQ") for edges in range(MOST_DIMENSIONS + 1))
"""Edges, number of the format and offset of a tensor, by its number of edges."""


class _Damaged(Exception):
    """A count, length or number of the header that cannot be."""


def read_gguf(path: Path) -> Header:
    """Return the header of a GGUF file; StudioError if it cannot be read, is cut or lies."""
    try:
        with path.open("rb") as file:
            return _read(path, _Cursor(file))
    except OSError as error:
        raise StudioError(
            "The weight file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    except (_Damaged, struct.error, UnicodeDecodeError) as error:
        raise StudioError(
            "The GGUF file {path} is damaged or was not copied completely ({reason}).",
            "Get it again from where you got it.",
            path=str(path),
            reason=str(error) or "?",
        ) from error


class _Cursor:
    """Reads a file's beginning in growing pieces; _Damaged at its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        file.seek(0)
        self.data = b""
        self.at = 0

    def need(self, count: int) -> int:
        """Make ``count`` more bytes available, pass over them and return where they begin."""
        start, end = self.at, self.at + count
        if end > len(self.data):
            if end > min(self.size, LONGEST_HEADER):
                raise _Damaged("header")
            self._file.seek(len(self.data))
            wanted = max(end, min(2 * len(self.data), LONGEST_HEADER), 1 << 17)
            self.data += self._file.read(wanted - len(self.data))
            if end > len(self.data):
                raise _Damaged("header")
        self.at = end
        return start

    def number(self, kind: str) -> int | float | bool:
        """Return one number of a format of ``struct``."""
        start = self.need(struct.calcsize(kind))
        found: int | float | bool = struct.unpack_from(kind, self.data, start)[0]
        return found

    def whole(self, kind: str = "<Q") -> int:
        """Return one whole number."""
        return int(self.number(kind))

    def numbers(self, kind: struct.Struct) -> tuple[int, ...]:
        """Return several whole numbers."""
        return kind.unpack_from(self.data, self.need(kind.size))

    def text(self) -> str:
        """Return a text, "" for one that is longer than ``LONGEST_TEXT``."""
        length = self.whole()
        start = self.need(length)
        return "" if length > LONGEST_TEXT else self.data[start : start + length].decode()

    def skip_texts(self, count: int) -> None:
        """Pass over a list of texts."""
        for _ in range(count):
            start = self.need(8)
            self.need(int.from_bytes(self.data[start : start + 8], "little"))


def _read(path: Path, cursor: _Cursor) -> Header:
    cursor.need(len(MAGIC))
    version = cursor.whole("<I")
    if version not in VERSIONS:
        raise StudioError(
            "The GGUF file {path} has the version {version}, which Lienzo cannot read.",
            "Get a newer conversion of the model.",
            path=str(path),
            version=version if version < 1000 else "big endian",
        )
    tensors, values = cursor.whole(), cursor.whole()
    # An entry takes at least 24 bytes, a value 13.
    if tensors > min(MOST_TENSORS, cursor.size // 24) or values > cursor.size // 13:
        raise _Damaged("counts")
    metadata = {}
    for _ in range(values):
        name = cursor.text()
        found = _value(cursor, cursor.whole("<I"))
        if found is not None:
            metadata[name] = found
    return _tensors(path, cursor, tensors, metadata)


def _value(cursor: _Cursor, kind: int) -> str | None:
    """Return a value of the metadata as text, a short list as JSON, None for a long one."""
    if kind == _TEXT:
        return cursor.text()
    if kind in _NUMBERS:
        return str(cursor.number(_NUMBERS[kind]))
    if kind != _LIST:
        raise _Damaged("type")
    inner, count = cursor.whole("<I"), cursor.whole()
    if inner == _TEXT:
        if count > cursor.size // 8:
            raise _Damaged("list")
        cursor.skip_texts(count)
        return None
    if inner not in _NUMBERS:
        raise _Damaged("list")
    number = _NUMBERS[inner]
    start = cursor.need(count * struct.calcsize(number))
    if count > LONGEST_LIST:
        return None
    return json.dumps(list(struct.unpack_from(f"<{count}{number[1]}", cursor.data, start)))


def _tensors(path: Path, cursor: _Cursor, count: int, metadata: dict[str, str]) -> Header:
    shapes: dict[str, Shape] = {}
    dtypes: dict[str, str] = {}
    spans: dict[str, tuple[int, int]] = {}
    flattened = any(key.startswith(ORIGINAL_SHAPE) for key in metadata)
    for _ in range(count):
        name = cursor.text()
        edges = cursor.whole("<I")
        if edges > MOST_DIMENSIONS or name in spans:
            raise _Damaged("tensor")
        *stored, kind, first = cursor.numbers(_TENSOR[edges])
        if kind not in BLOCKS:
            raise _Damaged("format")
        dtypes[name], per_block, block = BLOCKS[kind]
        if stored and stored[0] % per_block:
            raise _Damaged("block")
        shape = tuple(reversed(stored))
        spans[name] = first, first + math.prod(shape) // per_block * block
        shapes[name] = _original(name, shape, metadata) if flattened else shape
    alignment = int(metadata.get("general.alignment", "") or ALIGNMENT)
    if not 1 <= alignment <= 1 << 20:
        raise _Damaged("alignment")
    start = -(-cursor.at // alignment) * alignment
    end = 0
    for first, last in sorted(spans.values()):
        if first < end:
            raise _Damaged("offsets")
        end = last
    if count and start + end > cursor.size:
        raise _Damaged(f"{cursor.size} < {start + end}")
    return Header(path, "gguf", cursor.size, shapes, dtypes, spans, start, metadata)


def _original(name: str, shape: Shape, metadata: Mapping[str, str]) -> Shape:
    """Return the shape before flattening, if the metadata has one with as many numbers."""
    try:
        found = json.loads(metadata.get(ORIGINAL_SHAPE + name, "[]"))
    except ValueError:
        return shape
    if not isinstance(found, list) or not all(type(n) is int and n > 0 for n in found):
        return shape
    return tuple(found) if found and math.prod(found) == math.prod(shape) else shape
