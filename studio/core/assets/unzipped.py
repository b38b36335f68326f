"""Takes a file out of gzip: the tokenizers of language models are packed."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path


def unzip(source: Path, target: Path) -> None:
    """Write the content of a gzip file; OSError or EOFError if it is damaged."""
    with gzip.open(source, "rb") as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)
