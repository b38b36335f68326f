"""Sources of references: files, the clipboard, drops, layers and the selection."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage, QPixmap

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.layer import ControlLayer, Layer
from studio.document.raster import Raster
from studio.edit.prepare import visible_rgb
from studio.edit.steering import Reference
from studio.edit.where import place_of
from studio.session.session import Session
from studio.session.sources import layer_rgb, load_reference, shrunk
from studio.ui.widgets.pixels import array_of
from studio.ui.widgets.translation import tr

Work = Callable[[Progress], Reference]
"""Reads one reference on the thread pool; StudioError if it is no picture."""


class ReferenceSource(Protocol):
    """The interface of a document to a box of references; StudioError if there is nothing."""

    def active_layer(self) -> Work:
        """Return the ``Work`` that reads the active layer."""

    def layer(self, layer_id: str) -> Work:
        """Return the ``Work`` that reads a layer."""

    def selection(self) -> Work:
        """Return the ``Work`` that reads the visible picture in the selection's bounds."""

    def where(self) -> Raster:
        """Return the place that an edit would change now, as a mask of the document."""


class SessionReferences:
    """A session's document as a source of references."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def active_layer(self) -> Work:
        """Return the ``Work`` that reads the active layer."""
        return self.layer(self._session.document.active or "")

    def layer(self, layer_id: str) -> Work:
        """Return the ``Work`` that reads a layer."""
        document = self._session.document
        layer = document.find(layer_id)
        if layer is None:
            raise StudioError("No layer is active.", "Pick one in the layers panel.")
        refuse_control(layer)
        return partial(_read_layer, document, layer.id, layer.name)

    def selection(self) -> Work:
        """Return the ``Work`` that reads the visible picture in the selection's bounds."""
        document = self._session.document
        box = _inside(document.selection, document)
        if box.is_empty:
            raise StudioError("Nothing is selected.", "Select a part first.")
        return partial(_read_part, document, box, tr("Selection"))

    def where(self) -> Raster:
        """Return the place by the rule of ``edit.where``."""
        place = place_of(self._session.document).raster
        if place is not None:
            return place
        raise StudioError(
            "Nothing is selected and no mask is painted.",
            "First select the area in which the reference should act.",
        )


def refuse_control(layer: Layer) -> None:
    """Raise StudioError for a control layer."""
    if isinstance(layer, ControlLayer):
        raise StudioError(
            "The control layer “{name}” cannot be used as a picture.",
            "Choose a pixel layer.",
            name=layer.name,
        )


def clipboard_pictures() -> list[Work]:
    """Return the ``Work`` for each picture on the clipboard: copied files, or a picture."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime is None or not holds_pictures(mime):
        raise StudioError(
            "There is no picture on the clipboard.", "Copy a picture first, in any program."
        )
    return pictures_in(mime, tr("Clipboard"))


def holds_pictures(mime: QMimeData) -> bool:
    """Whether it contains files or a picture, readable or not."""
    return mime.hasUrls() or mime.hasImage()


def pictures_in(mime: QMimeData, name: str) -> list[Work]:
    """Return the ``Work`` for each file, or else for the picture ``name``; StudioError if none."""
    files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    if files:
        return [file_picture(Path(file)) for file in files]
    data = mime.imageData() if mime.hasImage() else None
    image = data.toImage() if isinstance(data, QPixmap) else data
    if isinstance(image, QImage) and not image.isNull():
        return [partial(_read_image, QImage(image), name)]
    if mime.hasUrls():
        raise StudioError(
            "This picture is not on this machine.",
            "Save it as a file first: Lienzo opens no connection.",
        )
    raise StudioError("What you dropped is not a picture.", "Drop a picture file or a layer.")


def file_picture(path: Path) -> Work:
    """Return the ``Work`` that reads a file."""
    return partial(_read_file, path)


def _read_file(path: Path, progress: Progress) -> Reference:
    return load_reference(path)


def _read_image(image: QImage, name: str, progress: Progress) -> Reference:
    document = document_from_array(array_of(image), name)
    return _read_part(document, document.rect, name, progress)


def _read_layer(document: Document, layer_id: str, name: str, progress: Progress) -> Reference:
    picture = layer_rgb(document, layer_id)
    if picture is None:
        raise StudioError("The layer “{name}” is empty.", "Choose a layer with pixels.", name=name)
    return Reference(shrunk(picture), name)


def _read_part(document: Document, box: Rect, name: str, progress: Progress) -> Reference:
    return Reference(shrunk(visible_rgb(document, box)), name)


def _inside(raster: Raster | None, document: Document) -> Rect:
    return Rect(0, 0, 0, 0) if raster is None else raster.bounds().intersect(document.rect)
