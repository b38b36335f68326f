"""Headers and findings of weights files, kept as long as the files do not change."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from studio.catalog.recognise.files import recognise_file, recognise_header
from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.opening import open_header
from studio.catalog.recognise.remember import Choices
from studio.core.errors import StudioError

HEADERS, FINDINGS = 8, 2048


def open_model(path: Path) -> tuple[Header, Finding]:
    """Return header and finding of a file; StudioError if it is damaged or no weights file.

    The finding has the artist's own answer, if there is one for the file.
    """
    header, finding = _opened(path, *_stat(path))
    return header, Choices().applied(path, finding)


def finding_of(path: Path) -> Finding:
    """Return what a file is, UNUSABLE with the reason if it is damaged; never a StudioError."""
    try:
        return _found(path, *_stat(path))
    except StudioError:
        return recognise_file(path)


def _stat(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    return stat.st_size, stat.st_mtime_ns


@lru_cache(HEADERS)
def _opened(path: Path, size: int, changed: int) -> tuple[Header, Finding]:
    header = open_header(path)
    return header, recognise_header(header)


@lru_cache(FINDINGS)
def _found(path: Path, size: int, changed: int) -> Finding:
    return _opened(path, size, changed)[1]
