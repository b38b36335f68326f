"""Installing a pack: all is verified first, and each model comes as a whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.first_fetch import models_folder
from studio.catalog.packs import BLOCK, FOLDERS, Packed, bad_pack, check_contents, opened
from studio.core.assets.places import State, asset_state, assets_folder
from studio.core.errors import StudioError
from studio.core.progress import Progress

RESERVE = 256 << 20
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True, slots=True)
class Installed:
    """The files and folders that are new, and those that were there already."""

    new: tuple[Path, ...]
    kept: tuple[Path, ...]


def install(path: Path, progress: Progress) -> Installed:
    """Install a verified pack into the folders of models and of assets.

    Files are unpacked beside their places and get them only when all of them are complete; a later
    call continues what was cancelled or killed. A file of the same name and another content is
    never replaced: StudioError before anything is written.
    """
    places = {"models": models_folder(), "assets": assets_folder()}
    try:
        with path.open("rb") as stream, opened(stream, path.name) as (archive, files):
            check_contents(archive, files, path.name, progress.sub(0, 0.4))
            missing, kept = _compare(files, places)
            _check_space(missing, places)
            _unpack(archive, missing, places, path.name, progress.sub(0.4, 0.6))
            progress.check()
            new = _move(missing, places)
    except OSError as error:
        raise _sentence(error, path, places["models"]) from error
    return Installed(tuple(new), tuple(kept))


def _split(one: Packed) -> tuple[str, Path]:
    top, _, rest = one.path.partition("/")
    return top, Path(*rest.split("/"))


def _unit(one: Packed) -> tuple[str, Path]:
    """Return what is moved as a whole: a single file, or the folder of a model or an asset."""
    top, inside = _split(one)
    single = top == "models" and inside.parts[0] in FOLDERS.values()
    return top, inside if single else Path(inside.parts[0])


def _staging(folder: Path) -> Path:
    return folder / ".pack"


def _compare(files: Iterable[Packed], places: dict[str, Path]) -> tuple[list[Packed], list[Path]]:
    """Return the files whose unit is not there, and the units that are there with this content."""
    missing: list[Packed] = []
    kept: dict[Path, None] = {}
    for one in files:
        top, unit = _unit(one)
        target = places[top] / unit
        if not target.exists():
            missing.append(one)
            continue
        if top == "assets" and asset_state(unit.name) is State.INSTALLED:
            kept[target] = None
            continue
        there = places[top] / _split(one)[1]
        if not there.is_file() or _digest(there) != one.sha256:
            raise StudioError(
                "{path} is there already with another content. Nothing was installed.",
                "Move it away or rename it, then install the pack again.",
                path=str(target),
            )
        kept[target] = None
    return missing, list(kept)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_space(missing: list[Packed], places: dict[str, Path]) -> None:
    needed: dict[int, int] = {}
    folders: dict[int, Path] = {}
    for one in missing:
        folder = places[_split(one)[0]]
        folder.mkdir(parents=True, exist_ok=True)
        device = folder.stat().st_dev
        there = _staging(folder) / _split(one)[1]
        begun = there.stat().st_size if there.is_file() else 0
        needed[device] = needed.get(device, RESERVE) + max(one.size - begun, 0)
        folders[device] = folder
    for device, size in needed.items():
        free = shutil.disk_usage(folders[device]).free
        if free < size:
            raise StudioError(
                "{folder} has {free} GB free, but the pack needs {needed} GB.",
                "Free some space and install it again. Nothing was installed.",
                folder=str(folders[device]),
                free=f"{free / 1e9:.1f}",
                needed=f"{size / 1e9:.1f}",
            )


def _unpack(
    archive: zipfile.ZipFile,
    missing: list[Packed],
    places: dict[str, Path],
    name: str,
    progress: Progress,
) -> None:
    total, done = max(sum(one.size for one in missing), 1), 0
    for one in missing:
        top, inside = _split(one)
        target = _staging(places[top]) / inside
        if target.is_file() and target.stat().st_size == one.size and _digest(target) == one.sha256:
            done += one.size
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(one.path) as source, target.open("wb") as file:
            while block := source.read(BLOCK):
                progress.report(done / total, "Installing the pack")
                digest.update(block)
                file.write(block)
                done += len(block)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != one.sha256:
            target.unlink()
            raise bad_pack(name, one.path, "it changed while it was read")


def _move(missing: list[Packed], places: dict[str, Path]) -> list[Path]:
    units = list(dict.fromkeys(_unit(one) for one in missing))
    found = []
    for top, unit in units:
        target = places[top] / unit
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(_staging(places[top]) / unit, target)
        found.append(target)
    for folder in places.values():
        with contextlib.suppress(OSError):
            shutil.rmtree(_staging(folder))
    return found


def _sentence(error: OSError, path: Path, folder: Path) -> StudioError:
    if error.errno in _FULL:
        return StudioError(
            "The disk is full; {name} was not installed.",
            "Free some space and install it again; it continues.",
            name=path.name,
        )
    return StudioError(
        "{name} was not installed ({reason}).",
        "Check the rights of {folder}, and that the disk with the pack is still there.",
        name=path.name,
        reason=error.strerror or str(error),
        folder=str(folder),
    )
