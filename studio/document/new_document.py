"""Makes new documents: sizes on screen and paper, and the background of the first layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.document.document import DPI, Document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster

PRINT_DPI = 300.0
"""Default pixels per inch of a picture whose size is given on paper."""

PER_INCH: Mapping[str, float] = {"mm": 25.4, "cm": 2.54, "in": 1.0}
"""The length of an inch in each paper unit."""

Colour = tuple[int, int, int]

COLOURS: Mapping[str, Colour | None] = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "transparent": None,
}
"""Named backgrounds, as straight 8-bit RGB; None is transparent."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A common size, portrait for paper; ``unit`` is "px" or one of ``PER_INCH``."""

    name: str
    label: str
    width: float
    height: float
    unit: str = "px"


PRESETS: tuple[Preset, ...] = (
    Preset("hd", translatable("HD screen"), 1280, 720),
    Preset("full-hd", translatable("Full HD screen"), 1920, 1080),
    Preset("qhd", translatable("QHD screen"), 2560, 1440),
    Preset("4k", translatable("4K screen"), 3840, 2160),
    Preset("square-512", translatable("Small square"), 512, 512),
    Preset("square-1024", translatable("Square"), 1024, 1024),
    Preset("a5", "A5", 148, 210, "mm"),
    Preset("a4", "A4", 210, 297, "mm"),
    Preset("letter", translatable("US Letter"), 8.5, 11, "in"),
)

_NUMBER = r"(\d{1,12}(?:\.\d{1,12})?)"
_SIZE = re.compile(rf"{_NUMBER}\s*x\s*{_NUMBER}\s*(px|mm|cm|in)?")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def usual_dpi(unit: str) -> float:
    """Return the default pixels per inch of a size in that unit."""
    return DPI if unit == "px" else PRINT_DPI


def pixels_of(length: float, unit: str, dpi: float) -> int:
    """Return a length as whole pixels; 0 if it is less than half of one."""
    return round(length if unit == "px" else length / PER_INCH[unit] * dpi)


def parse_size(text: str) -> tuple[float, float, str]:
    """Return width, height and unit of "1920x1080", "210x297mm" or the name of a preset.

    StudioError for anything else.
    """
    name = text.strip().lower()
    preset = next((one for one in PRESETS if one.name == name), None)
    if preset is not None:
        return preset.width, preset.height, preset.unit
    found = _SIZE.fullmatch(name.replace("\N{MULTIPLICATION SIGN}", "x"))
    if found is None:
        raise StudioError(
            "{text} is not a valid picture size.",
            "Give pixels as 1920x1080, paper as 210x297mm, or one of: {names}.",
            text=text,
            names=", ".join(one.name for one in PRESETS),
        )
    return float(found[1]), float(found[2]), found[3] or "px"


def parse_background(text: str) -> Colour | None:
    """Return the colour of "white", "black" or "#rrggbb"; None for "transparent".

    StudioError for anything else.
    """
    name = text.strip().lower()
    if name in COLOURS:
        return COLOURS[name]
    if _HEX.fullmatch(name) is None:
        raise StudioError(
            "{text} is not a valid background.",
            "Give white, black, transparent, or a colour such as #3366cc.",
            text=text,
        )
    digits = name[1:] if len(name) == 7 else "".join(2 * digit for digit in name[1:])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def new_document(
    width: int, height: int, dpi: float, background: Colour | None, layer: str = ""
) -> Document:
    """Return a document of one active pixel layer, filled or transparent.

    ``layer`` is the name of the layer; the default is in English. StudioError for an impossible
    size or density.
    """
    document = Document(width=width, height=height, dpi=dpi)
    raster = Raster()
    if background is not None:
        raster = Raster.filled(document.rect, (*background, 255), channels=4)
    name = layer or ("Layer 1" if background is None else "Background")
    made = RasterLayer(name=name, raster=raster)
    return document.replace(layers=(made,), active=made.id)
