"""Reads pixels per inch from the forms in which file formats store them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import ExifTags, Image

from studio.core.limits import LIMITS
from studio.core.notices import Notice, notice
from studio.document.document import DPI

CM_PER_INCH = 2.54
PSD_UNIT = 65536.0
"""Photoshop uses 16.16 fixed point (file format specification, image resource 1005)."""

_ROUNDING = 0.0254 / 2
"""Half a pixel per metre in pixels per inch: PNG and BMP store whole pixels per metre."""

INCH, _CENTIMETRE = 2, 3
"""EXIF 2.32, ResolutionUnit."""


def round_density(dpi: float) -> float:
    """Return pixels per inch without the rounding of formats that store pixels per metre."""
    whole = round(dpi)
    return float(whole) if abs(dpi - whole) <= _ROUNDING else round(dpi, 3)


def document_density(found: Sequence[object] | None, name: str, notices: list[Notice]) -> float:
    """Return the document's dpi for the horizontal and vertical ones in the file ``name``.

    None, 0 or anything but a pair of numbers means that the file has none. Densities out of range
    and pixels that are not square add a notice.
    """
    pair = _numbers(found)
    if pair is None or pair[0] <= 0 or pair[1] <= 0:
        return DPI
    across, down = round_density(pair[0]), round_density(pair[1])
    if not LIMITS["dpi"].holds(across):
        notices.append(
            notice(
                "{name} claims {found} pixels per inch, which is impossible; {used} is used.",
                name=name,
                found=f"{across:.6g}",
                used=f"{DPI:g}",
            )
        )
        return DPI
    if abs(across - down) > 0.01 * across:
        notices.append(
            notice(
                "{name} has {across} pixels per inch across and {down} down; "
                "it has {across} both ways now.",
                name=name,
                across=f"{across:g}",
                down=f"{down:g}",
            )
        )
    return across


def read_density(image: Image.Image) -> Sequence[object] | None:
    """Return the horizontal and vertical pixels per inch of a decoded picture, or None.

    Those of the format itself take precedence over those in EXIF.
    """
    own = image.info.get("dpi")
    if isinstance(own, tuple) and len(own) == 2:
        return own
    exif = image.getexif()
    base = ExifTags.Base
    unit = exif.get(base.ResolutionUnit, INCH)
    pair = _numbers((exif.get(base.XResolution), exif.get(base.YResolution)))
    if pair is None or unit not in (INCH, _CENTIMETRE):
        return None
    factor = CM_PER_INCH if unit == _CENTIMETRE else 1.0
    return pair[0] * factor, pair[1] * factor


def _numbers(found: Sequence[object] | None) -> tuple[float, float] | None:
    if not isinstance(found, Sequence) or len(found) != 2:
        return None
    try:
        across, down = (float(one) for one in found)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if math.isfinite(across) and math.isfinite(down) else None
