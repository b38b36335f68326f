"""Where the installed assets are, and the sentence for one that is not there."""

from __future__ import annotations

import hashlib
import os
import sys
from enum import Enum
from functools import lru_cache
from pathlib import Path

from studio.core.assets.table import ASSETS, Asset
from studio.core.errors import StudioError
from studio.core.paths import data_dir, resource

SUMS = "SHA256SUMS"
"""In the folder of an asset: one line per file, in the format of sha256sum."""

VARIABLE = "LIENZO_ASSETS"
"""Names the folder of the assets, which is otherwise in the data folder; NOTHING: fetch none."""
NOTHING = "none"


class State(Enum):
    """Whether an asset can be used: all files intact, not there, or not as they were installed."""

    INSTALLED = "installed"
    MISSING = "missing"
    DAMAGED = "damaged"


def asset(id: str) -> Asset:
    """Return the row of an asset; KeyError for an unknown id."""
    return ASSETS[id]


def assets_folder() -> Path:
    """Return the folder into which assets are installed, which need not exist."""
    named = os.environ.get(VARIABLE, "")
    return Path(named) if named and named != NOTHING else data_dir() / "assets"


def asset_folder(row: Asset) -> Path | None:
    """Return the folder that has all files of an asset, None if there is none.

    The folder of the assets is tried first, then the resources of a frozen program, and then the
    place of earlier versions. Only the existence of the files is checked.
    """
    places = [assets_folder() / row.id, resource("assets", row.id)]
    if row.before:
        places += [data_dir().joinpath(*row.before), resource(*row.before)]
    for folder in places:
        if all((folder / member.target).is_file() for member in row.members):
            return folder
    return None


def asset_path(id: str, member: str = "") -> Path:
    """Return an installed file of an asset, the first one if none is named.

    The file's checksum is compared at the first use, and again after the file has changed.
    StudioError with the command that fetches the asset if it is missing or damaged.
    """
    row = asset(id)
    folder = asset_folder(row)
    if folder is None:
        raise _missing(row)
    path = folder / (member or row.members[0].target)
    if not _is_intact(path, _expected(row, folder).get(path.name)):
        raise damaged_asset(id)
    return path


def missing_asset(id: str) -> StudioError | None:
    """Return why an asset cannot be used, None if its files exist; cheap, for greying menus."""
    row = asset(id)
    return _missing(row) if asset_folder(row) is None else None


def asset_state(id: str) -> State:
    """Return the state of an asset; reads its files if they changed since the last check."""
    row = asset(id)
    folder = asset_folder(row)
    if folder is None:
        return State.MISSING
    sums = _expected(row, folder)
    names = {*sums, *(member.target for member in row.members)}
    intact = all(_is_intact(folder / name, sums.get(name)) for name in names)
    return State.INSTALLED if intact else State.DAMAGED


def damaged_asset(id: str) -> StudioError:
    """Return the error for an asset whose files are not as they were installed."""
    return StudioError(
        "The files of {name} are damaged.",
        "Fetch it in Preferences, Networks of the photo tools, or run: {command}",
        name=asset(id).name,
        command=fetch_command(id),
    )


def fetch_command(id: str) -> str:
    """Return the command that fetches an asset, for this kind of installation."""
    if getattr(sys, "frozen", False):
        return f"{Path(sys.executable).name} assets fetch {id}"
    return f'"{sys.executable}" -m studio.cli.main assets fetch {id}'


def _expected(row: Asset, folder: Path) -> dict[str, str]:
    """Return the checksums that are known: those listed, and those of files that were not changed.

    A folder without a list was put there by hand; its other files are checked when they are loaded.
    """
    kept = {member.target: member.sha256 for member in row.members if not member.convert}
    return kept | listed_sums(folder)


def listed_sums(folder: Path) -> dict[str, str]:
    """Return the checksums of an asset's folder by file name; {} if there is no readable list."""
    try:
        rows = [line.split(maxsplit=1) for line in (folder / SUMS).read_text("utf-8").splitlines()]
        return {name.strip().lstrip("*"): digest for digest, name in rows}
    except (OSError, ValueError):
        return {}


def _missing(row: Asset) -> StudioError:
    return StudioError(
        "{name} is not installed, which this needs.",
        "Fetch it in Preferences, Networks of the photo tools, or run: {command}",
        name=row.name,
        command=fetch_command(row.id),
    )


def _is_intact(path: Path, digest: str | None) -> bool:
    try:
        status = path.stat()
        found = file_digest(path, status.st_mtime_ns, status.st_size) if digest else ""
    except OSError:
        return False
    return not digest or found == digest


@lru_cache(maxsize=64)
def file_digest(path: Path, changed: int, size: int) -> str:
    """Return the sha256 of a file; ``changed`` and ``size`` only tell one content from another."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
