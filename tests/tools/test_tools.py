from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.control_maps.pose_edit import preset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.control import control_layer, pose_layer
from studio.document.layer import GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools.context import Gesture, Pointer, ToolContext, ToolOptions
from studio.tools.registry import TOOLS, spec


class NoRunner:
    def start(self, job: Job, listener: Listener) -> None:
        raise AssertionError("a canvas tool must not start a job")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(NoRunner(), Settings(tmp_path / "settings.json"))
    session.new(400, 300)
    pixels = np.full((300, 400, 4), (90, 120, 150, 255), np.uint8)
    layer = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(layer))
    return session


def drag(session: Session, tool: str, *points: tuple[float, float], **held: bool) -> ToolContext:
    ctx = ToolContext(session, ToolOptions(size=20, hardness=0.5))
    run(ctx, tool, *points, **held)
    return ctx


def run(ctx: ToolContext, tool: str, *points: tuple[float, float], **held: bool) -> None:
    gesture = Gesture(spec(tool).create(), ctx)
    gesture.press(Pointer(*points[0], **held))
    for point in points[1:]:
        gesture.move(Pointer(*point, **held))
    gesture.release(Pointer(*points[-1], **held))
    assert not gesture.is_running


@pytest.mark.parametrize("tool", [row.id for row in TOOLS])
def test_esc_rolls_every_tool_back(session: Session, tool: str) -> None:
    if tool == "pose":
        figure = pose_layer([preset("standing", 0, 0, 200)], session.document.rect, "Pose")
        session.edit("Add", lambda old: old.insert(figure))
    if tool.startswith("control_"):
        depth = control_layer("depth", np.zeros((300, 400, 3), np.uint8), "Depth")
        session.edit("Add", lambda old: old.insert(depth))
    if tool == "refine_edge":
        selection = Raster.from_array(np.full((60, 60), 255, np.uint8), 40, 40)
        session.edit("Select", lambda old: old.replace(selection=selection))
    before, entries = session.document, len(session.history.entries)
    options = ToolOptions(clone_source=(200, 200))
    gesture = Gesture(spec(tool).create(), ToolContext(session, options))
    gesture.press(Pointer(50, 50))
    gesture.move(Pointer(120, 90))
    gesture.cancel()
    assert session.document is before and len(session.history.entries) == entries
    assert not session.history.is_editing
    gesture.release(Pointer(0, 0))
    assert session.document is before


def test_mask_brush_adds_erases_and_keeps_the_picture(session: Session) -> None:
    picture = composite(session.document, session.document.rect)
    drag(session, "mask", (100, 100), (200, 100))
    mask = session.document.mask
    assert mask is not None and mask.read(Rect(150, 100, 1, 1))[0, 0, 0] == 255
    assert mask.read(Rect(150, 140, 1, 1))[0, 0, 0] == 0
    drag(session, "mask", (100, 100), (200, 100), alt=True)
    mask = session.document.mask
    assert mask is None or mask.read(Rect(150, 100, 1, 1))[0, 0, 0] == 0
    assert (composite(session.document, session.document.rect) == picture).all()
    session.undo()
    assert session.document.mask is not None


def test_one_stroke_is_one_entry_and_undo_brings_the_bytes_back(session: Session) -> None:
    before = composite(session.document, session.document.rect)
    entries = len(session.history.entries)
    drag(session, "brush", (50, 50), (80, 60), (120, 50))
    assert len(session.history.entries) == entries + 1
    after = composite(session.document, session.document.rect)
    assert (after != before).any()
    session.undo()
    assert (composite(session.document, session.document.rect) == before).all()
    session.redo()
    assert (composite(session.document, session.document.rect) == after).all()


def test_brush_stays_inside_the_selection(session: Session) -> None:
    drag(session, "select_rectangle", (100, 0), (400, 300))
    before = composite(session.document, session.document.rect)
    drag(session, "brush", (50, 100), (200, 100))
    after = composite(session.document, session.document.rect)
    assert (after[:, :100] == before[:, :100]).all()
    assert (after[:, 100:] != before[:, 100:]).any()


def test_brush_on_a_moved_layer_paints_under_the_pointer(session: Session) -> None:
    drag(session, "move", (10, 10), (43, -7))
    layer = session.document.active_layer()
    assert layer is not None and (layer.x, layer.y) == (33, -17)
    before = composite(session.document, session.document.rect)
    drag(session, "brush", (200, 150))
    changed = np.argwhere((composite(session.document, session.document.rect) != before).any(2))
    assert abs(changed.mean(axis=0) - (150, 200)).max() < 1.5


def test_eraser_makes_transparent_and_mask_hides(session: Session) -> None:
    drag(session, "eraser", (200, 150))
    assert composite(session.document, Rect(200, 150, 1, 1))[0, 0, 3] == 0
    session.undo()
    layer = session.document.active_layer()
    assert layer is not None
    mask = LayerMask(Raster(channels=1, default=255))
    session.edit("Add mask", lambda old: old.update(layer.replace(mask=mask)))
    ctx = ToolContext(session, ToolOptions(size=20, paint_layer_mask=True))
    run(ctx, "eraser", (200, 150))
    assert composite(session.document, Rect(200, 150, 1, 1))[0, 0, 3] == 0
    painted = session.document.active_layer()
    assert isinstance(painted, RasterLayer) and isinstance(layer, RasterLayer)
    assert painted.raster is layer.raster


def test_selection_modes(session: Session) -> None:
    def area() -> int:
        selection = session.document.selection
        return 0 if selection is None else int((selection.read(session.document.rect) > 0).sum())

    drag(session, "select_rectangle", (10, 10), (60, 60))
    assert area() == 2500
    drag(session, "select_rectangle", (100, 10), (110, 60), shift=True)
    assert area() == 3000
    drag(session, "select_rectangle", (10, 10), (20, 60), alt=True)
    assert area() == 2500
    drag(session, "select_rectangle", (100, 0), (200, 200), shift=True, alt=True)
    assert area() == 500
    drag(session, "select_lasso", (10, 10), (110, 10), (110, 110), (10, 110))
    assert abs(area() - 10000) < 500
    drag(session, "select_rectangle", (5, 5))
    assert session.document.selection is None


def test_eyedropper_and_alt_brush_pick_the_visible_colour(session: Session) -> None:
    assert drag(session, "eyedropper", (20, 20)).options.color == (90, 120, 150)
    before = session.document
    assert drag(session, "brush", (20, 20), alt=True).options.color == (90, 120, 150)
    assert session.document is before


@pytest.mark.parametrize("tool", ["brush", "eraser", "move"])
def test_locked_layer_says_so_and_stays(session: Session, tool: str) -> None:
    layer = session.document.active_layer()
    assert layer is not None
    session.edit("Lock", lambda old: old.update(layer.replace(locked=True)))
    before = session.document
    with pytest.raises(StudioError, match="locked"):
        drag(session, tool, (20, 20), (40, 40))
    assert session.document is before and not session.history.is_editing


def test_group_and_hidden_layer_are_refused_by_the_brush(session: Session) -> None:
    group = GroupLayer(name="g")
    session.edit("Group", lambda old: old.insert(group))
    with pytest.raises(StudioError, match="group"):
        drag(session, "brush", (20, 20))
    hidden = RasterLayer(name="h", visible=False)
    session.edit("Add", lambda old: old.insert(hidden))
    with pytest.raises(StudioError, match="hidden"):
        drag(session, "brush", (20, 20))


def test_shift_keeps_a_move_on_one_axis(session: Session) -> None:
    drag(session, "move", (10, 10), (60, 20), shift=True)
    layer = session.document.active_layer()
    assert layer is not None and (layer.x, layer.y) == (50, 0)


def test_every_row_of_the_table_resolves_and_is_unique() -> None:
    assert len({row.id for row in TOOLS}) == len({row.shortcut for row in TOOLS}) == len(TOOLS)
    fields = set(ToolOptions.__dataclass_fields__)
    for row in TOOLS:
        assert callable(row.create().drag)
        assert set(row.options) <= fields
