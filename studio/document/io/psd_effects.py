"""Draws layer effects of a Photoshop document into pixels: overlays, strokes, shadows and glows.

The paint of an effect (fills, gradients, patterns, bands along an edge) comes from psd-tools; the
order of the effects of one layer follows Photoshop: pattern, gradient and colour overlay, inner
glow, inner shadow, stroke, each within the layer's shape; shadow and outer glow below it. Opacity
fades a layer with its effects, "fill" only its own pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from psd_tools import PSDImage
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.api.layers import ShapeLayer
from psd_tools.composite.blend import get_blend_func
from psd_tools.composite.effects import draw_stroke_effect_split, stroke_bbox
from psd_tools.composite.paint import (
    draw_gradient_fill,
    draw_solid_color_fill,
)
from psd_tools.composite.vector import draw_vector_mask
from psd_tools.constants import BlendMode, ColorMode, Tag

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import translatable
from studio.document.io.common import check_memory
from studio.document.io.psd_layer import PSD_ERRORS
from studio.document.io.psd_old_effects import OldEffect, old_effects
from studio.document.io.psd_pattern import draw_pattern
from studio.document.raster import Pixels

Floats = NDArray[Any]
Convert = Callable[[NDArray[Any]], Pixels]
"""From (h, w, c) 0..1 in the document's colours to (h, w, 3) uint8 sRGB."""

INNER = ("patternoverlay", "gradientoverlay", "coloroverlay", "innerglow", "innershadow", "stroke")
"""The effects within a layer's shape, the lowest first; a stroke is also outside it."""
_OUTER = ("outerglow", "dropshadow")
EFFECTS = {
    "satin": translatable("satin"),
    "bevelemboss": translatable("bevel"),
    "stroke": translatable("stroke"),
    "dropshadow": translatable("drop shadow"),
    "innershadow": translatable("inner shadow"),
    "outerglow": translatable("outer glow"),
    "innerglow": translatable("inner glow"),
    "coloroverlay": translatable("colour overlay"),
    "gradientoverlay": translatable("gradient overlay"),
    "patternoverlay": translatable("pattern overlay"),
}
"""Names of effects by the lower-case names of psd-tools' classes."""

_GRADIENT_AREA = 1 << 20
_BYTES = 100
"""The memory needed to draw effects, in bytes per pixel of the layer."""
_FURTHEST = 300
"""The farthest that shadows, glows and strokes are drawn beyond their layer, in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """The part of an effect below its layer: straight RGBA, in document coordinates."""

    name: str
    pixels: Pixels
    x: int
    y: int
    mode: BlendMode
    opacity: float


@dataclass(slots=True, eq=False)
class Styled:
    """A layer's pixels with its effects, and which effects could not be drawn."""

    pixels: Pixels
    x: int
    y: int
    below: list[Below] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)


def style(
    psd: PSDImage,
    layer: PsdLayer,
    pixels: Pixels,
    place: Rect,
    convert: Convert,
    fill: float = 1.0,
) -> Styled:
    """Return (h, w, 4) straight RGBA at ``place`` with the effects of ``layer`` drawn.

    ``fill`` is the fill opacity of the layer, 0..1, applied to the pixels; masks of the layer that
    limit the effects must already be in the alpha.
    """
    found_effects = layer.effects
    shown = found_effects.enabled  # The master switch.
    effects: list[Any] = [one for one in found_effects if one.enabled and shown]
    effects = effects or list(old_effects(psd, layer))
    try:
        check_memory(place.area * _BYTES, "")
    except StudioError:
        missed = [_kind(one) for one in effects]
        return Styled(pixels, place.x, place.y, missed=missed)
    reach = max((_reach(one) for one in effects), default=0)
    canvas = _Canvas(psd, layer, pixels, place, convert, min(reach, _FURTHEST))
    found = Styled(pixels, place.x, place.y)
    kinds = [_kind(one) for one in effects]
    # The first of a kind in the list of effects is on top.
    listed = list(zip(kinds, effects, strict=True))[::-1]
    order = [(kind, one) for name in (*INNER, *_OUTER) for kind, one in listed if kind == name]
    # "Blend Interior Effects as Group": the fill opacity fades the overlays too.
    value = layer.tagged_blocks.get_data(Tag.BLEND_INTERIOR_ELEMENTS)
    grouped = bool(getattr(value, "value", value))
    canvas.fill(1.0 if grouped else fill)
    faded = not grouped
    for kind, effect in order:
        if not faded and not kind.endswith(("overlay", "innerglow")):
            canvas.fill(fill)
            faded = True
        try:
            if kind in _OUTER:
                found.below.append(canvas.below(kind, effect))
            elif not canvas.inside(kind, effect):
                found.missed.append(kind)
                continue
        except (*PSD_ERRORS, ZeroDivisionError):
            found.missed.append(kind)
            continue
        found.drawn.append(kind)
    if not faded:
        canvas.fill(fill)
    found.missed.extend(kind for kind in kinds if kind not in (*INNER, *_OUTER))
    found.below.reverse()  # The drop shadow is at the bottom.
    found.pixels, found.x, found.y = canvas.result()
    return found


def _kind(effect: Any) -> str:
    return effect.kind if isinstance(effect, OldEffect) else type(effect).__name__.lower()


def _reach(effect: Any) -> int:
    """Return how far an effect extends beyond its layer, in pixels."""
    kind = _kind(effect)
    if kind == "stroke":
        return math.ceil(_number(effect.size)) + 2
    if kind in _OUTER:
        return math.ceil(_number(effect.size) * 1.5 + _number(getattr(effect, "distance", 0))) + 2
    return 0


def _divided(box: tuple[int, int, int, int], part: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(side / part) for side in box)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _resized(values: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    found = cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return found.reshape(size[1], size[0], values.shape[2])


def _number(value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


class _Canvas:
    """A layer's own colour and coverage, over which its effects are painted."""

    def __init__(
        self,
        psd: PSDImage,
        layer: PsdLayer,
        pixels: Pixels,
        place: Rect,
        convert: Convert,
        reach: int,
    ) -> None:
        self._psd, self._layer, self._convert = psd, layer, convert
        self._place = place
        self._box = place.expand(reach)
        padded = np.pad(pixels, ((reach, reach), (reach, reach), (0, 0)))
        # The coverage of the shape; colour and alpha are relative to it.
        self._region: Floats = padded[:, :, 3:].astype(np.float32) / 255
        self._alpha: Floats = np.ones_like(self._region)
        self._colour: Floats = padded[:, :, :3].astype(np.float32) / 255
        self._beside: Floats | None = None
        self._beside_colour: Floats | None = None

    def fill(self, opacity: float) -> None:
        """Fade everything painted so far."""
        if opacity < 1.0:
            self._colour = self._colour * np.float32(opacity)
            self._alpha = self._alpha * np.float32(opacity)

    def inside(self, kind: str, effect: Any) -> bool:
        """Paint an effect within the shape; False if it cannot be drawn."""
        if kind == "stroke":
            return self._stroke(effect)
        coverage: Floats = np.ones_like(self._region)
        if kind.endswith("overlay") and not isinstance(effect, OldEffect):
            paint, own = self._overlay(kind, effect.descriptor)
            if paint is None:
                return False
            colour = self._spread(paint) if paint.shape[:2] != (1, 1) else self._flat(paint)
            if own is not None:
                coverage = self._padded(np.asarray(own, np.float32))
        else:
            colour = self._solid(effect)
            coverage = coverage if kind.endswith("overlay") else self._shade(kind, effect)
        self._over(coverage * (effect.opacity / 100), colour, effect.blend_mode)
        return True

    def below(self, kind: str, effect: Any) -> Below:
        """Return a drop shadow or an outer glow, to be placed below the layer."""
        coverage = self._shade(kind, effect)
        if getattr(effect, "layer_knocks_out", True):
            coverage = coverage * (1 - self._region)
        pixels = np.empty((*coverage.shape[:2], 4), np.uint8)
        pixels[:, :, :3] = (self._solid(effect) * 255).round()
        pixels[:, :, 3] = (coverage[:, :, 0] * 255).round()
        opacity = min(1.0, max(0.0, effect.opacity / 100))
        name = EFFECTS[kind]
        return Below(name, pixels, self._box.x, self._box.y, effect.blend_mode, opacity)

    def result(self) -> tuple[Pixels, int, int]:
        """Return the layer with its effects as straight RGBA, and its corner."""
        alpha = self._region * self._alpha
        colour = self._region * self._colour
        if self._beside is not None and self._beside_colour is not None:
            alpha = alpha + self._beside
            colour = colour + self._beside * self._beside_colour
        pixels = np.empty((*alpha.shape[:2], 4), np.uint8)
        straight = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
        pixels[:, :, :3] = (straight.clip(0, 1) * 255).round()
        pixels[:, :, 3] = (alpha[:, :, 0].clip(0, 1) * 255).round()
        return pixels, self._box.x, self._box.y

    def _over(self, coverage: Floats, colour: Floats, mode: BlendMode) -> None:
        """Paint with a coverage and a colour, both relative to the layer's shape."""
        under = np.divide(
            self._colour, self._alpha, out=np.broadcast_to(colour, self._colour.shape).copy(),
            where=self._alpha > 0,
        )  # fmt: skip
        mixed = get_blend_func(mode, ColorMode.RGB)(under, np.broadcast_to(colour, under.shape))
        paint = (1 - self._alpha) * colour + self._alpha * mixed
        self._colour = ((1 - coverage) * self._colour + coverage * paint).astype(np.float32)
        self._alpha = coverage + (1 - coverage) * self._alpha

    def _stroke(self, effect: Any) -> bool:
        box = self._box
        viewport = (box.x, box.y, box.right, box.bottom)
        stroke_bbox(viewport, effect.descriptor)  # ValueError for excessive sizes.
        shape = self._region
        if isinstance(self._layer, ShapeLayer) and self._layer.vector_mask is not None:
            # A stroke follows the path, even if the fill fades within it.
            path = draw_vector_mask(self._layer, viewport)
            shape = np.where(path >= 1.0 - 1e-5, 1.0, shape).astype(np.float32)
        paint, band, inside = draw_stroke_effect_split(
            viewport, shape, effect.descriptor, self._psd
        )
        colour = self._convert(np.asarray(paint)).astype(np.float32) / 255
        opacity = min(1.0, max(0.0, effect.opacity / 100))
        overlap = np.minimum(inside, self._region)
        share = np.divide(overlap, self._region, out=np.zeros_like(overlap), where=self._region > 0)
        self._over(share.clip(0, 1) * opacity, colour, effect.blend_mode)
        beside = np.minimum(band - overlap, 1 - self._region) * opacity
        if self._beside is None or self._beside_colour is None:
            self._beside, self._beside_colour = beside, colour
        else:  # A further stroke is over the one before it.
            both = beside + (1 - beside) * self._beside
            mixed = beside * colour + (1 - beside) * self._beside * self._beside_colour
            self._beside_colour = np.divide(mixed, both, out=np.zeros_like(mixed), where=both > 0)
            self._beside = both
        return True

    def _overlay(
        self, kind: str, descriptor: Any
    ) -> tuple[NDArray[Any] | None, NDArray[Any] | None]:
        place, mode = self._place, self._psd.color_mode
        viewport = (place.x, place.y, place.right, place.bottom)
        if kind == "coloroverlay":
            return draw_solid_color_fill((0, 0, 1, 1), mode, descriptor)
        if kind == "patternoverlay":
            return draw_pattern(self._psd, self._layer, place, descriptor)
        box = (self._layer.left, self._layer.top, self._layer.right, self._layer.bottom)
        anchor = box if bool(descriptor.get(b"Algn", True)) else self._psd.viewbox
        if (offset := descriptor.get(b"Ofst")) is not None:  # In percent of the box.
            dx = round(_number(offset.get(b"Hrzn")) / 100 * (anchor[2] - anchor[0]))
            dy = round(_number(offset.get(b"Vrtc")) / 100 * (anchor[3] - anchor[1]))
            anchor = (anchor[0] + dx, anchor[1] + dy, anchor[2] + dx, anchor[3] + dy)
        # A gradient is smooth: for a large layer it is drawn small and scaled up.
        part = max(1, round(math.sqrt(place.area / _GRADIENT_AREA)))
        if part == 1:
            return draw_gradient_fill(viewport, mode, descriptor, anchor)
        small = _divided(viewport, part)
        paint, own = draw_gradient_fill(small, mode, descriptor, _divided(anchor, part))
        size = (place.width, place.height)
        return tuple(None if one is None else _resized(one, size) for one in (paint, own))  # type: ignore[return-value]

    def _flat(self, paint: NDArray[Any]) -> Floats:
        return self._convert(paint).astype(np.float32) / 255

    def _spread(self, paint: NDArray[Any]) -> Floats:
        return self._padded(self._convert(paint).astype(np.float32) / 255)

    def _padded(self, values: NDArray[Any]) -> Floats:
        """Return values of the layer's rectangle, padded to the canvas of its effects."""
        reach = self._place.x - self._box.x
        return np.pad(values.astype(np.float32), ((reach, reach), (reach, reach), (0, 0)))

    def _solid(self, effect: Any) -> Floats:
        if isinstance(effect, OldEffect) and effect.rgb is not None:
            return np.array(effect.rgb, np.float32).reshape(1, 1, 3)
        if getattr(effect, "color", None) is None:
            raise ValueError("no colour")
        mode = self._psd.color_mode
        paint, _ = draw_solid_color_fill((0, 0, 1, 1), mode, effect.descriptor)
        return self._flat(paint)

    def _shade(self, kind: str, effect: Any) -> Floats:
        """Return the blurred coverage of a shadow or a glow."""
        size, choke = _number(effect.size), min(1.0, _number(effect.choke) / 100)
        shape = self._region[:, :, 0]
        if kind in ("innershadow", "innerglow"):
            shape = 1 - shape
        if "shadow" in kind:
            angle = math.radians(_number(effect.angle))
            away = min(_number(effect.distance), float(_FURTHEST))
            dx, dy = -math.cos(angle) * away, math.sin(angle) * away
            move = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
            edge = 1.0 if kind == "innershadow" else 0.0
            shape = cv2.warpAffine(
                shape, move, shape.shape[::-1], flags=cv2.INTER_LINEAR, borderValue=edge
            )
        grown = round(size * choke)
        if grown > 0:
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grown + 1, 2 * grown + 1))
            shape = cv2.dilate(shape, kernel)
        # Photoshop's size is the width of the whole ramp, about two standard deviations.
        sigma = min(size * (1 - choke), 250.0) / 2
        if sigma > 0.2:
            border = cv2.BORDER_REPLICATE
            shape = cv2.GaussianBlur(shape, (0, 0), sigma, borderType=border)
        if kind == "innerglow" and str(getattr(effect, "glow_source", "")).endswith("CENTER"):
            shape = 1 - shape
        return np.asarray(shape, np.float32)[:, :, None].clip(0, 1)
