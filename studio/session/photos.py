"""Photos of a subject from files, folders, layers and the selection; originals stay where they are.

Nothing is written: a loaded photo is a copy in memory, no larger than a training can make use of.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from studio.control_maps.edges import at_side
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io import formats
from studio.document.io.pictures import on_white
from studio.document.layer import ControlLayer
from studio.document.raster import Pixels
from studio.document.render.compositor import composite

LARGEST_SIDE = 1536
"""Longer side, in pixels, of a photo in memory: enough for a crop at 1024."""

MOST_FILES = 200
"""Maximum number of files to read; 3 to 5 show a subject well."""

_CLUTTER = {"Thumbs.db", "desktop.ini"}
_NAMED = 5
"""Maximum number of skipped file names to list."""

SOLID = 254
"""A mask with no value below this counts as opaque."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPhoto:
    """A photo upright and over white: ``image`` (h, w, 3) uint8 sRGB.

    ``mask`` (h, w) uint8 is the alpha of a cut-out, or the selection; None if all is opaque.
    ``path`` is its file, None for a part of a document. ``width`` and ``height`` are those of the
    original, in pixels. ``notices`` list the changes made when the file was opened.
    """

    image: Pixels = field(repr=False)
    mask: Pixels | None = field(repr=False)
    name: str
    width: int
    height: int
    path: Path | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def is_gone(self) -> bool:
        """Whether the file that it was read from no longer exists."""
        return self.path is not None and not os.path.isfile(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class PhotoProblem:
    """A file that is not a photo, or a folder with skipped files, with the reason."""

    path: Path
    error: StudioError

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def load_photos(
    paths: Iterable[Path], progress: Progress | None = None
) -> list[LoadedPhoto | PhotoProblem]:
    """Read photos, and the pictures in folders, each once, in order.

    A file that cannot be read is returned as a problem in its position. ``Cancelled`` is raised if
    ``progress`` was cancelled.
    """
    reporter = progress or Progress()
    files, found = _files(paths)
    read = files[:MOST_FILES]
    for number, path in enumerate(read):
        reporter.report(number / len(read), "Reading the photos")
        try:
            found.append(load_photo(path, reporter.sub(number / len(read), 1 / len(read))))
        except StudioError as error:
            found.append(PhotoProblem(path, error))
    if len(files) > MOST_FILES:
        too_many = StudioError(
            "{count} more photos were left out.",
            "Choose the 3 to 5 that show the subject best.",
            count=len(files) - MOST_FILES,
        )
        found.append(PhotoProblem(files[MOST_FILES].parent, too_many))
    reporter.report(1.0, "Reading the photos")
    return found


def load_photo(path: Path, progress: Progress | None = None) -> LoadedPhoto:
    """Read one file, applying EXIF orientation and colour profile; StudioError if not a photo."""
    # Opening a pipe would block forever.
    if os.path.exists(path) and not os.path.isfile(path):
        raise StudioError("{name} is not a file.", "Choose a picture.", name=path.name)
    opened = formats.open_document(path, progress)
    rgba = composite(opened.document, opened.document.rect)
    return replace(_photo(rgba, None, path.stem, path), notices=opened.notices)


def layer_photo(document: Document, layer_id: str) -> LoadedPhoto:
    """Return the content of one layer, with its alpha as the mask; StudioError if it is empty."""
    layer = document.find(layer_id)
    box = layer.bounds().intersect(document.rect) if layer is not None else Rect(0, 0, 0, 0)
    if layer is None or isinstance(layer, ControlLayer):
        raise StudioError("There is no such pixel layer.", "Choose another layer.")
    rgba = None
    if not box.is_empty:
        alone = document.replace(layers=(layer.replace(visible=True),))
        rgba = composite(alone, box)
    if rgba is None or not rgba[:, :, 3].any():
        raise StudioError(
            "The layer “{name}” is empty.", "Choose a layer with pixels.", name=layer.name
        )
    return _photo(rgba, None, layer.name, None)


def selection_photo(document: Document, name: str) -> LoadedPhoto:
    """Return the visible pixels in the selection, which is the mask unless it is a rectangle.

    StudioError if nothing is selected.
    """
    box = Rect(0, 0, 0, 0)
    if document.selection is not None:
        box = document.selection.bounds().intersect(document.rect)
    if document.selection is None or box.is_empty:
        raise StudioError("Nothing is selected.", "Select a part first.")
    return _photo(composite(document, box), document.selection.read(box)[:, :, 0], name, None)


def gone(photos: Sequence[LoadedPhoto]) -> tuple[LoadedPhoto, ...]:
    """Return the photos whose files no longer exist; their pixels in memory stay usable."""
    return tuple(photo for photo in photos if photo.is_gone)


def _photo(rgba: Pixels, shape: Pixels | None, name: str, path: Path | None) -> LoadedPhoto:
    mask: Pixels = rgba[:, :, 3] if shape is None else np.minimum(rgba[:, :, 3], shape)
    height, width = rgba.shape[:2]
    says = int(mask.min()) < SOLID and bool(mask.any())
    return LoadedPhoto(
        image=np.ascontiguousarray(at_side(on_white(rgba), LARGEST_SIDE)),
        mask=np.ascontiguousarray(at_side(mask, LARGEST_SIDE)) if says else None,
        name=name,
        width=width,
        height=height,
        path=path,
    )


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[LoadedPhoto | PhotoProblem]]:
    """Return the files, each once, and problems with folders."""
    files: dict[str, Path] = {}
    problems: list[LoadedPhoto | PhotoProblem] = []
    for path in paths:
        if not os.path.isdir(path):
            files.setdefault(os.path.realpath(path), path)
            continue
        try:
            inside = sorted(_pictures(path))
        except OSError as error:
            reason = error.strerror or str(error)
            problem = StudioError(
                "The folder {name} cannot be read ({reason}).", name=path.name, reason=reason
            )
            problems.append(PhotoProblem(path, problem))
            continue
        if not inside:
            problem = StudioError(
                "There is no picture in the folder {name}.", "Choose another one.", name=path.name
            )
            problems.append(PhotoProblem(path, problem))
        if left := _left_out(path, inside):
            problems.append(left)
        for file in inside:
            files.setdefault(os.path.realpath(file), file)
    return list(files.values()), problems


def _left_out(folder: Path, inside: list[Path]) -> PhotoProblem | None:
    """Return the problem that names the files and folders not read; None if all were read."""
    taken = {path.name for path in inside}
    names = sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in taken and not path.name.startswith(".") and path.name not in _CLUTTER
    )
    if not names or not taken:
        return None
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    error = StudioError(
        "{count} items of the folder {name} were left out: {files}.",
        "From a folder, only flat pictures are added: {known}. Add files with layers one by one.",
        count=len(names),
        name=folder.name,
        files=shown,
        known=", ".join(
            spec.label for spec in formats.FORMATS if spec.can_read and not spec.keeps_layers
        ),
    )
    return PhotoProblem(folder, error)


def _pictures(folder: Path) -> Iterator[Path]:
    """Yield the flat pictures of a folder, sorted by name, without those in its subfolders."""
    known = {
        extension
        for spec in formats.FORMATS
        if spec.can_read and not spec.keeps_layers
        for extension in spec.endings
    }
    for path in folder.iterdir():
        if path.suffix.lower() in known and not path.name.startswith(".") and os.path.isfile(path):
            yield path
