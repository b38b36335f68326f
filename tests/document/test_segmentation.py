"""Classes in the published colours, superpixels that keep to edges, and a score that can fall."""

from __future__ import annotations

import ast
import importlib.util
import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.control_maps.segmentation import (
    CELL,
    CLASSES,
    NOTHING,
    WORK_SIDE,
    class_map,
    colour_segments,
    fill_segments,
    group_segments,
    mean_iou,
    nearest_class,
    superpixels,
)
from studio.document.raster import Pixels

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def scene() -> Pixels:
    """Blue over green, with a red disc and a little grain."""
    image = np.zeros((160, 240, 3), np.uint8)
    image[:80], image[80:] = (90, 140, 220), (60, 150, 60)
    cv2.circle(image, (120, 80), 40, (200, 40, 40), cv2.FILLED)
    grain = np.random.default_rng(0).integers(-6, 7, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def test_the_colours_are_those_of_the_public_palette() -> None:
    """Compared with the list in controlnet_aux, read from its source: importing it takes torch."""
    package = importlib.util.find_spec("controlnet_aux")
    assert package is not None and package.origin is not None
    tree = ast.parse(Path(package.origin).with_name("util.py").read_text())
    palette = next(
        ast.literal_eval(node.body[-1].value)  # type: ignore[attr-defined]
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "ade_palette"
    )
    assert len(palette) == 150
    for name, row in CLASSES.items():
        assert row.id == name and tuple(palette[row.index]) == row.colour
    # The first twenty of ADE20K by name, so that no colour can stand beside another's number.
    first = "wall building sky floor tree ceiling road bed window grass cabinet sidewalk person"
    rest = "earth door table mountain plant curtain chair"
    for index, name in enumerate(f"{first} {rest}".split()):
        assert CLASSES[name].index == index


def test_no_two_classes_can_be_confused() -> None:
    colours = [row.colour for row in CLASSES.values()]
    away = min(math.dist(one, other) for i, one in enumerate(colours) for other in colours[:i])
    # The middle of a colour's cell is nearer to it than to any other.
    assert away > 2 * math.sqrt(3) * (CELL - 1) / 2
    assert all(nearest_class(row.colour) is row for row in CLASSES.values())


def test_superpixels_are_numbered_without_gaps_and_each_is_one_piece() -> None:
    labels = superpixels(scene(), 60)
    assert labels.shape == (160, 240) and labels.dtype == np.int32
    numbers = np.unique(labels)
    assert (numbers == np.arange(len(numbers))).all() and 30 <= len(numbers) <= 90
    for number in numbers:
        pieces, _ = cv2.connectedComponents((labels == number).astype(np.uint8), connectivity=8)
        assert pieces == 2
    assert len(np.unique(superpixels(scene(), 300))) > 2 * len(numbers)


def test_superpixels_keep_to_edges() -> None:
    truth = np.zeros((160, 240), np.uint8)
    truth[80:] = 1
    cv2.circle(truth, (120, 80), 40, 2, cv2.FILLED)
    labels = superpixels(scene(), 60)
    wrong = 0
    for number in np.unique(labels):
        inside = np.bincount(truth[labels == number])
        wrong += inside.sum() - inside.max()
    # A grid of squares, which looks at nothing, is wrong five times as often.
    rows, columns = np.indices(truth.shape) // 25
    squares = sum(
        (inside := np.bincount(truth[(rows == r) & (columns == c)])).sum() - inside.max()
        for r in range(7)
        for c in range(10)
    )
    assert wrong * 5 < squares and wrong < 0.02 * truth.size


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (40, 1), (2, 2), (3, 70)])
def test_tiny_pictures_are_no_error(shape: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    labels = superpixels(image, 500)
    assert labels.shape == shape and labels.min() == 0
    assert group_segments(image, labels, 3).max() < 3


def test_a_photo_larger_than_the_working_size_keeps_its_size_and_its_borders() -> None:
    image = cv2.resize(scene(), (WORK_SIDE * 2, WORK_SIDE), interpolation=cv2.INTER_NEAREST)
    labels = superpixels(np.asarray(image, np.uint8), 60)
    assert labels.shape == image.shape[:2]
    sky, grass = labels[: WORK_SIDE // 2 - 8, :300], labels[WORK_SIDE // 2 + 8 :, :300]
    assert not set(np.unique(sky)) & set(np.unique(grass))


def test_groups_follow_colour_and_the_largest_comes_first() -> None:
    image = scene()
    labels = superpixels(image, 200)
    groups = group_segments(image, labels, 3)
    sizes = np.bincount(groups.reshape(-1))
    assert len(sizes) == 3 and (np.diff(sizes) <= 0).all()
    spots = groups[10, 10], groups[150, 10], groups[80, 120]
    assert len(set(spots)) == 3
    assert groups[10, 230] == spots[0] and groups[150, 230] == spots[1]
    assert (group_segments(image, labels, 3) == groups).all()
    assert group_segments(image, labels, 1).max() == 0


def test_every_group_gets_another_class() -> None:
    groups = np.arange(len(CLASSES), dtype=np.int32).reshape(1, -1)
    drawn = colour_segments(groups)
    assert drawn.dtype == np.uint8 and drawn.shape == (1, len(CLASSES), 3)
    assert class_map(drawn).tolist() == [[row.index for row in CLASSES.values()]]


def test_filling_changes_the_superpixels_under_the_points_and_nothing_else() -> None:
    labels = superpixels(scene(), 60)
    black = np.zeros((160, 240, 3), np.uint8)
    colour = CLASSES["sky"].colour
    points = [(10.0, 10.9), (200.5, 20.0), (-1.0, 5.0), (240.0, 5.0), (5.0, 1000.0)]
    done = fill_segments(black, labels, points, colour)
    wanted = np.isin(labels, [labels[10, 10], labels[20, 200]])
    assert (done[wanted] == colour).all() and not done[~wanted].any()
    assert not black.any()
    assert (fill_segments(black, labels, [], colour) == black).all()


def test_class_map_reads_colours_near_a_class_and_black_as_nothing() -> None:
    rng = np.random.default_rng(2)
    picture = np.zeros((3, 40, 3), np.int64)
    picture[1], picture[2] = CLASSES["sky"].colour, CLASSES["tree"].colour
    noisy = np.clip(picture + rng.integers(-12, 13, picture.shape), 0, 255).astype(np.uint8)
    made = class_map(noisy)
    assert made.dtype == np.int16
    assert (made[0] == NOTHING).all()
    assert (made[1] == CLASSES["sky"].index).all() and (made[2] == CLASSES["tree"].index).all()


def test_mean_iou_is_that_of_the_textbook() -> None:
    truth = np.repeat(np.array([[0, 0, 1, 1]], np.int16), 5, axis=0)
    assert mean_iou(truth, truth) == 1.0
    half = np.array(truth)
    half[:, 1] = 1
    # Class 0: 1 of 2 columns; class 1: 2 of 3.
    assert mean_iou(half, truth) == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert mean_iou(1 - truth, truth) == 0.0
    # One that was invented counts as a class that was missed.
    other = np.where(truth == 1, 7, truth).astype(np.int16)
    assert mean_iou(other, truth) == pytest.approx(1 / 3)
    # What was not found is missing from its class; what is not known does not count.
    blank = np.where(truth == 1, NOTHING, truth).astype(np.int16)
    assert mean_iou(blank, truth) == pytest.approx(1 / 2)
    assert mean_iou(half, np.where(truth == 1, NOTHING, truth).astype(np.int16)) == pytest.approx(
        1 / 4
    )
    assert math.isnan(mean_iou(truth, np.full_like(truth, NOTHING)))
    with pytest.raises(ValueError, match="compared"):
        mean_iou(truth, truth[:, :2])


def test_a_sample_photo_is_divided_along_what_it_shows() -> None:
    """The orange suit, the black helmet and the wall behind are no one region."""
    image = np.asarray(cv2.imread(str(SAMPLES / "sample-astronaut.jpg"))[:, :, ::-1], np.uint8)
    groups = group_segments(image, superpixels(image), 12)
    assert groups.max() == 11
    suit, wall, helmet = groups[380, 130], groups[60, 340], groups[420, 330]
    assert len({suit, wall, helmet}) == 3
    assert groups[330, 110] == suit
