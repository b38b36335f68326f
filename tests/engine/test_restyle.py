"""The Style tool: its networks, tiles without borders, amounts, colours and bad pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_TASKS, PHOTO_TOOLS
from studio.catalog.styles import PAINTING, PRESETS
from studio.core.assets import asset_path
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress, ProgressEvent
from studio.edit.photo_tools import PhotoRequest
from studio.edit.request import EditRequest, ReferenceUse, Sampling, Task
from studio.engine.device import Device
from studio.engine.photo import style_tiles
from studio.engine.photo.networks import Networks
from studio.engine.photo.restyle import restyled
from studio.engine.photo.running import run_photo_edit, run_photo_tool
from studio.engine.photo.style_network import PRESETS as ROWS
from studio.engine.photo.style_network import PresetStyles

Pixels = NDArray[np.uint8]
CPU = torch.device("cpu")

pytestmark = pytest.mark.needs_asset("styles")


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Device("cpu", torch.float32))


def photo(width: int, height: int, name: str = "sample-cat.jpg") -> Pixels:
    bgr = cv2.imread(str(resource("samples", name)))
    return np.asarray(cv2.resize(bgr, (width, height))[:, :, ::-1].copy(), np.uint8)


def restyle(networks: Networks, picture: Pixels, **settings: Any) -> Pixels:
    painting = settings.pop("painting", None)
    values = PHOTO_TASKS["restyle"].checked(settings)
    return restyled(picture, values, painting, Progress(), networks)


def test_every_preset_is_a_row_of_the_network_with_a_name() -> None:
    presets = PresetStyles.load(asset_path("styles", "multistyle26.onnx"), CPU)
    assert len(PRESETS) == ROWS == len(presets.factors[0])
    assert len({one.id for one in PRESETS}) == len({one.label for one in PRESETS}) == ROWS


@pytest.mark.parametrize("number", [0, 19])
def test_a_preset_is_the_same_as_by_opencv(networks: Networks, number: int) -> None:
    picture = photo(96, 128)
    file = asset_path("styles", "multistyle26.onnx")
    network = cv2.dnn.readNetFromONNX(str(file))
    network.setInput(picture.transpose(2, 0, 1)[None].astype(np.float32) / 255, "image")
    network.setInput(np.eye(ROWS, dtype=np.float32)[number], "style_weights")
    expected = network.forward()[0].transpose(1, 2, 0) * 255
    made = restyle(networks, picture, style=PRESETS[number].id)
    assert np.abs(made - expected).max() <= 0.6


@pytest.mark.parametrize("style", ["night-swirls", PAINTING])
def test_tiles_are_exactly_parts_of_the_whole(
    networks: Networks, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    picture, painting = photo(402, 330), photo(90, 60, "sample-coffee.jpg")
    whole = restyle(networks, picture, style=style, painting=painting)
    monkeypatch.setattr(style_tiles, "TILE", 128)
    tiled = restyle(networks, picture, style=style, painting=painting)
    # Sums of another order round differently, by one level at most.
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_a_large_picture_has_about_the_statistics_of_the_whole(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = photo(800, 600)
    whole = restyle(networks, picture, style="night-swirls")
    monkeypatch.setattr(style_tiles, "WHOLE", 100_000)
    monkeypatch.setattr(style_tiles, "MEASURED", 160)
    crops = restyle(networks, picture, style="night-swirls")
    error = np.mean((whole.astype(np.float64) - crops) ** 2)
    assert 10 * np.log10(255**2 / error) > 20


def test_another_painting_gives_another_picture_in_its_colours(networks: Networks) -> None:
    picture = photo(160, 120)
    blue, red = np.zeros((200, 300, 3), np.uint8), np.zeros((90, 64, 3), np.uint8)
    noise = np.random.default_rng(2).integers(0, 120, (200, 300), np.uint8)
    blue[..., 2], blue[..., 1] = 120 + noise, noise
    red[..., 0], red[..., 1] = 120 + noise[:90, :64], noise[:90, :64] // 2
    bluish = restyle(networks, picture, style=PAINTING, painting=blue)
    reddish = restyle(networks, picture, style=PAINTING, painting=red)
    assert bluish[..., 2].mean() > bluish[..., 0].mean() + 20
    assert reddish[..., 0].mean() > reddish[..., 2].mean() + 20


def test_the_amount_mixes_with_the_photo(networks: Networks) -> None:
    picture = photo(96, 64)
    none = restyle(networks, picture, amount=0.0)
    half = restyle(networks, picture, amount=0.5)
    full = restyle(networks, picture, amount=1.0)
    assert np.array_equal(none, picture) and none is not picture
    mean = (picture.astype(int) + full) / 2
    assert np.abs(half - mean).max() <= 1


def test_the_colours_of_the_photo_can_be_kept(networks: Networks) -> None:
    picture = photo(160, 120)
    made = restyle(networks, picture, style="deep-red", keep_colours=True)
    free = restyle(networks, picture, style="deep-red")

    def chroma(one: Pixels) -> NDArray[np.float64]:
        parts = cv2.cvtColor(one, cv2.COLOR_RGB2YCrCb)[..., 1:].reshape(-1, 2)
        return np.asarray(parts.mean(0), np.float64)

    assert np.abs(chroma(made) - chroma(picture)).max() < 6
    assert np.abs(chroma(free) - chroma(picture)).max() > 12


def test_broad_strokes_are_those_of_a_smaller_copy(networks: Networks) -> None:
    picture = photo(1400, 70)
    made = restyle(networks, picture, style="mosaic", strokes="broad")
    fine = restyle(networks, picture, style="mosaic", strokes="fine")
    assert made.shape == fine.shape == picture.shape

    def roughness(one: Pixels) -> float:
        return float(np.abs(np.diff(one.astype(int), axis=1)).mean())

    assert roughness(made) < roughness(fine)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (37, 5), (33, 34)])
def test_pictures_of_any_size_are_painted(networks: Networks, width: int, height: int) -> None:
    picture = photo(width, height)
    made = restyle(networks, picture, style="copper")
    assert made.shape == picture.shape
    painted = restyle(networks, picture, style=PAINTING, painting=picture)
    assert painted.shape == picture.shape


def test_a_painting_is_asked_for(networks: Networks) -> None:
    with pytest.raises(StudioError, match="painting"):
        restyle(networks, photo(40, 40), style=PAINTING)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_it_can_be_cancelled_at_every_report(
    networks: Networks, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(style_tiles, "TILE", 64)
    seen: list[ProgressEvent] = []

    def listen(event: ProgressEvent) -> None:
        seen.append(event)
        if len(seen) > after:
            progress.cancel()

    progress = Progress(listen)
    values = PHOTO_TASKS["restyle"].checked({})
    with pytest.raises(Cancelled):
        restyled(photo(200, 130), values, None, progress, networks)
    assert len(seen) == after + 1


def test_a_request_brings_its_painting_as_a_reference(networks: Networks) -> None:
    picture = photo(64, 48)
    request = EditRequest(
        task=Task.RESTYLE,
        prompt="",
        region=Rect(0, 0, 64, 48),
        image=picture,
        mask=np.full((48, 64), 255, np.uint8),
        model=PHOTO_TOOLS,
        sampling=Sampling(extras={"style": PAINTING}),
        references=(ReferenceUse(photo(90, 60, "sample-coffee.jpg")),),
    )
    result = run_photo_edit(request, Progress(), networks)
    again = run_photo_edit(
        EditRequest.from_recipe(request.to_recipe(), request.recipe_pictures()).replace(
            image=picture, mask=request.mask
        ),
        Progress(),
        networks,
    )
    assert np.array_equal(result.images[0], again.images[0])


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    content = asset_path("styles", "multistyle26.onnx").read_bytes()
    damaged = tmp_path / "multistyle26.onnx"
    for size in (0, 1000, len(content) // 2):
        damaged.write_bytes(content[:size])
        with pytest.raises(StudioError):
            PresetStyles.load(damaged, CPU)


@pytest.mark.parametrize("size", [(220, 160), (1500, 1000)])
def test_a_preview_is_that_part_of_the_result(networks: Networks, size: tuple[int, int]) -> None:
    picture, part = photo(*size), Rect(61, 35, 90, 70)
    whole = restyle(networks, picture, style="mosaic", strokes="fine")
    request = previewed(picture, part, "mosaic")
    seen: list[Pixels] = []

    def report(event: ProgressEvent) -> None:
        if event.preview is not None:
            seen.append(event.preview[0])

    made = run_photo_tool(request, Progress(report), networks).image
    assert made is not None
    assert np.array_equal(made, whole[part.y : part.bottom, part.x : part.right])
    assert len(seen) == 1 and seen[0].shape == made.shape
    again = run_photo_tool(request, Progress(report), networks)
    assert np.array_equal(again.image, made) and len(seen) == 1


def test_a_preview_stops_while_it_measures(networks: Networks) -> None:
    progress = Progress()
    progress.report = lambda *rest, **more: None  # type: ignore[method-assign]
    progress.cancel()
    with pytest.raises(Cancelled):
        run_photo_tool(previewed(photo(300, 200), Rect(0, 0, 9, 9), "copper"), progress, networks)


def test_thumbnails_of_all_presets_are_shown_as_they_come(networks: Networks) -> None:
    picture = photo(48, 32)
    request = PhotoRequest(
        kind="style-thumbnails", picture=lambda: picture, region=Rect(0, 0, 48, 32)
    )
    counts: list[int] = []

    def report(event: ProgressEvent) -> None:
        if event.preview is not None:
            counts.append(len(event.preview))

    made = run_photo_tool(request, Progress(report), networks).arrays["thumbnails"]
    assert made.shape == (ROWS, 32, 48, 3) and counts == list(range(1, ROWS + 1))
    assert np.array_equal(made[9], restyle(networks, picture, style="mosaic", strokes="fine"))
    assert len({one.tobytes() for one in made}) == ROWS


def previewed(picture: Pixels, part: Rect, style: str) -> PhotoRequest:
    height, width = picture.shape[:2]
    return PhotoRequest(
        kind="style-preview",
        picture=lambda: picture,
        region=Rect(0, 0, width, height),
        settings={"style": style},
        extras={"part": (part.x, part.y, part.width, part.height), "painting": None},
    )
