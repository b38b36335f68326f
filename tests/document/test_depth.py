"""Depth from layers: nearer is whiter, lower stands nearer, and above is never behind."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from studio.control_maps.depth import depth_gradient, ground
from studio.core.geometry import Rect
from studio.document.control import control_layer
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.layer_depth import COVERS, depth_from_layers
from studio.document.raster import Pixels, Raster

WIDTH, HEIGHT = 300, 200


def box(rect: Rect, alpha: int = 255, **values: object) -> RasterLayer:
    """A layer of one colour inside ``rect``."""
    pixels = np.full((rect.height, rect.width, 4), alpha, np.uint8)
    return RasterLayer(raster=Raster.from_array(pixels, rect.x, rect.y)).replace(**values)


BACKGROUND = box(Rect(0, 0, WIDTH, HEIGHT))


def depth(*layers: Layer, background: Layer | None = BACKGROUND) -> Pixels:
    below = (background,) if background is not None else ()
    made = depth_from_layers(Document(width=WIDTH, height=HEIGHT, layers=(*below, *layers)))
    assert made.shape == (HEIGHT, WIDTH, 3) and made.dtype == np.uint8
    assert (made[..., 0] == made[..., 1]).all() and (made[..., 0] == made[..., 2]).all()
    return made[..., 0]


@pytest.mark.parametrize("background", [BACKGROUND, None])
def test_the_ground_gets_farther_towards_the_top(background: Layer | None) -> None:
    made = depth(background=background)
    assert (np.diff(made.astype(int), axis=0) >= 0).all()
    assert made[0].max() <= 2 and made[-1].min() >= 253
    assert (made == made[:, :1]).all()


def test_a_thing_stands_at_its_lowest_pixel_and_is_nearer_than_what_it_covers() -> None:
    bare, made = depth(), depth(box(Rect(40, 30, 60, 80)))
    thing = made[30:110, 40:100]
    assert (thing == thing[0, 0]).all()
    outside = np.ones_like(made, bool)
    outside[30:110, 40:100] = False
    foot = int(made[109, 0])
    assert foot < thing[0, 0] <= foot + 40
    assert thing[0, 0] > made[109, 200] and (np.diff(made[:, 200].astype(int)) >= 0).all()
    # The rest is the ground as it was, with room left for what stands on it.
    assert abs(made[outside].astype(int) - bare[outside] * (int(made[-1, 0]) / 255)).max() <= 1


def test_lower_is_nearer_and_above_is_never_behind() -> None:
    high, low = box(Rect(20, 10, 40, 50)), box(Rect(100, 90, 40, 90))
    made = depth(low, high)
    assert made[150, 120] > made[30, 30]
    over = depth(low, box(Rect(110, 95, 10, 10)))
    assert over[100, 115] > over[150, 120]
    under = depth(box(Rect(110, 95, 10, 10)), low)
    assert under[100, 115] == under[150, 120]


def test_many_layers_over_each_other_stay_in_order() -> None:
    layers = [box(Rect(10 + i, 60 + i, 200 - 2 * i, 120 - 2 * i)) for i in range(50)]
    row = depth(*layers)[120, 10:60].astype(int)
    assert (np.diff(row) > 0).all() and row[-1] <= 255


def test_offset_mask_opacity_and_visibility_count() -> None:
    rect = Rect(40, 30, 60, 80)
    plain = depth(box(rect))
    assert (depth(box(Rect(0, 0, 60, 80), x=40, y=30)) == plain).all()
    bare = depth()
    control = control_layer("canny", np.full((50, 50, 3), 255, np.uint8), "Edges")
    hidden = [
        box(rect, visible=False),
        box(rect, opacity=0.5),
        box(rect, alpha=120),
        box(rect, alpha=200, opacity=0.6),
        box(Rect(400, 400, 10, 10)),
        control,
    ]
    for layer in hidden[:2] + hidden[4:]:
        assert (depth(layer) == bare).all()
    for layer in hidden[2:4]:
        # It takes room, but nothing of it is solid.
        assert (np.diff(depth(layer).astype(int), axis=1) == 0).all()
    assert (depth(box(rect, alpha=200, opacity=0.7)) == plain).all()


def test_a_mask_cuts_a_thing_and_lifts_its_foot() -> None:
    shown = Raster.filled(Rect(40, 30, 60, 40), 255)
    masked = box(Rect(40, 30, 60, 80), mask=LayerMask(shown))
    assert (depth(masked) == depth(box(Rect(40, 30, 60, 40)))).all()
    off = masked.replace(mask=LayerMask(shown, enabled=False))
    assert (depth(off) == depth(box(Rect(40, 30, 60, 80)))).all()
    moved = box(Rect(0, 0, 60, 80), x=40, y=30, mask=LayerMask(shown.shifted(-40, -30)))
    assert (depth(moved) == depth(masked)).all()


def test_groups_pass_on_opacity_mask_and_visibility() -> None:
    rect = Rect(40, 30, 60, 80)
    child = box(rect, opacity=0.9)
    plain = depth(box(rect))
    assert (depth(GroupLayer(children=(child,))) == plain).all()
    assert (depth(GroupLayer(children=(child,), opacity=0.55)) == depth()).all()
    assert (depth(GroupLayer(children=(child,), visible=False)) == depth()).all()
    mask = LayerMask(Raster.filled(Rect(0, 0, 60, 40), 255))
    cut = GroupLayer(children=(child,), mask=mask, x=40, y=30)
    assert (depth(cut) == depth(box(Rect(40, 30, 60, 40)))).all()


def test_a_layer_that_fills_the_canvas_is_the_ground() -> None:
    filling = box(Rect(-5, -5, WIDTH + 10, HEIGHT + 10))
    assert (depth(box(Rect(40, 30, 60, 80)), filling) == depth()).all()
    part = box(Rect(0, 0, WIDTH, round(HEIGHT * (COVERS - 0.1))))
    assert not (depth(part) == depth()).all()


def test_one_pixel_and_no_layer_are_documents_too() -> None:
    assert depth_from_layers(Document(width=1, height=1)).shape == (1, 1, 3)
    one = Document(width=1, height=1, layers=(box(Rect(0, 0, 1, 1)),))
    assert depth_from_layers(one).shape == (1, 1, 3)


def test_above_the_horizon_all_is_far() -> None:
    made = ground(20, 100, horizon=0.4)[..., 0].astype(int)
    assert made[:40].max() == 0 and made[-1].min() == 255
    steps = np.diff(made[40:, 0])
    assert (steps >= 0).all() and steps.max() - steps.min() <= 1


def test_a_gradient_goes_from_near_to_far_along_its_line() -> None:
    made = depth_gradient(101, 61, (20.5, 30.5), (80.5, 30.5), near=200, far=40)[..., 0]
    assert (made == made[:1]).all()
    assert (made[:, :21] == 200).all() and (made[:, 80:] == 40).all()
    assert abs(int(made[30, 50]) - 120) <= 1
    back = depth_gradient(101, 61, (80.5, 30.5), (20.5, 30.5), near=40, far=200)[..., 0]
    assert abs(made.astype(int) - back).max() <= 1
    slanted = depth_gradient(50, 50, (0, 0), (50, 50))[..., 0]
    assert (slanted == slanted.T).all() and (
        np.diff(slanted[::-1].diagonal().astype(int)) == 0
    ).all()
    assert (depth_gradient(9, 7, (3, 3), (3, 3), near=90) == 90).all()


def test_a_large_document_takes_no_more_than_a_few_copies() -> None:
    width, height = 3000, 2000
    layers = tuple(box(Rect(200 * i, 100 * i, 1500, 1200)) for i in range(4))
    document = Document(width=width, height=height, layers=layers)
    tracemalloc.start()
    depth_from_layers(document)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * width * height * 4
