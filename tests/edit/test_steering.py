"""Control layers and references reach the request of an edit, and come back from its recipe."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
from test_prepare_apply import made, masked, photo

from studio.control_maps.pose_edit import preset
from studio.core.geometry import Rect
from studio.document.canvas import extend_canvas
from studio.document.control import control_layer, pose_layer
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.raster import Raster
from studio.edit.apply import apply_layer, result_layer
from studio.edit.prepare import mask_request, recipe_of, rerun_request
from studio.edit.request import EditRequest, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import (
    Reference,
    control_uses,
    reference_uses,
    references_of,
    with_controls,
)

RANDOM = np.random.default_rng(3)


def picture(height: int, width: int) -> np.ndarray:
    return RANDOM.integers(1, 256, (height, width, 3), dtype=np.uint8)


def steered_document() -> Document:
    document = masked(photo())
    edges = control_layer("canny", picture(400, 600), "edges")
    settings = edges.control.replace(strength=0.4, start=0.2, end=0.9, mode="prompt", model="/c")
    edges = edges.replace(control=settings)
    pose = pose_layer([preset("standing", 180, 60, 180)], document.rect, "pose")
    return document.replace(layers=(*document.layers, edges, pose))


def references(document: Document) -> tuple[Reference, ...]:
    half = Raster.from_array(np.full((400, 250), 255, np.uint8))
    return (
        Reference(picture(30, 40), "a", weight=0.5, mode="subject"),
        Reference(picture(20, 20), "b", start=0.1, where=half),
    )


def asked(document: Document) -> EditRequest:
    settings = EditSettings("somebody", references=references(document))
    return with_controls(mask_request(document, settings, Task.FILL), document)


def same(a: EditRequest, b: EditRequest) -> None:
    for name in ("controls", "references"):
        for one, other in zip(getattr(a, name), getattr(b, name), strict=True):
            for field in one.__dataclass_fields__:
                first, second = getattr(one, field), getattr(other, field)
                assert np.array_equal(first, second) if field in ("image", "mask") else (
                    first == second
                )  # fmt: skip


def test_controls_and_references_are_cut_to_the_region() -> None:
    document = steered_document()
    request = asked(document)
    region = request.region
    edges, pose = request.controls
    assert (edges.kind, edges.strength, edges.start, edges.end) == ("canny", 0.4, 0.2, 0.9)
    assert (edges.mode, edges.model, pose.kind) == ("prompt", "/c", "pose")
    layer = document.layers[1]
    assert isinstance(layer, ControlLayer)
    assert np.array_equal(edges.image, layer.raster.read(region)[:, :, :3])
    assert pose.image.shape == edges.image.shape and pose.image.any()
    whole, part = request.references
    assert whole.mask is None and part.mask is not None
    assert part.mask.shape == edges.image.shape[:2]
    assert part.mask[:, : 250 - region.x].all() and not part.mask[:, 250 - region.x :].any()


def test_one_that_is_off_or_says_nothing_here_is_left_out_and_a_hidden_one_counts() -> None:
    document = steered_document()
    region = asked(document).region
    edges = document.layers[1]
    assert isinstance(edges, ControlLayer)
    off = document.update(edges.replace(control=edges.control.replace(used=False)))
    assert [use.kind for use in control_uses(off, region)] == ["pose"]
    hidden = document.update(edges.replace(visible=False))
    assert [use.kind for use in control_uses(hidden, region)] == ["canny", "pose"]
    away = Rect(0, 380, 20, 20)
    assert [use.kind for use in control_uses(document, away)] == ["canny"]
    unused = tuple(replace(one, used=False) for one in references(document))
    request = mask_request(document, EditSettings(references=unused), Task.FILL)
    assert request.references == ()


def test_the_recipe_of_a_layer_restores_all_of_them() -> None:
    document = steered_document()
    request = asked(document)
    layer = result_layer(made(request), 0)
    json.dumps(layer.recipe)
    document = apply_layer(document, layer)
    # What stands in the document by now does not count: the recipe does.
    document = document.replace(layers=(document.layers[0], layer))
    again = rerun_request(document, layer)
    assert again.region == request.region
    same(again, request)


def test_a_recipe_whose_canvas_grew_keeps_its_controls_in_their_place() -> None:
    document = steered_document()
    request = asked(document)
    layer = result_layer(made(request), 0)
    document = extend_canvas(apply_layer(document, layer), left=100, top=40)
    moved = document.find(layer.id)
    assert isinstance(moved, GenerativeLayer)
    again = rerun_request(document, moved)
    old, new = request.region.shift(100, 40), again.region
    inner = old.intersect(new)
    before = request.controls[0].image[inner.y - old.y :, inner.x - old.x :]
    after = again.controls[0].image[inner.y - new.y :, inner.x - new.x :]
    height, width = inner.height, inner.width
    assert np.array_equal(after[:height, :width], before[:height, :width])


def test_the_references_of_a_recipe_are_shown_where_the_layer_is_now() -> None:
    document = steered_document()
    request = asked(document)
    layer = result_layer(made(request), 0)
    shown = references_of(recipe_of(layer), "made", layer.x, layer.y)
    same(request.replace(references=reference_uses(shown, request.region)), request)
    assert [one.name for one in shown] == ["made", "made"]
    grown = extend_canvas(apply_layer(document, layer), left=100, top=40)
    moved = grown.find(layer.id)
    assert isinstance(moved, GenerativeLayer)
    there = request.region.shift(100, 40)
    shown = references_of(recipe_of(moved), "made", moved.x, moved.y)
    same(request.replace(references=reference_uses(shown, there)), request)


def test_a_control_whose_picture_is_lost_is_left_out_of_the_recipe() -> None:
    document = steered_document()
    layer = result_layer(made(asked(document)), 0)
    empty = (Raster(), *layer.recipe_pictures[1:])
    again = rerun_request(document, layer.replace(recipe_pictures=empty))
    assert [use.kind for use in again.controls] == ["pose"]
    assert len(again.references) == 2
