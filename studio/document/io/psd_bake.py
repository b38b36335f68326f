"""Bakes unsupported layers into pixels: unknown blend modes and adjustment layers.

A layer blended in mode B over a backdrop looks the same as one in normal mode with the colour
B(backdrop, layer) and the same coverage, mask and opacity (W3C compositing, 5.8). An adjustment is
such a layer with the adjusted backdrop as its colour. So the picture is right and its layers are
kept; only a later change of the layers below does not affect baked layers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psd_tools.api.layers import AdjustmentLayer
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.composite.adjustments import ADJUSTMENT_FUNC
from psd_tools.composite.blend import get_blend_func
from psd_tools.constants import BlendMode, ColorMode, Tag

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.io.common import flatten
from studio.document.io.psd_layer import PSD_ERRORS
from studio.document.layer import Layer, RasterLayer
from studio.document.raster import Pixels, Raster

Floats = NDArray[Any]
Adjust = Callable[[Floats], Floats]
"""From (h, w, c) 0..1 in the document's blending colours to the same, adjusted."""


_NEUTRAL = {
    BlendMode.COLOR_BURN: 1.0,
    BlendMode.LINEAR_BURN: 1.0,
    BlendMode.COLOR_DODGE: 0.0,
    BlendMode.LINEAR_DODGE: 0.0,
    BlendMode.VIVID_LIGHT: 0.5,
    BlendMode.LINEAR_LIGHT: 0.5,
    BlendMode.HARD_MIX: 0.5,
    BlendMode.DIFFERENCE: 0.0,
}
"""The modes whose "fill" fades a layer's colours towards the mode's neutral colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The colours in which a document blends, if they are not sRGB: (h, w, 3) to (h, w, c)."""

    mode: ColorMode
    enter: Callable[[Floats], Floats]
    leave: Callable[[Floats], Floats]


SRGB = Space(ColorMode.RGB, lambda colour: colour, lambda colour: colour)


def grey_space(ramp: Pixels) -> Space:
    """Return the space of a grayscale document whose 256 levels look like ``ramp`` (256,) in sRGB.

    Values between two levels of the profile are rounded to the nearer one.
    """
    levels = ramp.astype(np.float32) / 255
    order = np.argsort(levels, kind="stable")

    def enter(colour: Floats) -> Floats:
        found = np.interp(colour[:, :, :1], levels[order], order.astype(np.float32) / 255)
        return found.astype(np.float32)

    def leave(colour: Floats) -> Floats:
        found = np.interp(colour[:, :, :1], np.arange(256, dtype=np.float32) / 255, levels)
        return np.repeat(found.astype(np.float32), 3, axis=2)

    return Space(ColorMode.GRAYSCALE, enter, leave)


class Backdrop:
    """The layers below the next layer of a group, flattened on demand.

    ``isolated`` means that it contains nothing from outside the group.
    """

    def __init__(
        self, width: int, height: int, layers: Sequence[Layer] = (), *, isolated: bool = True
    ) -> None:
        self._empty = Document(width=width, height=height)
        self._layers = list(layers)
        self.isolated = isolated

    @property
    def rect(self) -> Rect:
        """The canvas."""
        return self._empty.rect

    def add(self, layers: Sequence[Layer]) -> None:
        """Add further layers on top."""
        self._layers.extend(layers)

    def only(self, layers: Sequence[Layer]) -> None:
        """Replace all layers so far by these."""
        self._layers = list(layers)

    def child(self) -> Backdrop:
        """Return the initial backdrop for the layers of a pass-through group."""
        size = self._empty.width, self._empty.height
        return Backdrop(*size, self._layers, isolated=self.isolated and not self._layers)

    def read(self, area: Rect) -> Pixels:
        """Return a part of the canvas so far, (h, w, 4) uint8 straight."""
        canvas = self._empty.rect
        if area.area * 4 > canvas.area:
            return self.pixels()[area.y : area.bottom, area.x : area.right]
        return flatten(self._empty.replace(layers=tuple(self._layers)), area)

    def pixels(self) -> Pixels:
        """Return the canvas so far, (h, w, 4) uint8 straight."""
        pixels = flatten(self._empty.replace(layers=tuple(self._layers)))
        # One layer replaces all, so that a hundred blends do not flatten a hundred layers each.
        self._layers = [RasterLayer(raster=Raster.from_array(pixels))]
        return pixels


def bake_mode(
    layer: RasterLayer, mode: BlendMode, backdrop: Backdrop, space: Space = SRGB, fill: float = 1.0
) -> RasterLayer:
    """Return a layer in normal mode that looks the same over ``backdrop`` as it did in ``mode``.

    ``fill`` is the fill opacity that is part of the mode's formula; see ``takes_fill``.
    """
    area = layer.bounds().intersect(backdrop.rect)
    if area.is_empty:
        return layer
    below = backdrop.read(area)
    if fill < 1.0 and below[:, :, 3].min() < 255:
        # Over partly transparent pixels it is only known as a factor of the opacity.
        layer, fill = layer.replace(opacity=layer.opacity * fill), 1.0
    blended = get_blend_func(mode, space.mode)
    inside = area.shift(-layer.x, -layer.y)
    pixels = layer.raster.read(inside)
    for top in range(0, area.height, 256):  # Strips keep the float copies small.
        rows = slice(top, top + 256)
        under = below[rows]
        colour = pixels[rows, :, :3].astype(np.float32) / 255
        back = space.enter(under[:, :, :3].astype(np.float32) / 255)
        alpha = under[:, :, 3:].astype(np.float32) / 255
        source = space.enter(colour)
        if fill < 1.0:
            source = _NEUTRAL[mode] * (1 - fill) + source * fill
        mixed = (1 - alpha) * colour + alpha * space.leave(blended(back, source))
        pixels[rows, :, :3] = (np.nan_to_num(mixed).clip(0, 1) * 255).round()
    return layer.replace(raster=layer.raster.write(inside.x, inside.y, pixels))


def takes_fill(mode: BlendMode) -> bool:
    """Whether the fill opacity is part of the mode's formula, as in eight of Photoshop's modes."""
    return mode in _NEUTRAL


def bake_adjustment(
    adjust: Adjust, mode: BlendMode, backdrop: Backdrop, space: Space = SRGB
) -> Pixels:
    """Return the adjusted backdrop, (h, w, 4) straight, with the backdrop's transparency."""
    below = backdrop.pixels()
    blended = get_blend_func(mode, space.mode)
    found = below.copy()
    for top in range(0, below.shape[0], 256):
        rows = slice(top, top + 256)
        back = space.enter(below[rows, :, :3].astype(np.float32) / 255)
        made = space.leave(blended(back, np.asarray(adjust(back), np.float32).clip(0, 1)))
        found[rows, :, :3] = (np.nan_to_num(made).clip(0, 1) * 255).round()
    return found


def adjustment_of(layer: PsdLayer, space: Space) -> Adjust | None:
    """Return the function of an adjustment layer on colours of ``space``; None if unsupported."""
    legacy = layer.tagged_blocks.get_data(Tag.BRIGHTNESS_AND_CONTRAST)
    if legacy is not None and not isinstance(layer, AdjustmentLayer):
        return lambda colour: _legacy_brightness(colour, legacy)
    if not isinstance(layer, AdjustmentLayer) or layer._data is None:
        return None
    function: Any = ADJUSTMENT_FUNC.get(layer.kind)
    if function is None:
        return None
    try:  # Damaged values fail at any pixel, so one is enough.
        function(np.zeros((1, 1, 1 if space.mode is ColorMode.GRAYSCALE else 3)), space.mode, layer)
    except (*PSD_ERRORS, ArithmeticError):
        return None
    return lambda colour: function(colour, space.mode, layer)


def _legacy_brightness(colour: Floats, data: Any) -> Floats:
    """Photoshop's brightness and contrast before CS3: linear about the stored mean.

    Brightness is in levels of 255, added before contrast is raised or after it is lowered;
    contrast is in percent. Measured on files of that kind.
    """
    # psd-tools reads both as unsigned numbers.
    brightness, contrast = (
        value - 65536 if value > 32767 else value
        for value in (int(data.brightness), int(data.contrast))
    )
    mean, moved = float(data.mean) / 255, brightness / 255
    if contrast < 0:
        found = (colour - mean) * (1 + contrast / 100) + mean + moved
    else:
        found = (colour + moved - mean) / max(1e-3, 1 - contrast / 100) + mean
    return np.asarray(found.clip(0, 1), np.float32)
