"""Which pictures have a subject, and when it is a person."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.retouch.subject_network import (
    FILES,
    MODNET,
    SELFIE,
    U2NETP,
    find_subject_mask,
    overlap,
    person_edge,
    read_network,
)


class Fixed:
    """A network that gives one answer, (h, w) 0..1, to everything."""

    def __init__(self, answer: NDArray[np.float32]) -> None:
        self.answer = answer
        self.asked = 0

    def setInput(self, values: NDArray[np.float32]) -> None:
        assert values.ndim == 4 and values.dtype == np.float32
        self.asked += 1

    def forward(self) -> NDArray[np.float32]:
        return self.answer[None, None]


def disc(x: float, y: float, radius: float, side: int = 64) -> NDArray[np.float32]:
    rows, columns = np.mgrid[0:side, 0:side] / side
    return (np.hypot(columns - x, rows - y) < radius).astype(np.float32)


PHOTO = np.full((120, 160, 3), 128, np.uint8)


def test_people_on_whom_both_networks_agree_have_their_matte() -> None:
    whole = disc(0.5, 0.5, 2)
    known = {SELFIE: Fixed(whole), MODNET: Fixed(whole)}
    found = find_subject_mask(PHOTO, Fixed(disc(0.5, 0.5, 0.3)), known.get)  # type: ignore[arg-type]
    assert found is not None and found.person and found.mask.shape == (120, 160)
    assert found.mask[60, 80] == 255


@pytest.mark.parametrize("missing", [SELFIE, MODNET, ""])
def test_else_what_stands_out_is_the_subject(missing: str) -> None:
    known = {SELFIE: Fixed(disc(0.3, 0.5, 0.2)), MODNET: Fixed(disc(0.8, 0.5, 0.2))}
    known.pop(missing, None)
    found = find_subject_mask(PHOTO, Fixed(disc(0.5, 0.5, 0.3)), known.get)  # type: ignore[arg-type]
    assert found is not None and not found.person
    assert found.mask[60, 80] == 255 and found.mask[2, 2] == 0


def test_a_picture_without_a_subject_has_none() -> None:
    vague = np.full((64, 64), 0.4, np.float32)
    assert find_subject_mask(PHOTO, Fixed(vague), {}.get) is None  # type: ignore[arg-type]
    nothing = np.full((64, 64), np.nan, np.float32)
    assert find_subject_mask(PHOTO, Fixed(nothing), {}.get) is None  # type: ignore[arg-type]


def test_a_chosen_thing_that_is_no_person_keeps_its_mask() -> None:
    chosen = (disc(0.5, 0.5, 0.3, 120) * 255).astype(np.uint8)
    image = np.zeros((120, 120, 3), np.uint8)
    same = {SELFIE: Fixed(disc(0.5, 0.5, 0.3)), MODNET: Fixed(disc(0.5, 0.5, 0.31))}
    assert person_edge(image, chosen, same.get) is not None  # type: ignore[arg-type]
    apart = {SELFIE: Fixed(disc(0.5, 0.5, 0.3)), MODNET: Fixed(disc(0.2, 0.2, 0.1))}
    assert person_edge(image, chosen, apart.get) is None  # type: ignore[arg-type]


def test_what_a_person_holds_beyond_the_chosen_mask_is_not_added() -> None:
    chosen = (disc(0.5, 0.5, 0.25, 200) * 255).astype(np.uint8)
    body = np.maximum(disc(0.5, 0.5, 0.28, 200), disc(0.8, 0.5, 0.06, 200))
    nets = {SELFIE: Fixed(disc(0.5, 0.5, 0.25, 200)), MODNET: Fixed(body)}
    found = person_edge(np.zeros((200, 200, 3), np.uint8), chosen, nets.get)  # type: ignore[arg-type]
    assert found is not None
    assert found[100, 47] > 127 and chosen[100, 47] == 0  # The edge of the matte, on the left,
    assert not found[100, 154:].any()  # but nothing of the other disc, on the right.


def test_overlap_is_that_of_the_areas() -> None:
    one = np.zeros((10, 10), np.float32)
    one[:5] = 1
    assert overlap(one, one) == 1
    assert overlap(one, 1 - one) == 0
    assert overlap(one, np.ones((10, 10), np.float32)) == 0.5


def test_a_file_that_is_no_network_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "broken.onnx"
    path.write_bytes(b"no network")
    with pytest.raises(StudioError, match="cannot be read"):
        read_network(path)


@pytest.mark.needs_asset(U2NETP)
def test_the_real_network_finds_a_disc() -> None:
    photo = np.full((240, 320, 3), (40, 90, 60), np.uint8)
    rows, columns = np.mgrid[0:240, 0:320]
    photo[np.hypot(columns - 160, rows - 120) < 60] = (220, 180, 60)
    network = read_network(asset_path(U2NETP, FILES[U2NETP]))
    found = find_subject_mask(photo, network, lambda _: None)
    assert found is not None and found.mask[120, 160] > 200 and found.mask[5, 5] < 20
