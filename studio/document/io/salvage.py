"""What is left of damaged flat pictures: the same bytes made whole enough for a decoder.

Each function returns other readings of a file's bytes, the best first; Pillow's switch for
truncated files is left alone, because it counts for all threads.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

_PNG = b"\x89PNG\r\n\x1a\n"
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
"""Column, row and their steps of each pass of an interlaced PNG."""


def readings(data: bytes, label: str) -> Iterator[bytes]:
    """Yield other readings of a damaged file's bytes."""
    return _READERS.get(label, _padded)(data)


def is_blank(image: Image.Image) -> bool:
    """Whether all pixels are the same: then nothing of a damaged picture was read."""
    bands = image.getbands()
    extremes = image.getextrema() if image.mode != "P" else image.convert("RGB").getextrema()
    pairs = extremes if len(bands) > 1 or image.mode == "P" else (extremes,)
    return all(low == high for low, high in pairs)  # type: ignore[misc]


def _jpeg(data: bytes) -> Iterator[bytes]:
    # libjpeg fills the rest with grey when the end comes early.
    yield data + _END_OF_IMAGE * 4096


def _gif(data: bytes) -> Iterator[bytes]:
    """Finish the block that was cut off and add blocks of the first colour."""
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
    yield data + bytes(at - len(data)) + (b"\xff" + bytes(255)) * blocks + b"\0;"


def _gif_pictures(data: bytes) -> int:
    """Return where the blocks of the first picture begin; the end of the data if nowhere."""
    if len(data) < 13:
        return len(data)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while at + 10 < len(data):
        if data[at] == 0x2C:  # An image descriptor: place, size, flags, perhaps a colour table.
            flags = data[at + 9]
            return at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
        if data[at] != 0x21:
            break
        at += 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return len(data)


def _padded(data: bytes) -> Iterator[bytes]:
    """Zeros up to where the file said that it ends: most decoders draw something from them."""
    missing = _missing(data)
    if 0 < missing <= _MOST_PADDING:
        yield data + bytes(missing)
    yield data + bytes(65536)


def _avif(data: bytes) -> Iterator[bytes]:
    """Paddings of several kinds: an AV1 decoder refuses about three of four by their last bits."""
    missing = _missing(data)
    if not 0 < missing <= _MOST_PADDING:
        return
    for dropped in range(8 if len(data) < 4 << 20 else 2):
        for fill in (b"\0", b"\xff", b"\x55", b"\xaa"):
            yield data[: len(data) - dropped] + fill * (missing + dropped)


def _missing(data: bytes) -> int:
    """Return how many bytes the headers promise and the file lacks."""
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
    try:  # Bitmaps and strips are no larger than their pixels, some more bytes a row.
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except (OSError, ValueError, SyntaxError, LookupError, TypeError, struct.error):
        return 0
    return width * height * 8 + height * 4


def _png(data: bytes) -> Iterator[bytes]:
    """Yield a PNG without its broken side data, then without any, each with all rows."""
    if not data.startswith(_PNG):
        return
    chunks = list(_chunks(data))
    header = next((body for kind, body, _ in chunks if kind == b"IHDR"), b"")
    if len(header) != 13:
        return
    pixels = _whole(header, b"".join(body for kind, body, _ in chunks if kind == b"IDAT"))
    if pixels is None:
        return
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
        yield b"".join((*parts, _chunk(b"IDAT", pixels), _chunk(b"IEND", b"")))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield kind, body and whether the checksum fits; a last one that is cut off too."""
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


def _whole(header: bytes, packed: bytes) -> bytes | None:
    """Return the deflated rows, zeros in place of those that are missing; None if all are."""
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
    for start in range(0, len(packed), 4096):  # In small parts: an error loses only its own.
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
    return zlib.compress(bytes(found[:need]) + bytes(max(0, need - len(found))), 1)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


_READERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "GIF": _gif,
    "AVIF": _avif,
}
