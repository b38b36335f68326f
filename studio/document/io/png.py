"""PNG: lossless, with alpha, and the A1111 text in a `parameters` chunk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from PIL.PngImagePlugin import PngInfo

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.colour import from_srgb
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.outgoing import PNG, export_metadata
from studio.document.io.pictures import encode, exact_check, flat, read_picture, without_alpha

_LEVEL = 4
"""zlib level: 6 takes three times as long for a file smaller by a tenth."""
_XMP = "XML:com.adobe.xmp"
_LONGEST_KEYWORD = 79


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a PNG as a document of one layer."""
    header = stream.read(26)
    stream.seek(0)
    # Byte 24 is the bit depth in IHDR; Pillow reduces 16-bit colour silently.
    return read_picture(stream, name, "PNG", progress, wide=header[24:25] == b"\x10")


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the flattened document; the check compares every byte."""
    plain = without_alpha(flat(document, progress))
    pixels, profile, is_srgb = from_srgb(plain, None if options.srgb else document.profile)
    said = export_metadata(document, options.metadata, PNG, pixels=plain, is_srgb=is_srgb)
    encode(
        pixels,
        stream,
        "PNG",
        document,
        icc_profile=profile,
        compress_level=_LEVEL,
        pnginfo=_info(said.texts, said.xmp),
        exif=said.exif,
    )
    progress.report(0.8, "Reading the file back")
    return exact_check(pixels)


def _info(texts: Mapping[str, str], packet: bytes) -> PngInfo:
    info = PngInfo()
    for key, text in texts.items():
        _add(info, key, text)
    if packet:
        info.add_itxt(_XMP, packet.decode("utf-8", "replace"))
    return info


def _add(info: PngInfo, key: str, text: str) -> None:
    key = key.encode("latin-1", "replace").decode("latin-1")[:_LONGEST_KEYWORD] or "Comment"
    try:
        info.add_text(key, text.encode("latin-1"))
    except UnicodeEncodeError:
        info.add_itxt(key, text)
