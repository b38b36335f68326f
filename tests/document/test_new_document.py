"""New documents: their sizes on screen and paper, their one layer, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import MAX_SIZE, fits, size_error
from studio.document.layer import RasterLayer
from studio.document.new_document import (
    PRESETS,
    new_document,
    parse_background,
    parse_size,
    pixels_of,
    usual_dpi,
)
from studio.document.raster import TILE, Raster
from studio.document.render.compositor import composite


def test_a_sheet_has_as_many_pixels_as_its_inches() -> None:
    """ISO 216 A4 at 300 dpi is 2480 x 3508, US letter 2550 x 3300 (ANSI/ASME Y14.1)."""
    found = {}
    for name in ("a4", "a5", "letter"):
        width, height, unit = parse_size(name)
        dpi = usual_dpi(unit)
        found[name] = pixels_of(width, unit, dpi), pixels_of(height, unit, dpi)
    assert found == {"a4": (2480, 3508), "a5": (1748, 2480), "letter": (2550, 3300)}
    assert pixels_of(210, "mm", 72) == 595
    assert pixels_of(2.54, "cm", 150) == pixels_of(1, "in", 150) == 150


def test_every_preset_fits_and_is_named_once() -> None:
    assert len({one.name for one in PRESETS}) == len(PRESETS)
    for one in PRESETS:
        assert parse_size(one.name.upper()) == (one.width, one.height, one.unit)
        for dpi in (72.0, 300.0, 600.0):
            assert fits(pixels_of(one.width, one.unit, dpi), pixels_of(one.height, one.unit, dpi))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1920x1080", (1920, 1080, "px")),
        (" 1920 X 1080 px", (1920, 1080, "px")),
        ("21\N{MULTIPLICATION SIGN}29.7cm", (21, 29.7, "cm")),
        ("8.5x11IN", (8.5, 11, "in")),
    ],
)
def test_sizes_are_read(text: str, expected: tuple[float, float, str]) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "a4x", "1920", "-4x8", "1e9x4", "4x4em", "nanx4", "9" * 400])
def test_what_is_no_size_is_refused_with_the_names(text: str) -> None:
    with pytest.raises(StudioError, match=r"not a valid picture size.*1920x1080.*full-hd"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("white", (255, 255, 255)),
        ("Black", (0, 0, 0)),
        ("transparent", None),
        ("#3366CC", (0x33, 0x66, 0xCC)),
        ("#36c", (0x33, 0x66, 0xCC)),
    ],
)
def test_backgrounds_are_read(text: str, expected: tuple[int, int, int] | None) -> None:
    assert parse_background(text) == expected


@pytest.mark.parametrize("text", ["", "blue", "#12345", "#gggggg", "3366cc"])
def test_what_is_no_background_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match=r"not a valid background.*#3366cc"):
        parse_background(text)


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (TILE, TILE), (TILE * 2 + 5, TILE * 3 + 9)])
def test_the_one_layer_covers_the_canvas_and_no_pixel_more(size: tuple[int, int]) -> None:
    document = new_document(*size, 300.0, (10, 20, 30))
    assert document.dpi == 300.0
    (layer,) = document.layers
    assert isinstance(layer, RasterLayer) and layer.name == "Background"
    assert document.active == layer.id
    assert layer.bounds() == document.rect
    assert (composite(document, document.rect) == (10, 20, 30, 255)).all()
    around = layer.raster.read(Rect(-2, -2, size[0] + 4, size[1] + 4))
    assert np.count_nonzero(around[:, :, 3]) == size[0] * size[1]


def test_a_transparent_one_has_an_empty_layer() -> None:
    document = new_document(40, 30, 96.0, None)
    (layer,) = document.layers
    assert layer.name == "Layer 1" and document.active == layer.id
    assert not composite(document, document.rect).any()


def test_the_largest_ones_take_hardly_any_memory() -> None:
    for size in ((16384, 16384), (MAX_SIZE, 894), (1, MAX_SIZE)):
        assert new_document(*size, 300.0, (1, 2, 3)).nbytes() <= 4 * TILE * TILE * 4


def test_masks_are_filled_as_before() -> None:
    rect = Rect(-3, 5, 700, 300)
    mask = Raster.filled(rect, 255)
    around = Rect(-300, -300, 1400, 1000)
    expected = np.zeros((1000, 1400), np.uint8)
    expected[305:605, 297:997] = 255
    assert (mask.read(around)[:, :, 0] == expected).all()
    inverse = Raster.filled(rect, 0, default=255)
    assert (inverse.read(around)[:, :, 0] == 255 - expected).all()


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (MAX_SIZE + 1, 1), (20_000, 20_000)])
def test_impossible_sizes_are_refused_with_the_limits(size: tuple[int, int]) -> None:
    error = size_error(*size)
    assert error is not None and "300000" in str(error) and "268 megapixels" in str(error)
    with pytest.raises(StudioError, match="does not fit"):
        new_document(*size, 96.0, None)
