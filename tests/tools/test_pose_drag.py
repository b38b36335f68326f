"""The pose tool drags joints, limbs and figures; each drag is one entry and Esc undoes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.control_maps.pose import COLOURS, JOINTS, Joints
from studio.control_maps.pose_edit import PARENTS, below, preset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.control import as_skeleton, people_of, pose_layer
from studio.document.layer import ControlLayer, GroupLayer, RasterLayer
from studio.document.operations import move_layer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools.context import Gesture, PickedJoint, Pointer, ToolContext, ToolOptions
from studio.tools.pose import PoseTool

NECK, NOSE, SHOULDER, ELBOW, WRIST = (
    JOINTS.index(name) for name in ("neck", "nose", "left shoulder", "left elbow", "left wrist")
)
Drag = Callable[..., ToolContext]


class NoRunner:
    def start(self, job: Job, listener: Listener) -> None:
        raise AssertionError("the pose tool must not start a job")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(NoRunner(), Settings(tmp_path / "settings.json"))
    session.new(400, 300)
    pixels = np.full((300, 400, 4), (90, 120, 150, 255), np.uint8)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(photo))
    return session


def put(session: Session, *people: Joints) -> ControlLayer:
    layer = pose_layer(people or [preset("standing", 60, 20, 250)], session.document.rect, "Pose")
    session.edit("Add", lambda old: old.insert(layer))
    return layer


def layer_of(session: Session) -> ControlLayer:
    found = [layer for layer in session.document.walk() if isinstance(layer, ControlLayer)]
    return found[-1]


def person(session: Session, number: int = 0) -> Joints:
    return people_of(layer_of(session))[number]


def place(body: Joints, joint: int) -> tuple[float, float]:
    return float(body[joint, 0]), float(body[joint, 1])


def drag(session: Session, *points: tuple[float, float], **held: bool) -> ToolContext:
    options = ToolOptions(bone_lock=held.pop("bone_lock", False))
    ctx = ToolContext(session, options)
    gesture = Gesture(PoseTool(), ctx)
    gesture.press(Pointer(*points[0], **held))
    for point in points[1:]:
        gesture.move(Pointer(*point, **held))
    gesture.release(Pointer(*points[-1], **held))
    assert not gesture.is_running and not session.history.is_editing
    return ctx


def bones(body: Joints) -> np.ndarray:
    pairs = np.array(list(PARENTS.items()))
    return np.linalg.norm(body[pairs[:, 0], :2] - body[pairs[:, 1], :2], axis=1)


def test_a_joint_goes_where_it_is_dragged_alone_and_the_layer_shows_it(session: Session) -> None:
    put(session)
    before, entries = person(session), len(session.history.entries)
    picture = composite(session.document, session.document.rect)
    x, y = place(before, WRIST)
    # Taken at its edge: it keeps its distance to the pointer.
    ctx = drag(session, (x + 4, y), (x + 30, y + 9), (x + 64, y - 50))
    after = person(session)
    assert place(after, WRIST) == pytest.approx((x + 60, y - 50), abs=0.02)
    others = [joint for joint in range(18) if joint != WRIST]
    assert np.array_equal(after[others], before[others])
    assert len(session.history.entries) == entries + 1
    assert session.history.entries[-1].label == "Move joint"
    drawn = layer_of(session).raster.read(Rect(round(x + 60), round(y - 50), 1, 1))[0, 0]
    assert tuple(drawn) == (*COLOURS[WRIST], 255)
    assert not layer_of(session).raster.read(Rect(round(x), round(y), 1, 1)).any()
    assert np.array_equal(composite(session.document, session.document.rect), picture)
    assert ctx.options.picked_joint == PickedJoint(layer_of(session).id, 0, WRIST)


def test_each_drag_is_undone_by_itself(session: Session) -> None:
    put(session)
    first = session.document
    x, y = place(person(session), WRIST)
    drag(session, (x, y), (x + 20, y))
    second = session.document
    drag(session, (x + 20, y), (x + 40, y))
    session.undo()
    assert session.document is second
    session.undo()
    assert session.document is first


def test_bone_lock_keeps_every_length_and_takes_the_hand_along(session: Session) -> None:
    put(session)
    before = person(session)
    x, y = place(before, ELBOW)
    drag(session, (x, y), (x + 60, y - 70), bone_lock=True)
    after = person(session)
    assert np.allclose(bones(after), bones(before), atol=0.05)
    assert np.hypot(*(after[ELBOW, :2] - before[ELBOW, :2])) > 20
    moved = after[WRIST, :2] - before[WRIST, :2]
    assert moved == pytest.approx(after[ELBOW, :2] - before[ELBOW, :2], abs=0.05)


@pytest.mark.parametrize("held", [{}, {"shift": True}, {"control": True}, {"bone_lock": True}])
def test_a_cancelled_drag_leaves_the_very_same_document(
    session: Session, held: dict[str, bool]
) -> None:
    put(session)
    before, entries = session.document, len(session.history.entries)
    x, y = place(person(session), SHOULDER)
    held = dict(held)
    ctx = ToolContext(session, ToolOptions(bone_lock=held.pop("bone_lock", False)))
    gesture = Gesture(PoseTool(), ctx)
    gesture.press(Pointer(x, y, **held))
    gesture.move(Pointer(x + 30, y, **held))
    gesture.move(Pointer(x + 10, y + 40, **held))
    assert session.document is not before
    gesture.cancel()
    assert session.document is before and len(session.history.entries) == entries
    gesture.release(Pointer(0, 0))
    assert session.document is before and not session.history.is_editing


def test_a_click_picks_and_changes_nothing_even_if_the_hand_trembles(session: Session) -> None:
    layer = put(session)
    before = session.document
    x, y = place(person(session), WRIST)
    ctx = drag(session, (x + 3, y), (x + 4, y + 1))
    assert session.document is before
    assert ctx.options.picked_joint == PickedJoint(layer.id, 0, WRIST)


def test_shift_turns_what_hangs_from_the_joint_about_it(session: Session) -> None:
    put(session)
    before = person(session)
    x, y = place(before, SHOULDER)
    # Out to the right for a lever, then a quarter turn down: clockwise on the screen.
    drag(session, (x, y), (x + 40, y), (x + 28, y + 28), (x, y + 40), shift=True)
    after = person(session)
    arm = before[[ELBOW, WRIST], :2] - before[SHOULDER, :2]
    assert after[[ELBOW, WRIST], :2] - after[SHOULDER, :2] == pytest.approx(
        np.stack([-arm[:, 1], arm[:, 0]], axis=1), abs=0.05
    )
    others = [joint for joint in range(18) if joint not in (ELBOW, WRIST)]
    assert np.array_equal(after[others], before[others])
    assert session.history.entries[-1].label == "Turn limb"


def test_shift_at_the_end_of_a_limb_turns_it_about_the_joint_before(session: Session) -> None:
    put(session)
    before = person(session)
    bone = before[WRIST, :2] - before[ELBOW, :2]
    target = before[ELBOW, :2] + (bone[1], -bone[0])
    drag(session, place(before, WRIST), (float(target[0]), float(target[1])), shift=True)
    after = person(session)
    assert after[WRIST, :2] == pytest.approx(target, abs=0.05)
    assert np.array_equal(after[ELBOW], before[ELBOW])


def test_control_stretches_the_limb_and_from_the_neck_the_figure(session: Session) -> None:
    put(session)
    before = person(session)
    x, y = place(before, SHOULDER)
    drag(session, (x, y), (x + 5, y + 40), control=True)
    after = person(session)
    longer = bones(after) / bones(before)
    stretched = {joint for joint, part in zip(PARENTS, longer, strict=True) if part > 1.05}
    assert stretched == {ELBOW, WRIST}
    assert session.history.entries[-1].label == "Scale limb"
    session.undo()
    x, y = place(before, NECK)
    drag(session, (x, y), (x, y - 60), control=True)
    smaller = bones(person(session)) / bones(before)
    assert np.allclose(smaller, smaller[0], atol=0.02) and smaller[0] < 0.9
    assert place(person(session), NECK) == pytest.approx((x, y), abs=0.02)
    session.undo()
    drag(session, (x, y), (x, y - 5000), control=True)
    assert (bones(person(session)) > 0).all() and np.isfinite(person(session)).all()


def test_alt_hides_a_joint_and_shows_it_where_it_was(session: Session) -> None:
    put(session)
    before = person(session)
    spot = place(before, WRIST)
    drag(session, spot, alt=True)
    assert person(session)[WRIST, 2] == 0
    assert session.history.entries[-1].label == "Hide joint"
    pixel = Rect(round(spot[0]), round(spot[1]), 1, 1)
    assert not layer_of(session).raster.read(pixel).any()
    drag(session, spot, alt=True)
    assert session.history.entries[-1].label == "Show joint"
    assert np.array_equal(person(session), before)


def test_inside_a_figure_the_whole_of_it_moves(session: Session) -> None:
    put(session)
    before = person(session)
    x, y = (before[8, :2] + before[11, :2]) / 2 - (0, 30)
    drag(session, (float(x), float(y)), (float(x) + 25, float(y) + 12))
    assert person(session)[:, :2] == pytest.approx(before[:, :2] + (25, 12), abs=0.02)
    assert session.history.entries[-1].label == "Move figure"


def test_of_several_people_only_the_nearest_changes(session: Session) -> None:
    left, right = preset("standing", -40, 20, 250), preset("waving", 180, 20, 250)
    layer = put(session, left, right)
    x, y = place(right, SHOULDER)
    ctx = drag(session, (x, y), (x + 15, y - 15))
    assert ctx.options.picked_joint == PickedJoint(layer.id, 1, SHOULDER)
    assert as_skeleton(person(session, 0)) == as_skeleton(left)
    assert person(session, 1)[SHOULDER, :2] == pytest.approx((x + 15, y - 15), abs=0.02)
    # Between the two, where both boxes lie, the nearer limb decides.
    hip = (right[8, :2] + right[11, :2]) / 2 - (0, 20)
    drag(session, (float(hip[0]), float(hip[1])), (float(hip[0]) + 9, float(hip[1])))
    assert as_skeleton(person(session, 0)) == as_skeleton(left)


def test_an_empty_place_picks_nobody_and_draws_nothing(session: Session) -> None:
    put(session)
    before = session.document
    ctx = drag(session, (395, 5), (300, 200))
    assert session.document is before and ctx.options.picked_joint is None


def test_how_near_is_near_enough_follows_the_zoom(session: Session) -> None:
    put(session)
    x, y = place(person(session), WRIST)
    for reach, found in ((10.0, None), (40.0, WRIST), (2.0, None)):
        ctx = ToolContext(session, ToolOptions())
        ctx.reach = reach
        gesture = Gesture(PoseTool(), ctx)
        gesture.press(Pointer(x + 18, y + 18))
        gesture.cancel()
        assert getattr(ctx.options.picked_joint, "joint", None) == found, reach


def test_without_a_pose_layer_it_says_how_to_get_one(session: Session) -> None:
    before = session.document
    with pytest.raises(StudioError, match=r"no figure to drag.*Figure"):
        drag(session, (50, 50), (80, 80))
    picture = pose_layer([preset("standing", 0, 0, 200)], session.document.rect, "p")
    picture = picture.replace(control=picture.control.replace(people=()))
    session.edit("Add", lambda old: old.insert(picture))
    with pytest.raises(StudioError, match="no joints to drag"):
        drag(session, (50, 50), (80, 80))
    session.undo()
    assert session.document is before and not session.history.is_editing


@pytest.mark.parametrize(
    ("change", "said"), [({"locked": True}, "locked"), ({"visible": False}, "hidden")]
)
def test_a_locked_or_hidden_layer_says_so_and_stays(
    session: Session, change: dict[str, bool], said: str
) -> None:
    layer = put(session)
    session.edit("Lock", lambda old: old.update(layer.replace(**change)))
    before = session.document
    with pytest.raises(StudioError, match=said):
        drag(session, place(person(session), WRIST), (200, 200))
    assert session.document is before and not session.history.is_editing


def test_a_hidden_group_hides_the_pose_in_it(session: Session) -> None:
    layer = pose_layer([preset("standing", 60, 20, 250)], session.document.rect, "Pose")
    group = GroupLayer(name="g", children=(layer,), visible=False)
    session.edit("Add", lambda old: old.insert(group).replace(active=layer.id))
    with pytest.raises(StudioError, match="hidden"):
        drag(session, place(people_of(layer)[0], WRIST), (200, 200))


def test_the_topmost_pose_is_taken_and_made_active_outside_the_history(session: Session) -> None:
    photo = session.document.layers[0]
    below_it = put(session)
    top = put(session, preset("running", 60, 20, 250))
    session.amend(session.document.replace(active=photo.id))
    entries = len(session.history.entries)
    ctx = drag(session, place(people_of(top)[0], WRIST))
    assert session.document.active == top.id and len(session.history.entries) == entries
    assert ctx.options.picked_joint == PickedJoint(top.id, 0, WRIST)
    session.amend(session.document.replace(active=below_it.id))
    x, y = place(people_of(below_it)[0], WRIST)
    drag(session, (x, y), (x + 30, y))
    changed = session.document.find(below_it.id)
    assert isinstance(changed, ControlLayer)
    assert people_of(changed)[0][WRIST, 0] == pytest.approx(x + 30, abs=0.02)
    assert session.document.find(top.id) is top


def test_a_half_seen_person_is_dragged_from_where_the_rest_would_be(session: Session) -> None:
    whole = preset("standing", 60, 20, 250)
    half = whole.copy()
    half[below(8)[1:], :] = 0
    half[below(11)[1:], :] = 0
    put(session, half)
    knee = JOINTS.index("left knee")
    x, y = place(whole, knee)
    drag(session, (x, y), (x + 20, y + 4))
    after = person(session)
    assert after[knee] == pytest.approx((x + 20, y + 4, 1), abs=3)
    assert after[JOINTS.index("right knee"), 2] == 0
    assert after[knee, 2] == 1
    # Where a hidden joint was left it stays, whatever else is dragged.
    ankle = JOINTS.index("left ankle")
    left_at = place(after, ankle)
    drag(session, place(after, WRIST), (390, 10))
    assert place(person(session), ankle) == left_at


def test_somebody_of_whom_nothing_was_seen_can_be_dragged_into_sight(session: Session) -> None:
    put(session, np.zeros((18, 3), np.float32))
    assert not layer_of(session).raster.tiles
    drag(session, (200, 30 + 0.19 * 240), (210, 90))
    assert person(session)[NECK] == pytest.approx((210, 90, 1), abs=0.6)
    assert layer_of(session).raster.read(Rect(210, 90, 1, 1)).any()


def test_on_a_moved_layer_joints_lie_under_the_pointer(session: Session) -> None:
    layer = put(session)
    session.edit("Move", lambda old: move_layer(old, layer.id, 30, -12))
    x, y = place(person(session), WRIST)
    drag(session, (x + 30, y - 12), (x + 60, y + 40))
    assert place(person(session), WRIST) == pytest.approx((x + 30, y + 52), abs=0.02)
    drawn = layer_of(session).raster.read(Rect(round(x + 30), round(y + 52), 1, 1))
    assert drawn.any()
