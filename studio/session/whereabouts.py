"""Models and adapters that a file names without their folders, found on this machine again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from studio.catalog.hashes import FileId, Hashes, kept_hashes, weights_in
from studio.catalog.models import STARTER
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.shareable import file_name
from studio.edit.identity import weights_of
from studio.edit.request import AdapterUse, ControlUse, EditRequest, ReferenceUse

DEEPEST = 4
"""Folders inside a model folder that are looked through."""
FILES = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
MARKS = ("model_index.json", "subject.json", "config.json")
"""A folder with one of these is a model, a subject or a network: one thing, looked up whole."""

U = TypeVar("U", AdapterUse, ControlUse, ReferenceUse)


def model_folders(settings: Settings) -> list[Path]:
    """Return the folders in which the artist keeps models."""
    return [Path(folder) for folder in settings.get("model_folders", [])]


def found_again(
    request: EditRequest, settings: Settings, subjects: Path
) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return a request whose names are paths of this machine, and what to know about that.

    A path that is there stays. Otherwise the hash counts, then the name, in the artist's model
    folders and among the ``subjects``. StudioError if a name is not there.
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
    """Return a sentence about the models and adapters of a document that are not here, if any.

    Reads no weights: what has another name but the right size is taken for it until it is used.
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
            continue  # The layer says so itself when it is made again.


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    exact: bool = True


class _Search:
    """Looks for weights in folders; these are read once, when something is not at its path."""

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
        # Another file than the recipe's must not go by its hash.
        changes: dict[str, Any] = {field: path, "file": use.file if exact else None}
        return replace(use, **changes)

    def path(self, name: str, file: FileId | None) -> tuple[str, bool]:
        """Return the path of a name and whether its content is the right one, as far as known."""
        if not name:
            return name, True
        found = self.find(name, file)
        if found is None:
            if file_name(name) != name:
                return name, True  # A path that was named just now: whoever reads it says so.
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
        """Return where a name lies; ``read`` allows to read files of the right size."""
        if name == STARTER or Path(name).expanduser().exists():
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
            # The name and the size fit: whether the content does is seen when the job runs.
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
