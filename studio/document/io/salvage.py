"""Salvages damaged flat pictures: repairs their bytes far enough for a decoder.

Each function returns repaired versions of a file's bytes, the best first, and whether they contain
all pixels; Pillow's switch for truncated files is not used, because it affects all threads.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from warnings import catch_warnings, simplefilter

from PIL import Image

_PNG = b"\x89PNG\r\n\x1a\n"
Reading = tuple[bytes, bool]
_MUST = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_COLOURS = (b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
_END_OF_IMAGE = b"\xff\xd9"
_MOST_PADDING = 1 << 30
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column and row of each pass of an interlaced PNG, and their steps."""


def readings(data: bytes, label: str) -> Iterator[Reading]:
    """Yield repaired versions of a damaged file's bytes, and whether each has all pixels."""
    return _READERS.get(label, _padded)(data)


def is_cut_off(data: bytes) -> bool:
    """Whether the file is shorter than its own headers declare."""
    if data[:2] in (b"II", b"MM") and len(data) >= 8:
        order = "<" if data[:2] == b"II" else ">"
        (place,) = struct.unpack(f"{order}I", data[4:8])
        big = data[2:4] in (b"+\0", b"\0+")  # In a BigTIFF it is at a later offset, and longer.
        return not big and int(place) + 2 > len(data)
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return _missing(data) > 0
    return False


def stated_size(data: bytes) -> tuple[int, int]:
    """Return the largest size in the headers of an AVIF or HEIC; 0, 0 if there is none.

    The box "ispe": ISO/IEC 23008-12, 6.5.3.
    """
    found, at = (0, 0), data.find(b"ispe")
    while 0 <= at <= len(data) - 16:
        width, height = struct.unpack(">II", data[at + 8 : at + 16])
        found = max(found, (width, height), key=lambda size: size[0] * size[1])
        at = data.find(b"ispe", at + 4)
    return found


def is_blank(image: Image.Image) -> bool:
    """Whether all pixels are equal, in which case nothing of a damaged picture was read."""
    bands = image.getbands()
    extremes = image.getextrema() if image.mode != "P" else image.convert("RGB").getextrema()
    pairs = extremes if len(bands) > 1 or image.mode == "P" else (extremes,)
    return all(low == high for low, high in pairs)  # type: ignore[misc]


def _jpeg(data: bytes) -> Iterator[Reading]:
    # libjpeg fills the rest with grey if the end comes early.
    yield data + _END_OF_IMAGE * 4096, False


def _gif(data: bytes) -> Iterator[Reading]:
    """Complete the truncated block and append blocks of the first colour."""
    at = _gif_pictures(data)
    while at < len(data):
        size = data[at]
        if size == 0:
            break
        at += 1 + size
    if at < len(data):
        return
    width, height = struct.unpack("<HH", data[6:10])
    blocks = min(_MOST_PADDING, width * height * 2) // 255 + 2
    yield data + bytes(at - len(data)) + (b"\xff" + bytes(255)) * blocks + b"\0;", False


def _gif_pictures(data: bytes) -> int:
    """Return the offset of the first picture's blocks; the end of the data if there are none."""
    if len(data) < 13:
        return len(data)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while at + 10 < len(data):
        if data[at] == 0x2C:  # An image descriptor: position, size, flags, perhaps a colour table.
            flags = data[at + 9]
            return at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        if data[at] != 0x21:
            break
        at += 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return len(data)


def _padded(data: bytes) -> Iterator[Reading]:
    """Pad with zeros to the declared length, from which most decoders draw something."""
    missing = _missing(data)
    if 0 < missing <= _MOST_PADDING:
        yield data + bytes(missing), False
    yield data + bytes(65536), False


def _avif(data: bytes) -> Iterator[Reading]:
    """Try several paddings: an AV1 decoder rejects about three of four by their last bits."""
    missing = _missing(data)
    if not 0 < missing <= _MOST_PADDING:
        return
    for dropped in range(8 if len(data) < 4 << 20 else 2):
        for fill in (b"\0", b"\xff", b"\x55", b"\xaa"):
            yield data[: len(data) - dropped] + fill * (missing + dropped), False


def _missing(data: bytes) -> int:
    """Return the number of bytes declared by the headers but missing from the file."""
    if data[:4] == b"RIFF":
        return int(struct.unpack("<I", data[4:8])[0]) + 8 - len(data) if len(data) >= 8 else 0
    if data[4:8] == b"ftyp":
        at = 0
        while 0 <= at < len(data) - 8:
            size = int.from_bytes(data[at : at + 4], "big")
            if size < 8:
                return 0
            at += size
        return at - len(data)
    try:  # Bitmaps and strips are no larger than their pixels plus a few bytes per row.
        with catch_warnings():
            simplefilter("ignore", UserWarning)
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, struct.error):
        return 0
    return width * height * 8 + height * 4


def _png(data: bytes) -> Iterator[Reading]:
    """Yield a PNG without its damaged side data, then without any, each with all rows."""
    if not data.startswith(_PNG):
        return
    chunks = list(_chunks(data))
    header = next((body for kind, body, _ in chunks if kind == b"IHDR"), b"")
    if len(header) != 13:
        return
    found = _whole(header, b"".join(body for kind, body, _ in chunks if kind == b"IDAT"))
    if found is None:
        return
    pixels, whole = found
    keeps: list[Callable[[bytes, bool], bool]] = [
        lambda kind, sound: sound,
        lambda kind, sound: sound and kind in _COLOURS,
        lambda kind, sound: sound and kind == b"tRNS",
    ]
    for keep in keeps:
        parts = [_PNG, _chunk(b"IHDR", header)]
        for kind, body, sound in chunks:
            if kind == b"PLTE" or (kind not in _MUST and keep(kind, sound)):
                parts.append(_chunk(kind, body))
        yield b"".join((*parts, _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))), whole


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield kind, body and whether the checksum matches; also of a truncated last chunk."""
    at = len(_PNG)
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if not kind.isalpha():
            return
        checksum = data[at + 8 + size : at + 12 + size]
        sound = len(body) == size and checksum == struct.pack(">I", zlib.crc32(kind + body))
        yield kind, body, sound
        if kind == b"IEND":
            return
        at += size + 12


def _whole(header: bytes, packed: bytes) -> tuple[bytes, bool] | None:
    """Return deflated rows, zeros for missing ones, and whether all are there; None if none are."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits = depth * _SAMPLES.get(colour, 4)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    need = 0
    for x, y, dx, dy in passes:
        columns, rows = -(-(width - x) // dx), -(-(height - y) // dy)
        if columns > 0 and rows > 0:
            need += rows * (1 + -(-columns * bits // 8))
    if not 0 < need <= _MOST_PADDING:
        return None
    unpack, found = zlib.decompressobj(), bytearray()
    for start in range(0, len(packed), 4096):  # In small parts: an error loses only one of them.
        try:
            found += unpack.decompress(packed[start : start + 4096], need - len(found) + 1)
        except zlib.error:
            break
        while unpack.unconsumed_tail and len(found) < need:
            found += unpack.decompress(unpack.unconsumed_tail, need - len(found))
        if len(found) >= need or unpack.eof:
            break
    if not found:
        return None
    lacking = max(0, need - len(found))
    return zlib.compress(bytes(found[:need]) + bytes(lacking), 1), not lacking


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_READERS: dict[str, Callable[[bytes], Iterator[Reading]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "GIF": _gif,
    "AVIF": _avif,
}
