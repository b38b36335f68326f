"""Resampling: no aliasing, no seams between blocks, no dark rims, and edges that stay opaque."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.document import resampling
from studio.document.raster import Raster
from studio.document.resampling import resample_raster
from studio.retouch import resampling as retouch_resampling
from studio.retouch.resampling import (
    BICUBIC,
    LANCZOS,
    NEAREST,
    RESAMPLERS,
    Resampler,
    fit,
    resample,
    resampler,
)


def noise(height: int, width: int, channels: int = 4) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("how", RESAMPLERS, ids=lambda row: row.id)
@pytest.mark.parametrize("size", [(1, 1), (40, 3), (200, 150)])
def test_a_flat_colour_stays_the_same(how: Resampler, size: tuple[int, int]) -> None:
    for colour in ((200, 30, 90, 255), (200, 30, 90, 128)):
        flat = np.full((50, 60, 4), colour, np.uint8)
        made = resample(flat, *size, how)
        assert made.shape == (size[1], size[0], 4)
        assert np.abs(made.astype(int) - colour).max() <= 1


def test_fine_lines_shrink_to_the_mean_of_their_light() -> None:
    lines = np.zeros((64, 64, 3), np.uint8)
    lines[:, ::2] = 255
    made = resample(lines, 16, 16)[:, 2:-2]
    # Half of the light is sRGB 188 (IEC 61966-2-1); the mean of the numbers would be 128.
    assert np.abs(made.astype(int) - 188).max() <= 3


def test_a_checkerboard_does_not_alias() -> None:
    board = (np.indices((300, 300)).sum(0) % 2 * 255).astype(np.uint8)
    board = np.repeat(board[:, :, None], 3, 2)
    made = resample(board, 70, 70)[8:-8, 8:-8].astype(int)
    assert made.max() - made.min() <= 6


def test_the_colour_of_transparent_pixels_has_no_effect() -> None:
    picture = np.zeros((40, 40, 4), np.uint8)
    picture[:, :20] = (250, 240, 230, 255)
    other = picture.copy()
    other[:, 20:, :3] = (0, 255, 0)
    for size in ((23, 23), (97, 97)):
        made = resample(picture, *size)
        assert np.array_equal(made, resample(other, *size))
        seen = made[made[:, :, 3] > 20]
        assert np.abs(seen[:, :3].astype(int) - (250, 240, 230)).max() <= 8


def test_nearest_takes_the_pixel_under_the_middle() -> None:
    row = np.arange(4, dtype=np.uint8)[None, :]
    assert resample(row, 8, 1, NEAREST).tolist() == [[0, 0, 1, 1, 2, 2, 3, 3]]
    assert resample(row, 2, 1, NEAREST).tolist() == [[1, 3]]


@pytest.mark.parametrize("how", RESAMPLERS, ids=lambda row: row.id)
@pytest.mark.parametrize("target", [(431, 253), (1500, 1111)])
def test_blocks_leave_no_seams(
    how: Resampler, target: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = noise(400, 700, 3)
    raster = Raster.from_array(np.dstack([pixels, np.full((400, 700), 255, np.uint8)]))
    monkeypatch.setattr(resampling, "BLOCK", 256)
    made = resample_raster(raster, how, (700, 400), target)
    whole = resample(pixels, *target, how)
    read = made.read(Rect(0, 0, *target))
    assert np.abs(read[:, :, :3].astype(int) - whole).max() <= 1
    assert read[:, :, 3].min() == 255
    assert made.bounds() == Rect(0, 0, *target)


def test_a_layer_beyond_the_canvas_keeps_its_place() -> None:
    square = Raster.filled(Rect(-30, -30, 60, 60), 255)
    made = resample_raster(square, LANCZOS, (100, 100), (250, 250), (10, 20), (25, 50))
    # -30 + 10 = -20 on the old canvas is -50 on the new one, -75 in pixels of the layer.
    seen = made.read(Rect(-120, -120, 240, 240))[:, :, 0] > 127
    rows, columns = np.flatnonzero(seen.any(1)) - 120, np.flatnonzero(seen.any(0)) - 120
    assert (columns[0], columns[-1]) == (-75, 74)
    assert (rows[0], rows[-1]) == (-75, 74)


def test_a_mask_keeps_its_outside() -> None:
    white = Raster(channels=1, default=255).write(20, 20, np.zeros((20, 20), np.uint8))
    made = resample_raster(white, BICUBIC, (100, 100), (300, 300))
    assert made.default == 255
    assert made.read(Rect(90, 90, 1, 1))[0, 0, 0] == 0
    assert made.read(Rect(0, 0, 1, 1))[0, 0, 0] == 255


def test_empty_parts_are_not_computed() -> None:
    dot = Raster.from_array(np.full((4, 4, 4), 255, np.uint8), 9000, 9000)
    made = resample_raster(dot, LANCZOS, (10000, 10000), (5000, 5000))
    assert len(made.tiles) == 1
    assert made.bounds().contains(Rect(4500, 4500, 2, 2))


def test_a_mask_gets_no_ring() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[20:40, 20:40] = 255
    made = resample(mask, 180, 180, LANCZOS)
    assert not made[:54].any() and not made[:, :54].any()
    alpha = resample(np.repeat(mask[:, :, None], 4, 2), 180, 180, LANCZOS)
    assert not alpha[:54, :, 3].any() and not alpha[:, :54, 3].any()
    assert (alpha[alpha[:, :, 3] > 0, :3] >= 250).all()


def test_fitted_layers_equal_resampled_rasters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retouch_resampling, "ROWS", 64)
    pixels = noise(90, 130)
    pixels[:, :, 3] = np.maximum(pixels[:, :, 3], 128)
    for place, source in (((0, 0), (130, 90)), ((20, -15), (130, 100)), ((0, 10), (140, 100))):
        for target in ((200, 150), (77, 61)):
            made, corner = fit(pixels, place, source, target, LANCZOS)
            wanted = resample_raster(Raster.from_array(pixels, *place), LANCZOS, source, target)
            bounds = wanted.bounds()
            read = Raster.from_array(made, *corner)
            assert read.bounds() == bounds
            seen, other = read.read(bounds).astype(int), wanted.read(bounds).astype(int)
            assert np.abs(seen[:, :, 3] - other[:, :, 3]).max() <= 1
            sure = other[:, :, 3] > 60
            assert np.abs(seen - other)[sure].max() <= 2


def test_an_unknown_way_is_an_error() -> None:
    assert resampler("lanczos") is LANCZOS
    with pytest.raises(KeyError):
        resampler("magic")
