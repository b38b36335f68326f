"""The parts of a model that are in files of their own, found by where ComfyUI, A1111 and Forge
keep them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.parts import PARTS, TEXT, VAE_FOLDER
from studio.catalog.recognise.walk import walk
from studio.catalog.single.opened import finding_of, open_model
from studio.core.errors import StudioError

FOLDERS: Mapping[str, tuple[str, ...]] = {
    TEXT: ("text_encoders", "text_encoder", "clip"),
    VAE_FOLDER: ("vae",),
}
"""Names, in any case, of the folders of a kind of part, by that in ``Part.folder``."""
LEVELS = 3
"""Number of folders above a model in which such a folder may be."""
DEEPEST = 2
"""Levels of folders in such a folder."""
SUFFIXES = (".safetensors", ".sft", ".gguf")
OWN = (".vae.safetensors", "_vae.safetensors")
"""Ends of the name of an autoencoder that replaces the one in the file before it, as in A1111."""


def own_part(model: Path, part: str) -> Header | None:
    """Return the file that replaces a part of this one model, None if there is none."""
    if PARTS[part].folder != VAE_FOLDER:
        return None
    for end in OWN:
        found = _opened(model.with_name(model.stem + end), part)
        if found is not None:
            return found
    return None


def parts_beside(model: Path, part: str) -> Iterator[Header]:
    """Yield the files beside a model that provide a part, the one with the usual name first."""
    usual = PARTS[part].example.lower()
    candidates = sorted(
        dict.fromkeys(_candidates(model, part)), key=lambda file: file.name.lower() != usual
    )
    found = (_opened(file, part) for file in candidates if file != model)
    yield from (header for header in found if header is not None)


def _candidates(model: Path, part: str) -> Iterator[Path]:
    names = FOLDERS.get(PARTS[part].folder, (PARTS[part].folder,))
    yield from _files(model.parent)
    yield from files_in_folders(model, names)


def files_in_folders(model: Path, names: Collection[str]) -> Iterator[Path]:
    """Yield the weights files in the folders of some names, in lower case, beside and above."""
    for above in (model.parent, *model.parents[1 : LEVELS + 1]):
        for folder in _folders(above):
            if folder.name.lower() in names:
                yield from _files_below(folder)


def _files_below(top: Path) -> Iterator[Path]:
    """Yield the weights files of a folder, then those of the folders in it, each once."""
    for here, _, files in walk(top, DEEPEST):
        yield from (here / one for one in files if one.lower().endswith(SUFFIXES))


def _folders(above: Path) -> list[Path]:
    try:
        return sorted(one for one in above.iterdir() if one.is_dir())
    except OSError:
        return []


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if one.suffix.lower() in SUFFIXES)
    except OSError:
        return []


def _opened(file: Path, part: str) -> Header | None:
    """Return the header of a file that provides a part, None of any other."""
    if not file.is_file() or part not in finding_of(file).provides:
        return None
    try:
        return open_model(file)[0]
    except StudioError:
        return None
