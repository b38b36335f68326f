"""Lengths in pixels and on paper, and the field for the pixels per inch."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDoubleSpinBox

from studio.core.limits import LIMITS
from studio.ui.widgets.translation import decimals, mark, tr
from studio.ui.widgets.widgets import inset

MM_PER_INCH = 25.4
UNITS = (
    ("px", mark("pixels")),
    ("mm", mark("millimetres")),
    ("cm", mark("centimetres")),
    ("in", mark("inches")),
)
PLACES = {"px": 0, "mm": 1, "cm": 2, "in": 3, "%": 1}
"""Decimals of a length in each unit."""

_DPI_PLACES = 2


def length(pixels: float, unit: str, dpi: float) -> float:
    """Return a length in pixels in a unit of ``UNITS``."""
    inches = pixels / dpi
    factors = {"mm": MM_PER_INCH, "cm": MM_PER_INCH / 10, "in": 1.0}
    return pixels if unit == "px" else inches * factors[unit]


def size_text(width: int, height: int, dpi: float) -> str:
    """Return text for a size in pixels and on paper."""
    return tr(
        "{width} x {height} px ({wide} x {high} mm at {dpi} dpi)",
        width=width,
        height=height,
        wide=decimals(length(width, "mm", dpi), 1),
        high=decimals(length(height, "mm", dpi), 1),
        dpi=_trimmed(dpi),
    )


class DpiField(QDoubleSpinBox):
    """Pixels per inch, in the range that a document may have."""

    def __init__(self, dpi: float) -> None:
        super().__init__()
        limit = LIMITS["dpi"]
        self.setDecimals(_DPI_PLACES)
        self.setRange(limit.least, limit.most)
        self.setSuffix(f" {tr('dpi')}")
        self.setObjectName("stepped")
        self.setValue(dpi)
        inset(self)

    def textFromValue(self, value: float) -> str:
        """Return the number without trailing zeros."""
        text, point = super().textFromValue(value), self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


def _trimmed(dpi: float) -> str:
    whole = abs(dpi - round(dpi)) < 10**-_DPI_PLACES / 2
    return QLocale().toString(float(dpi), "f", 0 if whole else _DPI_PLACES)
