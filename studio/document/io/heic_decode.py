"""Decodes HEIF files in a process of its own, as their decoders are large and written in C++."""

from __future__ import annotations

import psutil
from PIL import Image

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import MAX_AREA, MAX_SIZE
from studio.document.io import heic_child
from studio.document.io.apart import DecoderEndedError, apart
from studio.document.io.common import check_size

REDUCED = "lienzo_reduced"
_KINDS = (b"hvc1", b"hvc2", b"av01", b"grid", b"iden", b"iovl", b"tmap", b"jpeg", b"j2k1", b"vvc1")
"""Item types of pictures and of derived pictures (ISO/IEC 23008-12)."""


def decode_heif(data: bytes, name: str, progress: Progress) -> tuple[Image.Image, int]:
    """Return the primary picture and the number of pictures.

    ``REDUCED`` is in its info if it could be decoded only without its metadata. StudioError if it
    is too large, OSError if it cannot be decoded.
    """
    area = min(MAX_AREA, psutil.virtual_memory().available // 12)
    reduced = False
    try:
        found = apart(heic_child.decode, data, MAX_SIZE, area, progress=progress)
    except DecoderEndedError:
        # The metadata may be the cause: the pixels are tried alone.
        reduced = True
        rest = without_side_data(data)
        found = apart(heic_child.decode, rest, MAX_SIZE, area, progress=progress)
    mode, size, pixels, info, frames = found
    check_size(size[0], size[1], name)
    if pixels is None:
        raise StudioError(
            "{name} does not fit into the free memory.",
            "Close other programs or documents and try again.",
            name=name,
        )
    image = Image.frombytes(mode, size, pixels)
    image.info.update(info)
    if reduced:
        image.info[REDUCED] = True
    return image, frames


def without_side_data(data: bytes) -> bytes:
    """Return the file with all items but pictures renamed "free", so that readers skip them.

    Layout of ``infe`` boxes: ISO/IEC 14496-12, 8.11.6; versions 2 and 3 have an item type.
    """
    found = bytearray(data)
    at = data.find(b"infe")
    while at >= 4:
        size = int.from_bytes(data[at - 4 : at], "big")
        version = data[at + 4] if at + 4 < len(data) else 0
        kind = at + 8 + {2: 4, 3: 6}.get(version, 0)
        if version in (2, 3) and size >= 20 and data[kind : kind + 4] not in _KINDS:
            found[kind : kind + 4] = b"free"
        at = data.find(b"infe", at + 4)
    return bytes(found)
