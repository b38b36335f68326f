"""Where a decoded mask lies on a photo, which of three is chosen, and its edge."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.retouch.object_edges import Frame, best_correction, best_of, refined

Floats = NDArray[np.float32]


def _disc(x: float, y: float, radius: float, slope: float = 2.0) -> Floats:
    rows, columns = np.mgrid[:256, :256]
    return np.asarray(slope * (radius - np.hypot(columns - x, rows - y)), np.float32)


@pytest.mark.parametrize("size", [(1, 1), (7, 3000), (1024, 1024), (6000, 4000), (16384, 700)])
def test_a_frame_has_at_least_one_pixel_and_no_more_than_the_square(size: tuple[int, int]) -> None:
    frame = Frame(*size)
    rows, columns = frame.mask_size
    assert 1 <= rows <= 256 and 1 <= columns <= 256 and max(rows, columns) == 256
    x, y = frame.to_square(size[0], size[1])
    assert x <= 1023.5 and y <= 1023.5


def test_a_mask_is_spread_to_the_place_it_came_from() -> None:
    frame = Frame(2048, 1536)  # two pixels of the photo for one of the square
    logits = _disc(100, 60, 20)
    whole = frame.spread(logits, Rect(0, 0, 2048, 1536)) > 0
    rows, columns = np.nonzero(whole)
    assert abs(columns.mean() - 804) < 1 and abs(rows.mean() - 484) < 1  # 8 x (100 + 0.5)
    assert abs(np.sqrt(whole.sum() / np.pi) - 160) < 3
    part = Rect(700, 400, 300, 200)
    assert np.array_equal(frame.spread(logits, part) > 0, whole[400:600, 700:1000])
    box = frame.box(logits)
    assert box.contains(Rect.from_edges(644, 324, 964, 644)) and box.width < 400
    assert frame.box(np.full((256, 256), -9, np.float32)).is_empty


def test_the_choice_prefers_things_to_parts_and_to_the_ground() -> None:
    part, thing = _disc(100, 100, 6), _disc(100, 100, 40)
    ground = np.full((256, 256), 9, np.float32)
    assert best_of([part, thing, ground], [0.97, 0.95, 0.98], thing) == 1
    # A mask that is predicted badly and blurred is not chosen for its size.
    assert best_of([part, _disc(100, 100, 60, 0.02), ground], [0.97, 0.4, 0.5], part) == 0
    empty = np.full((256, 256), -9, np.float32)
    assert best_of([empty, thing, ground], [1.0, 0.5, 0.5], thing) == 1


def test_a_correction_keeps_to_the_object_and_to_the_clicks() -> None:
    old, wider = _disc(100, 100, 40), _disc(110, 100, 50)
    other, ground = _disc(200, 200, 40), np.full((256, 256), 9, np.float32)
    masks, scores = [old, wider, other, ground], [0.9, 0.9, 0.95, 0.97]
    assert best_correction(masks, scores, old, [(100, 100, True), (100, 155, True)]) == 1
    assert best_correction(masks, scores, wider, [(100, 100, True), (100, 155, False)]) == 0


def test_the_edge_moves_onto_the_photo() -> None:
    frame, box = Frame(512, 512), Rect(0, 0, 512, 512)
    rows, columns = np.mgrid[:512, :512]
    truth = np.hypot(columns - 250, rows - 250) < 101
    guide = np.where(truth[..., None], (220, 60, 40), (40, 90, 160)).astype(np.uint8)
    rough = _disc(124.5, 124.5, 49.5)  # two pixels of the photo too small
    alpha = refined(rough, guide, box, frame)
    before = (frame.spread(rough, box) > 0) != truth
    after = (alpha >= 128) != truth
    assert alpha.dtype == np.uint8 and after.sum() < 0.5 * before.sum()
