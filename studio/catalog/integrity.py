"""Integrity check of the shipped models' files, and their repair."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from studio.catalog.models import model_folder
from studio.core.errors import StudioError
from studio.core.paths import resource
from studio.core.progress import Progress

LINEAGE = "lineage"
"""The folder in resources with the small systems of the course, which share one list."""
SUMS = "SHA256SUMS"
"""In a model folder: one line per file, in the format of sha256sum."""


def damaged_files(folder: Path, progress: Progress | None = None) -> tuple[Path, ...]:
    """Return the listed files of a model folder that are missing or differ from the shipped ones.

    Empty for a folder without a list. StudioError if the list cannot be read.
    """
    sums = listed_sums(folder)
    found = []
    for number, (name, wanted) in enumerate(sums.items()):
        if progress is not None:
            progress.report(number / len(sums), "Checking the model")
        if _sha256(folder / name) != wanted:
            found.append(folder / name)
    return tuple(found)


def check(folder: Path, progress: Progress | None = None) -> None:
    """Raise StudioError naming the first damaged file of a model folder and how to restore it."""
    damaged = damaged_files(folder, progress)
    if damaged:
        raise StudioError(
            "The model file {path} is damaged or missing ({count} in all).",
            "Close Lienzo and run: {command}",
            path=str(damaged[0]),
            count=len(damaged),
            command=restore_command(),
        )


def restore_command() -> str:
    """Return the command to restore the shipped model, for this kind of installation."""
    if getattr(sys, "frozen", False):
        return f"{Path(sys.executable).name} models --restore"
    return f'"{sys.executable}" -m studio.cli.main models --restore'


def shipped_folder(name: str) -> Path:
    """Return the folder of a shipped model, or that of all systems of the course (`LINEAGE`)."""
    return resource(LINEAGE) if name == LINEAGE else model_folder(name)


def restore(model: str) -> tuple[Path, ...]:
    """Restore damaged files of a shipped folder; returns them.

    In a clone they come from git's own store, without a network. If there is no clone, StudioError
    with a hint.
    """
    folder = shipped_folder(model)
    damaged = damaged_files(folder)
    git = shutil.which("git")
    if not damaged:
        return ()
    if git is None:
        raise _cannot_restore(folder)
    names = [path.relative_to(folder).as_posix() for path in damaged]
    command = [git, "-C", str(folder), "checkout", "HEAD", "--", *names]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise _cannot_restore(folder) from error
    if done.returncode or damaged_files(folder):
        raise _cannot_restore(folder)
    return damaged


def _cannot_restore(folder: Path) -> StudioError:
    return StudioError(
        "The files of {path} cannot be restored: this is not a git clone that contains them.",
        "Install Lienzo again: unpack the download once more, or with a network run: "
        "pip install --force-reinstall --no-deps lienzo",
        path=str(folder),
    )


def listed_sums(folder: Path) -> dict[str, str]:
    """Return the checksums of a model folder by the names of files; StudioError if damaged."""
    file = folder / SUMS
    if not file.is_file():
        return {}
    try:
        rows = [line.split(maxsplit=1) for line in file.read_text("utf-8").splitlines() if line]
        return {name.strip().lstrip("*"): digest for digest, name in rows}
    except (OSError, ValueError) as error:
        raise StudioError(
            "The list of checksums {path} cannot be read ({reason}).",
            "Copy the model folder again from where you got it.",
            path=str(file),
            reason=str(error),
        ) from error


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
