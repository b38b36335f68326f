"""Strokes: never above their opacity, nothing outside dabs or selection, only their tiles."""

from __future__ import annotations

import numpy as np
import pytest
from reference_compositor import noise

from studio.core.geometry import Rect
from studio.document.raster import Raster
from studio.document.render.brush import Brush, BrushStroke

RED = (255, 0, 0, 255)
WHITE = (255,)
HARD = Brush(size=30.0, hardness=1.0)
AREA = Rect(-100, -100, 700, 700)


def picture(seed: int = 0) -> Raster:
    return Raster.from_array(noise(np.random.default_rng(seed), 512, 512))


def distance(
    x: float, y: float, rect: Rect = AREA
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    xs = np.arange(rect.x, rect.right) + 0.5 - x
    ys = np.arange(rect.y, rect.bottom) + 0.5 - y
    return np.hypot(xs[None, :], ys[:, None])


def test_a_hard_dab_is_a_disc() -> None:
    painted = BrushStroke(Raster(), HARD, RED).to(250.0, 260.0)
    pixels, away = painted.read(AREA), distance(250.0, 260.0)
    assert (pixels[away <= 14.4] == RED).all()
    assert not pixels[away >= 15.6].any()
    assert abs(pixels[:, :, 3].sum() / 255.0 - np.pi * 15.0**2) < 8.0


def test_softness_falls_from_the_middle_to_the_edge() -> None:
    painted = BrushStroke(Raster(), Brush(size=60.0, hardness=0.0), RED).to(128.5, 128.5)
    line = painted.read(Rect(128, 128, 40, 1))[0, :, 3].astype(int)
    assert line[0] > 245
    assert (np.diff(line) <= 0).all()
    assert 60 < line[15] < 200
    assert line[31:].max() == 0


@pytest.mark.parametrize("erase", [False, True])
def test_nothing_outside_the_dabs_changes(erase: bool) -> None:
    before = picture()
    stroke = BrushStroke(before, HARD, RED, erase=erase)
    stroke.to(200.0, 200.0)
    after = stroke.to(300.0, 200.0)
    assert after.changed_tiles(before) == {(0, 0), (1, 0)}
    xs = np.clip(np.arange(AREA.x, AREA.right) + 0.5, 200.0, 300.0)
    near = np.hypot(
        np.arange(AREA.x, AREA.right)[None] + 0.5 - xs,
        (np.arange(AREA.y, AREA.bottom) + 0.5 - 200.0)[:, None],
    )
    old, new = before.read(AREA), after.read(AREA)
    assert np.array_equal(new[near > 15.6], old[near > 15.6])
    assert not np.array_equal(new[near < 14.0], old[near < 14.0])


def test_overlapping_dabs_stay_within_the_opacity() -> None:
    brush = Brush(size=40.0, hardness=0.5, opacity=0.4, spacing=0.02)
    stroke = BrushStroke(Raster(), brush, RED)
    for _ in range(3):
        for x in (100.0, 180.0):
            stroke.to(x, 100.0)
    alpha = stroke.raster.read(AREA)[:, :, 3]
    assert alpha.max() == round(0.4 * 255)
    again = BrushStroke(stroke.raster, brush, RED).to(140.0, 100.0)
    assert again.read(Rect(140, 100, 1, 1))[0, 0, 3] == round((1 - 0.6 * 0.6) * 255)


def test_colour_goes_over_what_was_there_by_source_over() -> None:
    before = picture(4)
    brush = Brush(size=60.0, hardness=0.3, opacity=0.7)
    rect = Rect(60, 70, 80, 60)
    cover = BrushStroke(Raster(), Brush(60.0, 0.3, 1.0), RED).to(100.0, 100.0).read(rect)[:, :, 3]
    found = BrushStroke(before, brush, (10, 200, 30)).to(100.0, 100.0).read(rect)
    old = before.read(rect) / 255.0
    share = cover / 255.0 * 0.7
    alpha = share + old[:, :, 3] * (1 - share)
    assert np.abs(found[:, :, 3] - alpha * 255).max() <= 0.51
    top = np.array([10, 200, 30]) / 255.0 * share[:, :, None]
    color = top + old[:, :, :3] * (old[:, :, 3] * (1 - share))[:, :, None]
    mixed = np.divide(
        color, alpha[:, :, None], out=np.zeros_like(color), where=alpha[:, :, None] > 0
    )
    touched = (share > 0) & (found[:, :, 3] > 0)
    assert np.abs(found[:, :, :3] - mixed * 255)[touched].max() <= 0.51


def test_the_eraser_lowers_alpha_keeps_colour_and_drops_empty_tiles() -> None:
    before = picture(5)
    after = BrushStroke(before, Brush(size=50.0, hardness=0.2, opacity=0.5), erase=True).to(
        100.0, 100.0
    )
    old, new = before.read(AREA), after.read(AREA)
    assert (new[:, :, 3] <= old[:, :, 3]).all()
    kept = new[:, :, 3] > 0
    assert np.array_equal(new[:, :, :3][kept], old[:, :, :3][kept])
    dot = Raster.from_array(np.full((4, 4, 4), 255, np.uint8), 600, 600)
    assert not BrushStroke(dot, HARD, erase=True).to(602.0, 602.0).tiles
    assert BrushStroke(Raster(), HARD, erase=True).to(1.0, 1.0).tiles == {}


def test_the_selection_clips() -> None:
    before = picture(6)
    clip = Raster.filled(Rect(90, 90, 20, 300), 255)
    after = BrushStroke(before, HARD, RED, clip=clip, origin=(5, -9)).to(100.0, 100.0)
    # In the layer's own pixels the selection lies at 85, 99.
    old, new = before.read(AREA), after.read(AREA)
    outside = np.ones(old.shape[:2], bool)
    outside[99 + 100 : 399 + 100, 85 + 100 : 105 + 100] = False
    assert np.array_equal(new[outside], old[outside])
    assert after.read(Rect(95, 109, 1, 1))[0, 0].tolist() == list(RED)
    nothing = BrushStroke(before, HARD, RED, clip=clip).to(400.0, 400.0)
    assert nothing.changed_tiles(before) == set()


def test_bounds_keep_a_stroke_on_the_canvas() -> None:
    stroke = BrushStroke(Raster(), HARD, RED, bounds=Rect(0, 0, 100, 100))
    stroke.to(95.0, 50.0)
    painted = stroke.to(5000.0, 50.0)
    assert Rect(0, 0, 100, 100).contains(painted.bounds())
    assert set(painted.tiles) == {(0, 0)}


def test_masks_are_painted_and_erased() -> None:
    stroke = BrushStroke(Raster(channels=1), HARD, WHITE)
    painted = stroke.to(-10.0, 20.0)
    values = painted.read(AREA)[:, :, 0]
    assert (values[distance(-10.0, 20.0) <= 14.4] == 255).all()
    assert not values[distance(-10.0, 20.0) >= 15.6].any()
    assert not BrushStroke(painted, Brush(60.0, 1.0), WHITE, erase=True).to(-10.0, 20.0).tiles
    white = Raster(channels=1, default=255)
    assert not BrushStroke(white, HARD, WHITE).to(5.0, 5.0).tiles
    hidden = BrushStroke(white, HARD, WHITE, erase=True).to(128.0, 128.0)
    assert hidden.read(Rect(128, 128, 1, 1))[0, 0, 0] == 0
    assert hidden.read(Rect(128, 158, 1, 1))[0, 0, 0] == 255


def test_the_path_does_not_depend_on_how_often_the_pointer_reports() -> None:
    brush = Brush(size=20.0, hardness=0.6, spacing=0.25)
    few, many = BrushStroke(Raster(), brush, RED), BrushStroke(Raster(), brush, RED)
    few.to(20.0, 20.0)
    few.to(220.0, 170.0)
    for step in range(101):
        many.to(20.0 + 2.0 * step, 20.0 + 1.5 * step)
    difference = few.raster.read(AREA).astype(int) - many.raster.read(AREA)
    assert np.abs(difference).max() <= 1


def test_pressure_scales_the_size() -> None:
    light = BrushStroke(Raster(), HARD, RED).to(100.0, 100.0, 0.5)
    assert light.bounds().width in (15, 16)


def test_each_event_returns_another_snapshot() -> None:
    before = picture(7)
    bytes_before = before.read(AREA)
    stroke = BrushStroke(before, HARD, RED)
    first = stroke.to(50.0, 50.0)
    pixels = first.read(AREA)
    second = stroke.to(100.0, 50.0)
    assert second is not first
    assert np.array_equal(first.read(AREA), pixels)
    assert np.array_equal(before.read(AREA), bytes_before)
    assert stroke.to(100.0, 50.0) is second
