"""Results in a journal's folder: one file per request and per result, each written atomically."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from studio.document.frame import Frame
from studio.document.raster import Pixels
from studio.document.results import (
    KeptRequest,
    KeptResult,
    Parts,
    Results,
    request_from,
    request_parts,
    requests_of,
    result_from,
    result_parts,
)

FOLDER = "results"
PART = ".part"
"""Suffix of a file that is not completely written yet."""
_FACTS = "facts"
_ERRORS = (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError)


def write(
    folder: Path, results: Results, *, most: int | None = None, sync: bool = True
) -> list[Path]:
    """Write the files of a journal's folder that are missing; OSError if that fails.

    A request is written before its results, so that after an interruption every result that exists
    can be read. At most ``most`` bytes of pixels are written, of the first results; without
    ``sync`` the files survive a killed process, but perhaps not a power cut. Returns the files that
    were written.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    there = {path.name for path in place.iterdir()}
    written: list[Path] = []
    for result in results:
        request = result.request
        missing = [one for one in (request, result) if _name(one) not in there]
        size = sum(one.nbytes for one in missing)
        if most is not None and size > most:
            break
        most = most - size if most is not None else None
        for one in missing:
            is_request = isinstance(one, KeptRequest)
            parts = request_parts(request, Frame()) if is_request else result_parts(result)
            _save(place / _name(one), parts, sync)
            there.add(_name(one))
            written.append(place / _name(one))
    return written


def are_there(folder: Path, results: Results) -> bool:
    """Whether every result has its files."""
    there = {path.name for path in (folder / FOLDER).iterdir()}
    return _names(results) <= there


def sync_all(paths: Iterable[Path]) -> None:
    """Sync files to the disk, skipping those that no longer exist."""
    for path in paths:
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as stream:
            os.fsync(stream.fileno())


def sweep(folder: Path, results: Results) -> None:
    """Remove the files of results that were discarded."""
    place = folder / FOLDER
    if place.is_dir():
        wanted = _names(results)
        for path in place.iterdir():
            if path.name not in wanted and path.suffix != PART:
                path.unlink(missing_ok=True)


def read(folder: Path, ids: Iterable[str]) -> Iterator[KeptResult]:
    """Yield the results with these ids that exist and are intact."""
    place = folder / FOLDER
    requests: dict[str, KeptRequest] = {}
    for one in ids:
        try:
            facts, pictures = _load(place / f"{one}.result")
            name = str(facts["request"])
            if name not in requests:
                requests[name] = request_from(*_load(place / f"{name}.request"))
            yield result_from(facts, pictures, requests)
        except _ERRORS:
            continue


def carry(old: Path, new: Path) -> None:
    """Put the results of a journal's old folder into the new one, without copying if possible."""
    if not (old / FOLDER).is_dir():
        return
    (new / FOLDER).mkdir(exist_ok=True)
    for path in (old / FOLDER).iterdir():
        if path.suffix == PART:
            continue
        try:
            os.link(path, new / FOLDER / path.name)
        except OSError:
            shutil.copyfile(path, new / FOLDER / path.name)


def _names(results: Results) -> set[str]:
    """Return the names of the files of results and of their requests."""
    return {_name(one) for one in results} | {_name(one) for one in requests_of(results)}


def _name(one: KeptRequest | KeptResult) -> str:
    return f"{one.id}.{'request' if isinstance(one, KeptRequest) else 'result'}"


def _save(path: Path, parts: Parts, sync: bool) -> None:
    facts, pictures = parts
    text = np.frombuffer(json.dumps(facts).encode("utf-8"), np.uint8)
    arrays: dict[str, Any] = {_FACTS: text, **pictures}
    # Two threads may write the same file at the same time.
    part = path.with_name(f"{path.name}.{threading.get_ident()}{PART}")
    with part.open("wb") as stream:
        np.savez(stream, **arrays)
        if sync:
            stream.flush()
            os.fsync(stream.fileno())
    part.replace(path)


def _load(path: Path) -> tuple[dict[str, Any], dict[str, Pixels]]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        pictures = {name: archive[name] for name in archive.files}
    facts: dict[str, Any] = json.loads(pictures.pop(_FACTS).tobytes())
    return facts, pictures
