"""Integrity check of the shipped models' files, and their repair."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from studio.catalog.model_spec import STARTER, ModelSpec, model_folder
from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.core.paths import resource
from studio.core.progress import Progress

LINEAGE = "lineage"
"""The folder in resources with the small systems of the course, which share one list."""
SUMS = "SHA256SUMS"
"""In a model folder: one line per file, in the format of sha256sum."""
RESTORE_HINT = translatable("Close Lienzo and run: {command}")


def damaged_files(
    folder: Path, progress: Progress | None = None, counts: Callable[[Path], bool] | None = None
) -> tuple[Path, ...]:
    """Return the listed files of a model folder that are missing or differ from the shipped ones.

    Only those for which ``counts`` is true, if it is given. Empty for a folder without a list.
    StudioError if the list cannot be read.
    """
    listed = listed_sums(folder)
    sums = {name: one for name, one in listed.items() if counts is None or counts(folder / name)}
    found = []
    for number, (name, wanted) in enumerate(sums.items()):
        if progress is not None:
            progress.report(number / len(sums), "Checking the model")
        if _sha256(folder / name) != wanted:
            found.append(folder / name)
    return tuple(found)


def check(folder: Path, progress: Progress | None = None) -> None:
    """Raise StudioError naming the first damaged file of a model folder and how to restore it."""
    _check(folder, progress, None)


def _check(folder: Path, progress: Progress | None, counts: Callable[[Path], bool] | None) -> None:
    damaged = damaged_files(folder, progress, counts)
    if damaged:
        raise StudioError(
            "The model file {path} is damaged or missing ({count} in all).",
            RESTORE_HINT,
            path=str(damaged[0]),
            count=len(damaged),
            command=restore_command(),
        )


def check_shipped(spec: ModelSpec, progress: Progress | None = None) -> None:
    """Raise StudioError if a file of a shipped model, or of a part it takes from another, differs.

    Takes a tenth of a second. Files without a line in the lists are not looked at.
    """
    parts = [file.parent for one in spec.components for file in one.files]
    folders = {folder.resolve() for folder in (spec.path, *parts)}
    for number, root in enumerate((model_folder(STARTER), shipped_folder(LINEAGE))):
        part = progress.sub(number / 2, 0.5) if progress is not None else None
        _check(root, part, lambda file: not folders.isdisjoint(file.resolve().parents))


def restorable(error: StudioError) -> StudioError:
    """Return the error for a file of a shipped model, with the command that restores it."""
    values = {**error.values, "command": restore_command()}
    return StudioError(error.message, RESTORE_HINT, **values)


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
