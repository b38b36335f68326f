"""Photoshop documents with psd-tools: layers, groups, real masks, a correct merged picture.

Layout: https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/
"""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.psd_read import read_psd
from studio.document.io.psd_write import write_psd


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a PSD or PSB; unsupported content is drawn as pixels or reported in a notice."""
    return read_psd(stream, name, progress)


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write layers, groups and masks; the check decodes every channel again."""
    return write_psd(document, stream, options, progress)
