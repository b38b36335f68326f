"""Extracts the transparency of a decoded image: an alpha channel, or a PNG's key colour."""

from __future__ import annotations

from typing import Any, BinaryIO

import cv2
import numpy as np
from PIL import Image

from studio.document.raster import Pixels

_STEPS = {1: 255, 2: 85, 4: 17}
"""The size of one level of a low-bit grey PNG in 8 bits, by the number of bits."""


def with_alpha(image: Image.Image) -> tuple[Image.Image, Pixels | None]:
    """Return the image without its alpha, in the mode of its profile, and the alpha."""
    if image.mode in ("LA", "La"):
        straight = image if image.mode == "LA" else image.convert("LA")
        return straight.getchannel("L"), np.asarray(straight.getchannel("A"))
    if image.mode in ("RGBA", "RGBa", "PA"):
        straight = image.convert("RGBA")
        # Not with convert(), to keep the colours of fully transparent pixels.
        bands = [straight.getchannel(band) for band in "RGB"]
        return Image.merge("RGB", bands), np.asarray(straight.getchannel("A"))
    key = image.info.get("transparency")
    if key is None:
        return image, None
    if isinstance(key, int) and (image.mode in ("L", "1") or image.mode.startswith("I")):
        return image, _clear_where(np.asarray(image), _scaled(image, key))
    if image.mode not in ("P", "RGB"):
        return image, None
    straight = image.convert("RGBA")
    bands = [straight.getchannel(band) for band in "RGB"]
    return Image.merge("RGB", bands), np.asarray(straight.getchannel("A"))


def _scaled(image: Image.Image, key: int) -> int | bool:
    """Return the grey level in the image that corresponds to the file's level."""
    if image.mode == "1":
        return bool(key)
    if image.mode != "L":
        return key
    # Pillow scales low bit depths to eight; ``lienzo_bits`` is the original depth.
    bits = image.info.get("lienzo_bits", 8)
    return key * _STEPS.get(bits, 1)


def _clear_where(values: np.ndarray[Any, Any], key: int | bool) -> Pixels:
    return np.where(values == key, 0, 255).astype(np.uint8)


def key_colour_16(image: Image.Image, stream: BinaryIO) -> Image.Image:
    """Return an RGB image of a 16-bit PNG as RGBA, its key colour compared with all 16 bits.

    Pillow has already reduced them to 8; if OpenCV cannot read the file either, all is opaque.
    """
    key = image.info["transparency"]
    stream.seek(0)
    data = np.frombuffer(stream.read(), np.uint8)
    # Since no alpha channel is requested, the values are those of the file.
    values = cv2.imdecode(data, cv2.IMREAD_ANYDEPTH | cv2.IMREAD_COLOR)
    result = image.convert("RGB")
    result.info.update({k: v for k, v in image.info.items() if k != "transparency"})
    if values is None or values.dtype != np.uint16 or values.shape[:2] != image.size[::-1]:
        return result
    clear = (values == np.array(key[::-1], np.uint16)).all(axis=2)
    result.putalpha(Image.fromarray(np.where(clear, 0, 255).astype(np.uint8)))
    return result
