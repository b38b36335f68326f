"""Replaces layers that a Photoshop file cannot store by pictures of all below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.common import flatten
from studio.document.kinds import InPsd, kind_of
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster


def with_pictures(document: Document) -> Document:
    """Return the document with a picture in place of each layer that Photoshop cannot store.

    The picture shows the layer and all below it in its group, which are then hidden: the document
    looks the same, and the layers below stay in the file.
    """
    if not any(True for _ in pictured(document)):
        return document
    return document.replace(layers=_stack(document.layers, document))


def pictured(document: Document) -> Iterator[Layer]:
    """Yield the layers that Photoshop cannot store."""
    return (layer for layer in document.walk() if kind_of(layer).psd is InPsd.PICTURE)


def _stack(layers: Sequence[Layer], document: Document) -> tuple[Layer, ...]:
    found: list[Layer] = []
    for layer in layers:
        if not _needs_picture(layer):
            isolated = isinstance(layer, GroupLayer) and not _passes(layer)
            found.append(_group(layer, document) if isolated else layer)
            continue
        rest = _hidden(layer)
        if layer.visible:
            below = document.replace(layers=(*found, layer), results=(), attachments={})
            picture = Raster.from_array(flatten(below))
            found = [one.replace(visible=False) for one in found]
            found.extend(rest)
            found.append(RasterLayer(name=layer.name, locked=layer.locked, raster=picture))
        else:
            found.extend(rest or (RasterLayer(name=layer.name, visible=False),))
    return tuple(found)


def _group(group: Layer, document: Document) -> Layer:
    assert isinstance(group, GroupLayer)
    return group.replace(children=_stack(group.children, document))


def _needs_picture(layer: Layer) -> bool:
    """Whether a layer, or a group whose layers affect those below, cannot be written unchanged."""
    if isinstance(layer, GroupLayer) and _passes(layer):
        return any(map(_needs_picture, layer.children))
    return kind_of(layer).psd is InPsd.PICTURE


def _hidden(layer: Layer) -> tuple[Layer, ...]:
    """Return the hidden form of a layer replaced by a picture, as far as it can be stored."""
    if not isinstance(layer, GroupLayer):
        return ()
    kept = [_hidden(one) if _needs_picture(one) else (one,) for one in layer.children]
    children = tuple(one for some in kept for one in some)
    return (layer.replace(children=children, visible=False),)


def _passes(group: GroupLayer) -> bool:
    return group.blend is BlendMode.PASS_THROUGH
