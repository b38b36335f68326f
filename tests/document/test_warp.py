"""Warps: a float64 reference, exact moves, edges, light, masks, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.raster import Raster
from studio.document.warp import warp_raster
from studio.retouch import matrices
from studio.retouch.matrices import Matrix

QUAD = matrices.quad_to_quad(
    [(0, 0), (700, 0), (700, 500), (0, 500)], [(90, 40), (600, 0), (720, 520), (10, 430)]
)


def noise(height: int, width: int, channels: int = 4) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, channels), np.uint8)


def waves(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Smooth colours that a formula gives everywhere, so that a warp of them has a true value."""
    red = 128 + 90 * np.sin(x / 19) * np.cos(y / 23)
    green = 128 + 90 * np.cos(x / 31 + y / 17)
    blue = 128 + 90 * np.sin((x - y) / 27)
    return np.stack([red, green, blue, np.full_like(red, 255)], axis=-1)


def centres(rect: Rect) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[rect.y : rect.bottom, rect.x : rect.right]
    return x + 0.5, y + 0.5


@pytest.mark.parametrize(
    "matrix",
    [
        matrices.rotation(17.3, (350, 250)),
        matrices.scaling(2.37, 1.61),
        matrices.scaling(0.81, 0.93),
        matrices.skewing(20, -8),
        matrices.translation(0.37, -3.81),
        QUAD,
    ],
    ids=["turn", "larger", "smaller", "skew", "part", "perspective"],
)
def test_a_warp_of_smooth_colours_equals_their_formula(matrix: Matrix) -> None:
    x, y = centres(Rect(0, 0, 700, 500))
    source = Raster.from_array(np.rint(waves(x, y)).astype(np.uint8))
    made = warp_raster(source, matrix)
    area = made.bounds()
    u, v = centres(area)
    back = matrices.apply(matrices.invert(matrix), np.stack([u, v], -1).reshape(-1, 2))
    inside = ((back > 8) & (back < (692, 492))).all(axis=1).reshape(u.shape)
    wanted = waves(back[:, 0], back[:, 1]).reshape(*u.shape, 4)
    error = np.abs(made.read(area)[inside].astype(np.float64) - wanted[inside])
    assert inside.sum() > 50_000
    assert error.max() <= 2.0 and error.mean() < 0.5


def cubic(t: float) -> list[float]:
    """Catmull-Rom by its definition (Keys 1981), in float64."""
    found = []
    for k in range(-1, 3):
        d = abs(t - k)
        if d < 1:
            found.append(1.5 * d**3 - 2.5 * d**2 + 1)
        else:
            found.append(-0.5 * d**3 + 2.5 * d**2 - 4 * d + 2)
    return found


def reference(pixels: np.ndarray, u: float, v: float) -> np.ndarray:
    """One straight pixel at a place, in float64: bicubic, premultiplied, in sRGB levels."""
    total = np.zeros(4)
    i, j = int(np.floor(u - 0.5)), int(np.floor(v - 0.5))
    across, down = cubic(u - 0.5 - i), cubic(v - 0.5 - j)
    for b, wy in enumerate(down):
        for a, wx in enumerate(across):
            y, x = j + b - 1, i + a - 1
            if 0 <= y < len(pixels) and 0 <= x < pixels.shape[1]:
                alpha = pixels[y, x, 3] / 255
                total += wx * wy * np.append(pixels[y, x, :3] / 255 * alpha, alpha)
    alpha = min(max(total[3], 0), 1)
    level = np.floor(alpha * 255 + 0.5)
    if level == 0:
        return np.zeros(4)
    return np.append(np.clip(total[:3] / alpha, 0, 1) * 255, level)


def test_noise_with_alpha_turned_equals_a_float64_reference() -> None:
    pixels = noise(60, 80)
    matrix = matrices.rotation(31, (40, 30))
    made = warp_raster(Raster.from_array(pixels), matrix)
    area = made.bounds()
    found = made.read(area).astype(np.float64)
    back = matrices.invert(matrix)
    checked = 0
    for y in range(0, area.height, 3):
        for x in range(0, area.width, 3):
            place = matrices.apply(back, [(area.x + x + 0.5, area.y + y + 0.5)])[0]
            wanted = reference(pixels, *place.tolist())
            if wanted[3] > 20:
                assert np.abs(found[y, x] - wanted).max() <= 2.0
                checked += 1
    assert checked > 400


@pytest.mark.parametrize("channels", [1, 4])
def test_moves_flips_and_quarter_turns_keep_every_byte(channels: int) -> None:
    pixels = noise(301, 517, channels)
    pixels[:, :, -1] = np.maximum(pixels[:, :, -1], 1)
    raster = Raster.from_array(pixels, 33, -70)
    box = raster.bounds()
    assert warp_raster(raster, matrices.IDENTITY) is raster
    moved = warp_raster(raster, matrices.translation(512, -256))
    assert moved.tiles[(2, -2)] is raster.tiles[(0, -1)]
    cases = [
        (matrices.translation(5, 9), pixels),
        (matrices.scaling(-1, 1, (box.x + box.width / 2, 0)), pixels[:, ::-1]),
        (matrices.scaling(1, -1), pixels[::-1]),
        (matrices.rotation(90), np.rot90(pixels, -1)),
        (matrices.rotation(180, (100, 100)), np.rot90(pixels, 2)),
        (matrices.rotation(-90, (7, 3)), np.rot90(pixels, 1)),
        (matrices.affine(0, 1, 1, 0, 4, 4), pixels.transpose(1, 0, 2)),
    ]
    for matrix, wanted in cases:
        made = warp_raster(raster, matrix)
        assert np.array_equal(made.read(made.bounds()), wanted)
        back = warp_raster(made, matrices.invert(matrix))
        assert np.array_equal(back.read(box), pixels) and back.bounds() == box


def test_a_photo_keeps_hard_edges_that_are_anti_aliased() -> None:
    photo = Raster.from_array(np.full((100, 100, 4), (200, 100, 50, 255), np.uint8))
    made = warp_raster(photo, matrices.scaling(1.505, 2.0))
    assert made.bounds() == Rect(0, 0, 151, 200)
    alpha = made.read(made.bounds())[:, :, 3]
    assert (alpha[:, :150] == 255).all()
    assert np.abs(alpha[:, 150].astype(int) - 128).max() <= 1
    colours = made.read(made.bounds())[:, :, :3].astype(int)
    assert np.abs(colours - (200, 100, 50)).max() <= 1
    # The area of a turned square is the sum of its coverage.
    turned = warp_raster(photo, matrices.rotation(30, (50, 50)))
    assert turned.read(turned.bounds())[:, :, 3].sum() / 255 == pytest.approx(10_000, rel=0.002)


@pytest.mark.parametrize("scale", [0.25, 0.1, 1 / 64])
def test_strong_reduction_averages_light(scale: float) -> None:
    lines = np.zeros((512, 512, 4), np.uint8)
    lines[:, :, 3] = 255
    lines[:, ::2, :3] = 255
    made = warp_raster(Raster.from_array(lines), matrices.scaling(scale, scale))
    inner = made.read(made.bounds().expand(-1))
    # Half of the light is sRGB 188 (IEC 61966-2-1); the mean of the numbers would be 128.
    assert np.abs(inner[:, :, :3].astype(int) - 188).max() <= 5


def test_the_colour_of_transparent_pixels_has_no_effect() -> None:
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10:50, 10:40] = (250, 240, 230, 255)
    other = pixels.copy()
    other[:, 40:, :3] = (0, 255, 0)
    matrix = matrices.rotation(20, (30, 30))
    one, two = (warp_raster(Raster.from_array(p), matrix) for p in (pixels, other))
    area = one.bounds()
    assert np.array_equal(one.read(area), two.read(area))
    seen = one.read(area)
    seen = seen[seen[:, :, 3] > 0]
    assert np.abs(seen[:, :3].astype(int) - (250, 240, 230)).max() <= 2


def test_blocks_leave_no_seams() -> None:
    x, y = centres(Rect(0, 0, 1300, 1200))
    source = Raster.from_array(np.rint(waves(x, y)).astype(np.uint8))
    square = [(0, 0), (1300, 0), (1300, 1200), (0, 1200)]
    leaning = matrices.quad_to_quad(square, [(100, 50), (1300, 0), (1200, 900), (0, 600)])
    for matrix in (matrices.scaling(0.37, 0.37), leaning):
        whole = warp_raster(source, matrix)
        box = whole.bounds()
        # The same picture elsewhere falls into other blocks.
        moved = warp_raster(source, matrices.compose(matrix, matrices.translation(201, 99)))
        one, two = whole.read(box), moved.read(box.shift(201, 99))
        assert np.abs(one.astype(int) - two).max() <= 2


def test_masks_keep_what_they_are_outside() -> None:
    shape = np.full((80, 80), 255, np.uint8)
    shape[20:60, 20:60] = 0
    mask = Raster.from_array(shape, default=255)
    made = warp_raster(mask, matrices.rotation(45, (40, 40)))
    assert made.default == 255 and made.channels == 1
    assert made.read(Rect(40, 40, 1, 1))[0, 0, 0] == 0
    assert made.read(Rect(0, 0, 3, 3)).min() == 255
    assert made.read(Rect(500, 500, 1, 1))[0, 0, 0] == 255
    hidden = (255 - made.read(Rect(0, 0, 80, 80)).astype(int)).sum() / 255
    assert hidden == pytest.approx(1600, rel=0.01)


def test_names_are_not_mixed() -> None:
    pixels = np.zeros((50, 50, 4), np.uint8)
    pixels[:, :25], pixels[:, 25:] = (10, 20, 30, 255), (200, 100, 0, 255)
    made = warp_raster(Raster.from_array(pixels), matrices.rotation(33), nearest=True)
    found = {tuple(p) for p in made.read(made.bounds()).reshape(-1, 4).tolist()}
    assert found == {(0, 0, 0, 0), (10, 20, 30, 255), (200, 100, 0, 255)}


@pytest.mark.parametrize(
    "matrix",
    [
        matrices.scaling(0, 1),
        matrices.scaling(1e-9, 1e-9),
        matrices.scaling(1e9, 1e9),
        matrices.scaling(5e4, 5e4),
        matrices.translation(1e12, 0),
        matrices.affine(float("nan"), 0, 0, 1, 0, 0),
        matrices.affine(float("inf"), 0, 0, 1, 0, 0),
        (1, 0, 0, 0, 1, 0, -0.02, 0, 1),
    ],
)
def test_transforms_to_nothing_or_everything_are_refused(matrix: Matrix) -> None:
    with pytest.raises(StudioError) as refused:
        warp_raster(Raster.from_array(noise(90, 90)), matrix)
    assert refused.value.hint


def test_one_pixel_and_an_empty_raster() -> None:
    dot = Raster.from_array(np.full((1, 1, 4), 255, np.uint8))
    made = warp_raster(dot, matrices.scaling(40, 40))
    assert (made.read(made.bounds()) == 255).all() and made.bounds() == Rect(0, 0, 40, 40)
    small = warp_raster(dot, matrices.scaling(0.5, 0.5))
    assert small.read(Rect(0, 0, 1, 1))[0, 0, 3] in (63, 64)
    assert warp_raster(Raster(), matrices.scaling(3, 3)).bounds().is_empty


def test_a_clip_limits_the_work_and_cancelling_ends_it() -> None:
    raster = Raster.from_array(noise(300, 300))
    clip = Rect(100, 100, 50, 60)
    made = warp_raster(raster, matrices.scaling(20, 20), clip=clip)
    assert clip.contains(made.bounds())
    whole = warp_raster(raster, matrices.scaling(3, 3))
    part = warp_raster(raster, matrices.scaling(3, 3), clip=clip)
    assert np.array_equal(whole.read(clip), part.read(clip))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        warp_raster(raster, matrices.scaling(3, 3), progress=progress)
