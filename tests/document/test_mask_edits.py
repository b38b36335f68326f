"""Fill and invert act on the mask that is being edited, inside the selection."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document import masks
from studio.document.document import Document
from studio.document.layer import LayerMask, RasterLayer
from studio.document.mask_edits import Edited, fill_outlines, invert
from studio.document.raster import Raster
from studio.tools.edited import edited_mask

SIZE = Rect(0, 0, 200, 150)


def ring(x: int = 100, y: int = 75, radius: int = 40) -> np.ndarray:
    plane = np.zeros((150, 200), np.uint8)
    cv2.circle(plane, (x, y), radius, 255, 4)
    return plane


def document(x: int = 0, y: int = 0, **fields: object) -> Document:
    """Return a document whose only layer, moved by x and y, has a white mask."""
    layer = RasterLayer(id="l", name="l", x=x, y=y)
    made = masks.add_mask(Document(width=200, height=150).insert(layer), "l")
    return made.replace(**fields)


def with_mask(made: Document, plane: np.ndarray) -> Document:
    layer = made.active_layer()
    assert layer is not None and layer.mask is not None
    raster = layer.mask.raster.write(-layer.x, -layer.y, plane)
    return made.update(layer.replace(mask=LayerMask(raster)))


def layer_mask(made: Document) -> np.ndarray:
    layer = made.active_layer()
    assert layer is not None and layer.mask is not None
    return layer.mask.raster.shifted(layer.x, layer.y).read(SIZE)[:, :, 0]


def whole(raster: Raster | None) -> np.ndarray:
    assert raster is not None
    return raster.read(SIZE)[:, :, 0]


def box(rect: Rect) -> Raster:
    return Raster.filled(rect, 255)


@pytest.mark.parametrize(
    ("tool", "on_layer_mask", "fields", "what"),
    [
        ("mask", True, ("mask", "selection"), Edited.MASK),
        ("mask", False, (), Edited.MASK),
        ("brush", True, ("mask", "selection"), Edited.LAYER_MASK),
        ("select_lasso", True, ("selection",), Edited.LAYER_MASK),
        ("select_lasso", False, ("mask", "selection"), Edited.SELECTION),
        ("select_rectangle", False, ("mask",), Edited.MASK),
        ("brush", False, ("mask", "selection"), Edited.MASK),
        ("brush", False, ("selection",), Edited.SELECTION),
        ("move", False, (), None),
    ],
)
def test_the_tool_in_hand_says_what_is_edited(
    tool: str, on_layer_mask: bool, fields: tuple[str, ...], what: Edited | None
) -> None:
    made = document(**{name: box(Rect(10, 10, 30, 30)) for name in fields})
    assert edited_mask(made, tool, on_layer_mask=on_layer_mask) is what


def test_painting_on_a_mask_that_is_not_there_is_not_editing_it() -> None:
    made = masks.delete_mask(document(), "l")
    assert edited_mask(made, "brush", on_layer_mask=True) is None


@pytest.mark.parametrize("what", Edited)
def test_inverting_twice_is_nothing_and_touches_nothing_else(what: Edited) -> None:
    place = box(Rect(20, 20, 70, 50))
    made = document(30, -20, mask=place, selection=place if what is Edited.SELECTION else None)
    made = with_mask(made, ring())
    once = invert(made, what)
    planes = {
        Edited.MASK: lambda one: whole(one.mask),
        Edited.LAYER_MASK: layer_mask,
        Edited.SELECTION: lambda one: whole(one.selection),
    }
    for name, plane in planes.items():
        if name is what:
            assert (plane(once).astype(int) + plane(made) == 255).all()
            assert np.array_equal(plane(invert(once, what)), plane(made))
        elif name is not Edited.SELECTION:
            assert np.array_equal(plane(once), plane(made))


@pytest.mark.parametrize("black", [False, True])
@pytest.mark.parametrize("moved", [(0, 0), (30, -20)])
def test_an_outline_on_a_layer_mask_is_filled_in_its_own_colour(
    black: bool, moved: tuple[int, int]
) -> None:
    plane = 255 - ring() if black else ring()
    made = with_mask(document(*moved), plane)
    filled = layer_mask(fill_outlines(made, Edited.LAYER_MASK))
    assert filled[75, 100] == (0 if black else 255)
    assert filled[5, 5] == (255 if black else 0)


def test_holes_of_a_selection_are_filled() -> None:
    made = document(selection=Raster.from_array(ring()))
    filled = fill_outlines(made, Edited.SELECTION)
    assert whole(filled.selection)[75, 100] == 255 and filled.mask is None


@pytest.mark.parametrize("what", [Edited.MASK, Edited.LAYER_MASK])
@pytest.mark.parametrize("change", [invert, fill_outlines])
def test_a_selection_limits_what_happens_to_a_mask(what: Edited, change: object) -> None:
    half = Rect(0, 0, 100, 150)
    made = document(mask=Raster.from_array(ring()), selection=box(half))
    made = with_mask(made, ring())
    after = change(made, what)  # type: ignore[operator]

    def plane(one: Document) -> np.ndarray:
        return whole(one.mask) if what is Edited.MASK else layer_mask(one)

    assert np.array_equal(plane(after)[:, 100:], plane(made)[:, 100:])
    assert plane(after)[75, 80] == 255 and plane(made)[75, 80] == 0
    assert after.selection is made.selection


@pytest.mark.parametrize("what", Edited)
def test_nothing_to_fill_is_a_sentence(what: Edited) -> None:
    with pytest.raises(StudioError) as caught:
        fill_outlines(document(), what)
    assert caught.value.hint
    locked = document()
    layer = locked.active_layer()
    assert layer is not None
    locked = locked.update(layer.replace(locked=True))
    if what is Edited.LAYER_MASK:
        for change in (fill_outlines, invert):
            with pytest.raises(StudioError, match="locked"):
                change(locked, what)
