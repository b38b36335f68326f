"""Selections: rectangles exact, polygons true to their area, the set operations those of sets."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.selection import (
    combine_rasters,
    invert_selection,
    polygon,
    select_all,
    select_layer,
    select_none,
    select_polygon,
    select_rect,
)

CANVAS = Document(width=600, height=500)


def values(document: Document) -> Pixels:
    assert document.selection is not None
    assert document.rect.contains(document.selection.bounds())
    return document.selection.read(document.rect)[:, :, 0]


def box(rect: Rect) -> Pixels:
    result = np.zeros((500, 600), np.uint8)
    result[max(rect.y, 0) : rect.bottom, max(rect.x, 0) : rect.right] = 255
    return result


def test_rectangles_follow_the_rules_of_sets() -> None:
    a, b = Rect(10, 20, 300, 300), Rect(200, 100, 380, 390)
    first = select_rect(CANVAS, a)
    assert np.array_equal(values(first), box(a))
    assert np.array_equal(values(select_rect(first, b)), box(b))
    assert np.array_equal(values(select_rect(first, b, "add")), box(a) | box(b))
    assert np.array_equal(values(select_rect(first, b, "subtract")), box(a) & ~box(b))
    assert np.array_equal(values(select_rect(first, b, "intersect")), box(a) & box(b))
    assert select_rect(first, a, "subtract").selection is None
    assert select_rect(CANVAS, b, "subtract").selection is None
    assert select_rect(CANVAS, Rect(900, 0, 5, 5)).selection is None
    with pytest.raises(ValueError, match="no such selection mode"):
        select_rect(first, a, "xor")


def test_all_none_and_invert() -> None:
    assert values(select_all(CANVAS)).min() == 255
    assert values(invert_selection(CANVAS)).min() == 255
    a = Rect(-50, 100, 300, 300)
    some = select_rect(CANVAS, a)
    assert np.array_equal(values(invert_selection(some)), ~box(a))
    assert np.array_equal(values(invert_selection(invert_selection(some))), box(a))
    assert invert_selection(select_all(CANVAS)).selection is None
    assert select_none(some).selection is None
    assert select_none(CANVAS) is CANVAS


def test_a_polygon_along_pixels_is_the_rectangle() -> None:
    corners = [(10.0, 20.0), (310.0, 20.0), (310.0, 320.0), (10.0, 320.0)]
    for points in (corners, corners[::-1]):
        assert np.array_equal(values(select_polygon(CANVAS, points)), box(Rect(10, 20, 300, 300)))
    halves = [(x + 0.5, y) for x, y in corners]
    line = values(select_polygon(CANVAS, halves))[100]
    assert line[9:12].tolist() == [0, 128, 255]
    assert line[309:312].tolist() == [255, 128, 0]


def test_crossing_lines_fill_both_sides() -> None:
    bow = [(10.0, 10.0), (210.0, 110.0), (210.0, 10.0), (10.0, 110.0)]
    found = values(select_polygon(CANVAS, bow))
    assert found[60, 20] == found[60, 200] == 255
    assert found[15, 110] == found[105, 110] == 0


def test_a_polygon_covers_its_area_and_is_anti_aliased() -> None:
    points = [(50.3, 40.7), (500.2, 90.1), (420.6, 450.4), (120.9, 300.2)]
    xs, ys = np.array(points).T
    area = abs(np.dot(xs, np.roll(ys, -1)) - np.dot(ys, np.roll(xs, -1))) / 2
    found = values(select_polygon(CANVAS, points))
    assert abs(found.sum() / 255.0 - area) < 2.0
    between = found[(found > 0) & (found < 255)]
    assert between.size > 500
    assert len(np.unique(between)) > 20
    assert found[250, 250] == 255


def test_a_polygon_is_the_same_across_tiles_and_is_cut_at_the_canvas() -> None:
    points = [(-100.0, -80.0), (900.0, 200.0), (300.0, 900.0)]
    found = values(select_polygon(CANVAS, points))
    assert found[0, 0] == 255
    shifted = [(x + 100.0, y + 28.0) for x, y in points]
    other = polygon(shifted, Rect(0, 0, 1200, 1200)).read(Rect(100, 28, 600, 500))[:, :, 0]
    assert np.abs(found.astype(int) - other).max() <= 1


def test_a_line_selects_nothing() -> None:
    assert select_polygon(CANVAS, [(5.0, 5.0), (50.0, 50.0)]).selection is None
    assert select_polygon(select_all(CANVAS), [], "add").selection is not None


def test_combined_shares_tiles_that_stay() -> None:
    first = Raster.filled(Rect(0, 0, 500, 500), 255)
    more = combine_rasters(first, Raster.filled(Rect(510, 0, 20, 20), 255), "add")
    assert all(more.tile(key) is first.tile(key) for key in ((0, 0), (0, 1)))


def test_selecting_a_layer_selects_its_alpha() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (60, 70, 4), dtype=np.uint8)
    layer = RasterLayer(raster=Raster.from_array(pixels), x=11, y=-20)
    document = select_layer(CANVAS.insert(layer), layer.id)
    assert np.array_equal(values(document)[0:40, 11:81], pixels[20:, :, 3])
