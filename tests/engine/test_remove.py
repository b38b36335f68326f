"""Removal: nothing outside the grown mask changes, the order of the methods, bad input, cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from studio.core.assets import asset_path
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.apply import result_layer
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.photo import filling, migan
from studio.engine.photo.migan import SIDE, Migan
from studio.engine.photo.networks import Networks
from studio.engine.photo.remove import fill, run
from studio.retouch.holes import grown, margin_of


class Grey(Migan):
    """Stands for the network: fills the hole with the mean, and like it blurs its border."""

    def __init__(self) -> None:
        self.seen: list[tuple[np.ndarray, np.ndarray]] = []

    def fill(self, image: np.ndarray, hole: np.ndarray) -> np.ndarray:
        assert image.shape == (SIDE, SIDE, 3) and hole.shape == (SIDE, SIDE)
        self.seen.append((image, hole))
        return np.full_like(image, image[~hole].mean(axis=0).astype(np.uint8))


class Cache:
    def __init__(self) -> None:
        self.network = Grey()

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        assert key == "migan"
        return self.network


def photo(height: int, width: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    value = 120 + 50 * np.sin(x / 9) + 30 * np.sin(y / 13)
    return np.clip(np.dstack([value] * 3) + rng.normal(0, 3, (height, width, 3)), 0, 255).astype(
        np.uint8
    )


def ramp(height: int, width: int) -> np.ndarray:
    value = 60 + np.mgrid[:height, :width][1] * 100 / width
    return np.dstack([value, value, 220 - value]).astype(np.uint8)


def spot(height: int, width: int, x: int, y: int, radius: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return np.where((rows - y) ** 2 + (columns - x) ** 2 <= radius**2, 255, 0).astype(np.uint8)


def request(image: np.ndarray, mask: np.ndarray, variations: int = 1, **extras: Any) -> EditRequest:
    height, width = mask.shape
    return EditRequest(
        task=Task.REMOVE,
        prompt="",
        region=Rect(0, 0, width, height),
        image=image,
        mask=mask,
        model="photo-tools",
        mask_blur=0,
        sampling=Sampling(seed=0, variations=variations, extras=extras),
    )


PLACES = {
    "middle": (200, 150, 30),
    "left border": (0, 150, 30),
    "corner": (399, 299, 40),
    "large": (200, 150, 120),
    "speck": (50, 60, 1),
}


@pytest.mark.parametrize("method", filling.METHODS)
@pytest.mark.parametrize("place", PLACES)
def test_not_a_byte_changes_outside_the_grown_mask(method: str, place: str) -> None:
    image = photo(300, 400)
    mask = spot(300, 400, *PLACES[place])
    made = fill(image, mask, Progress(), Cache(), method)
    outside = ~grown(mask > 0, margin_of(mask > 0))
    assert np.array_equal(made[outside], image[outside])
    assert made.shape == image.shape and made.dtype == np.uint8
    assert not np.array_equal(made[mask > 0], image[mask > 0])


def test_the_network_never_sees_the_thing() -> None:
    image = photo(300, 400)
    mask = spot(300, 400, 200, 150, 30)
    red = image.copy()
    red[mask > 0] = (255, 0, 0)
    first, second = Cache(), Cache()
    same = fill(image, mask, Progress(), first, margin=8)
    assert np.array_equal(same, fill(red, mask, Progress(), second, margin=8))
    (seen, hole), *_ = second.network.seen
    assert not (seen[~hole] == (255, 0, 0)).all(axis=1).any()


def test_even_seeds_use_the_network_and_odd_ones_patches() -> None:
    image, mask = photo(200, 200), spot(200, 200, 100, 100, 20)
    result = run(request(image, mask, 3), Progress(), Networks(choose_device("cpu")))
    assert result.seeds == (0, 1, 2)


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Cache:
    """Give every test that does not need the real weights the small stand-in."""
    cache = Cache()
    if not any(request.node.iter_markers("needs_asset")):
        monkeypatch.setattr(filling, "asset_path", lambda id: id)
        monkeypatch.setattr(filling, "Migan", lambda path: cache.network)
    return cache


def test_the_layer_shows_the_grown_mask_and_nothing_else() -> None:
    image, mask = photo(200, 260), spot(200, 260, 120, 100, 20)
    result = run(request(image, mask), Progress(), Networks(choose_device("cpu")))
    layer = result_layer(result, 0)
    alpha = layer.raster.read(Rect(0, 0, 260, 200))[:, :, 3]
    assert np.array_equal(alpha > 0, grown(mask > 0, margin_of(mask > 0)))
    # Its recipe grows no further.
    again = run(
        request(image, result.request.mask, **result.request.sampling.extras),
        Progress(),
        Networks(choose_device("cpu")),
    )
    assert np.array_equal(again.request.mask, result.request.mask)


def test_an_empty_mask_and_one_over_everything_are_refused() -> None:
    image = photo(60, 80)
    with pytest.raises(StudioError, match="empty"):
        run(
            request(image, np.zeros((60, 80), np.uint8)), Progress(), Networks(choose_device("cpu"))
        )
    with pytest.raises(StudioError, match="whole picture"):
        run(
            request(image, np.full((60, 80), 255, np.uint8)),
            Progress(),
            Networks(choose_device("cpu")),
        )
    one = np.zeros((1, 1, 3), np.uint8)
    with pytest.raises(StudioError, match="whole picture"):
        fill(one, np.full((1, 1), 255, np.uint8), Progress(), Cache())
    assert np.array_equal(fill(image, np.zeros((60, 80), np.uint8), Progress(), Cache()), image)


def test_a_mask_that_only_its_margin_spreads_over_everything_still_works() -> None:
    image = photo(40, 40)
    mask = np.full((40, 40), 255, np.uint8)
    mask[:, 0] = 0
    made = fill(image, mask, Progress(), Cache())
    assert np.array_equal(made[:, 0], image[:, 0])


def test_patches_that_cannot_be_copied_leave_their_variation_out_with_a_notice() -> None:
    image = photo(40, 40)
    mask = np.full((40, 40), 255, np.uint8)
    mask[:, :3] = 0
    result = run(request(image, mask, 2), Progress(), Networks(choose_device("cpu")))
    assert result.seeds == (0,) and "patches" in str(result.notes[0])
    with pytest.raises(StudioError, match="patches"):
        run(request(image, mask, method="patches"), Progress(), Networks(choose_device("cpu")))


@pytest.mark.parametrize("variations", [1, 2])
def test_it_stops_in_each_phase(variations: int) -> None:
    image, mask = photo(160, 160), spot(160, 160, 80, 80, 12)
    count = 0

    def reports(event: ProgressEvent) -> None:
        nonlocal count
        count += 1

    run(request(image, mask, variations), Progress(reports), Networks(choose_device("cpu")))
    for stop in range(1, count + 1):
        cancelled = threading.Event()
        left = stop

        def cancel(event: ProgressEvent, flag: threading.Event = cancelled) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                flag.set()

        progress = Progress(cancel, cancelled)
        if stop == count:
            break
        with pytest.raises(Cancelled):
            run(request(image, mask, variations), progress, Networks(choose_device("cpu")))


def test_the_filling_is_the_mean_of_the_views_unless_one_is_asked_for() -> None:
    image, mask = photo(300, 400), spot(300, 400, 200, 150, 60)
    cache = Cache()
    fill(image, mask, Progress(), cache)
    assert len(cache.network.seen) == filling.VIEWS
    plain, mirrored = cache.network.seen[0][1], cache.network.seen[1][1]
    assert np.array_equal(plain, mirrored[:, ::-1]) and not np.array_equal(plain, mirrored)
    one = Cache()
    fill(image, mask, Progress(), one, view=1)
    assert len(one.network.seen) == 1 and np.array_equal(one.network.seen[0][1], mirrored)


def test_two_things_far_apart_are_seen_one_by_one() -> None:
    image = photo(300, 1600)
    mask = spot(300, 1600, 100, 150, 15) | spot(300, 1600, 1500, 150, 15)
    cache = Cache()
    made = fill(image, mask, Progress(), cache)
    assert len(cache.network.seen) == 2
    assert np.array_equal(made[:, 300:1300], image[:, 300:1300])


@pytest.mark.needs_asset("migan")
def test_the_real_network_continues_the_ground() -> None:
    clean = ramp(360, 420)
    image = clean.copy()
    image[150:210, 180:240] = (250, 20, 20)
    mask = np.zeros((360, 420), np.uint8)
    mask[150:210, 180:240] = 255
    result = Engine("cpu").run(request(image, mask, 2), Progress())
    assert len(result.images) == 2
    for made in result.images:
        wrong = np.abs(made.astype(int) - clean)[mask > 0].mean()
        assert wrong < 10, wrong
    assert not np.array_equal(*result.images)
    assert result.timings["total"] > 0


@pytest.mark.needs_asset("migan")
@pytest.mark.parametrize("box", [(150, 350, 150, 350), (0, 40, 470, 512), (255, 257, 255, 257)])
def test_the_part_of_the_network_around_the_hole_gives_what_the_whole_gives(
    box: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = photo(SIDE, SIDE)
    hole = np.zeros((SIDE, SIDE), bool)
    hole[box[0] : box[1], box[2] : box[3]] = True
    network = Migan(asset_path("migan"), torch.float32)
    part = network.fill(image, hole)
    monkeypatch.setattr(migan, "BEYOND", SIDE)
    whole = network.fill(image, hole)
    assert np.abs(part.astype(int) - whole)[hole].max() <= 1
    assert np.array_equal(part[~hole], image[~hole])


@pytest.mark.needs_asset("migan")
def test_nothing_of_the_removed_thing_returns_along_the_border_of_the_hole() -> None:
    image = photo(300, 400)
    mask = spot(300, 400, 200, 150, 60)
    red = image.copy()
    red[mask > 0] = (255, 0, 0)
    networks = Networks(choose_device("cpu"))
    plain = fill(image, mask, Progress(), networks, margin=0, view=0)
    assert np.array_equal(plain, fill(red, mask, Progress(), networks, margin=0, view=0))


@pytest.mark.needs_asset("migan")
def test_half_precision_fills_like_full_precision() -> None:
    image = ramp(SIDE, SIDE)
    hole = np.zeros((SIDE, SIDE), bool)
    hole[200:300, 180:300] = True
    full, half = (
        Migan(asset_path("migan"), dtype).fill(image, hole)
        for dtype in (torch.float32, torch.bfloat16)
    )
    assert np.abs(full.astype(int) - half)[hole].mean() < 2.5


def test_a_damaged_file_of_the_network_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "migan.onnx"
    file.write_bytes(b"not a network")
    with pytest.raises(StudioError, match=r"migan\.onnx"):
        Migan(file)


def test_a_hole_larger_than_the_network_is_as_sharp_as_its_surroundings() -> None:
    rng = np.random.default_rng(5)
    image = np.clip(rng.normal(120, 16, (1500, 1700, 3)), 0, 255).astype(np.uint8)
    mask = spot(1500, 1700, 850, 750, 400)
    cache = Cache()
    made = fill(image, mask, Progress(), cache)
    assert len(cache.network.seen) == 2
    plain, mirrored = (hole for _, hole in cache.network.seen)
    assert np.array_equal(plain, mirrored[:, ::-1])
    hole = grown(mask > 0, margin_of(mask > 0))
    assert np.array_equal(made[~hole], image[~hole])
    edges = np.abs(cv2.Laplacian(made[:, :, 1].astype(np.float32), cv2.CV_32F))
    inside = mask > 0
    assert 0.75 < edges[inside].mean() / edges[~hole].mean() < 1.25


@pytest.mark.parametrize("both", [True, False])
def test_what_the_network_invents_is_replaced_by_patches(both: bool) -> None:
    class Inventive(Grey):
        def fill(self, image: np.ndarray, hole: np.ndarray) -> np.ndarray:
            made = super().fill(image, hole)
            if both or len(self.seen) == 1:
                made[236:276, 236:276] = (250, 0, 250) if both else (40, 40, 40)
            return made

    rng = np.random.default_rng(5)
    image = np.clip(rng.normal(150, 20, (700, 700, 3)), 0, 255).astype(np.uint8)
    image[:40] = 40  # Its colour belongs to the surroundings, so that only the views tell.
    cache = Cache()
    cache.network = Inventive()
    mask = spot(700, 700, 350, 350, 200)
    made = fill(image, mask, Progress(), cache, detailed=True)
    middle = cv2.GaussianBlur(made, (0, 0), 6)[330:370, 330:370].astype(int)
    assert np.abs(middle - 150).max() < 35
