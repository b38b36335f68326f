"""Decodes a HEIF file inside its own process; imports little, so that it starts quickly."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

Decoded = tuple[str, tuple[int, int], bytes | None, dict[str, Any], int]


def decode(data: bytes, max_side: int, max_area: int) -> Decoded:
    """Return mode, size, pixels, info and the number of pictures; no pixels if it is too large."""
    from pi_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # Both limits are arguments.
    with Image.open(io.BytesIO(data), formats=["HEIF"]) as image:
        pixels = None
        if max(image.size) <= max_side and image.width * image.height <= max_area:
            image.load()
            pixels = image.tobytes()
        kept = (str, bytes, int, float)
        info: dict[str, Any] = {}
        info |= {str(key): value for key, value in image.info.items() if isinstance(value, kept)}
        return image.mode, image.size, pixels, info, int(getattr(image, "n_frames", 1))
