"""The files of the networks of the photo tools."""

from __future__ import annotations

from pathlib import Path

from studio.core.errors import StudioError
from studio.core.paths import data_dir


def weights_file(asset: str, file: str) -> Path:
    """Return an installed file of an asset; StudioError if it is missing."""
    path = data_dir() / "assets" / asset / file
    if not path.is_file():
        raise StudioError(
            "The network of this tool is not installed.",
            "Run lienzo assets fetch {asset}.",
            asset=asset,
        )
    return path
