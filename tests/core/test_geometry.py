"""Rectangles against sets of pixels, which are what they stand for."""

from __future__ import annotations

import itertools

import pytest

from studio.core.geometry import Rect, bounding

SAMPLES = [
    Rect(0, 0, 4, 3),
    Rect(2, 1, 4, 4),
    Rect(-3, -2, 5, 3),
    Rect(4, 0, 2, 3),
    Rect(1, 1, 1, 1),
    Rect(9, 9, 0, 5),
    Rect(9, 9, 3, -2),
]
PAIRS = list(itertools.product(SAMPLES, SAMPLES))


def pixels(rect: Rect) -> set[tuple[int, int]]:
    """Return the pixels of a rectangle."""
    return set(itertools.product(range(rect.x, rect.right), range(rect.y, rect.bottom)))


@pytest.mark.parametrize("rect", SAMPLES)
def test_area_and_emptiness_count_pixels(rect: Rect) -> None:
    assert rect.area == len(pixels(rect))
    assert rect.is_empty == (not pixels(rect))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_intersection_is_the_common_pixels(one: Rect, other: Rect) -> None:
    assert pixels(one.intersect(other)) == pixels(one) & pixels(other)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_union_holds_both_and_is_as_small_as_can_be(one: Rect, other: Rect) -> None:
    union = one.union(other)
    both = pixels(one) | pixels(other)
    assert both <= pixels(union)
    if both:
        columns, rows = {x for x, _ in both}, {y for _, y in both}
        assert (union.x, union.right) == (min(columns), max(columns) + 1)
        assert (union.y, union.bottom) == (min(rows), max(rows) + 1)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_contains_means_every_pixel(one: Rect, other: Rect) -> None:
    if not other.is_empty:
        assert one.contains(other) == (pixels(other) <= pixels(one))


def test_shift_and_expand() -> None:
    rect = Rect(2, 3, 4, 5)
    assert rect.shift(-2, 7) == Rect(0, 10, 4, 5)
    assert rect.expand(2).expand(-2) == rect
    assert rect.expand(-3).is_empty


def test_bounding_of_none_is_empty_and_of_many_is_their_union() -> None:
    assert bounding([]).is_empty
    assert bounding(SAMPLES) == Rect.from_edges(-3, -2, 6, 5)
