"""Several layers at once, and outlines that are filled."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.document import operations, several
from studio.document.control import control_layer
from studio.document.document import Document
from studio.document.layer import GroupLayer, RasterLayer
from studio.document.outlines import fill_outline
from studio.document.raster import Raster
from studio.document.render.compositor import composite


def stack(count: int = 5) -> Document:
    document = Document(width=60, height=40)
    for number in range(count):
        pixels = np.zeros((40, 60, 4), np.uint8)
        pixels[4 * number : 4 * number + 12, 5 * number : 5 * number + 20] = (
            50 * number,
            90,
            20,
            200,
        )
        layer = RasterLayer(id=f"l{number}", name=f"l{number}", raster=Raster.from_array(pixels))
        document = document.insert(layer)
    return document


def order(document: Document) -> str:
    return " ".join(layer.name for layer in document.layers)


@pytest.mark.parametrize(
    ("chosen", "up", "after"),
    [
        (["l1", "l2"], True, "l0 l3 l1 l2 l4"),
        (["l1", "l2"], False, "l1 l2 l0 l3 l4"),
        (["l3", "l4"], True, "l0 l1 l2 l3 l4"),
        (["l0", "l2"], False, "l0 l2 l1 l3 l4"),
        (["l4", "l2"], True, "l0 l1 l3 l2 l4"),
    ],
)
def test_chosen_layers_step_together_and_keep_their_order(
    chosen: list[str], up: bool, after: str
) -> None:
    assert order(several.step(stack(), chosen, up=up)) == after


def test_chosen_layers_are_placed_in_their_order_whatever_order_they_are_named_in() -> None:
    assert order(operations.place_layers(stack(), ["l4", "l0"], 2)) == "l1 l2 l0 l4 l3"
    grouped = stack().insert(GroupLayer(id="g", name="g"))
    inside = operations.place_layers(grouped, ["l3", "l1"], 0, "g")
    group = inside.find("g")
    assert isinstance(group, GroupLayer)
    assert [one.name for one in group.children] == ["l1", "l3"]


def test_a_child_goes_along_with_its_group() -> None:
    grouped = stack().insert(GroupLayer(id="g", name="g"))
    grouped = operations.place_layers(grouped, ["l3"], 0, "g")
    assert order(several.delete(grouped, ["g", "l3", "l0"])) == "l1 l2 l4"
    moved = several.move(grouped, ["g", "l3"], 7, 0)
    assert moved.find("l3").x == 7  # type: ignore[union-attr]


def test_duplicates_lie_above_their_originals() -> None:
    assert order(several.duplicate(stack(3), ["l2", "l0"])) == "l0 l0 l1 l2 l2"


def test_merging_neighbours_changes_no_pixel_of_the_picture() -> None:
    document = stack()
    merged = several.merge(document, ["l2", "l1", "l3"])
    assert order(merged) == "l0 l3 l4"
    before, after = (composite(one, one.rect).astype(int) for one in (document, merged))
    assert np.abs(before - after).max() <= 2


def test_what_cannot_be_merged_is_a_sentence() -> None:
    with pytest.raises(StudioError, match="alone"):
        several.merge(stack(), ["l1"])
    document = stack().insert(control_layer("canny", np.zeros((40, 60, 3), np.uint8), "edges"))
    with pytest.raises(StudioError, match="control"):
        several.merge(document, [layer.id for layer in document.layers])


# Outlines


def drawn(*, gap: float = 0.0, thickness: int = 5) -> Raster:
    plane = np.zeros((300, 400), np.uint8)
    cv2.ellipse(plane, (200, 150), (120, 90), 0, gap, 360, 255, thickness, cv2.LINE_AA)
    return Raster.from_array(plane)


@pytest.mark.parametrize("thickness", [1, 3, 12, 40])
def test_a_closed_outline_is_filled_to_its_last_pixel(thickness: int) -> None:
    canvas = Document(width=400, height=300).rect
    line = drawn(thickness=thickness)
    filled = fill_outline(line, canvas).read(canvas)[:, :, 0]
    disc = np.zeros((300, 400), np.uint8)
    cv2.ellipse(disc, (200, 150), (119, 89), 0, 0, 360, 255, -1)
    assert (filled[disc > 0] == 255).all()
    outside = cv2.dilate(disc, np.ones((9 + thickness, 9 + thickness), np.uint8)) == 0
    assert (filled[outside] == 0).all()
    assert (filled >= line.read(canvas)[:, :, 0]).all()


@pytest.mark.parametrize("gap", [2, 5])
def test_a_small_gap_is_bridged(gap: float) -> None:
    canvas = Document(width=400, height=300).rect
    filled = fill_outline(drawn(gap=gap), canvas).read(canvas)[:, :, 0]
    assert filled[150, 200] == 255 and filled[150, 290] == 255
    assert (filled[:, :60] == 0).all() and (filled[:40] == 0).all()


def test_several_outlines_and_the_frame() -> None:
    plane = np.zeros((100, 100), np.uint8)
    cv2.rectangle(plane, (5, 5), (30, 30), 255, 2)
    cv2.rectangle(plane, (50, 50), (90, 90), 255, 2)
    canvas = Document(width=100, height=100).rect
    filled = fill_outline(Raster.from_array(plane), canvas).read(canvas)[:, :, 0]
    assert filled[15, 15] == filled[70, 70] == 255 and filled[40, 40] == 0


@pytest.mark.parametrize("kind", ["line", "dot", "empty", "half"])
def test_what_goes_around_nothing_is_a_sentence(kind: str) -> None:
    plane = np.zeros((100, 100), np.uint8)
    if kind == "line":
        cv2.line(plane, (10, 10), (90, 80), 255, 3)
    elif kind == "dot":
        cv2.circle(plane, (50, 50), 9, 255, -1)
    elif kind == "half":
        cv2.ellipse(plane, (50, 50), (30, 30), 0, 0, 200, 255, 3)
    with pytest.raises(StudioError, match=r"nothing|no closed outline"):
        fill_outline(Raster.from_array(plane), Document(width=100, height=100).rect)
