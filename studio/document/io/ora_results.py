"""Stores the tray's results in the `lienzo` folder of an ORA: `results.json` and PNG files.

Other programs skip them. The newest 60 are kept, 256 MB of pixels at most; a damaged one is left
out and the rest is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.raster import Pixels
from studio.document.results import (
    MAX_COUNT,
    KeptRequest,
    KeptResult,
    Parts,
    Results,
    limit_results,
    request_from,
    request_parts,
    requests_of,
    result_from,
    result_parts,
)
from studio.document.shareable import shareable

RESULTS = "lienzo/results.json"
_PLACE = "lienzo/results/{name}.png"
_ERRORS = (KeyError, TypeError, ValueError, AttributeError)

Write = Callable[[str, Pixels], None]
Read = Callable[[str], Pixels]


def describe(document: Document, write: Write) -> dict[str, Any] | None:
    """Return the content of `results.json`, None without results; ``write`` takes the pictures."""
    results = limit_results(document.results)
    if not results:
        return None
    return {
        "version": 1,
        "applied": sorted(document.applied & {one.id for one in results}),
        "requests": [
            _described(request_parts(one, document.frame), f"request{i:02}", write)
            for i, one in enumerate(requests_of(results))
        ],
        "results": [
            _described(result_parts(one), f"{i:02}", write) for i, one in enumerate(results)
        ],
    }


def _described(parts: Parts, name: str, write: Write) -> dict[str, Any]:
    facts, pictures = parts
    files = {}
    for kind, pixels in pictures.items():
        # The result pictures themselves have short names.
        files[kind] = _PLACE.format(name=name if kind == "image" else f"{name}-{kind}")
        write(files[kind], pixels)
    if "recipe" in facts:
        facts = {**facts, "recipe": shareable(facts["recipe"])}
    return {**facts, "files": files}


def restore(data: bytes, read: Read) -> tuple[Results, frozenset[str], int]:
    """Return the intact results, the ids of those applied, and the number of damaged ones.

    ``read`` returns the pixels of an entry, KeyError or ValueError if it is missing or damaged.
    ValueError if nothing can be read.
    """
    try:
        content = json.loads(data)
        if content["version"] != 1:
            raise ValueError(f"version {content['version']}")
        applied = frozenset(map(str, content["applied"]))
        listed = list(content["results"])
        requests = {one.id: one for one in _requests(content["requests"], read)}
    except (*_ERRORS, RecursionError) as error:
        raise ValueError(str(error)) from error
    results = limit_results(_results(listed[:MAX_COUNT], requests, read))
    return results, applied & {one.id for one in results}, len(listed) - len(results)


def _requests(listed: list[Any], read: Read) -> Iterator[KeptRequest]:
    for facts in listed[:MAX_COUNT]:
        try:
            yield request_from(facts, _pictures(facts, read))
        except (*_ERRORS, StudioError):
            continue


def _results(
    listed: list[Any], requests: Mapping[str, KeptRequest], read: Read
) -> Iterator[KeptResult]:
    ids = set()
    for facts in listed:
        try:
            result = result_from(facts, _pictures(facts, read), requests)
        except (*_ERRORS, StudioError):
            continue
        if result.id not in ids:
            ids.add(result.id)
            yield result


def _pictures(facts: Any, read: Read) -> dict[str, Pixels]:
    return {
        str(kind): np.ascontiguousarray(read(str(name))) for kind, name in facts["files"].items()
    }
