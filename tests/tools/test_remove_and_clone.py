"""The remove tool and the clone stamp: one gesture each, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.document.selection import select_rect
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.settings import EditSettings
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools.clone import LAYER
from studio.tools.context import Gesture, Pointer, ToolContext, ToolOptions
from studio.tools.registry import spec
from studio.tools.remove import RemoveTool, remove_marked


class Filler:
    """Answers each edit with one black picture for each variation."""

    def __init__(self) -> None:
        self.requests: list[EditRequest] = []

    def start(self, job: Job, listener: Listener) -> None:
        request = job.request
        assert isinstance(request, EditRequest) and request.image is not None
        self.requests.append(request)
        seeds = tuple(range(request.sampling.variations))
        images = tuple(np.zeros_like(request.image) for _ in seeds)
        listener.on_done(job, EditResult(request=request, images=images, seeds=seeds))


@pytest.fixture
def filler() -> Filler:
    return Filler()


@pytest.fixture
def session(tmp_path: Path, filler: Filler) -> Session:
    session = Session(filler, Settings(tmp_path / "settings.json"))
    session.new(400, 300)
    rng = np.random.default_rng(4)
    pixels = rng.integers(40, 256, (300, 400, 4), np.uint8)
    pixels[..., 3] = 255
    layer = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(layer))
    return session


def context(session: Session, **options: object) -> ToolContext:
    return ToolContext(session, ToolOptions(size=20, hardness=1.0, **options))  # type: ignore[arg-type]


def stroke(ctx: ToolContext, tool: str, *points: tuple[float, float], **held: bool) -> None:
    gesture = Gesture(spec(tool).create(), ctx)
    gesture.press(Pointer(*points[0], **held))
    for point in points[1:]:
        gesture.move(Pointer(*point, **held))
    gesture.release(Pointer(*points[-1], **held))


def picture(session: Session) -> np.ndarray:
    return composite(session.document, session.document.rect)


def test_a_stroke_removes_and_the_photo_stays_untouched(session: Session, filler: Filler) -> None:
    before, photo = picture(session), session.document.layers[0]
    stroke(context(session), "remove", (100, 100), (160, 100))
    layers = session.document.layers
    assert layers[0] is photo and isinstance(layers[1], GenerativeLayer)
    assert session.document.mask is None and len(session.tray.items) == 2
    after = picture(session)
    changed = (after != before).any(axis=2)
    assert changed[100, 130] and not changed[130, 130]
    assert filler.requests[0].task is Task.REMOVE and filler.requests[0].region.width == 400
    session.undo()
    session.undo()
    assert np.array_equal(picture(session), before) and session.document.mask is None


def test_a_new_stroke_replaces_the_marked_place_and_shift_adds(
    session: Session, filler: Filler
) -> None:
    ctx = context(session, remove_now=False)
    stroke(ctx, "remove", (50, 50))
    stroke(ctx, "remove", (350, 250))
    assert not filler.requests
    mask = session.document.mask
    assert mask is not None and mask.read(Rect(50, 50, 1, 1)).any()
    ctx.options.remove_now = True
    stroke(ctx, "remove", (200, 150))
    covered = filler.requests[0].mask
    assert covered is not None and int((covered > 0).sum()) < 500
    stroke(context(session, remove_now=False), "remove", (50, 50))
    stroke(context(session), "remove", (90, 50), shift=True)
    covered = filler.requests[1].mask
    assert covered is not None and 500 < int((covered > 0).sum()) < 1000


def test_enter_removes_what_is_marked_and_alt_erases_it(session: Session, filler: Filler) -> None:
    ctx, tool = context(session, remove_now=False), RemoveTool()
    assert not tool.confirm(ctx)
    stroke(ctx, "remove", (50, 50))
    stroke(ctx, "remove", (50, 50), (52, 50), alt=True)
    assert not filler.requests
    stroke(ctx, "remove", (90, 50))
    assert tool.confirm(ctx) and len(filler.requests) == 1
    assert session.document.mask is None


def test_delete_and_the_command_remove_what_is_selected(session: Session, filler: Filler) -> None:
    ctx = context(session)
    assert not RemoveTool().delete(ctx)
    with pytest.raises(StudioError, match="Nothing is selected"):
        remove_marked(session)
    session.edit("Select", lambda old: select_rect(old, Rect(10, 20, 30, 40), "replace"))
    assert RemoveTool().delete(ctx)
    remove_marked(session)
    for request in filler.requests:
        assert request.mask is not None and int((request.mask > 0).sum()) == 30 * 40


def test_a_stroke_outside_the_selection_is_refused(session: Session, filler: Filler) -> None:
    session.edit("Select", lambda old: select_rect(old, Rect(10, 20, 30, 40), "replace"))
    with pytest.raises(StudioError, match="outside the selection"):
        stroke(context(session), "remove", (200, 200))
    assert not filler.requests and not session.history.is_editing


def test_a_large_place_is_announced_before_the_work(session: Session, filler: Filler) -> None:
    said: list[tuple[Notice, int]] = []
    session.noticed.connect(lambda notice: said.append((notice, len(filler.requests))))
    session.edit("Select", lambda old: select_rect(old, Rect(0, 0, 150, 190), "replace"))
    remove_marked(session)
    assert not said
    session.edit("Select", lambda old: select_rect(old, Rect(0, 0, 200, 200), "replace"))
    remove_marked(session)
    assert "large" in str(said[0][0]) and said[0][1] == 1


def test_the_model_fills_as_well_without_the_prompt(session: Session, filler: Filler) -> None:
    session.edit_settings = EditSettings(prompt="a penguin")
    stroke(context(session, remove_with_model=True), "remove", (100, 100))
    assert [one.task for one in filler.requests] == [Task.REMOVE, Task.FILL]
    assert filler.requests[1].prompt == "" and filler.requests[1].sampling.variations == 1
    assert len(session.tray.items) == 3


def test_the_context_grows_with_the_place(session: Session, filler: Filler) -> None:
    session.new(3000, 2000)
    white = RasterLayer(
        name="Photo", raster=Raster.from_array(np.full((2000, 3000, 4), 255, np.uint8))
    )
    session.edit("Add", lambda old: old.insert(white))
    session.edit("Select", lambda old: select_rect(old, Rect(1000, 900, 500, 200), "replace"))
    remove_marked(session)
    region = filler.requests[0].region
    assert region.width >= 1500 and region.width < 3000


# The clone stamp


def test_the_stamp_needs_a_source(session: Session) -> None:
    with pytest.raises(StudioError, match=r"Alt\+click"):
        stroke(context(session), "clone", (100, 100))
    assert not session.history.is_editing


def test_the_stamp_copies_onto_a_layer_of_its_own(session: Session) -> None:
    before, ctx = picture(session), context(session)
    stroke(ctx, "clone", (60, 60), alt=True)
    assert len(session.document.layers) == 1
    stroke(ctx, "clone", (200, 200), (230, 200))
    after = picture(session)
    assert np.array_equal(after[195:205, 200:230], before[55:65, 60:90])
    changed = (after != before).any(axis=2)
    assert not changed[:189].any() and not changed[212:].any()
    assert [layer.name for layer in session.document.layers] == ["Photo", LAYER]
    stroke(ctx, "clone", (300, 100))
    assert len(session.document.layers) == 2


def test_aligned_strokes_keep_the_distance_and_others_begin_at_the_source(
    session: Session,
) -> None:
    for aligned, source in ((True, (80, 60)), (False, (60, 60))):
        ctx = context(session, clone_aligned=aligned, clone_new_layer=False)
        before = picture(session)
        stroke(ctx, "clone", (60, 60), alt=True)
        stroke(ctx, "clone", (200, 200))
        stroke(ctx, "clone", (220, 200))
        after = picture(session)
        x, y = source
        assert np.array_equal(after[200, 228], before[y, x + 8])


def test_the_stamp_on_the_layer_itself_changes_only_the_stroke(session: Session) -> None:
    before = picture(session)
    ctx = context(session, clone_new_layer=False)
    stroke(ctx, "clone", (60, 60), alt=True)
    stroke(ctx, "clone", (200, 200))
    after = picture(session)
    assert len(session.document.layers) == 1
    outside = np.ones((300, 400), bool)
    outside[188:213, 188:213] = False
    assert np.array_equal(after[outside], before[outside])
    session.undo()
    assert np.array_equal(picture(session), before)


def test_a_stroke_reads_the_picture_as_it_was_before(session: Session) -> None:
    before = picture(session)
    ctx = context(session, clone_new_layer=False)
    stroke(ctx, "clone", (60, 60), alt=True)
    stroke(ctx, "clone", (70, 60), (110, 60))
    assert np.array_equal(picture(session)[60, 75:105], before[60, 65:95])
