"""Edits an EXIF block in place: untouched values keep their bytes and their offsets.

So a camera's maker note, whose offsets are undocumented, stays readable. Layout: EXIF 2.32 (CIPA
DC-008), 4.5 and 4.6; TIFF 6.0, section 2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

PREFIX = b"Exif\0\0"
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
_MOST_ENTRIES = 2000
_EMPTY = b"II*\0\x08\0\0\0\0\0\0\0\0\0"

ORIENTATION, SOFTWARE, MAKE, MODEL = 0x0112, 0x0131, 0x010F, 0x0110
DESCRIPTION, ARTIST, COPYRIGHT, DATE = 0x010E, 0x013B, 0x8298, 0x0132
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
MAKER_NOTE, USER_COMMENT, COLOUR_SPACE = 0x927C, 0x9286, 0xA001
PIXEL_WIDTH, PIXEL_HEIGHT, INTEROP_INDEX = 0xA002, 0xA003, 0x0001
_SERIALS = (0xA430, 0xA431, 0xA435, MAKER_NOTE)
"""Owner, body and lens; maker notes also contain serial numbers, at offsets of their own."""
_MAIN_SERIALS = (0xC62F, 0xC68B, 0xC65D)
"""Camera serial number, original raw file name and raw data id of DNG."""
_THUMBNAIL_AT, _THUMBNAIL_SIZE = 0x0201, 0x0202


class Directory(Enum):
    """A directory of the block; the value is the tag of its pointer, 0 for the first."""

    MAIN = 0
    CAMERA = 0x8769
    PLACE = 0x8825
    INTEROP = 0xA005


_PARENTS = {
    Directory.CAMERA: Directory.MAIN,
    Directory.PLACE: Directory.MAIN,
    Directory.INTEROP: Directory.CAMERA,
}


class _Entry(NamedTuple):
    """A row of a directory: its offset and the offset of its value."""

    place: int
    kind: int
    many: int
    at: int
    size: int


class Exif:
    """One block; ValueError if it is invalid; entries that point outside it are dropped."""

    def __init__(self, data: bytes = _EMPTY) -> None:
        self._data = bytearray(data.removeprefix(PREFIX))
        orders = {b"II*\0": "<", b"MM\0*": ">"}
        self._order = orders.get(bytes(self._data[:4]), "")
        if not self._order:
            raise ValueError("no EXIF block")
        if self._count(self._number(4)) is None:
            raise ValueError("the EXIF block is cut off")
        self._mend(Directory.MAIN)
        taken = {self._start(Directory.MAIN)}
        for name in _PARENTS:
            at = self._start(name)
            if not at or self._count(at) is None or at in taken:
                self.drop(_PARENTS[name], name.value)
            else:
                self._mend(name)
                taken.add(at)

    def to_bytes(self) -> bytes:
        """Return the block."""
        return bytes(self._data)

    # Values

    def numbers(self, directory: Directory, tag: int) -> tuple[int, ...]:
        """Return the whole numbers of an entry; () if it is missing or of another kind."""
        entry = self._find(directory, tag)
        code = {1: "B", 3: "H", 4: "L"}.get(entry.kind) if entry is not None else None
        if entry is None or code is None:
            return ()
        return struct.unpack_from(f"{self._order}{entry.many}{code}", self._data, entry.at)

    def raw(self, directory: Directory, tag: int) -> bytes:
        """Return the bytes of an entry's value, b"" if it is missing."""
        entry = self._find(directory, tag)
        return b"" if entry is None else bytes(self._data[entry.at : entry.at + entry.size])

    def text(self, directory: Directory, tag: int) -> str:
        """Return an entry's text, "" if it is missing."""
        return self.raw(directory, tag).split(b"\0")[0].decode("utf-8", "replace").strip()

    def put_numbers(self, directory: Directory, tag: int, kind: int, *values: int) -> None:
        """Write whole numbers; two per value for RATIONAL."""
        code = {SHORT: "H", LONG: "L", RATIONAL: "L"}[kind]
        body = struct.pack(f"{self._order}{len(values)}{code}", *values)
        self.put(directory, tag, kind, body)

    def put_text(self, directory: Directory, tag: int, text: str) -> None:
        """Write a text, in UTF-8 as is common practice."""
        self.put(directory, tag, ASCII, text.encode("utf-8", "replace") + b"\0")

    def put(self, directory: Directory, tag: int, kind: int, body: bytes) -> None:
        """Write a value; its entry is added if there is none."""
        if not self._start(directory):
            self._add_directory(directory)
        entry = self._find(directory, tag)
        if entry is None:
            self._grow(directory, tag)
            entry = self._find(directory, tag)
            assert entry is not None
        at = entry.at
        if len(body) <= 4:
            self._wipe(entry)
            at = entry.place + 8
            self._data[at : at + 4] = body.ljust(4, b"\0")
        else:
            self._wipe(entry)
            if len(body) > entry.size or entry.at == entry.place + 8:
                at = self._append(body)
            else:
                self._data[at : at + len(body)] = body
            struct.pack_into(f"{self._order}L", self._data, entry.place + 8, at)
        count = len(body) // _SIZES[kind]
        struct.pack_into(f"{self._order}HHL", self._data, entry.place, tag, kind, count)

    def drop(self, directory: Directory, tag: int) -> None:
        """Remove an entry and its value."""
        at = self._start(directory)
        entry = self._find(directory, tag)
        if entry is None:
            return
        self._wipe(entry)
        self._remove(at, entry.place)

    def drop_directory(self, directory: Directory) -> None:
        """Remove a directory with all values in it."""
        for entry in self._entries(self._start(directory)) if self._start(directory) else ():
            self._wipe(entry)
        self._clear(self._start(directory))
        self.drop(_PARENTS[directory], directory.value)

    def drop_identity(self) -> None:
        """Remove location, serial numbers, the owner's name and the maker note."""
        self.drop_directory(Directory.PLACE)
        for tag in _SERIALS:
            self.drop(Directory.CAMERA, tag)
        for tag in (*_SERIALS, *_MAIN_SERIALS):
            self.drop(Directory.MAIN, tag)

    # The thumbnail: the directory after the first one

    def drop_thumbnail(self) -> None:
        """Remove the thumbnails, and their bytes at the end of the block."""
        at = self._number(self._link())
        struct.pack_into(f"{self._order}L", self._data, self._link(), 0)
        seen = {self._start(name) for name in Directory}
        while at and at not in seen and self._count(at) is not None:
            seen.add(at)
            link = self._link_of(at)
            following = self._number(link) if link + 4 <= len(self._data) else 0
            self._drop_picture(at)
            at = following

    def _drop_picture(self, at: int) -> None:
        """Remove the directory at an offset with its picture."""
        rows = list(self._entries(at))
        values = {self._tag(row): self._first(row) for row in rows}
        start, size = values.get(_THUMBNAIL_AT, 0), values.get(_THUMBNAIL_SIZE, 0)
        for row in rows:
            self._wipe(row)
        end = self._link_of(at) + 4
        self._clear(at)
        if 8 < start < len(self._data):
            self._data[start : start + size] = bytes(len(self._data[start : start + size]))
            if start + size >= len(self._data) - 2:
                del self._data[start:]
        if end >= len(self._data) and at < len(self._data):
            del self._data[at:]

    def put_thumbnail(self, jpeg: bytes) -> None:
        """Replace the thumbnail by a small JPEG."""
        self.drop_thumbnail()
        rows = (
            (0x0103, SHORT, 6),
            (_THUMBNAIL_AT, LONG, 0),
            (_THUMBNAIL_SIZE, LONG, len(jpeg)),
        )
        at = self._append(b"")
        picture = at + 2 + 12 * len(rows) + 4
        body = struct.pack(f"{self._order}H", len(rows))
        for tag, kind, value in rows:
            value = picture if tag == _THUMBNAIL_AT else value
            code = "HH" if kind == SHORT else "L"
            values = (value, 0) if kind == SHORT else (value,)
            body += struct.pack(f"{self._order}HHL{code}", tag, kind, 1, *values)
        self._data += body + bytes(4) + jpeg
        struct.pack_into(f"{self._order}L", self._data, self._link(), at)

    # Inside

    def _number(self, at: int) -> int:
        return int(struct.unpack_from(f"{self._order}L", self._data, at)[0])

    def _count(self, at: int) -> int | None:
        """Return the number of entries of the directory at an offset; None if it is invalid."""
        if not 8 <= at <= len(self._data) - 2:
            return None
        count = int(struct.unpack_from(f"{self._order}H", self._data, at)[0])
        return count if count <= _MOST_ENTRIES and at + 2 + 12 * count <= len(self._data) else None

    def _start(self, directory: Directory) -> int:
        """Return the offset of a directory, 0 if there is none."""
        if directory is Directory.MAIN:
            return self._number(4)
        found = self._find(_PARENTS[directory], directory.value)
        return 0 if found is None or found.size != 4 else self._number(found.at)

    def _entries(self, at: int) -> Iterator[_Entry]:
        """Yield the entries of the directory at an offset whose values are inside the block."""
        for place in range(at + 2, at + 2 + 12 * (self._count(at) or 0), 12):
            kind, count = struct.unpack_from(f"{self._order}HL", self._data, place + 2)
            size = _SIZES.get(kind, 0) * count
            value = place + 8 if size <= 4 else self._number(place + 8)
            if size and 8 <= value <= len(self._data) - size:
                yield _Entry(place, kind, count, value, size)

    def _tag(self, entry: _Entry) -> int:
        return int(struct.unpack_from(f"{self._order}H", self._data, entry.place)[0])

    def _first(self, entry: _Entry) -> int:
        code = {3: "H", 4: "L"}.get(entry.kind)
        found = struct.unpack_from(f"{self._order}{code}", self._data, entry.at) if code else (0,)
        return int(found[0])

    def _find(self, directory: Directory, tag: int) -> _Entry | None:
        at = self._start(directory)
        if not at or self._count(at) is None:
            return None
        return next((one for one in self._entries(at) if self._tag(one) == tag), None)

    def _mend(self, directory: Directory) -> None:
        """Remove the entries of a directory whose values are outside the block."""
        at = self._start(directory)
        sound = {entry.place for entry in self._entries(at)}
        for place in reversed(range(at + 2, at + 2 + 12 * (self._count(at) or 0), 12)):
            if place not in sound:
                self._remove(at, place)
        if self._link_of(at) + 4 > len(self._data):
            self._data += bytes(self._link_of(at) + 4 - len(self._data))

    def _remove(self, at: int, place: int) -> None:
        """Remove one row of the directory at an offset; the rows after it and the link move up."""
        count = self._count(at) or 0
        end = min(len(self._data), at + 2 + 12 * count + 4)
        self._data[place:end] = self._data[place + 12 : end] + bytes(12)
        struct.pack_into(f"{self._order}H", self._data, at, count - 1)

    def _wipe(self, entry: _Entry) -> None:
        self._data[entry.at : entry.at + entry.size] = bytes(entry.size)

    def _clear(self, at: int) -> None:
        if at:
            end = min(len(self._data), at + 6 + 12 * (self._count(at) or 0))
            self._data[at:end] = bytes(end - at)

    def _append(self, body: bytes) -> int:
        """Append bytes at a word boundary; return their offset."""
        self._data += bytes(len(self._data) % 2)
        at = len(self._data)
        self._data += body
        return at

    def _link_of(self, at: int) -> int:
        return at + 2 + 12 * (self._count(at) or 0)

    def _link(self) -> int:
        """Return the offset of the pointer to the thumbnail's directory."""
        return self._link_of(self._start(Directory.MAIN))

    def _add_directory(self, directory: Directory) -> None:
        at = self._append(bytes(6))
        self.put_numbers(_PARENTS[directory], directory.value, LONG, at)

    def _grow(self, directory: Directory, tag: int) -> None:
        """Rewrite the directory at the end of the block, with a new row for a tag."""
        at = self._start(directory)
        rows = [bytes(self._data[one.place : one.place + 12]) for one in self._entries(at)]
        link = bytes(self._data[self._link_of(at) : self._link_of(at) + 4])
        new = struct.pack(f"{self._order}HHL", tag, _BYTE, 1) + bytes(4)
        rows = sorted((*rows, new), key=lambda row: struct.unpack(f"{self._order}H", row[:2]))
        self._clear(at)
        body = struct.pack(f"{self._order}H", len(rows)) + b"".join(rows) + link.ljust(4, b"\0")
        moved = self._append(body)
        if directory is Directory.MAIN:
            pointer = 4
        else:
            parent = self._find(_PARENTS[directory], directory.value)
            assert parent is not None
            pointer = parent.at
        struct.pack_into(f"{self._order}L", self._data, pointer, moved)
