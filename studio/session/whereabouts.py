"""Lookup, on this machine, of models and adapters that a file names without their folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from studio.catalog.hashes import FileId, Hashes, kept_hashes, weights_in
from studio.catalog.models import STARTER, model_folder
from studio.catalog.photo_tools import PHOTO_TOOLS
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.shareable import file_name
from studio.edit.identity import weights_of
from studio.edit.request import AdapterUse, ControlUse, EditRequest, ReferenceUse

DEEPEST = 4
"""Subfolders of a model folder that are searched."""
FILES = (".safetensors", ".sft", ".gguf", ".pt", ".pth", ".bin", ".ckpt")
MARKS = ("model_index.json", "subject.json", "config.json")
"""A folder with one of these files is a model, a subject or a network and looked up as a whole."""

U = TypeVar("U", AdapterUse, ControlUse, ReferenceUse)


def model_folders(settings: Settings) -> list[Path]:
    """Return the folders in which the artist keeps models, and the models that are files."""
    return [Path(folder) for folder in settings.get("model_folders", [])]


def offer(paths: Iterable[Path | str], settings: Settings) -> None:
    """Add folders and models to those of ``model_folders``; StudioError if it cannot be saved.

    They come after what the settings have now, which another process may have changed.
    """
    known = [str(one) for one in model_folders(settings)]
    settings.set("model_folders", list(dict.fromkeys([*known, *map(str, paths)])))


def found_again(
    request: EditRequest, settings: Settings, subjects: Path
) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return a request whose names are paths of this machine, and notices about replacements.

    An existing path stays. Otherwise the artist's model folders and the ``subjects`` are searched,
    first by hash, then by name. StudioError if a name is not found.
    """
    search = _Search(model_folders(settings), subjects)
    model, _ = search.path(request.model, request.model_file)
    changes = {
        "adapters": tuple(search.use(use, "path") for use in request.adapters),
        "controls": tuple(search.use(use, "model") for use in request.controls),
        "references": tuple(search.use(use, "model") for use in request.references),
    }
    if not search.searched:
        return request, ()
    return request.replace(model=model, **changes), tuple(search.notices)


def missing_weights(document: Document, settings: Settings, subjects: Path) -> tuple[Notice, ...]:
    """Return a notice about the models and adapters of a document that are missing, if any.

    Reads no weights: a file of another name but the right size is accepted until it is used.
    """
    search = _Search(model_folders(settings), subjects)
    gone = []
    for name, file in dict(_named(document)).items():
        if name and search.find(name, file, read=False) is None:
            gone.append(file_name(name))
    if not gone:
        return ()
    said = notice(
        "Made with {names}, which are not in your model folders. The layers stay as they "
        "are but cannot be generated again.",
        names=", ".join(sorted(set(gone))),
    )
    return (said,)


def _named(document: Document) -> Iterator[tuple[str, FileId | None]]:
    recipes = [one.request.recipe for one in document.results]
    for layer in document.walk():
        if isinstance(layer, GenerativeLayer) and layer.recipe:
            recipes.append(layer.recipe)
        elif isinstance(layer, ControlLayer):
            yield layer.control.model, None
    for recipe in recipes:
        try:
            yield from weights_of(EditRequest.from_recipe(recipe))
        except StudioError:
            continue  # The error is reported when the layer is regenerated.


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    exact: bool = True


class _Search:
    """Searches folders for weights; they are listed once, when a path does not exist."""

    def __init__(self, folders: Sequence[Path], subjects: Path) -> None:
        self._folders = (subjects, *folders)
        self._hashes: Hashes | None = None
        self._places: list[Path] | None = None
        self.notices: list[Notice] = []
        self.searched = False

    def use(self, use: U, field: str) -> U:
        """Return an adapter, control or reference whose ``field`` is a path of this machine."""
        name = str(getattr(use, field))
        path, exact = self.path(name, use.file)
        # A file other than the recipe's must not carry its hash.
        changes: dict[str, Any] = {field: path, "file": use.file if exact else None}
        return replace(use, **changes)

    def path(self, name: str, file: FileId | None) -> tuple[str, bool]:
        """Return the path of a name and whether its content matches, as far as known."""
        if not name:
            return name, True
        found = self.find(name, file)
        if found is None:
            if file_name(name) != name:
                return name, True  # A path given just now: errors are reported on reading.
            raise _missing(name)
        if not found.exact:
            self.notices.append(
                notice(
                    "{name} is not the file that this was made with.",
                    name=file_name(name),
                )
            )
        return found.path, found.exact

    def find(self, name: str, file: FileId | None, *, read: bool = True) -> _Found | None:
        """Return the location of a name; ``read`` allows reading files of the right size."""
        if name in (STARTER, PHOTO_TOOLS) or model_folder(name).exists():
            return _Found(name)
        self.searched = True
        short = file_name(name)
        is_file = short.lower().endswith(FILES)
        places = [one for one in self._all() if one.is_file() == is_file]
        named = [one for one in places if one.name == short]
        if file is None:
            return _Found(_written(named[0])) if named else None
        if self._hashes is None:
            self._hashes = kept_hashes()
        alike = [one for one in (*named, *places) if _size(one) == file.size]
        for one in alike:
            found = self._hashes.known(one)
            if found is not None and found.sha256 == file.sha256:
                return _Found(_written(one))
        unread = [one for one in alike if self._hashes.known(one) is None]
        for one in unread:
            # Name and size match; the content is checked when the job runs.
            if one.name == short or not read:
                return _Found(_written(one))
            found = self._hashes.of(one)
            if found is not None and found.sha256 == file.sha256:
                return _Found(_written(one))
        return _Found(_written(named[0]), exact=False) if named else None

    def _all(self) -> list[Path]:
        if self._places is None:
            self._places = [place for folder in self._folders for place in _things(folder)]
        return self._places


def _things(folder: Path) -> Iterator[Path]:
    """Yield the weights files, models, subjects and networks below a folder, the folder too."""
    folder = folder.expanduser()
    if folder.is_file():
        yield folder
    for top, names, files in os.walk(folder):
        here = Path(top)
        names.sort()
        if len(here.relative_to(folder).parts) >= DEEPEST:
            names.clear()
        weights = [here / name for name in sorted(files) if name.lower().endswith(FILES)]
        marked = any(mark in files for mark in MARKS)
        if marked or weights:
            yield here
        if marked:
            names.clear()
        else:
            yield from weights


def _written(path: Path) -> str:
    return str(path.resolve() if path.is_dir() else path)


def _size(path: Path) -> int:
    try:
        return sum(one.stat().st_size for one in weights_in(path))
    except OSError:
        return -1


def _missing(name: str) -> StudioError:
    return StudioError(
        "{name}, which this result was made with, is not in your model folders.",
        "Add its folder in the preferences.",
        name=name,
    )
