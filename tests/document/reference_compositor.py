"""The picture by the W3C formulas in float64 on whole arrays: slow, plain, and what tests trust."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from blend_reference import blend, passed
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Raster

Floats = NDArray[np.float64]


def reference(document: Document, rect: Rect) -> Floats:
    """Return (h, w, 4) straight RGBA in 0..1 of ``rect``, which lies on the canvas."""
    return _stack(document.layers, rect, np.zeros((rect.height, rect.width, 4)))


def _stack(layers: Sequence[Layer], rect: Rect, result: Floats) -> Floats:
    for layer in layers:
        if not layer.visible:
            continue
        place = rect.shift(-layer.x, -layer.y)
        opacity: Floats | float = layer.opacity
        if layer.mask is not None and layer.mask.enabled:
            opacity = layer.opacity * layer.mask.raster.read(place)[:, :, 0] / 255.0
        if isinstance(layer, GroupLayer) and layer.blend is BlendMode.PASS_THROUGH:
            result = passed(result, _stack(layer.children, rect, result), opacity)
            continue
        if isinstance(layer, GroupLayer):
            source = _stack(layer.children, rect, np.zeros_like(result))
        else:
            assert isinstance(layer, RasterLayer)
            source = layer.raster.read(place) / 255.0
        result = blend(result, source, layer.blend, opacity)
    return result


def noise(
    rng: np.random.Generator, width: int, height: int, channels: int = 4
) -> NDArray[np.uint8]:
    """Return noise whose last channel is often 0 and often 255."""
    pixels = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    last = rng.integers(-200, 456, (height, width)).clip(0, 255)
    pixels[:, :, -1] = last
    return pixels


def some_document(rng: np.random.Generator, *, aligned: bool = False) -> Document:
    """Return 300 x 280 pixels of layers of four modes, masks, offsets, opacities and groups."""

    def layer(mode: BlendMode, mask: LayerMask | None = None) -> RasterLayer:
        x, y = (int(n) for n in rng.integers(-300, 200, 2))
        if aligned:
            x, y = x // 256 * 256, y // 256 * 256
        raster = Raster.from_array(
            noise(rng, 380, 350), *(int(n) for n in rng.integers(-90, 90, 2))
        )
        return RasterLayer(
            raster=raster, blend=mode, opacity=float(rng.uniform(0.3, 1)), mask=mask, x=x, y=y
        )

    modes = [BlendMode.NORMAL, BlendMode.MULTIPLY, BlendMode.SCREEN, BlendMode.OVERLAY]
    masks = [
        LayerMask(Raster.from_array(noise(rng, 300, 300, 1), -20, 40, default=default))
        for default in (0, 130, 255)
    ]
    inner = GroupLayer(
        children=(layer(modes[1]), layer(modes[2], masks[0])),
        blend=BlendMode.OVERLAY,
        opacity=0.8,
    )
    outer = GroupLayer(
        children=(layer(modes[0]), inner, layer(modes[3])),
        blend=BlendMode.MULTIPLY,
        mask=masks[1],
        x=-31,
        y=57,
    )
    solid = Raster.from_array(np.full((280, 300, 4), 255, np.uint8))
    hidden = layer(modes[0]).replace(visible=False)
    off = layer(modes[1], LayerMask(masks[2].raster, enabled=False))
    return Document(
        width=300,
        height=280,
        layers=(
            *(layer(mode) for mode in modes),
            RasterLayer(raster=solid, opacity=0.5),
            outer,
            hidden,
            off,
            *(layer(mode, masks[2]) for mode in modes),
        ),
    )
