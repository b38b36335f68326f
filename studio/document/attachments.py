"""Keeps the inversions of a document's pictures beside its layers, by their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_COUNT = 8
MAX_BYTES = 64 << 20
"""The limit for all attachments of a document together."""

Attachments = Mapping[str, bytes]
"""Whole safetensors files by key, oldest first; immutable, replaced as a whole."""

_KEY = re.compile(r"[0-9a-f]{64}")
_HEADER = 8
"""A safetensors file begins with the length of its header, a little-endian 64-bit number."""


def add_attachment(attachments: Attachments, key: str, data: bytes) -> Attachments:
    """Return the attachments with one more, as the newest; the oldest are dropped if too many.

    The same object if it is already the newest. One that is too large is left out.
    """
    if key in attachments and list(attachments)[-1] == key and attachments[key] == data:
        return attachments
    if len(data) > MAX_BYTES:
        return attachments
    return limit_attachments({**remove_attachment(attachments, key), key: data})


def remove_attachment(attachments: Attachments, key: str) -> Attachments:
    """Return the attachments without one; the same object if the key is missing."""
    if key not in attachments:
        return attachments
    return {name: data for name, data in attachments.items() if name != key}


def limit_attachments(attachments: Attachments) -> Attachments:
    """Return the newest attachments that together stay within MAX_COUNT and MAX_BYTES."""
    kept: dict[str, bytes] = {}
    left = MAX_BYTES
    for key, data in reversed(list(attachments.items())):
        left -= len(data)
        if left < 0 or len(kept) == MAX_COUNT:
            break
        kept[key] = data
    return dict(reversed(list(kept.items())))


def total(attachments: Attachments) -> int:
    """Return the total size in bytes."""
    return sum(map(len, attachments.values()))


def is_key(text: str) -> bool:
    """Whether a text can be a key: the hexadecimal form of a SHA-256."""
    return _KEY.fullmatch(text) is not None


def is_whole(data: bytes) -> bool:
    """Whether bytes begin like a safetensors file; the engine checks the content."""
    length = int.from_bytes(data[:_HEADER], "little")
    return data[_HEADER : _HEADER + 1] == b"{" and length <= len(data) - _HEADER
