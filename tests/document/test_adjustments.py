"""Adjustments against float64 references, in files, groups and with bad values."""

from __future__ import annotations

import colorsys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reference_compositor import noise

from studio.core.errors import StudioError
from studio.document.adjust_pixels import apply_adjustment
from studio.document.adjustment_layer import AdjustmentLayer, add_adjustment
from studio.document.adjustments.lut import read_cube
from studio.document.adjustments.table import ADJUSTMENTS
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite

SIDE = 40


def picture(width: int = SIDE, height: int = SIDE) -> np.ndarray:
    made = noise(np.random.default_rng(7), width, height)
    made[:, :, 3] = 255
    return made


def over(*layers: Layer, pixels: np.ndarray | None = None) -> Document:
    below = RasterLayer(raster=Raster.from_array(picture() if pixels is None else pixels))
    size = below.raster.bounds()
    return Document(width=size.width, height=size.height, layers=(below, *layers), active=below.id)


def shown(document: Document) -> np.ndarray:
    return composite(document, document.rect)


def adjusted(name: str, **values: Any) -> np.ndarray:
    return shown(over(AdjustmentLayer(adjustment=name, values=values)))[:, :, :3].astype(float)


def grey(x: np.ndarray) -> np.ndarray:
    return x @ [0.3, 0.59, 0.11]


def stacked(one: np.ndarray) -> np.ndarray:
    return np.repeat(one[:, :, None], 3, axis=2)


def hsl(x: np.ndarray, turn: float) -> np.ndarray:
    def one(pixel: np.ndarray) -> tuple[float, float, float]:
        hue, light, filled = colorsys.rgb_to_hls(*pixel)
        return colorsys.hls_to_rgb((hue + turn) % 1, light, filled)

    return np.apply_along_axis(one, 2, x)


def mixed(x: np.ndarray) -> np.ndarray:
    red = 0.5 * x[:, :, 0] + 0.25 * x[:, :, 1] + 0.1
    return np.stack([red, x[:, :, 1], x[:, :, 2]], axis=2)


def by_shares(x: np.ndarray) -> np.ndarray:
    shares = np.array([0.4, 0.6, 0.4, 0.6, 0.2, 0.8])

    def one(pixel: np.ndarray) -> float:
        low, middle, high = np.sort(pixel)
        least, most = int(np.argmin(pixel)), int(np.argmax(pixel))
        # Yellow lacks blue, cyan lacks red, magenta lacks green.
        second = {2: 1, 0: 3, 1: 5}[least]
        return low + (middle - low) * shares[second] + (high - middle) * shares[2 * most]

    return stacked(np.apply_along_axis(one, 2, x))


def vivid(x: np.ndarray) -> np.ndarray:
    dull = 1 - (x.max(axis=2) - x.min(axis=2)) / np.maximum(x.max(axis=2), 1e-9)
    base = grey(x)[:, :, None]
    return base + (x - base) * (1 + 0.6 * dull)[:, :, None]


def glass(x: np.ndarray) -> np.ndarray:
    return x * (1 - 0.5 * (1 - np.array([1.0, 0.0, 0.0])))


REFERENCES = {
    "invert": ({}, lambda x: 1 - x),
    "levels": (
        {"black": 20, "white": 200, "gamma": 1.5, "out_black": 10, "out_white": 240},
        lambda x: (np.clip((x * 255 - 20) / 180, 0, 1) ** (1 / 1.5) * 230 + 10) / 255,
    ),
    "curves": (
        {"points": [(0, 30), (255, 200)]},
        lambda x: (30 + x * 170) / 255,
    ),
    "exposure": (
        {"stops": 1, "offset": 0.05, "gamma": 1.2},
        lambda x: np.clip(2 * x**2.2 + 0.05, 0, 1) ** (1 / 1.2 / 2.2),
    ),
    "posterise": (
        {"levels": 5},
        lambda x: np.floor(x * 255 / 256 * 5) / 4,
    ),
    "threshold": (
        {"level": 100},
        lambda x: stacked((np.floor(grey(x) * 255 + 0.5) >= 100).astype(float)),
    ),
    "hue": ({"hue": 60}, lambda x: hsl(x, 1 / 6)),
    "mixer": ({"red.red": 50, "red.green": 25, "red.constant": 10}, mixed),
    "black-white": ({}, by_shares),
    "vibrance": ({"vibrance": 60}, vivid),
    "filter": ({"colour": "#ff0000", "density": 50, "keep": False}, glass),
    "gradient-map": (
        {"stops": [(0, "#000000"), (1, "#ff8000")]},
        lambda x: stacked(grey(x)) * np.array([1, 128 / 255, 0]),
    ),
}


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_it_equals_its_formula_in_double_precision(name: str) -> None:
    values, reference = REFERENCES[name]
    expected = np.clip(reference(picture()[:, :, :3] / 255.0), 0, 1) * 255
    assert np.abs(adjusted(name, **values) - expected).max() <= 0.51


NEUTRAL = sorted(set(ADJUSTMENTS) - {"invert", "posterise", "threshold"} - {"black-white"})


@pytest.mark.parametrize("name", [one for one in NEUTRAL if one not in ("filter", "gradient-map")])
def test_its_defaults_change_no_byte(name: str) -> None:
    assert np.array_equal(adjusted(name), picture()[:, :, :3])


def test_a_curve_goes_through_its_points() -> None:
    points = [(0, 10), (60, 100), (130, 120), (255, 230)]
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 4, axis=2)
    ramp[:, :, 3] = 255
    layer = AdjustmentLayer(adjustment="curves", values={"points": points})
    found = shown(over(layer, pixels=ramp))[0, :, 0]
    assert [int(found[x]) for x, _ in points] == [y for _, y in points]


def test_a_range_of_hue_leaves_the_opposite_colours() -> None:
    pixels = np.array([[[255, 0, 0, 255], [0, 255, 255, 255], [90, 90, 90, 255]]], np.uint8)
    layer = AdjustmentLayer(adjustment="hue", values={"reds.saturation": -100})
    found = shown(over(layer, pixels=pixels))[0, :, :3].tolist()
    assert found == [[128, 128, 128], [0, 255, 255], [90, 90, 90]]


def test_colour_balance_keeps_the_lightness_and_moves_towards_red() -> None:
    pixels = np.full((1, 1, 4), 128, np.uint8)
    pixels[:, :, 3] = 255
    red, green, blue = shown(
        over(AdjustmentLayer(adjustment="balance", values={"middle.red": 60}), pixels=pixels)
    )[0, 0, :3].tolist()
    assert red > 128 > green == blue
    assert abs((red + green) / 2 - 128) <= 1


def test_selective_colour_takes_cyan_from_reds_only() -> None:
    pixels = np.array([[[200, 50, 50, 255], [50, 50, 200, 255]]], np.uint8)
    layer = AdjustmentLayer(adjustment="selective", values={"reds.magenta": -50, "absolute": True})
    found = shown(over(layer, pixels=pixels))[0, :, :3].tolist()
    # 150 levels belong to red; half an ink less in the channel of its opposite.
    assert found == [[200, 125, 50], [50, 50, 200]]


def test_neighbouring_tables_become_one_with_the_same_result() -> None:
    from studio.document.render.plan import Plan

    layers = [
        AdjustmentLayer(adjustment="levels", values={"gamma": 1.4}),
        AdjustmentLayer(adjustment="brightness", values={"brightness": 40}),
        AdjustmentLayer(adjustment="invert"),
    ]
    document = over(*layers)
    assert len(Plan(document.layers, document.rect).ops) == 2
    apart = over(layers[0], layers[1].replace(opacity=0.9999999), layers[2])
    assert len(Plan(apart.layers, apart.rect).ops) == 4
    assert np.abs(shown(document).astype(int) - shown(apart)).max() <= 1


def test_a_group_keeps_it_inside() -> None:
    empty = GroupLayer(children=(AdjustmentLayer(adjustment="invert"),))
    assert np.array_equal(shown(over(empty)), picture())


def test_it_comes_back_from_an_ora_with_its_values(tmp_path: Path) -> None:
    values = {"points": [(0.0, 0.0), (100.0, 140.0), (255.0, 255.0)]}
    made = over(AdjustmentLayer(name="c", adjustment="curves", values=values))
    save_document(made, tmp_path / "a.ora")
    opened = open_document(tmp_path / "a.ora")
    found = opened.document.layers[1]
    assert isinstance(found, AdjustmentLayer) and opened.notices == ()
    assert found.values["points"] == tuple(values["points"])
    assert np.array_equal(shown(opened.document), shown(made))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("curves", {"points": [(0, 0)]}),
        ("curves", {"points": [(5, 0), (5, 9)]}),
        ("curves", {"points": [(0, float("nan")), (255, 255)]}),
        ("levels", {"gamma": float("inf")}),
        ("levels", {"gamma": "much"}),
        ("levels", {"colour": 1}),
        ("filter", {"colour": "red"}),
        ("lut", {"file": "AAAA"}),
        ("nothing", {}),
    ],
)
def test_values_that_are_none_are_refused(name: str, values: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        AdjustmentLayer(adjustment=name, values=values)


def test_unsorted_points_are_put_in_order() -> None:
    layer = AdjustmentLayer(adjustment="curves", values={"points": [(255, 0), (0, 255)]})
    assert layer.values["points"] == ((0.0, 255.0), (255.0, 0.0))


def cube(path: Path, size: int = 3, *, line: str = "", lines: int | None = None) -> Path:
    rows = [
        f"{1 - r / (size - 1)} {g / (size - 1)} {b / (size - 1)}"
        for b in range(size)
        for g in range(size)
        for r in range(size)
    ][:lines]
    path.write_text("\n".join([f"LUT_3D_SIZE {size}", *([line] if line else []), *rows]))
    return path


def test_a_cube_file_is_applied(tmp_path: Path) -> None:
    found = adjusted("lut", file=read_cube(cube(tmp_path / "a.cube")))
    expected = picture()[:, :, :3].astype(float)
    expected[:, :, 0] = 255 - expected[:, :, 0]
    assert np.abs(found - expected).max() <= 0.51


def test_a_one_dimensional_cube_file_is_applied(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    path.write_text("LUT_1D_SIZE 2\n1 0 0\n0 1 1\n")
    expected = picture()[:, :, :3].astype(float)
    expected[:, :, 0] = 255 - expected[:, :, 0]
    assert np.abs(adjusted("lut", file=read_cube(path)) - expected).max() <= 0.51


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LUT_3D_SIZE 2\n0 0 0\n",
        "LUT_3D_SIZE 2\n" + "nan 0 0\n" * 8,
        "LUT_3D_SIZE 2\n" + "inf 0 0\n" * 8,
        "LUT_3D_SIZE 2\n" + "0 0\n" * 8,
        "LUT_3D_SIZE 2000\n0 0 0\n",
        "LUT_3D_SIZE -1\n",
        "LUT_3D_SIZE\n",
        "LUT_3D_SIZE two\n",
        "LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n0 0 0\n1 1 1\n",
        "\x00\x01\x02",
        "PNG picture",
    ],
)
def test_a_cube_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.cube"
    path.write_text(text)
    with pytest.raises(StudioError, match="no table"):
        read_cube(path)


def test_pixels_are_adjusted_inside_the_selection() -> None:
    document = over().replace(selection=Raster.from_array(np.full((10, 10), 255, np.uint8)))
    made = apply_adjustment(document, "invert")
    expected = picture()
    expected[:10, :10, :3] = 255 - expected[:10, :10, :3]
    assert np.array_equal(shown(made), expected)
    layered = add_adjustment(document, "invert", "Invert")
    assert np.array_equal(shown(layered), expected)


def test_one_pixel_and_a_huge_canvas() -> None:
    one = np.array([[[1, 2, 3, 255]]], np.uint8)
    layer = AdjustmentLayer(adjustment="invert")
    assert shown(over(layer, pixels=one)).tolist() == [[[254, 253, 252, 255]]]
    huge = over(layer, pixels=one).replace(width=20000, height=13000)
    assert composite(huge, huge.rect.intersect(one_corner())).tolist() == [[[254, 253, 252, 255]]]
    assert apply_adjustment(huge, "invert").layers[0].bounds().area == 1


def one_corner() -> Any:
    from studio.core.geometry import Rect

    return Rect(0, 0, 1, 1)
