"""HEIC and other HEIF files, as written by phones: read only, the primary picture."""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions, not_written
from studio.document.io.pictures import read_picture


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a HEIC as a document of one layer."""
    # A file with the brand of any still picture may contain AV1, which Pillow decodes itself.
    head = stream.read(64)
    stream.seek(0)
    label = "AVIF" if b"avif" in head else "HEIF"
    return read_picture(stream, name, label, progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Refuse: StudioError."""
    raise not_written("HEIC")
