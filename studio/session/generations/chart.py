"""The trilemma of quality, speed and coverage as the numbers of a chart.

Xiao and others 2021 (https://arxiv.org/abs/2112.07804) name the trilemma: GANs are fast and sharp
but cover little, VAEs are fast and cover much but blur, diffusion models are good and slow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from studio.session.generations.figures import Figures

PAD = 1.6
"""The axis of seconds goes beyond the fastest and the slowest system by this factor."""
SMALLEST = 1e-3
"""Seconds; a system cannot be faster on the axis."""
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Point:
    """One system: ``x`` is its speed and ``y`` its quality on the axes, 0..1 each.

    ``size`` is its variety relative to the largest one, 0..1; 0 if it is not known.
    """

    name: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis at ``place`` (0..1), and its text."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: fast is at the right, good at the top, a large circle is varied.

    ``left_out`` names the systems that lack a time or a quality.
    """

    points: tuple[Point, ...] = ()
    seconds: tuple[Tick, ...] = ()
    quality: tuple[Tick, ...] = ()
    left_out: tuple[str, ...] = ()


def chart_of(figures: Sequence[tuple[str, Figures]]) -> Chart:
    """Return the chart of systems (name, figures)."""
    shown = [(name, one) for name, one in figures if _is_measured(one)]
    left_out = tuple(name for name, one in figures if not _is_measured(one))
    if not shown:
        return Chart(left_out=left_out)
    times = [max(SMALLEST, one.seconds or 0.0) for _, one in shown]
    slow, fast = math.log10(max(times) * PAD), math.log10(min(times) / PAD)
    widest = max((one.variety or 0.0) for _, one in shown)
    points = tuple(
        Point(
            name,
            (slow - math.log10(time)) / (slow - fast),
            min(1.0, max(0.0, one.quality or 0.0)),
            (one.variety or 0.0) / widest if widest > 0 else 0.0,
        )
        for (name, one), time in zip(shown, times, strict=True)
    )
    marks = tuple(
        Tick((slow - math.log10(value)) / (slow - fast), _seconds(value))
        for value in _nice(10**fast, 10**slow)
    )
    quality = tuple(Tick(share / 100, f"{share} %") for share in (0, 25, 50, 75, 100))
    return Chart(points, marks, quality, left_out)


def _is_measured(figures: Figures) -> bool:
    return figures.seconds is not None and figures.quality is not None


def _nice(low: float, high: float) -> list[float]:
    """Return at most eight round numbers (1, 2, 5 times a power of ten) between two numbers."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    values = [step * 10.0**power for power in range(first, last + 1) for step in STEPS]
    inside = [value for value in values if low <= value <= high]
    tens = [value for value in inside if math.isclose(math.log10(value) % 1, 0, abs_tol=1e-9)]
    return inside if len(inside) <= 8 else tens


def _seconds(value: float) -> str:
    return f"{value:g} s"


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle in pixels from the left and the top, with the size of its label."""

    x: float
    y: float
    radius: float
    width: float
    height: float


def label_places(
    circles: Sequence[Circle], width: float, height: float
) -> tuple[tuple[float, float], ...]:
    """Return left and top of the label of each circle, within a chart of this size in pixels.

    Labels are beside, above or below their circle, where they cover the least of other labels and
    circles.
    """
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for circle in circles:
        options = [_within(circle, place, width, height) for place in _places(circle)]
        covered = (*taken, *map(_box, circles))
        best = min(options, key=lambda box: sum(_overlap(box, one) for one in covered))
        taken.append(best)
        found.append((best[0], best[1]))
    return tuple(found)


def _places(circle: Circle) -> list[tuple[float, float]]:
    gap = circle.radius + 4
    middle = circle.y - circle.height / 2
    centre = circle.x - circle.width / 2
    beside = [
        (circle.x + gap, middle),
        (circle.x - gap - circle.width, middle),
        (centre, circle.y - gap - circle.height),
        (centre, circle.y + gap),
    ]
    far = 1.2 * circle.height
    return [
        *beside,
        *((x, y + shift) for shift in (far, -far, 2 * far, -2 * far) for x, y in beside[:2]),
    ]


def _within(
    circle: Circle, place: tuple[float, float], width: float, height: float
) -> tuple[float, float, float, float]:
    left = min(max(0.0, place[0]), max(0.0, width - circle.width))
    top = min(max(0.0, place[1]), max(0.0, height - circle.height))
    return left, top, left + circle.width, top + circle.height


def _box(circle: Circle) -> tuple[float, float, float, float]:
    x, y, r = circle.x, circle.y, circle.radius
    return x - r, y - r, x + r, y + r


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)
