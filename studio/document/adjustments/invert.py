"""Invert: 1 - x in each channel."""

from __future__ import annotations

from studio.document.adjustments.row import LEVELS, Adjustment, Floats, Values, same


def table(values: Values) -> Floats:
    """Return the inverse of each level."""
    return same(1.0 - LEVELS)


ROW = Adjustment("invert", "Invert", "ph.circle-half", (), table)
