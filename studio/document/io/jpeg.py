"""JPEG: flattened on white, the A1111 text in EXIF UserComment."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.pictures import (
    close_check,
    encode,
    exif_bytes,
    flat,
    on_white,
    read_picture,
)


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a JPEG as a document of one layer, turned upright, CMYK converted."""
    return read_picture(stream, name, "JPEG", progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the flattened document on white; the check compares size and rough look."""
    pixels = on_white(flat(document, progress))
    encode(
        pixels,
        stream,
        "JPEG",
        document,
        quality=options.quality,
        # Full colour resolution where quality is asked for.
        subsampling="4:4:4" if options.quality >= 90 else "4:2:0",
        exif=exif_bytes(document, options),
    )
    progress.report(0.8, "Reading the file back")
    return close_check(pixels)
