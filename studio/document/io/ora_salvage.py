"""Salvages an OpenRaster file whose end, with the archive's directory, is missing.

Each entry of a zip is preceded by a header of its own (APPNOTE 4.3.7), so that the remaining ones
can be read without the directory.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement

from PIL import Image

from studio.document.io.common import check_memory
from studio.document.io.pictures import PILLOW_ERRORS

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,  # An unknown compression.
    RuntimeError,  # A password.
    ValueError,
    LookupError,
)
_LOCAL, _DIRECTORY = b"PK\3\4", b"PK\1\2"
_STORED, _DEFLATED = 0, 8
_NO_SIZES = 0x08
_MOST = 1 << 30


def open_archive(stream: BinaryIO, name: str) -> tuple[zipfile.ZipFile, bool]:
    """Return the archive and whether it had to be rebuilt; ZIP_ERRORS if nothing is readable."""
    try:
        return zipfile.ZipFile(stream), False
    except ZIP_ERRORS:
        stream.seek(0)
        data = stream.read()
    check_memory(len(data) * 4, name)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for entry, content in _entries(data):
            archive.writestr(entry, content)
        if not archive.infolist():
            raise zipfile.BadZipFile("no entry is whole")
    return zipfile.ZipFile(target), True


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents; the last one may be incomplete."""
    at, room, seen = 0, _MOST, set[str]()
    while data[at : at + 4] == _LOCAL and at + 30 <= len(data):
        flags, method = struct.unpack_from("<HH", data, at + 6)
        packed, _, name_size, extra_size = struct.unpack_from("<IIHH", data, at + 18)
        start = at + 30 + name_size + extra_size
        entry = data[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        end = start + packed
        if flags & _NO_SIZES:  # The sizes follow the content.
            end = _next(data, start)
        content = _unpacked(data[start:end], method, room)
        if content and entry not in seen:
            seen.add(entry)
            room -= len(content)
            yield entry, content
        at = _next(data, end) if flags & _NO_SIZES else end


def _next(data: bytes, start: int) -> int:
    """Return the offset of the next header."""
    places = [place for mark in (_LOCAL, _DIRECTORY) if (place := data.find(mark, start)) >= 0]
    return min(places, default=len(data))


def _unpacked(packed: bytes, method: int, room: int) -> bytes:
    if method == _STORED:
        return packed[:room]
    if method != _DEFLATED:
        return b""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, max(1, room))
    except zlib.error:
        return b""


def stack_of(archive: zipfile.ZipFile) -> Element | None:
    """Return a stack.xml for the remaining pictures: the merged one, else each as a layer.

    None if there is none with a readable header.
    """
    names = [info.filename for info in archive.infolist()]
    merged = [name for name in names if name == "mergedimage.png"]
    found = _sized(archive, merged)
    found = found or _sized(archive, [one for one in names if one.startswith("data/")])
    if not found:
        return None
    width, height = (max(size[side] for _, size in found) for side in (0, 1))
    root = Element("image", {"w": str(width), "h": str(height)})
    stack = SubElement(root, "stack")
    for name, _ in reversed(found):  # The first of a stack is the topmost.
        title = name.rpartition("/")[2].removesuffix(".png")
        SubElement(stack, "layer", {"src": name, "name": title})
    return root


def _sized(archive: zipfile.ZipFile, names: Sequence[str]) -> list[tuple[str, tuple[int, int]]]:
    found = []
    for name in names:
        try:
            with Image.open(io.BytesIO(archive.read(name)), formats=["PNG"]) as image:
                found.append((name, image.size))
        except (*ZIP_ERRORS, *PILLOW_ERRORS):
            continue
    return found
