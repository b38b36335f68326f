"""Extracts the content of one layer of a Photoshop document from psd-tools as plain arrays."""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from warnings import catch_warnings, simplefilter

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.api.layers import AdjustmentLayer, Group, PixelLayer, ShapeLayer
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.compression import PSDDecompressionWarning
from psd_tools.constants import BlendMode, ChannelID, ColorMode, Compression, Tag

from studio.core.geometry import Rect
from studio.document.document import MAX_AREA
from studio.document.io.psd_old_effects import has_old_effects, mark_present
from studio.document.raster import Pixels, Raster

PSD_ERRORS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    AssertionError,
    OverflowError,
    RecursionError,
    struct.error,
    zlib.error,
)
"""The errors of psd-tools for damaged bytes: its parser trusts the structures that it read."""

# Damage that psd-tools logs is reported in notices; it need not appear on a terminal as well.
logging.getLogger("psd_tools").addHandler(logging.NullHandler())

_FAR = 1 << 20
_PLANES = {ColorMode.RGB: 3, ColorMode.CMYK: 4, ColorMode.LAB: 3}


@dataclass(frozen=True, slots=True, eq=False)
class PsdMask:
    """A layer mask in document coordinates."""

    raster: Raster
    enabled: bool


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A layer as stored in the file; ``image`` is in the file's colours, ``alpha`` (h, w) or None.

    ``lost`` lists the losses: "drawn", "damaged", "blend if", "knockout". ``opacity`` and ``fill``
    are 0..1; ``effects`` is whether any is switched on, ``path`` whether the layer has a vector
    mask that is not yet applied to its pixels and masks.
    """

    name: str
    visible: bool
    opacity: float
    fill: float
    mode: BlendMode
    locked: bool
    clipping: bool
    group: bool
    adjustment: bool
    expanded: bool
    effects: bool
    path: bool
    lost: tuple[str, ...]
    x: int = 0
    y: int = 0
    image: Image.Image | None = None
    alpha: Pixels | None = None
    mask: PsdMask | None = None


def facts(psd: PSDImage, layer: PsdLayer) -> Facts:
    """Return the content of ``layer``; PSD_ERRORS if it is damaged beyond use."""
    lost = []
    mark_present(layer)
    group = isinstance(layer, Group)
    adjustment = is_adjustment(layer)
    image, alpha, corner = None, None, (0, 0)
    with _damage() as damage:
        if not adjustment and not group:
            image, alpha, corner = _pixels(psd, layer)
            if not isinstance(layer, PixelLayer):
                lost.append("drawn")
        mask = _mask(layer)
    if damage or _is_short(layer):
        lost.append("damaged")
    if _has_ranges(layer):
        lost.append("blend if")
    knockout = layer.tagged_blocks.get_data(Tag.KNOCKOUT_SETTING)
    if getattr(knockout, "value", knockout):
        lost.append("knockout")
    real = layer.mask is not None and layer.mask.has_real()
    vector = layer.vector_mask
    path = vector is not None and not vector.disabled and not real and not is_rendered(layer)
    locks = layer.locks
    return Facts(
        name=str(layer.name).rstrip("\0"),
        visible=bool(layer.visible),
        opacity=layer.opacity / 255,
        fill=layer.fill_opacity / 255,
        mode=BlendMode(layer.blend_mode),
        locked=locks is not None and bool(locks.complete or locks.composite),
        clipping=bool(layer.clipping),
        group=group,
        adjustment=adjustment,
        expanded=bool(isinstance(layer, Group) and layer._setting and layer.open_folder),
        effects=bool(layer.has_effects()) or has_old_effects(layer),
        path=path and (group or layer.has_pixels()) and not isinstance(layer, ShapeLayer),
        lost=tuple(lost),
        x=corner[0],
        y=corner[1],
        image=image,
        alpha=alpha,
        mask=mask,
    )


_ADJUSTMENTS = (
    Tag.BRIGHTNESS_AND_CONTRAST,
    Tag.HUE_SATURATION_V4,
    Tag.CONTENT_GENERATOR_EXTRA_DATA,
)


def is_adjustment(layer: PsdLayer) -> bool:
    """Whether a layer only adjusts those below it, also one that psd-tools treats as pixels."""
    if isinstance(layer, AdjustmentLayer):
        return True
    if not isinstance(layer, PixelLayer) or layer.has_pixels():
        return False
    return any(tag in layer.tagged_blocks for tag in _ADJUSTMENTS)


def is_rendered(layer: PsdLayer) -> bool:
    """Whether the layer's mask in the file is its vector mask, rasterised when it was saved."""
    mask = layer.mask
    return bool(
        mask is not None
        and layer.has_vector_mask()
        and mask.flags.user_mask_from_render
        and not mask.has_real()
    )


def _has_ranges(layer: PsdLayer) -> bool:
    """Whether "Blend If" hides some tones of a layer, or shows some of those below."""
    ranges = layer._record.blending_ranges
    found = [*(ranges.composite_ranges or ()), *(r for c in ranges.channel_ranges or () for r in c)]
    return any(tuple(one) != (0, 65535) for one in found)


def path_coverage(layer: PsdLayer, place: Rect) -> Pixels:
    """Return the coverage of a layer's vector mask in ``place``, (h, w) uint8."""
    from psd_tools.composite.vector import draw_vector_mask

    parameters = layer.mask.parameters if layer.mask is not None else None
    density = None if parameters is None else parameters.vector_mask_density
    feather = None if parameters is None else parameters.vector_mask_feather
    sigma = min(250.0, feather) if feather else 0.0
    wide = place.expand(int(3 * sigma) + 1 if sigma > 0 else 0)
    found = draw_vector_mask(layer, (wide.x, wide.y, wide.right, wide.bottom))
    drawn = Raster.from_array(
        np.asarray((found[:, :, 0].clip(0, 1) * 255).round(), np.uint8), wide.x, wide.y
    )
    return _softened(drawn, density, feather).read(place)[:, :, 0]


@contextmanager
def _damage() -> Iterator[list[str]]:
    """Collect psd-tools' warnings that a channel could not be decoded and is now black."""
    found: list[str] = []
    with catch_warnings(record=True) as caught:
        simplefilter("always", PSDDecompressionWarning)
        yield found
    found.extend(str(one.message) for one in caught)


def _is_short(layer: PsdLayer) -> bool:
    """Whether a channel is shorter than declared, which psd-tools silently pads with black."""
    record, channels = layer._record, layer._channels
    for (width, height), channel in zip(record.channel_sizes, channels, strict=False):
        if not (width and height) or channel.compression != Compression.RLE:
            continue
        # The packed rows are preceded by a table of their lengths, 4 bytes each in a PSB.
        size = 2 * layer._psd.version
        table = channel.data[: size * height]
        lengths = np.frombuffer(table[: len(table) // size * size], f">u{size}")
        if len(table) < size * height or len(table) + int(lengths.sum()) > len(channel.data):
            return True
    return False


def _pixels(
    psd: PSDImage, layer: PsdLayer
) -> tuple[Image.Image | None, Pixels | None, tuple[int, int]]:
    if not layer.has_pixels():
        if isinstance(layer, PixelLayer):
            return None, None, (layer.left, layer.top)  # An empty layer.
        return _drawn(psd, layer)
    place = _checked(Rect.from_edges(layer.left, layer.top, layer.right, layer.bottom))
    if psd.depth == 32:
        image = _from_float(layer)
    else:
        image = _merge(psd.color_mode, [_plane(layer, index) for index in _indices(psd)])
    has_alpha = layer.topil(ChannelID.TRANSPARENCY_MASK)
    alpha = None if has_alpha is None else np.asarray(has_alpha.convert("L"))
    return image, alpha, (place.x, place.y)


def _drawn(
    psd: PSDImage, layer: PsdLayer
) -> tuple[Image.Image | None, Pixels | None, tuple[int, int]]:
    """Draw a shape or a fill without pixels; ValueError if it cannot be drawn."""
    from psd_tools.composite.composite import Compositor
    from psd_tools.composite.vector import draw_vector_mask
    from psd_tools.composite.widen import make_widen

    place = Rect(0, 0, psd.width, psd.height)
    channels = _PLANES.get(psd.color_mode, 1)
    start = np.zeros((place.height, place.width, channels), np.float32)
    painter = Compositor(
        psd.viewbox, start, start[:, :, :1], widen=make_widen(psd), color_mode=psd.color_mode
    )
    # Its own colour and coverage: opacity, masks and effects are applied by the reader.
    colour, _, alpha, stroke = painter._get_object(layer)
    if layer.vector_mask is not None and not layer.vector_mask.disabled:
        alpha = alpha * draw_vector_mask(layer, psd.viewbox)
    if stroke is not None:
        alpha = np.minimum(alpha + stroke[1], 1.0)
    image = array_to_image(psd, np.broadcast_to(colour, (*colour.shape[:2], channels)))
    return image, np.asarray((alpha[:, :, 0].clip(0, 1) * 255).round(), np.uint8), (0, 0)


def array_to_image(psd: PSDImage, values: np.ndarray[Any, Any]) -> Image.Image:
    """Return (h, w, c) 0..1 in psd-tools' order, inverted ink for CMYK, as an image.

    In a document of 32 bits they are linear light, like its pixels.
    """
    count = _PLANES.get(psd.color_mode, 1)
    if psd.depth == 32:
        return linear_to_image(np.broadcast_to(values, (*values.shape[:2], count)))
    if values.shape[2] == 1 and count == 4:
        # A one-channel grey is black ink alone.
        values = np.concatenate((np.ones((*values.shape[:2], 3)), values), axis=2)
    values = np.broadcast_to(values, (*values.shape[:2], max(count, values.shape[2])))
    planes = [
        Image.fromarray((values[:, :, index].clip(0, 1) * 255).round().astype(np.uint8))
        for index in range(count)
    ]
    return _merge(psd.color_mode, planes)


def _indices(psd: PSDImage) -> range:
    return range(_PLANES.get(psd.color_mode, 1))


def _plane(layer: PsdLayer, index: int) -> Image.Image:
    plane = layer.topil(ChannelID(index), apply_icc=False)
    if plane is None:
        raise ValueError(f"channel {index} is missing")
    return plane.convert("L")


def _merge(mode: ColorMode, planes: list[Image.Image]) -> Image.Image:
    if mode == ColorMode.CMYK:  # The file stores inverted ink, Pillow ink.
        return Image.merge("CMYK", [plane.point(lambda v: 255 - v) for plane in planes])
    if mode == ColorMode.LAB:
        return Image.merge("LAB", planes)
    return Image.merge("RGB", planes) if len(planes) == 3 else planes[0]


def _from_float(layer: PsdLayer) -> Image.Image:
    colour = layer.numpy("color")
    if colour is None:
        raise ValueError("no colour")
    return linear_to_image(colour)


def linear_to_image(values: np.ndarray[Any, Any]) -> Image.Image:
    """Return linear light (h, w, c) float as L or RGB by the sRGB curve (IEC 61966-2-1)."""
    linear = np.clip(np.nan_to_num(values), 0.0, 1.0)
    curve = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels = (curve * 255).round().astype(np.uint8)
    pixels = pixels[:, :, :3] if pixels.shape[2] >= 3 else pixels[:, :, 0]
    return Image.fromarray(np.ascontiguousarray(pixels))


def _mask(layer: PsdLayer) -> PsdMask | None:
    mask = layer.mask
    if mask is None:
        return None
    default = 255 if mask.background_color else 0
    box = Rect.from_edges(mask.left, mask.top, mask.right, mask.bottom)
    channel = ChannelID.REAL_USER_LAYER_MASK if mask.has_real() else ChannelID.USER_LAYER_MASK
    if mask.flags.pos_relative_to_layer:
        box = box.shift(layer.left, layer.top)
    raster = Raster(channels=1, default=default)
    image = None if box.is_empty else layer.topil(channel)
    if image is not None:
        _checked(box)
        raster = Raster.from_array(np.asarray(image.convert("L")), box.x, box.y, default)
    if image is None and default == 255:
        return None
    parameters = mask.parameters if mask.flags.parameters_applied else None
    if parameters is not None and not mask.has_real():
        density, feather = parameters.user_mask_density, parameters.user_mask_feather
        if is_rendered(layer):  # A rasterised vector mask may have the parameters of either mask.
            density = parameters.vector_mask_density if density is None else density
            feather = parameters.vector_mask_feather if feather is None else feather
        raster = _softened(raster, density, feather)
    return PsdMask(raster, not mask.disabled)


def _softened(raster: Raster, density: int | None, feather: float | None) -> Raster:
    """Return the mask with Photoshop's density (0..255) and feather (pixels) applied."""
    lift = 0 if density is None else 255 - density
    sigma = min(250.0, feather) if feather else 0.0
    if not lift and not sigma > 0:
        return raster
    box = raster.bounds().expand(int(3 * sigma) + 1)
    pixels = raster.read(box)[:, :, 0]
    if sigma > 0:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)

    def thin(value: Any) -> Any:
        return value + (255 - value) * (lift / 255)

    default = int(thin(raster.default))
    return Raster.from_array(
        thin(pixels.astype(np.float32)).astype(np.uint8), box.x, box.y, default
    )


def _checked(place: Rect) -> Rect:
    near = abs(place.x) < _FAR and abs(place.y) < _FAR
    if not near or place.area > MAX_AREA:
        raise ValueError(f"{place.width} x {place.height} at {place.x}, {place.y}")
    return place


def without_layers(stream: BinaryIO) -> bytes:
    """Return a document's bytes with an empty layer section: only the merged picture is left."""
    stream.seek(0)
    data = stream.read()
    at = 26
    for _ in range(2):  # Colour mode data and image resources.
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    size = 8 if data[4:6] == b"\0\2" else 4
    end = at + size + int.from_bytes(data[at : at + size], "big")
    if end >= len(data):
        raise ValueError("no merged picture")
    return data[:at] + bytes(size) + data[end:]
