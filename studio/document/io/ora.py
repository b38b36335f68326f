"""OpenRaster, the project format: https://www.openraster.org/baseline/file-layout-spec.html

Other editors read `stack.xml` and `data/`. Data beyond the format is stored in `lienzo/`, which
they skip: `document.json` (recipes, masks, selection, ids), the unmasked pixels and the masks as
PNG.
"""

from __future__ import annotations

from typing import BinaryIO

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.ora_read import OraReader
from studio.document.io.ora_write import write_ora


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read an ORA of any editor; parts that are missing or stale are dropped with a notice."""
    return OraReader(stream, name, progress).read()


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the whole document; the check decodes every picture in the file."""
    return write_ora(document, stream, options.metadata, progress)
