"""The photo tools in a session: queued like every edit, and landed by their rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kept import pixels
from painter import Painter

from studio.catalog import photo_tools
from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS, PHOTO_TOOLS
from studio.catalog.settings import Kind, Setting
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import Task
from studio.session.jobs import Job, Listener
from studio.session.requests import shown_settings
from studio.session.session import Session


class Echo:
    """Answers each photo request with the mean of its picture."""

    def start(self, job: Job, listener: Listener) -> None:
        request = job.request
        assert isinstance(request, PhotoRequest)
        listener.on_done(job, PhotoResult(request=request, image=request.picture()))


def with_photo(session: Session) -> Session:
    session.new(120, 80)
    rng = np.random.default_rng(1)
    rgba = rng.integers(0, 256, (80, 120, 4), np.uint8)
    rgba[..., 3] = 255
    session.edit("Add", lambda old: old.insert(RasterLayer(raster=Raster.from_array(rgba))))
    return session


@pytest.fixture
def session() -> Session:
    return with_photo(Session(Painter(), Settings(None)))


def test_every_task_of_a_photo_tool_is_a_task() -> None:
    assert {Task(name).value for name in PHOTO_TASKS} == set(PHOTO_TASKS)
    assert not PHOTO_TASKS.keys() & PHOTO_KINDS.keys()


def test_removal_needs_a_place_and_becomes_a_layer_at_once(session: Session) -> None:
    with pytest.raises(StudioError, match="mask"):
        session.photo.submit(Task.REMOVE)
    mask = Raster.from_array(np.full((20, 20), 255, np.uint8), 30, 30)
    before = pixels(session.document)
    session.photo.submit(Task.REMOVE, mask=mask, variations=2)
    layer = session.document.layers[-1]
    assert isinstance(layer, GenerativeLayer) and layer.name == PHOTO_TASKS["remove"].label
    assert len(session.tray.items) == 2 and session.tray.is_applied(session.tray.items[0])
    outside = np.ones((80, 120), bool)
    outside[30:50, 30:50] = False
    after = pixels(session.document)
    assert np.array_equal(before[outside], after[outside])
    assert not np.array_equal(before, after)
    session.undo()
    assert np.array_equal(pixels(session.document), before) and len(session.tray.items) == 2


def test_a_tool_that_works_on_everything_waits_in_the_tray(session: Session) -> None:
    session.photo.submit(Task.RESTYLE)
    assert len(session.document.layers) == 1
    request = session.tray.items[0].request
    assert request.region == session.document.rect and request.model == PHOTO_TOOLS
    assert not session.tray.items[0].can_vary


def test_its_layer_is_made_again_from_its_recipe(session: Session) -> None:
    mask = Raster.from_array(np.full((20, 20), 255, np.uint8), 30, 30)
    session.photo.submit(Task.REMOVE, mask=mask)
    layer = session.document.layers[-1]
    job = session.rerun(layer.id)
    assert job.request.task is Task.REMOVE  # type: ignore[union-attr]
    assert session.tray.items[0].target == layer.id


def test_its_recipe_is_not_shown_as_a_prompt(session: Session) -> None:
    mask = Raster.from_array(np.full((20, 20), 255, np.uint8), 30, 30)
    session.photo.submit(Task.REMOVE, mask=mask)
    layer = session.document.layers[-1]
    assert isinstance(layer, GenerativeLayer)
    with pytest.raises(StudioError, match="Remove"):
        shown_settings(layer, 1)


def test_a_setting_that_the_tool_lacks_is_refused(session: Session) -> None:
    with pytest.raises(StudioError, match="Style"):
        session.photo.submit(Task.RESTYLE, {"nonsense": 1})


def landed_brightness(session: Session, job: Job, result: PhotoResult) -> None:
    assert result.image is not None
    value = int(result.image.mean()) + int(result.request.settings["more"])
    rgba = np.full((80, 120, 4), (value, value, value, 255), np.uint8)
    session.edit(job.label, lambda old: old.insert(RasterLayer(raster=Raster.from_array(rgba))))


def test_other_work_is_landed_by_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(
        PHOTO_KINDS["lift"],
        landing=f"{__name__}:landed_brightness",
        settings=(Setting("more", "More", Kind.WHOLE, 3, 0, 9),),
    )
    monkeypatch.setitem(photo_tools.PHOTO_KINDS, "lift", row)  # type: ignore[arg-type]
    session = with_photo(Session(Echo(), Settings(None)))
    picture = pixels(session.document)[..., :3]
    session.photo.run("lift", {"more": 5})
    assert len(session.document.layers) == 2
    assert pixels(session.document)[0, 0, 0] == int(picture.mean()) + 5
    assert session.history.entries[-1].label == row.label


def test_a_result_that_comes_during_a_drag_lands_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = replace(
        PHOTO_KINDS["lift"],
        landing=f"{__name__}:landed_brightness",
        settings=(Setting("more", "More", Kind.WHOLE, 3, 0, 9),),
    )
    monkeypatch.setitem(photo_tools.PHOTO_KINDS, "lift", row)  # type: ignore[arg-type]
    session = with_photo(Session(Echo(), Settings(None)))
    with session.history.edit("Stroke"):
        session.photo.run("lift")
        assert len(session.document.layers) == 1
    assert len(session.document.layers) == 2
