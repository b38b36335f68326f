"""Cut, copy and paste between the document and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import MAX_AREA, MAX_SIZE, Document, fits
from studio.document.io.formats import Opened
from studio.document.layer import RasterLayer
from studio.document.locked import check_unlocked
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.session.session import Session
from studio.ui.widgets.pixels import Pixels, array_of
from studio.ui.widgets.translation import tr

if TYPE_CHECKING:
    from studio.ui.documents.documents import Documents


def copy(session: Session, *, visible: bool = False) -> None:
    """Copy the selected part of the active layer, or of the visible picture, to the clipboard."""
    document = session.document
    area = _area(document)
    if visible:
        pixels = composite(document, area)
    else:
        pixels = _layer(document).raster.read(_inside(document, area))
    selection = document.selection
    if selection is not None:
        shape = selection.read(area)[:, :, 0].astype(np.uint16)
        pixels[:, :, 3] = (pixels[:, :, 3] * shape + 127) // 255
    image = QImage(
        np.ascontiguousarray(pixels).data,
        area.width,
        area.height,
        area.width * 4,
        QImage.Format.Format_RGBA8888,
    )
    QGuiApplication.clipboard().setImage(image.copy())


def cut(session: Session) -> None:
    """Copy, then make the selected part of the active layer transparent."""
    layer = _layer(session.document)
    check_unlocked(session.document, [layer.id])
    copy(session)

    def change(document: Document) -> Document:
        area = _area(document)
        place = _inside(document, area)
        pixels = layer.raster.read(place)
        if document.selection is None:
            pixels[:] = 0
        else:
            shape = document.selection.read(area)[:, :, 0].astype(np.uint16)
            pixels[:, :, 3] = (pixels[:, :, 3] * (255 - shape) + 127) // 255
            pixels[pixels[:, :, 3] == 0] = 0
        raster = layer.raster.write(place.x, place.y, pixels)
        return document.update(layer.replace(raster=raster))

    session.edit("Cut", change)


def paste(session: Session) -> None:
    """Add the clipboard's picture as a layer in the middle of the canvas."""
    image = QGuiApplication.clipboard().image()
    if image.isNull():
        raise StudioError(
            "There is no picture on the clipboard.", "Copy a picture first, in any program."
        )
    _check(image)
    add_picture(session, array_of(image))


def drop(documents: Documents, image: QImage) -> None:
    """Add a dropped picture as a layer, or as a new unsaved document if none is open.

    StudioError if it is too large.
    """
    _check(image)
    if documents.current.session.is_blank:
        empty = Opened(Document(width=image.width(), height=image.height()), format="png")
        documents.fill(lambda session: session.adopt(empty, None))
    add_picture(documents.current.session, array_of(image))


def _check(image: QImage) -> None:
    if not fits(image.width(), image.height()):
        raise StudioError(
            "The picture is too large to be a layer.",
            "A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.",
            limit=MAX_SIZE,
            most=MAX_AREA // 10**6,
        )


def add_picture(session: Session, pixels: Pixels) -> None:
    """Add (h, w, 4) straight RGBA pixels as a layer in the middle of the canvas."""
    document = session.document
    x = (document.width - pixels.shape[1]) // 2
    y = (document.height - pixels.shape[0]) // 2
    layer = RasterLayer(name=tr("Pasted"), raster=Raster.from_array(pixels, x, y))
    session.edit("Paste", lambda d: d.insert(layer, above=d.active))


def _area(document: Document) -> Rect:
    if document.selection is None:
        return document.rect
    return document.selection.bounds().intersect(document.rect)


def _inside(document: Document, area: Rect) -> Rect:
    layer = _layer(document)
    return area.shift(-layer.x, -layer.y)


def _layer(document: Document) -> RasterLayer:
    layer = document.active_layer()
    if not isinstance(layer, RasterLayer):
        raise StudioError("No layer with pixels is active.", "Pick one in the layers panel.")
    return layer
