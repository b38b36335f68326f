"""Results in a journal's folder: one file a request and one a result, each written whole."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

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
_FACTS = "facts"
_ERRORS = (OSError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError)


def write(folder: Path, results: Results) -> None:
    """Bring the files of a journal's folder up to date with the results; OSError if that fails.

    Requests come first and the files of what was discarded go last, so that whatever is cut off
    in between, each result that is there can be read.
    """
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    there = {path.name for path in place.iterdir()}
    wanted = set()
    for request in requests_of(results):
        wanted.add(_name(request))
        if _name(request) not in there:
            _save(place / _name(request), request_parts(request, (0, 0)))
    for result in results:
        wanted.add(_name(result))
        if _name(result) not in there:
            _save(place / _name(result), result_parts(result))
    for name in there - wanted:
        (place / name).unlink(missing_ok=True)


def read(folder: Path, ids: Iterable[str]) -> Iterator[KeptResult]:
    """Yield the results of the ids that are there and whole."""
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
    """Let a journal's new folder have the results of the old one, without copying if possible."""
    if not (old / FOLDER).is_dir():
        return
    (new / FOLDER).mkdir(exist_ok=True)
    for path in (old / FOLDER).iterdir():
        try:
            os.link(path, new / FOLDER / path.name)
        except OSError:
            shutil.copyfile(path, new / FOLDER / path.name)


def _name(one: KeptRequest | KeptResult) -> str:
    return f"{one.id}.{'request' if isinstance(one, KeptRequest) else 'result'}"


def _save(path: Path, parts: Parts) -> None:
    facts, pictures = parts
    text = np.frombuffer(json.dumps(facts).encode("utf-8"), np.uint8)
    arrays: dict[str, Any] = {_FACTS: text, **pictures}
    part = path.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez(stream, **arrays)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _load(path: Path) -> tuple[dict[str, Any], dict[str, Pixels]]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
        pictures = {name: archive[name] for name in archive.files}
    facts: dict[str, Any] = json.loads(pictures.pop(_FACTS).tobytes())
    return facts, pictures
