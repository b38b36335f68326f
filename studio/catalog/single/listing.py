"""The single files in the artist's folders that are, or ought to be, models."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from studio.catalog.other_programs import HUB, is_invoke
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.opening import PARTIAL
from studio.catalog.recognise.scan import is_weights
from studio.catalog.recognise.walk import walk
from studio.catalog.single.opened import finding_of

FOLDERS = ("checkpoints", "diffusion_models", "unet", "stable-diffusion")
"""Names, in any case, of the folders for models below a folder or its "models", as in ComfyUI,
A1111 and Forge."""
INNER = "models"
SUFFIXES = (".safetensors", ".sft", ".gguf", ".ckpt")
DEEPEST = 3
INDEX = "model_index.json"


def model_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that are models, also those of the usual folders below it.

    A file that is damaged or unknown is in the answer too, and a folder that is closed, so that its
    error can be shown; LoRAs and other parts are left out. ``folder`` may itself be a file. Links
    are followed, each folder once. Reads headers only.
    """
    if folder.is_file():
        yield folder
        return
    for path in dict.fromkeys(_candidates(folder)):
        if path.is_dir() or finding_of(path).kind in KINDS:
            yield path


KINDS = (Kind.MODEL, Kind.NETWORK, Kind.UNUSABLE, Kind.UNKNOWN)


def _candidates(folder: Path) -> Iterator[Path]:
    folders, files = _content(folder)
    if INDEX in files:
        return
    named = folder.name.lower() in FOLDERS
    if named:
        yield from _below(folder)
        return
    yield from _weights(folder, files)
    if folder.name.lower() == INNER and is_invoke(folder.parent):
        yield from _below(folder)
        return
    for snapshot in hub_snapshots(folder, folders):
        yield from _weights(snapshot, _content(snapshot)[1])
    for name in folders:
        if name.lower() in FOLDERS:
            yield from _below(folder / name)
        elif name.lower() == INNER:
            for inner in _content(folder / name)[0]:
                if inner.lower() in FOLDERS:
                    yield from _below(folder / name / inner)


def inner_models(folder: Path) -> Iterator[Path]:
    """Yield the models in diffusers layout of InvokeAI's folder and of the hub's cache."""
    if folder.name.lower() == INNER and is_invoke(folder.parent):
        yield from sorted(one.parent for one in folder.glob(f"*/*/*/{INDEX}"))
    yield from (one for one in hub_snapshots(folder) if (one / INDEX).is_file())


def hub_snapshots(folder: Path, folders: Sequence[str] | None = None) -> Iterator[Path]:
    """Yield the current revision of each model in the cache of the Hugging Face hub."""
    names = _content(folder)[0] if folders is None else folders
    for name in (one for one in names if one.startswith(HUB)):
        snapshots = folder / name / "snapshots"
        try:
            current = (folder / name / "refs" / "main").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            current = ""
        revisions = [current] if current else _content(snapshots)[0][-1:]
        yield from (snapshots / one for one in revisions if (snapshots / one).is_dir())


def _below(top: Path) -> Iterator[Path]:
    closed: list[Path] = []

    def note(error: OSError) -> None:
        closed.append(Path(error.filename or top))

    for here, folders, files in walk(top, DEEPEST, onerror=note):
        if INDEX in files:
            folders.clear()
            continue
        yield from (here / one for one in files if is_weights(one, files))
    yield from closed


def _content(folder: Path) -> tuple[list[str], list[str]]:
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return [], []
    folders = [entry.name for entry in found if entry.is_dir()]
    return folders, [entry.name for entry in found if entry.name not in set(folders)]


def _weights(folder: Path, files: list[str]) -> Iterator[Path]:
    """Yield the files of a folder of any kind: only those whose names leave no doubt."""
    for name in files:
        lower = name.lower()
        whole = lower.removesuffix(next((end for end in PARTIAL if lower.endswith(end)), ""))
        if whole.endswith(SUFFIXES) and is_weights(name, files):
            yield folder / name
