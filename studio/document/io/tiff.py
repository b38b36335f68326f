"""TIFF: read only, its first page."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions, not_written
from studio.document.io.pictures import read_picture


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a TIFF as a document of one layer."""
    return read_picture(stream, name, "TIFF", progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Refuse: StudioError."""
    raise not_written("TIFF")
