"""BMP: read only, upright, with alpha if it has one."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions, not_written
from studio.document.io.pictures import read_picture


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a BMP as a document of one layer."""
    return read_picture(stream, name, "BMP", progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Refuse: StudioError."""
    raise not_written("BMP")
