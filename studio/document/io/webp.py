"""WebP: lossy or lossless, with alpha, and the A1111 text in the EXIF UserComment."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.colour import from_srgb
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.outgoing import WEBP, export_metadata
from studio.document.io.pictures import (
    close_check,
    encode,
    exact_check,
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
    """Write the flattened document; lossless is checked byte by byte, lossy by size and look."""
    if max(document.width, document.height) > _LIMIT:
        raise StudioError(
            "A WebP picture can have at most {limit} pixels a side.",
            "Save as PNG, or make the canvas smaller first.",
            limit=_LIMIT,
        )
    plain = without_alpha(flat(document, progress))
    pixels, profile, is_srgb = from_srgb(plain, None if options.srgb else document.profile)
    said = export_metadata(document, options.metadata, WEBP, pixels=plain, is_srgb=is_srgb)
    encode(
        pixels,
        stream,
        "WEBP",
        document,
        icc_profile=profile,
        quality=options.quality,
        lossless=options.lossless,
        exact=True,
        exif=said.exif,
        xmp=said.xmp,
    )
    progress.report(0.8, "Reading the file back")
    return exact_check(pixels) if options.lossless else close_check(pixels)
