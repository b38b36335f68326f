"""WebP: lossy or lossless, with alpha, the A1111 text in EXIF UserComment."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.pictures import (
    close_check,
    encode,
    exact_check,
    exif_bytes,
    flat,
    read_picture,
    without_alpha,
)

_LIMIT = 16383
"""Longest side of the format (RFC 9649)."""


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a WebP as a document of one layer, the first picture of an animation."""
    return read_picture(stream, name, "WebP", progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the flattened document; lossless is compared byte by byte, lossy by size and look."""
    if max(document.width, document.height) > _LIMIT:
        raise StudioError(
            "A WebP picture has at most {limit} pixels a side.",
            "Save as PNG, or make the canvas smaller first.",
            limit=_LIMIT,
        )
    pixels = without_alpha(flat(document, progress))
    encode(
        pixels,
        stream,
        "WEBP",
        document,
        quality=options.quality,
        lossless=options.lossless,
        exact=True,
        exif=exif_bytes(document, options, states_density=False),
    )
    progress.report(0.8, "Reading the file back")
    return exact_check(pixels) if options.lossless else close_check(pixels)
