"""Changes the size of the canvas without scaling; each function is Document -> Document."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.control import POSE, people_of, with_people
from studio.document.document import Document
from studio.document.layer import ControlLayer, GroupLayer, Layer
from studio.document.operations import shift_layer
from studio.document.raster import Raster
from studio.document.selection import combine_rasters


def set_canvas(document: Document, rect: Rect) -> Document:
    """Return the document with ``rect``, in pixels of the current canvas, as its canvas.

    Layers keep their pixels outside it; selection and edit mask are cut. StudioError for an
    impossible size.
    """
    if rect == document.rect:
        return document
    if rect.is_empty:
        raise StudioError(
            "Nothing would be left of the picture.", "Pick a part that lies on the canvas."
        )
    dx, dy = -rect.x, -rect.y
    origin = document.origin[0] + rect.x, document.origin[1] + rect.y
    sized = document.replace(width=rect.width, height=rect.height, origin=origin)
    return sized.replace(
        layers=tuple(_carried(layer, dx, dy, sized.rect) for layer in document.layers),
        selection=_cut(document.selection, dx, dy, sized.rect),
        mask=_cut(document.mask, dx, dy, sized.rect),
    )


def extend_canvas(
    document: Document, left: int = 0, top: int = 0, right: int = 0, bottom: int = 0
) -> Document:
    """Return the document extended by some pixels on each side; negative numbers cut."""
    width, height = document.width, document.height
    return set_canvas(document, Rect.from_edges(-left, -top, width + right, height + bottom))


def resize_canvas(
    document: Document, width: int, height: int, anchor: tuple[float, float] = (0.5, 0.5)
) -> Document:
    """Return the document with a canvas of that size; ``anchor``, 0..1 each way, stays fixed."""
    left = round((width - document.width) * anchor[0])
    top = round((height - document.height) * anchor[1])
    return set_canvas(document, Rect(-left, -top, width, height))


def crop_canvas(document: Document, rect: Rect | None = None) -> Document:
    """Return the document cropped to ``rect``, else to the selection, which is then cleared.

    StudioError if nothing is selected or the part is outside the canvas.
    """
    if rect is None:
        if document.selection is None:
            raise StudioError(
                "Nothing is selected, so there is nothing to crop to.", "Select a part first."
            )
        rect = document.selection.bounds()
        document = document.replace(selection=None)
    return set_canvas(document, rect.intersect(document.rect))


def _carried(layer: Layer, dx: int, dy: int, canvas: Rect) -> Layer:
    """Return a layer moved with the canvas; figures are redrawn, also where the canvas cut them."""
    if isinstance(layer, GroupLayer):
        children = tuple(_carried(child, dx, dy, canvas) for child in layer.children)
        return layer.replace(x=layer.x + dx, y=layer.y + dy, children=children)
    layer = shift_layer(layer, dx, dy)
    if isinstance(layer, ControlLayer) and layer.control.kind == POSE and layer.control.people:
        return with_people(layer, people_of(layer), canvas)
    return layer


def _cut(raster: Raster | None, dx: int, dy: int, canvas: Rect) -> Raster | None:
    if raster is None:
        return None
    cut = combine_rasters(Raster.filled(canvas, 255), raster.shifted(dx, dy), "intersect")
    return cut if cut.tiles else None
