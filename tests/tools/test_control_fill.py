"""The region fill: superpixels of the picture get a class, or a depth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.control_maps.segmentation import CLASSES, nearest_class, superpixels
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document.control import control_layer
from studio.document.layer import ControlLayer, GroupLayer, RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.selection import select_rect
from studio.edit.prepare import visible_rgb
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools import regions
from studio.tools.context import Gesture, Pointer, ToolContext, ToolOptions
from studio.tools.registry import spec

WIDTH, HEIGHT = 300, 200


class NoRunner:
    def start(self, job: Job, listener: Listener) -> None:
        raise AssertionError("a canvas tool must not start a job")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Give a session with a photo in two halves under a black segmentation layer."""
    session = Session(NoRunner(), Settings(tmp_path / "settings.json"))
    session.new(WIDTH, HEIGHT)
    pixels = np.full((HEIGHT, WIDTH, 4), (90, 120, 150, 255), np.uint8)
    pixels[:, 150:] = (220, 180, 40, 255)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(photo))
    add(session, "segmentation")
    return session


def add(session: Session, kind: str, x: int = 0, y: int = 0) -> ControlLayer:
    layer = control_layer(kind, np.zeros((HEIGHT, WIDTH, 3), np.uint8), kind, x, y)
    session.edit("Add", lambda old: old.insert(layer))
    return layer


def layer_of(session: Session) -> ControlLayer:
    layer = session.document.active_layer()
    assert isinstance(layer, ControlLayer)
    return layer


def shown(session: Session) -> Pixels:
    """Return what the active layer says, (h, w, 4) in document pixels."""
    layer = layer_of(session)
    return layer.raster.read(session.document.rect.shift(-layer.x, -layer.y))


def context(session: Session, name: str = "tree", depth: float = 1.0) -> ToolContext:
    return ToolContext(session, ToolOptions(segment_class=name, depth=depth))


def run(ctx: ToolContext, *points: tuple[float, float], **held: bool) -> None:
    gesture = Gesture(spec("control_fill").create(), ctx)
    gesture.press(Pointer(*points[0], **held))
    for point in points[1:]:
        gesture.move(Pointer(*point, **held))
    gesture.release(Pointer(*points[-1], **held))
    assert not gesture.is_running


def labels(session: Session) -> np.ndarray:
    return superpixels(visible_rgb(session.document, session.document.rect))


def test_a_press_fills_the_superpixel_and_nothing_else(session: Session) -> None:
    regions, entries = labels(session), len(session.history.entries)
    run(context(session), (145.2, 100.7))
    filled = (shown(session)[:, :, :3] != 0).any(axis=2)
    assert (filled == (regions == regions[100, 145])).all()
    assert not filled[:, 152:].any(), "the photo has an edge there"
    red, green, blue, alpha = (int(value) for value in shown(session)[100, 145])
    assert nearest_class((red, green, blue)).id == "tree" and alpha == 255
    assert (red, green, blue) == CLASSES["tree"].colour
    assert len(session.history.entries) == entries + 1
    assert session.history.entries[-1].label == "Fill region"


def test_a_drag_fills_all_that_it_crosses_in_one_entry(session: Session) -> None:
    regions, entries = labels(session), len(session.history.entries)
    before = session.document
    run(context(session), (20.5, 50.5), (280.5, 50.5))
    filled = (shown(session)[:, :, :3] != 0).any(axis=2)
    assert (filled == np.isin(regions, regions[50, 20:281])).all()
    assert len(session.history.entries) == entries + 1
    session.undo()
    assert session.document is before


def test_esc_leaves_the_very_same_document(session: Session) -> None:
    photo = session.document.layers[0]
    session.amend(session.document.replace(active=photo.id))
    before, entries = session.document, len(session.history.entries)
    gesture = Gesture(spec("control_fill").create(), context(session))
    gesture.press(Pointer(50, 50))
    gesture.move(Pointer(120, 90))
    assert session.document is not before
    gesture.cancel()
    assert session.document is before and len(session.history.entries) == entries


def test_the_selection_is_kept(session: Session) -> None:
    regions = labels(session)
    number = regions[100, 100]
    columns = np.flatnonzero((regions == number).any(axis=0))
    middle = int(columns[0] + columns[-1]) // 2
    session.edit("Select", lambda old: select_rect(old, Rect(0, 0, middle, HEIGHT)))
    run(context(session), (100, 100))
    filled = (shown(session)[:, :, :3] != 0).any(axis=2)
    wanted = regions == number
    wanted[:, middle:] = False
    assert wanted.any() and (filled == wanted).all()


def test_a_moved_layer_is_filled_under_the_pointer(session: Session) -> None:
    layer = layer_of(session)
    session.edit("Move", lambda old: old.update(layer.replace(x=-37, y=11)))
    regions = labels(session)
    run(context(session), (60, 60))
    filled = (shown(session)[:, :, :3] != 0).any(axis=2)
    assert (filled == (regions == regions[60, 60])).all()


def test_on_a_depth_layer_it_fills_with_the_depth(session: Session) -> None:
    add(session, "depth")
    run(context(session, depth=0.6), (60, 60))
    assert shown(session)[60, 60].tolist() == [153, 153, 153, 255]
    assert layer_of(session).control.kind == "depth"
    run(context(session, depth=0.0), (60, 60))
    assert shown(session)[60, 60].tolist() == [0, 0, 0, 255]


def test_without_an_active_one_the_topmost_segmentation_is_filled(session: Session) -> None:
    lower = layer_of(session)
    upper = add(session, "segmentation")
    depth = add(session, "depth")
    photo = session.document.layers[0]
    session.amend(session.document.replace(active=photo.id))
    run(context(session), (60, 60))
    document = session.document
    assert document.active == upper.id and document.find(lower.id) is lower
    assert document.find(depth.id) is depth and document.find(upper.id) is not upper


def test_alt_picks_the_class_and_the_depth(session: Session) -> None:
    run(context(session, "sofa"), (60, 60))
    before, ctx = session.document, context(session, "wall")
    run(ctx, (60, 60), alt=True)
    assert ctx.options.segment_class == "sofa" and ctx.options.color == CLASSES["sofa"].colour
    run(ctx, (250, 60), alt=True)
    assert ctx.options.segment_class == "sofa", "nothing is painted there"
    assert session.document is before
    add(session, "depth")
    run(context(session, depth=0.25), (60, 60))
    run(ctx, (60, 60), alt=True)
    assert ctx.options.depth == pytest.approx(0.25, abs=0.002)
    assert ctx.options.color == (64, 64, 64)


def test_the_picture_is_divided_again_only_when_it_changed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def counted(image: Pixels) -> np.ndarray:
        calls.append(1)
        return superpixels(image)

    monkeypatch.setattr(regions, "superpixels", counted)
    photo = session.document.layers[0]
    session.edit("Group", lambda old: old.replace(layers=(GroupLayer(children=old.layers),)))
    gesture = Gesture(spec("control_fill").create(), context(session))
    for x in (50, 100, 200):
        gesture.press(Pointer(x, 50))
        gesture.move(Pointer(x + 40, 90))
        gesture.release(Pointer(x + 40, 90))
    assert len(calls) == 1
    session.edit("Fade", lambda old: old.update(photo.replace(opacity=0.5)))
    gesture.press(Pointer(50, 150))
    gesture.release(Pointer(50, 150))
    assert len(calls) == 2


class Later:
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.begun: list[Callable[[], None]] = []
        self.cancelled = 0

    def __call__(self, work: Any, done: Any, failed: Any) -> Later:
        self.begun.append(lambda: done(work(Progress())))
        return self

    def cancel(self) -> None:
        """Count that somebody gave the work up."""
        self.cancelled += 1


def test_a_press_before_the_regions_are_found_is_filled_then(session: Session) -> None:
    later, ctx, wanted = Later(), context(session), labels(session)
    ctx.regions = regions.RegionFinder(later)
    before, entries = session.document, len(session.history.entries)
    run(ctx, (60, 60), (100, 60))
    run(ctx, (250, 60))
    assert session.document is before and ctx.regions.is_busy and len(later.begun) == 1
    with session.history.edit("Another drag") as edit:
        edit.document = session.document.replace(active=None)
        later.begun[0]()
        assert not ctx.regions.is_busy
    fills = [entry.label for entry in session.history.entries[entries:]]
    assert fills == ["Another drag", "Fill region", "Fill region"]
    filled = (shown(session)[:, :, :3] != 0).any(axis=2)
    numbers = [*wanted[60, 60:101], wanted[60, 250]]
    assert (filled == np.isin(wanted, numbers)).all()


def test_a_press_for_a_picture_that_changed_is_given_up(session: Session) -> None:
    later, ctx = Later(), context(session)
    ctx.regions = regions.RegionFinder(later)
    run(ctx, (60, 60))
    photo = session.document.layers[0]
    session.edit("Fade", lambda old: old.update(photo.replace(opacity=0.5)))
    before = session.document
    assert ctx.regions.get(session.document) is None and later.cancelled == 1
    for work in later.begun:
        work()
    assert session.document is before and ctx.regions.get(before) is not None


def test_filling_what_is_filled_is_no_step(session: Session) -> None:
    run(context(session), (60, 60))
    before, entries = session.document, len(session.history.entries)
    run(context(session), (60, 60))
    run(context(session), (-5, 60), (-5, 900))
    assert session.document is before and len(session.history.entries) == entries


@pytest.mark.parametrize(("change", "said"), [("locked", "locked"), ("visible", "hidden")])
def test_a_locked_or_hidden_layer_says_so(session: Session, change: str, said: str) -> None:
    layer = layer_of(session)
    value = change == "locked"
    session.edit("Set", lambda old: old.update(layer.replace(**{change: value})))
    before = session.document
    with pytest.raises(StudioError, match=said):
        run(context(session), (60, 60))
    assert session.document is before and not session.history.is_editing


def test_without_such_a_layer_there_is_a_hint(session: Session) -> None:
    layer = layer_of(session)
    session.edit("Remove", lambda old: old.remove(layer.id))
    add(session, "canny")
    before = session.document
    with pytest.raises(StudioError, match="segmentation") as caught:
        run(context(session), (60, 60))
    assert "Control menu" in caught.value.hint
    assert session.document is before
