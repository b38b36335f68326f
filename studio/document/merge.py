"""Merges several layers into one; each Document -> Document."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.kinds import in_picture
from studio.document.layer import EVERYWHERE, GroupLayer, Layer, RasterLayer
from studio.document.raster import Key, Raster, keys_in, tile_rect
from studio.document.render.compositor import render_tiles


def merge_down(document: Document, layer_id: str) -> Document:
    """Return the document with a layer merged into the one below, which keeps id, name and blend.

    Masks and opacities of both are applied to the result; a hidden upper layer adds nothing.
    StudioError if there is no layer below in the same group.
    """
    parent = document.parent_of(layer_id)
    siblings = parent.children if parent is not None else document.layers
    index = next((i for i, one in enumerate(siblings) if one.id == layer_id), 0)
    if index == 0:
        raise StudioError("There is no layer below to merge with.", "Move the layer up first.")
    lower, upper = siblings[index - 1], siblings[index]
    if holds_control(lower) or holds_control(upper):
        raise StudioError(
            "A control layer cannot be merged, because it is not part of the picture.",
            "Move it out of the group, or delete it if you no longer need it.",
        )
    if not _has_pixels(lower):
        raise StudioError(
            "The layer below has no pixels to merge with.", "Merge that one down first."
        )
    base = lower.replace(blend=BlendMode.NORMAL, visible=True)
    merged = _plain(lower, rasterize_layers([base, upper]))
    document = document.substitute(upper.id, ()).substitute(lower.id, (merged,))
    return document.replace(active=merged.id)


def rasterize(document: Document, layer_id: str) -> Document:
    """Return the document with a group, or a layer with mask or opacity, as plain pixels.

    Blend mode, name and id are kept.
    """
    layer = document.find(layer_id)
    if layer is None or holds_control(layer) or not _has_pixels(layer):
        return document
    base = layer.replace(blend=BlendMode.NORMAL, visible=True)
    merged = _plain(layer, rasterize_layers([base])).replace(visible=layer.visible)
    return document.update(merged)


def flatten(document: Document, name: str = "Background") -> Document:
    """Return the document with all visible layers merged into one; control layers are kept."""
    shown = rasterize_layers(document.layers, document.rect)
    layer = RasterLayer(name=name, raster=shown)
    controls = tuple(one for one in document.walk() if not in_picture(one))
    return document.replace(layers=(layer, *controls), active=layer.id)


def stamp_visible(document: Document, name: str = "Visible") -> Document:
    """Return the document with a merged copy of all visible layers as a new layer on top."""
    shown = rasterize_layers(document.layers, document.rect)
    return document.insert(RasterLayer(name=name, raster=shown))


def rasterize_layers(layers: Sequence[Layer], canvas: Rect | None = None) -> Raster:
    """Return the composite of some layers as straight RGBA, cut at ``canvas`` if given."""
    keys: set[Key] = set()
    for layer in layers:
        keys |= _reach(layer)
    if canvas is not None:
        keys = {key for key in keys if not tile_rect(key).intersect(canvas).is_empty}
    raster = render_tiles(layers, sorted(keys))
    if canvas is None:
        return raster
    edge = [key for key in raster.tiles if not canvas.contains(tile_rect(key))]
    for key in edge:
        inside = tile_rect(key).intersect(canvas)
        kept = Raster().write(inside.x, inside.y, raster.read(inside)).tile(key)
        raster = raster.with_tiles({key: kept})
    return raster


def holds_control(layer: Layer) -> bool:
    if isinstance(layer, GroupLayer):
        return any(map(holds_control, layer.children))
    return not in_picture(layer)


def _has_pixels(layer: Layer) -> bool:
    """Whether a layer has content of its own, and does not only adjust the layers below it."""
    if isinstance(layer, GroupLayer):
        return not layer.children or any(map(_has_pixels, layer.children))
    return layer.bounds() != EVERYWHERE


def _plain(layer: Layer, raster: Raster) -> RasterLayer:
    """Return a raster layer in place of a layer; a blend mode only for groups becomes normal."""
    blend = BlendMode.NORMAL if layer.blend.value.only_groups else layer.blend
    return RasterLayer(
        id=layer.id, name=layer.name, blend=blend, raster=raster, locked=layer.locked
    )


def _reach(layer: Layer) -> set[Key]:
    """Return the tiles on which a layer may have content of its own."""
    if isinstance(layer, GroupLayer):
        return {key for child in layer.children for key in _reach(child)}
    if isinstance(layer, RasterLayer):
        rects = (tile_rect(key).shift(layer.x, layer.y) for key in layer.raster.tiles)
        return {key for rect in rects for key in keys_in(rect)}
    bounds = layer.bounds()
    return set() if bounds == EVERYWHERE else set(keys_in(bounds))
