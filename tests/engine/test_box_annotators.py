"""Soft edges and straight lines by networks that are installed with the program."""

from __future__ import annotations

import threading

import cv2
import numpy as np
import pytest

from studio.core.assets.places import assets_folder
from studio.core.errors import Cancelled, StudioError
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.engine.annotators.base import annotator
from studio.engine.annotators.soft_edges import HedNetwork, load_network
from studio.engine.annotators.straight_lines import find_lines


def house() -> np.ndarray:
    """A picture with a few long straight edges and a disc: (240, 360, 3) uint8."""
    picture = np.full((240, 360, 3), (150, 190, 235), np.uint8)
    cv2.rectangle(picture, (80, 90), (250, 210), (120, 60, 40), -1)
    cv2.rectangle(picture, (110, 120), (150, 160), (250, 240, 180), -1)
    cv2.circle(picture, (310, 50), 25, (250, 220, 60), -1)
    return picture


@pytest.mark.needs_asset("mlsd")
def test_lines_run_along_the_walls_and_not_around_the_sun() -> None:
    picture = house()
    lines = find_lines(picture)
    horizontal = np.abs(lines[:, 1] - lines[:, 3]) < 3
    vertical = np.abs(lines[:, 0] - lines[:, 2]) < 3
    assert horizontal.any() and vertical.any()
    walls = [x for line in lines[vertical] for x in (line[0], line[2])]
    assert min(abs(x - 80) for x in walls) < 3 and min(abs(x - 250) for x in walls) < 3
    drawn = annotator("mlsd").annotate(picture, Progress())
    assert drawn.shape == picture.shape and drawn.dtype == np.uint8
    wall, sun = drawn[92:208, 76:85], drawn[20:80, 280:340]
    assert (wall.max(axis=(1, 2)) > 60).mean() > 0.8
    assert (sun > 0).mean() < 0.02


@pytest.mark.needs_asset("mlsd")
def test_lines_keep_the_places_of_the_picture_at_any_size() -> None:
    picture = house()
    large = cv2.resize(picture, (1080, 720), interpolation=cv2.INTER_CUBIC)
    small, big = find_lines(picture), find_lines(large)
    assert len(big) and big[:, [0, 2]].max() <= 1079 and big[:, [1, 3]].max() <= 719
    left = small[np.abs(small[:, 0] - 80) < 4]
    scaled = big[np.abs(big[:, 0] - 240) < 12]
    assert len(left) and len(scaled)


@pytest.mark.needs_asset("hed")
def test_soft_edges_lie_on_the_outlines() -> None:
    picture = house()
    made = annotator("softedge").annotate(picture, Progress())
    assert made.shape == picture.shape and (made[..., 0] == made[..., 2]).all()
    outline = np.zeros(picture.shape[:2], np.uint8)
    cv2.rectangle(outline, (80, 90), (250, 210), 255, 3)
    cv2.circle(outline, (310, 50), 25, 255, 3)
    near = cv2.dilate(outline, np.ones((9, 9), np.uint8)) > 0
    on, off = made[outline > 0, 0].mean(), made[~near, 0].mean()
    assert on > 100 and off < 15 and on > 8 * off


@pytest.mark.needs_asset("hed")
def test_the_photo_of_a_person_keeps_its_contour() -> None:
    photo = cv2.imread(str(resource("samples", "sample-astronaut.jpg")))[:, :, ::-1]
    made = annotator("softedge").annotate(np.ascontiguousarray(photo), Progress())
    assert 0.02 < (made[..., 0] > 128).mean() < 0.3


@pytest.mark.needs_asset("hed")
def test_soft_edges_can_be_cancelled_between_layers() -> None:
    stopped = threading.Event()
    stopped.set()
    progress = Progress(lambda event: None, stopped)
    with pytest.raises(Cancelled):
        annotator("softedge").annotate(house(), progress)


@pytest.mark.needs_asset("hed")
def test_the_weights_fill_the_network_exactly() -> None:
    network = load_network()
    assert {name for name, _ in network.named_parameters()} == {
        name for name, _ in HedNetwork().named_parameters()
    }
    assert float(network.fuse.weight.sum()) == pytest.approx(1.02, abs=0.05)


@pytest.mark.parametrize("kind", ["softedge", "mlsd"])
def test_a_missing_network_is_one_sentence_with_the_command(
    kind: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENZO_ASSETS", str(tmp_path))
    assert str(assets_folder()) == str(tmp_path)
    with pytest.raises(StudioError) as caught:
        annotator(kind).annotate(house(), Progress())
    assert "assets fetch" in caught.value.hint.format(**caught.value.values)


@pytest.mark.parametrize("size", [(1, 1), (3, 900)])
@pytest.mark.needs_asset("hed", "mlsd")
def test_pictures_of_any_size_are_handled(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 90, np.uint8)
    for kind in ("softedge", "mlsd"):
        assert annotator(kind).annotate(picture, Progress()).shape == picture.shape
