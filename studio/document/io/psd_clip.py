"""Converts clipped layers of a Photoshop document to masks and groups, and combines masks."""

from __future__ import annotations

import numpy as np

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.common import MemoryBudget, flatten
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Pixels, Raster


def clip(
    base: Layer, clipped: list[Layer], canvas: Rect, budget: MemoryBudget, *, grouped: bool = False
) -> tuple[Layer, ...]:
    """Return a base and its clipped layers, blended with the base first, then with the rest.

    That is an isolated group with the base's opacity, mode and shape; if all of it is plain, the
    layers stay ungrouped unless ``grouped``.
    """
    alone = base.replace(visible=True, opacity=1.0, blend=BlendMode.NORMAL)
    alpha = flatten(Document(width=canvas.width, height=canvas.height, layers=(alone,)))[:, :, 3]
    if base.blend is BlendMode.PASS_THROUGH:  # Layers clipped to a group blend with it alone.
        base = base.replace(blend=BlendMode.NORMAL)
    plain = base.opacity == 1.0 and base.blend is BlendMode.NORMAL and not grouped
    if not isinstance(base, RasterLayer) or (plain and not ((alpha > 0) & (alpha < 255)).any()):
        masked = [with_shape(layer, alpha, base.visible or not plain) for layer in clipped]
        if plain:
            return (base, *masked)
        group = GroupLayer(name=base.name, children=(alone, *masked))
    else:
        # The shape is the group's mask, so that soft edges are applied once.
        pixels = base.raster.read(canvas.shift(-base.x, -base.y))
        pixels[:, :, 3] = np.where(pixels[:, :, 3] > 0, 255, 0)
        solid = budget.take(Raster.from_array(pixels))
        under = RasterLayer(name=base.name, locked=base.locked, raster=solid)
        mask = LayerMask(budget.take(Raster.from_array(alpha)))
        group = GroupLayer(name=base.name, children=(under, *clipped), mask=mask)
    return (group.replace(visible=base.visible, opacity=base.opacity, blend=base.blend),)


def solid(layer: Layer, canvas: Rect, *, soft: bool = False) -> RasterLayer:
    """Return a layer as the backdrop of its clipped layers: opaque wherever not transparent.

    ``soft`` keeps its soft edges.
    """
    alone = layer.replace(visible=True, opacity=1.0, blend=BlendMode.NORMAL)
    pixels = flatten(Document(width=canvas.width, height=canvas.height, layers=(alone,)))
    if not soft:
        pixels[:, :, 3] = np.where(pixels[:, :, 3] > 0, 255, 0)
    return RasterLayer(raster=Raster.from_array(pixels))


def with_shape(layer: Layer, shape: Pixels, shown: bool = True) -> Layer:
    """Return the layer masked by ``shape`` (h, w) of the canvas, besides a mask of its own."""
    canvas = Rect(0, 0, shape.shape[1], shape.shape[0])
    rect = layer.bounds().intersect(canvas)
    visible = layer.visible and shown
    if rect.is_empty:
        return layer.replace(visible=visible)
    alpha = shape[rect.y : rect.bottom, rect.x : rect.right]
    if layer.mask is not None and layer.mask.enabled:
        own = layer.mask.raster.read(rect.shift(-layer.x, -layer.y))[:, :, 0]
        alpha = ((alpha.astype(np.uint16) * own + 127) // 255).astype(np.uint8)
    mask = Raster.from_array(alpha, rect.x - layer.x, rect.y - layer.y)
    return layer.replace(visible=visible, mask=LayerMask(mask))


def replace_by_picture(group: GroupLayer, picture: RasterLayer) -> GroupLayer:
    """Return a group that shows ``picture`` in place of its layers, which are now hidden."""
    hidden = tuple(child.replace(visible=False) for child in group.children)
    return group.replace(children=(*hidden, picture), blend=BlendMode.NORMAL)
