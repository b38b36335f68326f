"""Reduces a file with layers to its merged picture."""

from __future__ import annotations

import dataclasses

from studio.document.document import Document
from studio.document.io.common import Opened, flatten, stem
from studio.document.io.psd_losses import ABOUT_LAYERS, MERGED
from studio.document.layer import RasterLayer
from studio.document.raster import Raster


def flatten_opened(opened: Opened, name: str) -> Opened:
    """Return an opened file with one layer: the merged picture, the file's own if that differs.

    Notices about layers are left out. StudioError if there is not enough memory.
    """
    document = opened.document
    raster = _merged(document)
    if raster is None:
        raster = Raster.from_array(flatten(document))
    layer = RasterLayer(name=stem(name), raster=raster)
    document = document.replace(layers=(layer,), active=layer.id)
    notices = tuple(one for one in opened.notices if one.message not in ABOUT_LAYERS)
    return dataclasses.replace(opened, document=document, notices=notices)


def _merged(document: Document) -> Raster | None:
    """Return the merged picture saved by the file's program, if the document has it."""
    top = document.layers[-1] if document.layers else None
    if isinstance(top, RasterLayer) and top.name == MERGED and not top.visible:
        return top.raster
    return None
