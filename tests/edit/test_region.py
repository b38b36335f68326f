from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.document.raster import Raster
from studio.edit.region import inner_feather, region_around, shift_raster


@pytest.mark.parametrize("blur", [0, 1, 6, 40])
def test_feather_is_zero_wherever_the_mask_is(blur: int) -> None:
    random = np.random.default_rng(blur)
    mask = np.zeros((90, 120), np.uint8)
    mask[20:70, 30:100] = random.integers(0, 256, (50, 70))
    alpha = inner_feather(mask, blur)
    assert (alpha[mask == 0] == 0).all()
    assert (alpha <= mask).all()


def test_feather_reaches_full_opacity_inside_and_rises_inwards() -> None:
    mask = np.zeros((101, 101), np.uint8)
    mask[10:91, 10:91] = 255
    alpha = inner_feather(mask, 8)
    assert alpha[50, 50] == 255
    row = alpha[50, 10:51].astype(int)
    assert (np.diff(row) >= 0).all() and 0 < row[0] < 128


def test_feather_does_not_fade_at_the_frame() -> None:
    alpha = inner_feather(np.full((40, 40), 255, np.uint8), 8)
    assert (alpha == 255).all()


@pytest.mark.parametrize("blur", [3, 6, 40])
@pytest.mark.parametrize("thickness", [1, 2, 3, 4, 7, 11, 30])
@pytest.mark.parametrize("end", [(280, 150), (150, 280), (260, 40), (270, 230)])
def test_feather_leaves_the_middle_of_a_stroke_opaque(
    blur: int, thickness: int, end: tuple[int, int]
) -> None:
    mask, middle = np.zeros((2, 300, 300), np.uint8)
    cv2.line(mask, (20, 150), end, 255, thickness)
    cv2.line(middle, (20, 150), end, 255, 1)
    alpha = inner_feather(mask, blur)
    assert alpha[(middle > 0) & (mask > 0)].min() >= 230
    assert (alpha[mask == 0] == 0).all()


def test_feather_leaves_a_wire_opaque_where_it_meets_a_wide_part() -> None:
    mask = np.zeros((200, 300), np.uint8)
    cv2.circle(mask, (220, 100), 50, 255, -1)
    mask[99:102, 10:220] = 255
    alpha = inner_feather(mask, 12)
    assert (alpha[100, 10:220] == 255).all()


def test_wires_of_every_width_are_replaced_whole() -> None:
    mask = np.zeros((200, 300), np.uint8)
    for y, half in ((40, 1), (80, 2), (120, 3), (160, 5)):
        mask[y - half : y + half + 1] = 255
    soft = inner_feather(mask, 32)
    inside = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5)
    ridge = (inside > 0) & (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)))
    assert ridge.any() and (soft[ridge] >= 230).mean() > 0.95
    assert not soft[mask == 0].any()


def test_feather_of_a_wide_mask_is_as_wide_as_asked() -> None:
    mask = np.zeros((300, 300), np.uint8)
    mask[50:250, 50:250] = 255
    row = inner_feather(mask, 20)[150, 50:80].astype(int)
    assert (row[:20] < 255).all() and (row[21:] == 255).all()
    # A smoothstep over the distance to the outside, which begins at 1 and is 21 when opaque.
    share = np.clip(np.arange(1, 31) / 21, 0, 1)
    assert np.abs(row - 255 * share * share * (3 - 2 * share)).max() <= 2


@pytest.mark.parametrize(
    "target",
    [Rect(0, 0, 10, 10), Rect(500, 300, 200, 20), Rect(990, 690, 10, 10), Rect(0, 0, 1000, 700)],
)
def test_region_holds_the_target_and_stays_on_the_canvas(target: Rect) -> None:
    canvas = Rect(0, 0, 1000, 700)
    region = region_around(target, canvas, 32)
    assert canvas.contains(region) and region.contains(target)
    if target.width + 64 < 700:
        assert region.width == region.height


def test_region_keeps_context_around_a_place_in_the_middle() -> None:
    region = region_around(Rect(400, 300, 100, 60), Rect(0, 0, 1000, 700), 32)
    assert region.contains(Rect(400, 300, 100, 60).expand(32))


def test_region_on_a_canvas_smaller_than_the_least_side() -> None:
    canvas = Rect(0, 0, 20, 30)
    assert region_around(Rect(5, 5, 3, 3), canvas, 32) == canvas


def test_shifted_moves_pixels_and_nothing_else() -> None:
    pixels = np.random.default_rng(1).integers(1, 255, (30, 40, 1), dtype=np.uint8)
    raster = Raster.from_array(pixels, 250, -5)
    moved = shift_raster(raster, -300, 17)
    assert (moved.read(Rect(-50, 12, 40, 30)) == pixels).all()
    assert moved.bounds() == raster.bounds().shift(-300, 17)
