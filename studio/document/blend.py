"""Blend modes by the W3C compositing formulas (https://www.w3.org/TR/compositing-1/)."""

from __future__ import annotations

from enum import Enum


class BlendMode(Enum):
    """Separable blend modes; the value is the name that ORA and CSS use after ``svg:``."""

    NORMAL = "src-over"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
