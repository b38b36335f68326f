"""Subjects of training photos by the networks, and by colours without them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.photos import masks
from studio.photos.masks import find_subject
from studio.photos.network_masks import network_mask

Pixels = NDArray[np.uint8]


def two_discs() -> Pixels:
    """Return a large dull disc on the left and a small bright one on the right."""
    photo = np.full((240, 320, 3), (60, 80, 70), np.uint8)
    rows, columns = np.mgrid[0:240, 0:320]
    photo[np.hypot(columns - 100, rows - 120) < 60] = (220, 180, 60)
    photo[np.hypot(columns - 260, rows - 120) < 30] = (210, 60, 60)
    return photo


def test_the_answer_of_the_networks_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    mask = np.zeros((240, 320), np.uint8)
    mask[10:50, 20:90] = 255
    asked: list[Rect] = []

    def answer(rgb: Pixels, where: Rect) -> Pixels:
        asked.append(where)
        return mask

    monkeypatch.setattr(masks, "network_mask", answer)
    found = find_subject(two_discs())
    assert found.found and found.box == Rect(20, 10, 70, 40)
    find_subject(two_discs(), Rect(200, 60, 100, 120))
    assert asked == [Rect(0, 0, 320, 240), Rect(200, 60, 100, 120)]


def test_what_they_miss_is_found_by_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "network_mask", lambda rgb, where: np.zeros((240, 320), np.uint8))
    found = find_subject(two_discs())
    assert found.found and found.mask[120, 100] == 255


def test_without_the_networks_there_is_no_answer() -> None:
    assert network_mask(two_discs(), Rect(0, 0, 320, 240)) is None


def test_damaged_networks_are_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, file in (
        ("u2netp", "u2netp.onnx"),
        ("modnet", "modnet.onnx"),
        ("selfie", "selfie_segmentation.tflite"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_bytes(b"broken")
    monkeypatch.setenv("LIENZO_ASSETS", str(tmp_path))
    assert network_mask(two_discs(), Rect(0, 0, 320, 240)) is None


@pytest.mark.needs_asset("u2netp")
def test_the_real_network_keeps_to_the_rectangle() -> None:
    mask = network_mask(two_discs(), Rect(200, 60, 120, 120))
    assert mask is not None
    assert mask[120, 260] == 255 and not mask[:, :200].any()
