"""What a row of the table of adjustments consists of, and the forms of their arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.document.adjustments.parameters import Parameter

Values = Mapping[str, Any]
"""The checked values of an adjustment by the ids of its parameters."""
Floats = NDArray[np.float64]

STEPS = 4
"""Entries of a table for each 8-bit level; levels between two entries are interpolated."""
ENTRIES = 255 * STEPS + 1
LEVELS: Floats = np.linspace(0.0, 1.0, ENTRIES)
"""The inputs of a table: 0..1, with every 8-bit level among them."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One adjustment. ``id`` is stored in files and is the option of the command line.

    Exactly one of two is given. ``table`` returns (3, ENTRIES) outputs in 0..1 of the three
    channels, if each depends on itself only: consecutive ones then become one table. ``formula``
    is a function (r, g, b, numbers) that numba compiles, with ``numbers`` the float32 values that
    it reads; it returns three channels in 0..1.
    """

    id: str
    label: str
    icon: str
    parameters: tuple[Parameter, ...]
    table: Callable[[Values], Floats] | None = None
    formula: Callable[..., Any] | None = None
    numbers: Callable[[Values], NDArray[np.float32]] | None = None

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for each parameter, defaults for those that are missing.

        ValueError or TypeError for a value that is none, and for a name that is no parameter's.
        """
        known = {one.id for one in self.parameters}
        if unknown := sorted(set(values) - known):
            raise ValueError(f"{self.id} has no {unknown[0]}")
        return {
            one.id: one.check(values[one.id]) if one.id in values else one.default
            for one in self.parameters
        }


def same(curve: Floats) -> Floats:
    """Return the table that changes all three channels alike."""
    return np.repeat(curve[None], 3, axis=0)


def plain_numbers(values: Values) -> NDArray[np.float32]:
    """Return the numbers and switches in the order of the parameters."""
    found = [float(one) for one in values.values() if isinstance(one, bool | int | float)]
    return np.array(found, np.float32)
