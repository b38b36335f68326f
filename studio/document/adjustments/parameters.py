"""The kinds of parameters of an adjustment; form, command line and files are made from them.

Each class has ``id``, ``label`` and ``default``, ``check``, which returns a value in its range or
raises ValueError, and ``parse``, which reads the text of the command line. Values are JSON-ready.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Protocol

MAX_POINTS = 16
"""Most points of a curve, as in Photoshop."""
SIX_COLOURS = (
    ("reds", "Reds"),
    ("yellows", "Yellows"),
    ("greens", "Greens"),
    ("cyans", "Cyans"),
    ("blues", "Blues"),
    ("magentas", "Magentas"),
)
"""The primary and secondary colours in the order of their hues, as parts of ids and as labels."""
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class Parameter(Protocol):
    """One setting of an adjustment."""

    @property
    def id(self) -> str:
        """The name in files and on the command line."""
        ...

    @property
    def label(self) -> str:
        """The name in the window, in English."""
        ...

    @property
    def group(self) -> str:
        """The label of the page that shows it, "" for every page."""
        ...

    @property
    def default(self) -> Any:
        """The value with which a new layer starts."""
        ...

    def check(self, value: Any) -> Any:
        """Return the value in its range; ValueError or TypeError if it is none."""
        ...

    def parse(self, text: str) -> Any:
        """Return the value that a text of the command line stands for; ValueError if none."""
        ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``, shown with ``decimals`` and a unit."""

    id: str
    label: str
    low: float
    high: float
    default: float = 0.0
    decimals: int = 0
    unit: str = ""
    group: str = ""

    def check(self, value: Any) -> float:
        """Return the number, limited to its range."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{self.id} is not a number")
        if not math.isfinite(value):
            raise ValueError(f"{self.id} is not a finite number")
        return min(max(float(value), self.low), self.high)

    def parse(self, text: str) -> float:
        """Return the number of a text; ValueError outside the range."""
        value = float(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.id} is {self.low:g} to {self.high:g}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """A switch."""

    id: str
    label: str
    default: bool = False
    group: str = ""

    def check(self, value: Any) -> bool:
        """Return a truth value."""
        if not isinstance(value, bool):
            raise TypeError(f"{self.id} is not a truth value")
        return value

    def parse(self, text: str) -> bool:
        """Return whether a text says yes."""
        if text.lower() not in ("yes", "no", "1", "0"):
            raise ValueError(f"{self.id} is yes or no")
        return text.lower() in ("yes", "1")


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as "#rrggbb"."""

    id: str
    label: str
    default: str
    group: str = ""

    def check(self, value: Any) -> str:
        """Return the colour in small letters."""
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            raise ValueError(f"{self.id} is no colour of the form #rrggbb")
        return value.lower()

    def parse(self, text: str) -> str:
        """Return the colour of a text."""
        return self.check(text)


def channels_of(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of "#rrggbb" in 0..1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class ToneCurve:
    """The points of a curve: at least two pairs of levels 0..255, ordered by their first number."""

    id: str
    label: str
    group: str = ""
    default: tuple[tuple[float, float], ...] = ((0.0, 0.0), (255.0, 255.0))

    def check(self, value: Any) -> tuple[tuple[float, float], ...]:
        """Return the points in order; of several with one input level the last is kept."""
        points: dict[float, float] = {}
        for x, y in value:
            if not (math.isfinite(x) and math.isfinite(y)):
                raise ValueError(f"{self.id} has a point that is not a finite number")
            points[min(max(float(x), 0.0), 255.0)] = min(max(float(y), 0.0), 255.0)
        if not 2 <= len(points) <= MAX_POINTS:
            raise ValueError(f"{self.id} needs 2 to {MAX_POINTS} points with different inputs")
        return tuple(sorted(points.items()))

    def parse(self, text: str) -> tuple[tuple[float, float], ...]:
        """Return the points of a text such as "0:0 128:150 255:255"."""
        pairs = [one.split(":") for one in text.split()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{self.id} is written as 0:0 128:150 255:255")
        return self.check([(float(x), float(y)) for x, y in pairs])


@dataclass(frozen=True, slots=True)
class Stops:
    """A gradient: at least two pairs of a place 0..1 and a colour, in order."""

    id: str
    label: str
    group: str = ""
    default: tuple[tuple[float, str], ...] = ((0.0, "#000000"), (1.0, "#ffffff"))

    def check(self, value: Any) -> tuple[tuple[float, str], ...]:
        """Return the stops in order."""
        stops = []
        for place, colour in value:
            if not math.isfinite(place):
                raise ValueError(f"{self.id} has a place that is not a finite number")
            stops.append((min(max(float(place), 0.0), 1.0), Colour("colour", "", "").check(colour)))
        if not 2 <= len(stops) <= 64:
            raise ValueError(f"{self.id} needs 2 to 64 stops")
        return tuple(sorted(stops, key=lambda stop: stop[0]))

    def parse(self, text: str) -> tuple[tuple[float, str], ...]:
        """Return the stops of a text such as "0:#000000 1:#ffffff"."""
        pairs = [one.split(":") for one in text.split()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{self.id} is written as 0:#000000 1:#ffffff")
        return self.check([(float(place), colour) for place, colour in pairs])
