"""Networks in several files: model-00001-of-00003.safetensors and its like."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.opening import open_header
from studio.core.errors import StudioError

SHARD = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<end>\.[a-z]+)$")
MOST = 1000


def shards_of(path: Path) -> tuple[Path, ...]:
    """Return the names of all files of a network, in order: only ``path`` if it is a whole one."""
    match = SHARD.match(path.name)
    if match is None or not 1 <= int(match["count"]) <= MOST:
        return (path,)
    return tuple(
        path.with_name(f"{match['stem']}-{number:05}-of-{match['count']}{match['end']}")
        for number in range(1, int(match["count"]) + 1)
    )


def open_network(path: Path) -> Header:
    """Return the header of a file, or of all shards that it belongs to.

    StudioError as ``open_header``, and if a shard is missing.
    """
    files = shards_of(path)
    if files == (path,):
        return open_header(path)
    missing = [file for file in files if not file.is_file()]
    if missing:
        raise StudioError(
            "{path} is one of {count} files of a model, and {name} is missing.",
            "Put all of them into one folder.",
            path=str(path),
            count=len(files),
            name=missing[0].name,
        )
    headers = [open_header(file) for file in files]
    first = headers[0]
    return replace(
        first,
        size=sum(one.size for one in headers),
        shapes={name: shape for one in headers for name, shape in one.shapes.items()},
        dtypes={name: dtype for one in headers for name, dtype in one.dtypes.items()},
        spans={},
        shards=len(files),
        _kept={},
    )
