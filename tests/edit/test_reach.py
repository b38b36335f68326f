"""What the next request would change is what it changes."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.document import operations
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import extend_request, mask_request
from studio.edit.reach import reach_of
from studio.edit.request import EditRequest, Task
from studio.edit.settings import EditSettings

PADDING = EditSettings().padding


def photo() -> Document:
    y, x = np.mgrid[0:300, 0:400]
    return document_from_array(np.dstack([x % 256, y % 256, (x + y) % 256]).astype(np.uint8), "p")


def box(rect: Rect) -> Raster:
    return Raster.filled(rect, 255)


def same(document: Document, request: EditRequest, task: Task) -> None:
    reach = reach_of(document, task, PADDING)
    assert reach is not None and request.mask is not None
    assert reach.region == request.region
    changed = np.full(request.mask.shape, 255, np.uint8)
    if reach.mask is not None:
        changed = reach.mask.read(request.region)[:, :, 0]
    assert np.array_equal(changed, request.mask)


MASK, SELECTION = Rect(50, 60, 70, 30), Rect(90, 40, 120, 90)


@pytest.mark.parametrize("task", [Task.FILL, Task.REPLACE])
@pytest.mark.parametrize("mask", [None, MASK, Rect(100, 100, 9, 9), Rect(300, 200, 40, 40)])
@pytest.mark.parametrize("selection", [None, SELECTION])
def test_the_place_of_a_fill_is_that_of_its_request(
    task: Task, mask: Rect | None, selection: Rect | None
) -> None:
    document = photo().replace(
        mask=box(mask) if mask else None, selection=box(selection) if selection else None
    )
    if task is Task.FILL and mask is None and selection is None:
        assert reach_of(document, task, PADDING) is None
        return
    same(document, mask_request(document, EditSettings(), task), task)


def test_extending_changes_the_empty_part() -> None:
    assert reach_of(photo(), Task.EXTEND, PADDING) is None
    document = photo()
    layer = document.layers[0]
    document = operations.move_layer(document, layer.id, 60, 0)
    same(document, extend_request(document, EditSettings()), Task.EXTEND)


def test_a_new_picture_changes_all_of_the_canvas() -> None:
    reach = reach_of(photo().replace(mask=box(MASK)), Task.GENERATE, PADDING)
    assert reach is not None and reach.mask is None and reach.region == Rect(0, 0, 400, 300)


def test_a_layer_is_made_again_in_its_own_place() -> None:
    document = photo().replace(mask=box(MASK))
    request = mask_request(document, EditSettings(prompt="a bear"), Task.FILL)
    layer = GenerativeLayer(
        name="bear", recipe=request.to_recipe(), recipe_mask=document.mask, x=40, y=10
    )
    document = document.insert(layer).replace(mask=box(Rect(0, 0, 20, 20)))
    reach = reach_of(document, Task.FILL, PADDING, layer)
    assert reach is not None and reach.mask is not None
    assert reach.mask.bounds() == MASK.shift(40, 10)
