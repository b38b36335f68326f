"""The enlarging network equals its definition, and its tiles leave no seams."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.document.io import formats
from studio.document.render.compositor import composite
from studio.engine.device import Device
from studio.engine.photo import enlarging
from studio.engine.photo.clean import cleaned
from studio.engine.photo.enlarging import Enlarger, anchored, double, fastest, spread_colours
from studio.engine.photo.networks import Networks
from studio.engine.photo.rrdbnet import RRDBNet, network_of
from studio.engine.photo.tiles import OVERLAP, run_tiles, spans, weights
from studio.retouch.resampling import BICUBIC, LANCZOS, resample


def reference(weight: dict[str, torch.Tensor], x: torch.Tensor, blocks: int) -> torch.Tensor:
    """Compute the network by the formulas of the paper, one after the other."""

    def conv(name: str, value: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(value, weight[f"{name}.weight"], weight[f"{name}.bias"], padding=1)

    def relu(value: torch.Tensor) -> torch.Tensor:
        return torch.where(value > 0, value, 0.2 * value)

    n, c, h, w = x.shape
    cells = x.view(n, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4)
    first = conv("conv_first", cells.reshape(n, c * 4, h // 2, w // 2))
    found = first
    for i in range(blocks):
        outer = found
        for j in (1, 2, 3):
            inner, parts = found, [found]
            for k in (1, 2, 3, 4):
                parts.append(relu(conv(f"body.{i}.rdb{j}.conv{k}", torch.cat(parts, 1))))
            found = inner + 0.2 * conv(f"body.{i}.rdb{j}.conv5", torch.cat(parts, 1))
        found = outer + 0.2 * found
    found = first + conv("conv_body", found)
    for name in ("conv_up1", "conv_up2"):
        found = relu(conv(name, found.repeat_interleave(2, 2).repeat_interleave(2, 3)))
    return conv("conv_last", relu(conv("conv_hr", found)))


def small() -> RRDBNet:
    torch.manual_seed(3)
    return RRDBNet(width=8, blocks=2, growth=4).eval()


def test_the_network_equals_its_definition() -> None:
    network = small()
    picture = torch.rand(1, 3, 12, 18)
    with torch.inference_mode():
        made = network(picture)
        wanted = reference(network.state_dict(), picture, 2)
    assert made.shape == (1, 3, 24, 36)
    assert torch.allclose(made, wanted, atol=1e-5)


def test_the_published_names_and_sizes() -> None:
    with torch.device("meta"):
        network = RRDBNet()
    assert sum(one.numel() for one in network.parameters()) == 16_703_171
    assert network.state_dict()["body.22.rdb3.conv5.weight"].shape == (64, 192, 3, 3)
    with pytest.raises(KeyError):
        network_of({})


@pytest.mark.parametrize("size", [1, 10, 64, 65, 66, 100, 128, 514, 1000])
def test_tiles_cover_everything_and_share_it(size: int) -> None:
    size = -(-size // 2) * 2
    parts = spans(size, 64)
    assert parts[0].start == 0 and parts[-1].start + parts[-1].length == size
    assert all(one.start % 2 == 0 and one.length <= 64 for one in parts)
    for one, other in itertools.pairwise(parts):
        assert one.start + one.length - other.start >= OVERLAP
    total = np.zeros(2 * size)
    for part, weight in zip(parts, weights(parts, size, 2), strict=True):
        total[2 * part.start : 2 * (part.start + part.length)] += weight
        assert weight.min() >= 0
    assert np.allclose(total, 1, atol=1e-6)


def enlarged(tile: np.ndarray, progress: Progress) -> np.ndarray:
    progress.check()
    return np.repeat(np.repeat(tile, 2, 0), 2, 1).astype(np.float32)


def test_tiles_of_the_same_content_join_exactly() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (150, 222, 3), np.uint8)
    made = run_tiles(picture, enlarged, Progress(), tile=64)
    assert np.array_equal(made, np.repeat(np.repeat(picture, 2, 0), 2, 1))


def test_tiles_that_differ_fade_into_each_other() -> None:
    level = iter(np.linspace(100, 140, 1000))

    def network(tile: np.ndarray, progress: Progress) -> np.ndarray:
        return np.full((tile.shape[0] * 2, tile.shape[1] * 2, 3), next(level), np.float32)

    made = run_tiles(np.zeros((150, 222, 3), np.uint8), network, Progress(), tile=64)
    for axis in (0, 1):
        assert np.abs(np.diff(made.astype(int), axis=axis)).max() <= 2


def test_tiles_without_anything_wanted_are_left_out() -> None:
    calls: list[object] = []

    def network(tile: np.ndarray, progress: Progress) -> np.ndarray:
        calls.append(tile)
        return enlarged(tile, progress)

    picture = np.full((64, 400, 3), 9, np.uint8)
    wanted = np.zeros((64, 400), bool)
    wanted[:, :10] = True
    made = run_tiles(picture, network, Progress(), tile=64, wanted=wanted)
    assert len(calls) == 1
    assert (made[:, :20] == 9).all()


def test_cancelling_between_tiles_and_within_one() -> None:
    stop = threading.Event()
    seen: list[float] = []

    def listen(event: object) -> None:
        seen.append(event.fraction)  # type: ignore[attr-defined]
        if len(seen) == 3:
            stop.set()

    with pytest.raises(Cancelled):
        run_tiles(np.zeros((200, 200, 3), np.uint8), enlarged, Progress(listen, stop), tile=64)
    assert len(seen) == 3
    layers: list[object] = []
    network = toy()

    def stop_now(*_: object) -> None:
        layers.append(1)
        stop.set()

    for one in network.network.modules():
        if isinstance(one, torch.nn.Conv2d):
            one.register_forward_hook(stop_now)
    stop.clear()
    with pytest.raises(Cancelled):
        network(np.zeros((16, 16, 3), np.uint8), Progress(None, stop))
    assert len(layers) == 1


def toy() -> Enlarger:
    return Enlarger(small(), torch.device("cpu"), torch.float32, 64)


def nearest() -> Enlarger:
    """Return an enlarger that only repeats pixels, whose result is known."""

    class Repeats(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.repeat_interleave(2, 2).repeat_interleave(2, 3)

    return Enlarger(Repeats(), torch.device("cpu"), torch.float32, 64)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (1, 70), (131, 90)])
def test_odd_and_tiny_pictures(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (*size, 3), np.uint8)
    made = double(picture, nearest(), Progress(), anchor=False)
    assert np.array_equal(made, np.repeat(np.repeat(picture, 2, 0), 2, 1))
    assert double(picture, nearest(), Progress()).shape == made.shape


def test_a_grey_picture_stays_grey() -> None:
    grey = np.repeat(np.random.default_rng(2).integers(0, 256, (20, 30, 1), np.uint8), 3, 2)
    made = double(grey, toy(), Progress())
    assert (made == made[:, :, :1]).all()


def test_transparent_pictures() -> None:
    picture = np.zeros((40, 60, 4), np.uint8)
    assert not double(picture, nearest(), Progress()).any()
    picture[10:30, 10:40] = (250, 240, 230, 255)
    made = double(picture, nearest(), Progress())
    assert made.shape == (80, 120, 4)
    seen = made[made[:, :, 3] > 0]
    assert np.abs(seen[:, :3].astype(int) - (250, 240, 230)).max() <= 1
    assert made[40, 50, 3] == 255 and made[5, 5, 3] == 0


def test_the_photo_is_kept_in_its_enlargement() -> None:
    photo = np.random.default_rng(2).integers(60, 190, (700, 40, 3), np.uint8)
    photo = resample(resample(photo, 20, 350), 40, 700)
    flat = np.full((1400, 80, 3), 120, np.uint8)

    def error(large: np.ndarray) -> float:
        back = large.reshape(700, 2, 40, 2, 3).mean(axis=(1, 3))
        return float(np.abs(back - photo).mean())

    alone, half = error(anchored(flat, photo, 1.0)), error(anchored(flat, photo, 0.5))
    assert half < alone < 0.3 * error(flat)
    tall = anchored(flat, photo)
    part = anchored(flat[1000:1100], photo[500:550])
    assert np.abs(tall[1010:1090].astype(int) - part[10:90]).max() <= 1


def test_rows_that_are_anchored_apart_meet_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    photo = rng.integers(0, 256, (60, 24, 3), np.uint8)
    large = rng.integers(0, 256, (120, 48, 3), np.uint8)
    whole = anchored(large, photo)
    monkeypatch.setattr(enlarging, "ROWS", 10)
    assert np.array_equal(anchored(large, photo), whole)


def test_colours_spread_from_the_nearest_pixels() -> None:
    colours = np.zeros((9, 300, 3), np.uint8)
    alpha = np.zeros((9, 300), np.uint8)
    colours[:, 0], alpha[:, 0] = (10, 20, 30), 255
    colours[:, 299], alpha[:, 299] = (200, 100, 50), 255
    made = spread_colours(colours, alpha)
    assert np.abs(made[:, :60].astype(int) - (10, 20, 30)).max() <= 1
    assert np.abs(made[:, 240:].astype(int) - (200, 100, 50)).max() <= 1


def test_the_fastest_precision_is_measured() -> None:
    assert fastest() in (torch.float32, torch.bfloat16)


def test_a_network_is_loaded_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[object] = []

    def load(path: Path) -> dict[str, torch.Tensor]:
        loads.append(path)
        return RRDBNet(blocks=23).state_dict()

    monkeypatch.setattr(enlarging, "load_file", load)
    weights = home / "data" / "assets" / "realesrgan-x2" / "realesrgan_x2.safetensors"
    networks = Networks(Device("cpu", torch.float32))
    with pytest.raises(StudioError, match="not installed"):
        enlarging.enlarger(networks)
    weights.parent.mkdir(parents=True)
    weights.touch()
    first = enlarging.enlarger(networks)
    assert enlarging.enlarger(networks) is first
    assert len(loads) == 1


def camera() -> np.ndarray:
    """Return a piece of a photo, (64, 64, 3) uint8."""
    whole = formats.open_document(resource("samples", "sample-astronaut.jpg")).document
    pixels = composite(whole, Rect(whole.width // 2 - 64, whole.height // 4, 128, 128))
    return resample(np.ascontiguousarray(pixels[:, :, :3]), 64, 64)


@pytest.mark.needs_asset("realesrgan-x2")
def test_the_real_network_sharpens_a_photo_and_removes_noise() -> None:
    network = enlarging.enlarger(Networks(Device("cpu", torch.float32)))
    photo = camera()
    large = double(photo, network, Progress())
    back = resample(large, 64, 64).astype(float)
    assert np.abs(back - photo).mean() < 10
    plain = resample(photo, 128, 128, BICUBIC)

    def edges(picture: np.ndarray) -> float:
        return float(np.abs(np.diff(picture.astype(float), axis=1)).max(axis=2).std())

    assert edges(large) > edges(plain)
    # Scaled down and enlarged again, it is nearer to the photo than by interpolation.
    small = cv2.resize(photo, (32, 32), interpolation=cv2.INTER_AREA)
    again = double(np.asarray(small, np.uint8), network, Progress())

    def miss(picture: np.ndarray) -> float:
        return float(np.mean((picture.astype(float) - photo) ** 2))

    for way in (BICUBIC, LANCZOS):
        assert miss(again) < miss(resample(np.asarray(small, np.uint8), 64, 64, way))
    rng = np.random.default_rng(0)
    noisy = np.clip(photo + rng.normal(0, 25, photo.shape), 0, 255).astype(np.uint8)
    clean = cleaned(noisy, network, Progress())

    def error(picture: np.ndarray) -> float:
        return float(np.mean((picture.astype(float) - photo) ** 2))

    # At least 3 dB better than the noisy photo.
    assert error(clean) < error(noisy) / 2
