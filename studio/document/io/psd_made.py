"""Intermediate forms of a Photoshop document's layers, and small helpers of the reader."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.constants import BlendMode as PsdBlend
from psd_tools.constants import Tag

from studio.document.io.psd_bake import Adjust
from studio.document.io.psd_layer import PSD_ERRORS, Facts
from studio.document.layer import Layer, RasterLayer
from studio.document.raster import Pixels, Raster


@dataclass(frozen=True, slots=True, eq=False)
class Under:
    """The part of an effect below its layer, and its blend mode."""

    layer: RasterLayer
    mode: PsdBlend


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Our layers for one of the file, before baking.

    ``mode`` is the file's; ``adjust`` makes it an adjustment, whose only layer is still empty.
    ``fill`` is the fill opacity for modes with it in their formula; ``later`` is set if effects
    are still to be drawn, over the layers clipped to this one.
    """

    layers: tuple[Layer, ...]
    mode: PsdBlend
    below: tuple[Under, ...] = ()
    adjust: Adjust | None = None
    fill: float = 1.0
    later: Facts | None = None


def name_of(layer: PsdLayer) -> str:
    """Return the name of a layer, "?" if it cannot be read."""
    try:
        return str(layer.name).rstrip("\0")
    except PSD_ERRORS:
        return "?"


def clips(layer: PsdLayer) -> bool:
    """Whether a layer is clipped to the one below."""
    try:
        return bool(layer.clipping)
    except PSD_ERRORS:
        return False


def blends_clipped(layer: PsdLayer) -> bool:
    """Whether layers clipped to this one blend with it before it blends with the rest."""
    value = layer.tagged_blocks.get_data(Tag.BLEND_CLIPPING_ELEMENTS, True)
    return bool(getattr(value, "value", value))


def times(pixels: Pixels, shape: Pixels) -> Pixels:
    """Return (h, w, 4) with its alpha multiplied by ``shape`` (h, w)."""
    found = pixels.copy()
    alpha = pixels[:, :, 3].astype(np.uint16) * shape
    found[:, :, 3] = (alpha + 127) // 255
    return found


def shift_raster(raster: Raster, dx: int, dy: int) -> Raster:
    """Return a raster with its pixels shifted."""
    box = raster.tile_bounds
    empty = Raster(channels=raster.channels, default=raster.default)
    return empty if box.is_empty else empty.write(box.x + dx, box.y + dy, raster.read(box))
