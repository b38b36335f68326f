"""Sources of photos of a subject: files, the clipboard, drops, layers and the selection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QPixmap

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.io.formats import document_from_array
from studio.session import photos
from studio.session.photos import LoadedPhoto, PhotoProblem, load_photos
from studio.session.session import Session
from studio.ui.layers.layers_panel import ID, NAME, LayerTree
from studio.ui.prompt.reference_sources import holds_pictures, refuse_control
from studio.ui.widgets.pixels import array_of
from studio.ui.widgets.translation import tr

Read = list[LoadedPhoto | PhotoProblem]
Work = Callable[[Progress], Read]
"""Reads photos on the thread pool; StudioError if it can read none."""


def file_photos(paths: Sequence[Path]) -> list[Work]:
    """Return the ``Work`` that reads each file, also those in folders."""
    return [partial(_read_file, path) for path in paths]


def layer_photo(session: Session, layer_id: str | None = None) -> Work:
    """Return the ``Work`` that reads a layer, the active one by default; StudioError if none."""
    document = session.document
    layer = document.find(layer_id or document.active or "")
    if layer is None:
        raise StudioError("No layer is active.", "Pick one in the layers panel.")
    refuse_control(layer)
    wanted = layer.id
    return lambda progress: [photos.layer_photo(document, wanted)]


def selection_photo(session: Session) -> Work:
    """Return the ``Work`` that reads the visible picture in the selection."""
    document, name = session.document, tr("Selection")
    return lambda progress: [photos.selection_photo(document, name)]


def clipboard_photos() -> list[Work]:
    """Return the ``Work`` for each picture on the clipboard: copied files, or a picture."""
    mime = QGuiApplication.clipboard().mimeData()
    if mime is None or not holds_pictures(mime):
        raise StudioError(
            "There is no picture on the clipboard.", "Copy a picture first, in any program."
        )
    return photos_in(mime, tr("Clipboard"))


def takes(event: QDropEvent) -> bool:
    """Accept a drag or a drop of pictures or a layer, and return whether it was accepted."""
    if isinstance(event.source(), LayerTree):
        # After a MoveAction the source list would remove the row.
        dropping = event.type() is QEvent.Type.Drop
        event.setDropAction(Qt.DropAction.IgnoreAction if dropping else event.proposedAction())
    elif holds_pictures(event.mimeData()):
        event.setDropAction(Qt.DropAction.CopyAction)
    else:
        return False
    event.accept()
    return True


def dropped_photos(session: Session, event: QDropEvent) -> list[Work]:
    """Return the ``Work`` for each dropped picture; StudioError if there is none."""
    tree = event.source()
    if isinstance(tree, LayerTree):
        item = tree.currentItem()
        return [layer_photo(session, str(item.data(NAME, ID)) if item is not None else None)]
    return photos_in(event.mimeData(), tr("Dropped picture"))


def photos_in(mime: QMimeData, name: str) -> list[Work]:
    """Return the ``Work`` for each file, or else for the picture ``name``; StudioError if none."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return file_photos(files)
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


def _read_file(path: Path, progress: Progress) -> Read:
    return load_photos([path], progress)


def _read_image(image: QImage, name: str, progress: Progress) -> Read:
    document = document_from_array(array_of(image), name)
    return [photos.layer_photo(document, document.layers[0].id)]
