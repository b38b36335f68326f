"""Reads the fields of a protocol buffer, which have four kinds only.

https://protobuf.dev/programming-guides/encoding
"""

from __future__ import annotations

from collections.abc import Iterator

VARINT, EIGHT_BYTES, BLOCK, FOUR_BYTES = 0, 1, 2, 5
"""Kinds of fields."""


def fields(view: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the content of each field; ValueError or IndexError if it is cut."""
    place = 0
    while place < len(view):
        key, place = varint(view, place)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, place = varint(view, place)
            yield number, value
            continue
        if kind == BLOCK:
            size, place = varint(view, place)
        elif kind in (FOUR_BYTES, EIGHT_BYTES):
            size = 4 if kind == FOUR_BYTES else 8
        else:
            raise ValueError(f"kind {kind}")
        if place + size > len(view):
            raise ValueError("cut")
        yield number, view[place : place + size]
        place += size


def varint(view: memoryview, place: int) -> tuple[int, int]:
    """Return the number at a place, and the place behind it; IndexError if it is cut."""
    value = shift = 0
    while True:
        byte = view[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place


def block(value: int | memoryview) -> memoryview:
    """Return the content of a field that is no number; ValueError if it is one."""
    if isinstance(value, int):
        raise ValueError(f"number {value}")
    return value
