"""JPEG: flattened on white, with the A1111 text in the EXIF UserComment."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.colour import from_srgb
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.exif import PREFIX
from studio.document.io.outgoing import JPEG, export_metadata, jpeg_segments
from studio.document.io.pictures import close_check, encode, flat, on_white, read_picture

_LONGEST_COMMENT = 65_000


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a JPEG as a document of one layer, turned upright, CMYK converted."""
    return read_picture(stream, name, "JPEG", progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the flattened document on white; the check compares size and rough appearance."""
    plain = on_white(flat(document, progress))
    pixels, profile, is_srgb = from_srgb(plain, None if options.srgb else document.profile)
    said = export_metadata(document, options.metadata, JPEG, pixels=plain, is_srgb=is_srgb)
    encode(
        pixels,
        stream,
        "JPEG",
        document,
        icc_profile=profile,
        quality=options.quality,
        # Full chroma resolution for high quality.
        subsampling="4:4:4" if options.quality >= 90 else "4:2:0",
        exif=PREFIX + said.exif if said.exif else b"",
        xmp=said.xmp,
        extra=jpeg_segments(said.iptc),
        comment=said.texts.get("Comment", "").encode()[:_LONGEST_COMMENT],
    )
    progress.report(0.8, "Reading the file back")
    return close_check(pixels)
