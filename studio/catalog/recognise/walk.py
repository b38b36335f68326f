"""Walks through the folders of an artist's disk, where links may lead round in circles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

Identity = tuple[int, int]
"""Device and number of a folder."""


def walk(
    top: Path,
    deepest: int,
    seen: set[Identity] | None = None,
    onerror: Callable[[OSError], object] | None = None,
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield each folder with the names of its folders and files, sorted, links followed.

    A folder comes once, by whatever links it is reached. Those in ``seen`` are left out, and the
    others are added to it. ``deepest`` is the number of levels below ``top``. Hidden folders are
    left out, and the caller may take more out of the list. ``onerror`` gets the error of a closed
    folder.
    """
    known: set[Identity] = set() if seen is None else seen
    for name, folders, files in os.walk(top, followlinks=True, onerror=onerror):
        here = Path(name)
        depth = len(here.relative_to(top).parts)
        if depth > deepest or is_visited(here, known):
            folders.clear()
            continue
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        yield here, folders, sorted(files)


def is_visited(folder: Path, known: set[Identity]) -> bool:
    """Whether a folder is in ``known``; adds it. True if it is gone."""
    try:
        found = folder.stat()
    except OSError:
        return True
    identity = (found.st_dev, found.st_ino)
    if identity in known:
        return True
    known.add(identity)
    return False
