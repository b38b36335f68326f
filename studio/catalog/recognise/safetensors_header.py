"""The header of a safetensors file, read without loading a single weight."""

from __future__ import annotations

import itertools
import json
import math
import operator
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import Shape
from studio.core.errors import StudioError

MAX_HEADER = 100 * 2**20
"""Maximum bytes, the format's own limit (https://huggingface.co/docs/safetensors)."""

BITS: Mapping[str, int] = {
    "BOOL": 8, "U8": 8, "I8": 8, "U16": 16, "I16": 16, "U32": 32, "I32": 32, "U64": 64, "I64": 64,
    "F16": 16, "BF16": 16, "F32": 32, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
}  # fmt: skip
"""Bits of each number format of safetensors 0.8."""

_ENTRY = operator.itemgetter("dtype", "shape", "data_offsets")

RESTORE_HINT = "Copy the file again from where you got the model, or choose another model."


def read_safetensors(path: Path) -> Header:
    """Return the header of a safetensors file; StudioError if it is missing or damaged.

    The layout is 8 bytes length, a JSON header, then the data. Every number format is known, every
    tensor is as long as its shape requires, and together they fill the file without gap or overlap,
    so that a broken download is detected without reading it.
    """
    size, content = _read(path)
    try:
        length = int.from_bytes(content[:8], "little")
        entries: dict[str, Any] = json.loads(content[8:])
        metadata = entries.pop("__metadata__", None) or {}
        texts = {str(key): str(value) for key, value in metadata.items()}
        header = replace(_checked(path, entries, length), metadata=texts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise damaged_file_error(path) from error
    if size != header.size:
        cut = size < header.size
        raise cut_file_error(path, header.size, size) if cut else damaged_file_error(path)
    return header


def read_header(path: Path) -> Mapping[str, Shape]:
    """Return tensor name -> shape as stored; StudioError as in ``read_safetensors``."""
    return read_safetensors(path).shapes


def read_metadata(path: Path) -> Mapping[str, str]:
    """Return the metadata of a safetensors file; reads the header only.

    StudioError as in ``read_safetensors``.
    """
    return read_safetensors(path).metadata


def count(shapes: Mapping[str, Shape]) -> int:
    """Return the number of weights in all the tensors."""
    return sum(math.prod(shape) for shape in shapes.values())


def damaged_file_error(path: Path) -> StudioError:
    """Return the error for a weight file whose data does not match its header."""
    return StudioError(
        "The weight file {path} is damaged or was not copied completely.",
        RESTORE_HINT,
        path=str(path),
    )


def cut_file_error(path: Path, wanted: int, size: int) -> StudioError:
    """Return the error for a weight file that is shorter than its header requires."""
    return StudioError(
        "The weight file {path} is damaged: it ends after {size} of {wanted} bytes.",
        "It was not downloaded or copied completely. Get it again from where you got it.",
        path=str(path),
        size=size,
        wanted=wanted,
    )


def _read(path: Path) -> tuple[int, bytes]:
    """Return the size of a file, and its first bytes up to the end of the header."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            length = int.from_bytes(file.read(8), "little")
            if size < 10 or length > min(MAX_HEADER, size - 8):
                raise damaged_file_error(path)
            file.seek(0)
            return size, file.read(8 + length)
    except FileNotFoundError as error:
        raise StudioError(
            "The weight file {path} is missing.", RESTORE_HINT, path=str(path)
        ) from error
    except OSError as error:
        raise StudioError(
            "The weight file {path} cannot be read ({reason}).",
            RESTORE_HINT,
            path=str(path),
            reason=error.strerror or str(error),
        ) from error


def _checked(path: Path, entries: Mapping[str, Any], length: int) -> Header:
    """Return the header of these entries, ``length`` bytes long; ValueError if they disagree.

    Loops over thousands of tensors run inside of ``map`` and ``zip``, which are ten times as fast.
    """
    if not entries:
        return Header(path, "safetensors", 8 + length, {}, {}, {}, 8 + length)
    dtypes, shapes, offsets = zip(*map(_ENTRY, entries.values()), strict=True)
    unknown = set(dtypes) - BITS.keys()
    if unknown:
        raise _unknown_format(
            path, next(name for name in entries if entries[name]["dtype"] in unknown), unknown.pop()
        )
    starts, ends = zip(*offsets, strict=True)
    edges = list(itertools.chain.from_iterable(shapes))
    if {*map(type, edges), *map(type, starts), *map(type, ends)} != {int}:
        raise ValueError("numbers")
    if min(edges, default=0) < 0:
        raise ValueError("shape")
    bits = map(operator.mul, map(math.prod, shapes), map(BITS.__getitem__, dtypes))
    if [8 * one for one in map(operator.sub, ends, starts)] != list(bits):
        raise ValueError("lengths")
    # Where one tensor ends the next one starts, so that each byte belongs to exactly one.
    first, last = sorted(starts), sorted(ends)
    if first[0] != 0 or first[1:] != last[:-1]:
        raise ValueError("offsets")
    return Header(
        path,
        "safetensors",
        8 + length + last[-1],
        dict(zip(entries, map(tuple, shapes), strict=True)),
        dict(zip(entries, dtypes, strict=True)),
        dict(zip(entries, offsets, strict=True)),
        8 + length,
    )


def _unknown_format(path: Path, name: str, dtype: object) -> StudioError:
    return StudioError(
        "The weight file {path} has numbers in a format that Lienzo does not know ({dtype}, in"
        " {name}).",
        "Get the model in another precision, such as fp16, bf16 or fp8.",
        path=str(path),
        name=name[:80],
        dtype=str(dtype)[:40],
    )
