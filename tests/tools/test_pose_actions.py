"""Figures are added, mirrored, hidden, removed, read from and written to OpenPose JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from studio.control_maps.openpose import read_poses
from studio.control_maps.pose import JOINTS
from studio.control_maps.pose_edit import PRESETS, mirror_joints, preset
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.control import people_of, pose_layer
from studio.document.layer import ControlLayer
from studio.document.operations import move_layer
from studio.session.jobs import Job, Listener
from studio.session.session import Session
from studio.tools import pose_actions
from studio.tools.context import PickedJoint

ROOT = Path(__file__).resolve().parents[2]
WRIST, KNEE = JOINTS.index("left wrist"), JOINTS.index("left knee")


class NoRunner:
    def start(self, job: Job, listener: Listener) -> None:
        raise AssertionError("figures need no job")


@pytest.fixture
def session() -> Session:
    session = Session(NoRunner(), Settings(None))
    session.new(400, 300)
    return session


def pose(session: Session) -> ControlLayer:
    layer = pose_actions.find_pose(session.document)
    assert layer is not None
    return layer


def label(session: Session) -> str:
    return session.history.entries[-1].label


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_figure_makes_a_layer_and_the_next_ones_stand_beside(session: Session, name: str) -> None:
    first = pose_actions.add_person(session, name)
    layer = pose(session)
    assert first == PickedJoint(layer.id, 0) and layer.name == "Pose"
    assert session.document.active == layer.id and layer.raster.tiles
    second = pose_actions.add_person(session, name)
    assert second == PickedJoint(layer.id, 1)
    assert len(session.document.layers) == 1
    one, other = people_of(pose(session))
    assert abs(one[1, 0] - other[1, 0]) > 80
    canvas = session.document.rect
    assert (one[:, :2] >= 0).all() and (one[:, 0] < canvas.width).all()
    assert [entry.label for entry in session.history.entries[1:]] == ["Add figure"] * 2
    session.undo()
    assert len(pose(session).control.people) == 1
    session.undo()
    assert not session.document.layers


def test_removing_the_last_figure_leaves_a_layer_to_add_to(session: Session) -> None:
    pose_actions.add_person(session, "standing")
    pose_actions.add_person(session, "waving")
    keep = pose(session).control.people[1]
    pose_actions.remove_person(session, 0)
    assert pose(session).control.people == (keep,) and label(session) == "Remove figure"
    pose_actions.remove_person(session, 0)
    layer = pose(session)
    assert layer.control.people == () and not layer.raster.tiles
    assert pose_actions.add_person(session, "sitting") == PickedJoint(layer.id, 0)
    with pytest.raises(StudioError, match="no longer exists"):
        pose_actions.remove_person(session, 1)


def test_mirror_hide_move_turn_and_scale_are_one_entry_each(session: Session) -> None:
    choice = pose_actions.add_person(session, "waving")
    before = people_of(pose(session))[0]
    pose_actions.mirror_person(session, 0)
    assert people_of(pose(session))[0] == pytest.approx(mirror_joints(before), abs=0.02)
    session.undo()
    wrist = PickedJoint(choice.layer, 0, WRIST)
    pose_actions.hide_joint(session, 0, WRIST)
    assert pose_actions.is_hidden(session.document, wrist) and label(session) == "Hide joint"
    pose_actions.hide_joint(session, 0, WRIST, False)
    assert label(session) == "Show joint"
    assert np.array_equal(people_of(pose(session))[0], before)
    pose_actions.move_by(session, wrist, 3, -2)
    after = people_of(pose(session))[0]
    assert after[WRIST, :2] == pytest.approx(before[WRIST, :2] + (3, -2), abs=0.02)
    pose_actions.move_by(session, choice, 10, 0)
    assert people_of(pose(session))[0][:, 0] == pytest.approx(after[:, 0] + 10, abs=0.02)
    pose_actions.turn(session, choice, 360)
    pose_actions.turn(session, PickedJoint(choice.layer, 0, WRIST), 10)
    pose_actions.scale(session, PickedJoint(choice.layer, 0, WRIST), 1.1)
    pose_actions.scale(session, choice, 1.1)
    labels = [entry.label for entry in session.history.entries[4:]]
    assert labels[:2] == ["Move joint", "Move figure"]
    assert labels[-3:] == ["Turn limb", "Scale limb", "Scale figure"]


def test_what_was_picked_is_forgotten_with_its_figure(session: Session) -> None:
    pose_actions.add_person(session, "standing")
    choice = pose_actions.add_person(session, "standing")
    assert pose_actions.valid_pick(session.document, choice) == choice
    assert len(pose_actions.stops(session.document)) == 2 * (1 + len(JOINTS))
    session.undo()
    assert pose_actions.valid_pick(session.document, choice) is None
    session.redo()
    assert pose_actions.valid_pick(session.document, choice) == choice
    other = pose_layer([preset("standing", 0, 0, 200)] * 2, session.document.rect, "other")
    session.edit("Add", lambda old: old.insert(other))
    assert pose_actions.valid_pick(session.document, choice) is None


def test_a_locked_layer_is_not_added_to(session: Session, tmp_path: Path) -> None:
    pose_actions.add_person(session, "standing")
    path = tmp_path / "a.json"
    pose_actions.export_poses(session, path)
    layer = pose(session)
    session.edit("Lock", lambda old: old.update(layer.replace(locked=True)))
    before = session.document
    for work in (
        lambda: pose_actions.add_person(session, "standing"),
        lambda: pose_actions.mirror_person(session, 0),
        lambda: pose_actions.import_poses(session, path),
    ):
        with pytest.raises(StudioError, match="locked"):
            work()
    assert session.document is before
    pose_actions.export_poses(session, path)


def test_export_and_import_bring_the_figures_back(session: Session, tmp_path: Path) -> None:
    pose_actions.add_person(session, "running")
    pose_actions.hide_joint(session, 0, WRIST)
    layer = pose(session)
    session.edit("Move", lambda old: move_layer(old, layer.id, 20, 5))
    path = tmp_path / "pose.json"
    pose_actions.export_poses(session, path)
    poses = read_poses(path)
    assert (poses.width, poses.height) == (400, 300)
    seen = people_of(layer)[0]
    seen = seen[seen[:, 2] > 0]
    found = poses.people[0]
    assert found[found[:, 2] > 0, :2] == pytest.approx(seen[:, :2] + (20, 5), abs=0.02)
    assert not found[WRIST].any()
    # Into the moved layer: the same place on the canvas, and a place for the hidden wrist.
    assert pose_actions.import_poses(session, path) == 1
    assert label(session) == "Import poses"
    one, other = people_of(pose(session))
    assert other[found[:, 2] > 0] == pytest.approx(one[found[:, 2] > 0], abs=0.02)
    assert other[WRIST, 2] == 0 and other[WRIST, :2].any()


def test_import_makes_a_layer_of_the_file_s_name(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "dancer.json"
    numbers = preset("standing", 100, 100, 800).reshape(-1).tolist()
    people = [{"pose_keypoints_2d": numbers}, {"pose_keypoints_2d": [0] * 54}]
    path.write_text(json.dumps({"canvas_width": 800, "canvas_height": 1200, "people": people}))
    assert pose_actions.import_poses(session, path) == 1
    layer = pose(session)
    assert layer.name == "dancer" and layer.raster.tiles
    expected = preset("standing", 100, 100, 800)[:, :2] * (400 / 800, 300 / 1200)
    assert people_of(layer)[0][:, :2] == pytest.approx(expected, abs=0.02)


def test_people_of_whom_nothing_was_seen_still_give_a_figure(
    session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps({"people": [{"pose_keypoints_2d": [0] * 54}]}))
    assert pose_actions.import_poses(session, path) == 1
    assert (people_of(pose(session))[0][:, 2] > 0).all() and pose(session).raster.tiles


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no poses that can be read"),
        ("[]", "no poses that can be read"),
        ('{"people": [{"pose_keypoints_2d": "x"}]}', "no poses that can be read"),
        ('{"people": []}', "no people in"),
    ],
)
def test_bad_json_says_so_and_changes_nothing(
    session: Session, tmp_path: Path, text: str, said: str
) -> None:
    pose_actions.add_person(session, "standing")
    before = session.document
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(StudioError, match=said):
        pose_actions.import_poses(session, path)
    with pytest.raises(StudioError, match="no poses that can be read"):
        pose_actions.import_poses(session, tmp_path / "none.json")
    assert session.document is before and not session.history.is_editing


def test_nothing_to_export_is_said(session: Session, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no figure to export"):
        pose_actions.export_poses(session, tmp_path / "a.json")
    pose_actions.add_person(session, "standing")
    pose_actions.remove_person(session, 0)
    with pytest.raises(StudioError, match="no figure to export"):
        pose_actions.export_poses(session, tmp_path / "a.json")
    assert not list(tmp_path.iterdir())
    pose_actions.add_person(session, "standing")
    with pytest.raises(StudioError, match="there is no folder"):
        pose_actions.export_poses(session, tmp_path / "missing" / "a.json")


REFUSED = """
import os, resource, sys
from pathlib import Path
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.session.session import Session
from studio.tools import pose_actions
session = Session(None, Settings(None))
session.new(400, 300)
pose_actions.add_person(session, "standing")
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
elif os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    pose_actions.export_poses(session, Path(sys.argv[1]) / "a.json")
except StudioError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limits of a process")
@pytest.mark.parametrize(("limit", "said"), [("full", "disk is full"), ("rights", "cannot be")])
def test_a_full_disk_or_a_read_only_folder_leaves_the_old_file(limit: str, said: str) -> None:
    # Not pytest's folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.json").write_bytes(b"old")
        folder.chmod(0o755 if limit == "full" else 0o555)
        try:
            done = subprocess.run(
                [sys.executable, "-c", REFUSED, name, limit],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert said in done.stdout
            assert [one.name for one in folder.iterdir()] == ["a.json"]
            assert (folder / "a.json").read_bytes() == b"old"
        finally:
            folder.chmod(0o755)
