"""Image size with detail, and cleaning: from the request by way of the engine to the document."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.cli import main as cli
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.document.selection import select_rect
from studio.edit import enlarging as plans
from studio.edit.cleaning import mixed, shares
from studio.edit.enlarging import (
    LAYER,
    PICTURE,
    SELECTION,
    cost_of,
    enlarge_request,
    passes,
    resized,
    scope_size,
)
from studio.edit.request import Task
from studio.engine.engine import Engine
from studio.engine.photo import clean, enlarge, enlarging
from studio.engine.photo.enlarging import Enlarger
from studio.retouch.resampling import LANCZOS, resample
from studio.session.jobs import InlineRunner
from studio.session.photo import enlarge as landing
from studio.session.session import Session

SIZE = 72, 48


class Repeats(torch.nn.Module):
    """Doubles by repeating each pixel, so that every result is known."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.repeat_interleave(2, 2).repeat_interleave(2, 3)


class Smooths(torch.nn.Module):
    """Doubles a picture of one grey: everything becomes the mean."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.mean((2, 3), keepdim=True).expand(-1, -1, 2 * x.shape[2], 2 * x.shape[3])


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Repeats())


def use(monkeypatch: pytest.MonkeyPatch, module: torch.nn.Module) -> None:
    made = Enlarger(module, torch.device("cpu"), torch.float32, 64)  # type: ignore[arg-type]
    for place in (enlarge, clean):
        monkeypatch.setattr(place, "enlarger", lambda networks: made)
    # What the network makes arrives as it is; the mixing with the photo has tests of its own.
    monkeypatch.setattr(enlarging, "anchored", lambda large, small, share=1.0: large)


def photo(width: int = SIZE[0], height: int = SIZE[1]) -> np.ndarray:
    rgb = np.random.default_rng(4).integers(0, 256, (height, width, 3), np.uint8)
    return np.dstack([rgb, np.full((height, width), 255, np.uint8)])


def twice(pixels: np.ndarray) -> np.ndarray:
    return np.repeat(np.repeat(pixels, 2, 0), 2, 1)


def session_of(document: Document) -> Session:
    session = Session(InlineRunner(Engine("cpu")), Settings(None))
    session.begin(document)
    return session


def with_photo() -> Document:
    layer = RasterLayer(id="photo", name="Photo", raster=Raster.from_array(photo()))
    return Document(width=SIZE[0], height=SIZE[1]).insert(layer)


@pytest.mark.usefixtures("network")
def test_a_picture_is_enlarged_with_its_layers_in_one_step() -> None:
    mask = LayerMask(Raster.filled(Rect(0, 0, 20, 10), 255))
    spot = Raster.filled(Rect(5, 5, 30, 20), (9, 200, 30, 255), 4)
    document = with_photo().insert(RasterLayer(id="spot", raster=spot, x=3, y=4, mask=mask))
    session = session_of(document)
    before = len(session.history.entries)
    landing.submit(session, 144, 96)
    made = session.document
    assert (made.width, made.height) == (144, 96)
    assert len(session.history.entries) == before + 1
    seen = composite(made, made.rect)
    assert np.array_equal(seen[60:, :], twice(photo())[60:, :])
    assert (seen[20:26, 18:44] == (9, 200, 30, 255)).all()
    assert session.settings.get(landing.SPEED) > 0
    session.undo()
    assert session.document is document


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("target", [(100, 67), (288, 192), (500, 500), (720, 480)])
def test_any_size_is_reached_by_resampling_afterwards(target: tuple[int, int]) -> None:
    session = session_of(with_photo())
    landing.submit(session, *target)
    large = photo()
    for _ in range(passes(SIZE, target)):
        large = twice(large)
    wanted = resample(large, *target, LANCZOS)
    seen = composite(session.document, session.document.rect)
    assert np.abs(seen.astype(int) - wanted).max() <= 2


@pytest.mark.usefixtures("network")
def test_a_layer_that_changed_meanwhile_gets_no_stale_pixels() -> None:
    document = with_photo()
    request = enlarge_request(document, 144, 96)
    result = Engine("cpu").run(request)
    other = document.update(
        document.find("photo").replace(raster=Raster.filled(document.rect, (1, 2, 3, 255), 4))
    )
    made, notes = plans.with_detail(other, result)
    assert (composite(made, made.rect) == (1, 2, 3, 255)).all()
    assert "Photo" in str(notes[0])
    smaller = Document(width=10, height=10).insert(document.layers[0])
    with pytest.raises(StudioError, match="changed"):
        plans.with_detail(smaller, result)


@pytest.mark.usefixtures("network")
def test_one_layer_and_a_selection() -> None:
    spot = np.zeros((20, 30, 4), np.uint8)
    spot[:, :] = photo(30, 20)
    document = with_photo().insert(
        RasterLayer(id="spot", raster=Raster.from_array(spot), x=10, y=10)
    )
    session = session_of(document)
    assert scope_size(document, LAYER) == (30, 20)
    landing.submit(session, 60, 40, LAYER)
    made = session.document
    assert (made.width, made.height) == SIZE
    assert made.find("spot").bounds() == Rect(-5, 0, 60, 40)
    assert np.array_equal(composite(made, Rect(0, 0, 55, 40)), twice(spot)[:, 5:])
    session = session_of(select_rect(document, Rect(12, 12, 8, 6)))
    assert scope_size(session.document, SELECTION) == (8, 6)
    landing.submit(session, 16, 12, SELECTION)
    copy = session.document.active_layer()
    assert copy.id != "spot" and copy.bounds() == Rect(8, 9, 16, 12)
    pixels = copy.raster.read(Rect(0, 0, 16, 12))
    assert np.array_equal(pixels, twice(spot[2:8, 2:10]))


def test_plain_resampling_needs_no_network() -> None:
    document = with_photo()
    made = resized(document, 31, 77, LANCZOS)
    assert np.array_equal(composite(made, made.rect), resample(photo(), 31, 77))
    part = resized(select_rect(document, Rect(10, 10, 20, 20)), 40, 40, LANCZOS, SELECTION)
    assert part.active_layer().bounds() == Rect(0, 0, 40, 40)
    with pytest.raises(StudioError, match="nothing to scale"):
        resized(document.insert(RasterLayer(id="empty")), 10, 10, LANCZOS, LAYER)


def test_a_picture_with_running_edits_is_not_scaled() -> None:
    class Never:
        def start(self, job: object, listener: object) -> None:
            """Leave the job running."""

    session = Session(Never(), Settings(None))
    session.begin(with_photo())
    session.photo.submit(Task.CLEAN)
    with pytest.raises(StudioError, match="running or waiting"):
        landing.submit(session, 144, 96)
    landing.submit(session, 144, 96, LAYER)


def test_the_number_of_passes_and_the_cost() -> None:
    assert [passes((100, 100), (n, 50)) for n in (100, 101, 200, 201, 400, 900)] == [
        0, 1, 1, 2, 2, 2,
    ]  # fmt: skip
    document = with_photo()
    assert cost_of(document, PICTURE, (144, 96)).megapixels == pytest.approx(72 * 48 / 1e6)
    assert cost_of(document, PICTURE, (288, 192)).megapixels == pytest.approx(5 * 72 * 48 / 1e6)
    assert cost_of(document, PICTURE, SIZE).megapixels == 0


def test_too_large_a_size_is_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError, match="does not fit"):
        enlarge_request(with_photo(), 20_000, 20_000)

    class Little:
        available = 1000

    monkeypatch.setattr(plans.psutil, "virtual_memory", Little)
    with pytest.raises(StudioError, match="memory"):
        enlarge_request(with_photo(), 144, 96)


@pytest.mark.usefixtures("network")
def test_cancelling_in_each_phase_changes_nothing() -> None:
    request = enlarge_request(with_photo(), 288, 192)
    reports: list[float] = []
    Engine("cpu").run(request, Progress(lambda event: reports.append(event.fraction)))
    for phase in range(len(reports) - 1):
        stop = threading.Event()
        seen: list[float] = []

        def listen(
            event: ProgressEvent,
            seen: list[float] = seen,
            stop: threading.Event = stop,
            phase: int = phase,
        ) -> None:
            seen.append(event.fraction)
            if len(seen) > phase:
                stop.set()

        with pytest.raises(Cancelled):
            Engine("cpu").run(request, Progress(listen, stop))


@pytest.mark.usefixtures("network")
def test_cleaning_by_a_network_that_changes_nothing() -> None:
    session = session_of(with_photo())
    session.photo.submit(Task.CLEAN, {"noise": 100, "jpeg": 100})
    (item,) = session.tray.items
    assert np.array_equal(item.image, photo()[:, :, :3])


def test_cleaning_mixes_by_its_amounts_inside_the_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Smooths())
    session = session_of(with_photo())
    mask = Raster.filled(Rect(10, 10, 20, 20), 255)
    session.photo.submit(Task.CLEAN, {"noise": 0, "jpeg": 50}, mask=mask)
    (item,) = session.tray.items
    session.apply(item.id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer) and layer.recipe["task"] == "clean"
    seen = composite(session.document, session.document.rect)
    outside = np.ones(SIZE[::-1], bool)
    outside[10:30, 10:30] = False
    assert np.array_equal(seen[outside], photo()[outside])
    inside = seen[10:30, 10:30, :3].astype(float)
    old = photo()[10:30, 10:30, :3].astype(float)
    assert inside.std() == pytest.approx(old.std() / 2, rel=0.05)


def test_the_amounts() -> None:
    assert shares(0, 0) == (0, 0)
    assert shares(30, 0) == (0.3, 0.6)
    assert shares(80, 0) == (0.8, 1)
    assert shares(0, 50) == (0.5, 0.5)
    old = photo()[:, :, :3]
    other = np.full_like(old, 100)
    assert mixed(old, other, 0, 0) is old
    assert np.abs(mixed(old, other, 100, 0).astype(int) - 100).max() <= 1


@pytest.mark.usefixtures("network")
def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.png"
    formats.save_document(with_photo(), source)

    def run(*arguments: str) -> int:
        return cli.main([*arguments, "--out", str(tmp_path / "out.png")])

    def out() -> np.ndarray:
        document = formats.open_document(tmp_path / "out.png").document
        return composite(document, document.rect)

    assert run("enlarge", str(source), "--scale", "2") == 0
    assert np.array_equal(out(), twice(photo()))
    assert run("enlarge", str(source), "--width", "36", "--resample", "nearest") == 0
    assert np.array_equal(out(), photo()[1::2, 1::2])
    assert run("enlarge", str(source), "--scale", "4", "--forecast") == 0
    assert "288 x 192 pixels, about" in capsys.readouterr().out
    assert run("clean", str(source), "--noise", "50") == 0
    assert np.array_equal(out(), photo())
    capsys.readouterr()
    for wrong, reason in (
        (("clean", str(source)), "both amounts are 0"),
        (("clean", str(source), "--noise", "101"), "cannot be 101"),
        (("enlarge", str(source), "--scale", "0"), "cannot be 0"),
        (("enlarge", str(source), "--scale", "900"), "does not fit"),
    ):
        assert run(*wrong) == 1
        assert reason in capsys.readouterr().err
