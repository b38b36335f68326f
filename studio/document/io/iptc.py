"""Reads and edits IPTC captions (IIM 4.2) in Photoshop's image resources, in JPEG and PSD."""

from __future__ import annotations

from collections.abc import Iterator

RESOURCE = 0x0404
_HEAD = b"Photoshop 3.0\0"
_MARK = 0x1C
_PLACES = {26, 27, 90, 92, 95, 100, 101}
"""Datasets of record 2: content location, city, sublocation, province, country and its code."""


def without_place(record: bytes) -> bytes:
    """Return a record without the location of the picture; b"" if it cannot be read."""
    try:
        kept = [
            record[start:end]
            for start, end, number, name in _datasets(record)
            if not (number == 2 and name in _PLACES)
        ]
    except ValueError:
        return b""
    return b"".join(kept)


def check(record: bytes) -> None:
    """Raise ValueError if the bytes are not an IPTC record."""
    for _ in _datasets(record):
        pass


def segment(record: bytes) -> bytes:
    """Return the body of a JPEG's APP13 segment that contains a record."""
    size = len(record).to_bytes(4, "big")
    return (
        _HEAD
        + b"8BIM"
        + RESOURCE.to_bytes(2, "big")
        + b"\0\0"
        + size
        + record
        + bytes(len(record) % 2)
    )


def _datasets(record: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield start, end, record number and name of each dataset; ValueError if it is cut off."""
    at = 0
    end = len(record.rstrip(b"\0"))
    while at < end:
        head = record[at : at + 5]
        if len(head) < 5 or head[0] != _MARK:
            raise ValueError("no IPTC record")
        size, body = int.from_bytes(head[3:5], "big"), at + 5
        if size & 0x8000:  # An extended dataset: the number of bytes of its length.
            count = size & 0x7FFF
            size, body = int.from_bytes(record[body : body + count], "big"), body + count
        if body + size > len(record):
            raise ValueError("the IPTC record is cut off")
        yield at, body + size, head[1], head[2]
        at = body + size
