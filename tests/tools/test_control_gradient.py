"""The depth gradient: near where the drag begins, far where it ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.control import control_layer
from studio.document.layer import ControlLayer, RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.selection import select_polygon, select_rect
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools import control_gradient
from studio.tools.context import Gesture, Pointer, ToolContext, ToolOptions
from studio.tools.registry import spec

WIDTH, HEIGHT = 300, 200


class NoRunner:
    def start(self, job: Job, listener: Listener) -> None:
        raise AssertionError("a canvas tool must not start a job")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Give a session with an empty picture under a grey depth layer."""
    session = Session(NoRunner(), Settings(tmp_path / "settings.json"))
    session.new(WIDTH, HEIGHT)
    photo = RasterLayer(name="Photo", raster=Raster())
    session.edit("Add", lambda old: old.insert(photo))
    layer = control_layer("depth", np.full((HEIGHT, WIDTH, 3), 7, np.uint8), "Depth")
    session.edit("Add", lambda old: old.insert(layer))
    return session


def layer_of(session: Session) -> ControlLayer:
    layer = session.document.active_layer()
    assert isinstance(layer, ControlLayer)
    return layer


def shown(session: Session) -> Pixels:
    layer = layer_of(session)
    return layer.raster.read(session.document.rect.shift(-layer.x, -layer.y))


def begin(session: Session, *points: tuple[float, float], **held: bool) -> Gesture:
    gesture = Gesture(
        spec("control_gradient").create(), ToolContext(session, ToolOptions(depth=0.3))
    )
    gesture.press(Pointer(*points[0], **held))
    for point in points[1:]:
        gesture.move(Pointer(*point, **held))
    return gesture


def run(session: Session, *points: tuple[float, float], **held: bool) -> None:
    gesture = begin(session, *points, **held)
    gesture.release(Pointer(*points[-1], **held))
    assert not gesture.is_running


def test_it_falls_from_near_to_far(session: Session) -> None:
    before, entries = session.document, len(session.history.entries)
    run(session, (50, 100), (120, 40), (250, 100))
    depth = shown(session)
    assert (depth[:, :, 3] == 255).all() and (depth[:, :, :1] == depth[:, :, :3]).all()
    row = depth[100, :, 0].astype(int)
    assert (row[:50] == 255).all() and (row[250:] == 0).all()
    assert (np.diff(row) <= 0).all() and abs(row[150] - 127) < 2
    assert (depth[:, :, 0] == depth[0, :, 0]).all(), "it is the same along the other way"
    assert len(session.history.entries) == entries + 1
    assert session.history.entries[-1].label == "Depth gradient"
    session.undo()
    assert session.document is before


def test_shift_keeps_to_45_degrees(session: Session) -> None:
    run(session, (50, 100), (250, 120), shift=True)
    depth = shown(session)[:, :, 0]
    assert (depth == depth[0]).all() and depth[0, 249] < 3
    run(session, (0, 0), (100, 130), shift=True)
    depth = shown(session)[:, :, 0]
    assert depth[10, 60] == depth[60, 10] == depth[35, 35]
    assert depth[100, 100] > depth[110, 110]


def test_a_drag_that_is_given_up_leaves_the_very_same_document(session: Session) -> None:
    photo = session.document.layers[0]
    session.amend(session.document.replace(active=photo.id))
    before, entries = session.document, len(session.history.entries)
    gesture = begin(session, (50, 100), (250, 100))
    assert session.document is not before, "it shows while one drags"
    gesture.cancel()
    assert session.document is before and len(session.history.entries) == entries


def test_the_line_is_drawn_over_the_picture(session: Session) -> None:
    ctx = ToolContext(session, ToolOptions())
    gesture = Gesture(spec("control_gradient").create(), ctx)
    gesture.press(Pointer(50, 100))
    gesture.move(Pointer(250, 110))
    assert ctx.overlay.points == [(50, 100), (250, 110)] and not ctx.overlay.closed
    gesture.release(Pointer(250, 110))
    assert not ctx.overlay.points


def test_only_what_is_selected_changes(session: Session) -> None:
    session.edit("Select", lambda old: select_rect(old, Rect(60, 40, 100, 80)))
    run(session, (60, 100), (260, 100))
    depth = shown(session)[:, :, 0].astype(int)
    inside = np.zeros(depth.shape, bool)
    inside[40:120, 60:160] = True
    assert (depth[~inside] == 7).all()
    assert depth[60, 60] > 250 and abs(depth[60, 159] - 128) < 3, "ends count on the canvas"
    assert (np.diff(depth[60, 60:160]) <= 0).all()


def test_the_soft_edge_of_a_selection_mixes(session: Session) -> None:
    slanted = ((50.0, 20.0), (200.0, 50.0), (120.0, 180.0))
    session.edit("Select", lambda old: select_polygon(old, slanted))
    selection = session.document.selection
    assert selection is not None
    share = selection.read(session.document.rect)[:, :, 0]
    run(session, (0, 500), (0, 900))  # All of the canvas lies before the near end: white.
    depth = shown(session)
    edge = (share > 20) & (share < 235)
    assert edge.any() and (depth[share == 255][:, 0] == 255).all()
    assert (depth[share == 0][:, 0] == 7).all() and (depth[:, :, 3] == 255).all()
    wanted = 7 + (255 - 7) * (share[edge].astype(float) / 255)
    assert abs(depth[edge][:, 0] - wanted).max() <= 1


def test_a_moved_layer_is_filled_where_the_canvas_is(session: Session) -> None:
    layer = layer_of(session)
    session.edit("Move", lambda old: old.update(layer.replace(x=40, y=-25)))
    run(session, (50, 100), (250, 100))
    row = shown(session)[199, :, 0].astype(int)
    assert (row[:50] == 255).all() and (row[250:] == 0).all()


def test_a_large_one_waits_for_the_release(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(session, (50, 100), (250, 100))
    small = shown(session)
    session.undo()
    monkeypatch.setattr(control_gradient, "LIVE", WIDTH * HEIGHT - 1)
    before = session.document
    gesture = begin(session, (50, 100), (250, 100))
    assert session.document is before
    gesture.release(Pointer(250, 100))
    assert (shown(session) == small).all()


def test_a_click_changes_nothing(session: Session) -> None:
    before, entries = session.document, len(session.history.entries)
    run(session, (50, 100), (200, 100), (51, 100))
    assert session.document is before and len(session.history.entries) == entries


@pytest.mark.parametrize(("change", "said"), [("locked", "locked"), ("visible", "hidden")])
def test_a_locked_or_hidden_layer_says_so(session: Session, change: str, said: str) -> None:
    layer = layer_of(session)
    value = change == "locked"
    session.edit("Set", lambda old: old.update(layer.replace(**{change: value})))
    before = session.document
    with pytest.raises(StudioError, match=said):
        run(session, (50, 100), (250, 100))
    assert session.document is before and not session.history.is_editing


def test_without_a_depth_layer_there_is_a_hint(session: Session) -> None:
    layer = layer_of(session)
    session.edit("Turn", lambda old: old.remove(layer.id))
    regions = control_layer("segmentation", np.zeros((HEIGHT, WIDTH, 3), np.uint8), "Regions")
    session.edit("Add", lambda old: old.insert(regions))
    before = session.document
    with pytest.raises(StudioError, match="depth") as caught:
        run(session, (50, 100), (250, 100))
    assert "Control menu" in caught.value.hint
    assert session.document is before
