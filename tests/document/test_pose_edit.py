"""Editing skeletons: joints move, bones keep their length where locked, mirrors swap the sides."""

import numpy as np
import pytest

from studio.control_maps import pose_edit
from studio.control_maps.pose import JOINTS, Joints

WRIST, ELBOW, SHOULDER = (JOINTS.index(f"left {name}") for name in ("wrist", "elbow", "shoulder"))


def bones(person: Joints) -> np.ndarray:
    pairs = np.array(list(pose_edit.PARENTS.items()))
    return np.linalg.norm(person[pairs[:, 0], :2] - person[pairs[:, 1], :2], axis=1)


@pytest.mark.parametrize("name", list(pose_edit.PRESETS))
def test_presets_stand_in_their_square_with_equal_sides(name: str) -> None:
    person = pose_edit.preset(name, 100, 50, 400)
    assert person.shape == (18, 3)
    assert (person[:, 0] >= 100).all() and (person[:, 0] <= 500).all()
    assert (person[:, 1] >= 50).all() and (person[:, 1] <= 450).all()
    lengths = dict(zip(pose_edit.PARENTS, bones(person), strict=True))
    for joint, name_of in enumerate(JOINTS):
        if name_of.startswith("right ") and "ear" not in name_of:
            other = JOINTS.index(name_of.replace("right", "left"))
            assert lengths[joint] == pytest.approx(lengths[other], rel=0.25), name_of


def test_every_joint_hangs_from_the_neck() -> None:
    assert sorted(pose_edit.below(pose_edit.ROOT)) == list(range(len(JOINTS)))


def test_a_free_joint_moves_alone_and_a_locked_one_keeps_every_bone() -> None:
    person = pose_edit.preset("standing", 0, 0, 300)
    free = pose_edit.moved_joint(person, ELBOW, 290, 20)
    assert tuple(free[ELBOW, :2]) == (290, 20)
    others = [i for i in range(18) if i != ELBOW]
    assert np.array_equal(free[others], person[others])
    locked = pose_edit.moved_joint(person, ELBOW, 290, 20, locked=True)
    assert np.allclose(bones(locked), bones(person), atol=1e-3)
    arm = locked[ELBOW, :2] - locked[SHOULDER, :2]
    aim = np.array((290, 20)) - locked[SHOULDER, :2]
    assert arm @ aim / np.linalg.norm(arm) / np.linalg.norm(aim) == pytest.approx(1, abs=1e-4)
    carried = locked[WRIST, :2] - person[WRIST, :2]
    assert np.allclose(carried, locked[ELBOW, :2] - person[ELBOW, :2], atol=1e-3)
    whole = pose_edit.moved_joint(person, pose_edit.ROOT, 10, 10, locked=True)
    assert np.allclose(whole[:, :2] - person[:, :2], whole[1, :2] - person[1, :2], atol=1e-3)


def test_a_joint_dropped_on_its_parent_stays_where_it_was() -> None:
    person = pose_edit.preset("standing", 0, 0, 300)
    x, y = person[SHOULDER, :2]
    same = pose_edit.moved_joint(person, ELBOW, float(x), float(y), locked=True)
    assert np.isfinite(same).all()
    assert np.allclose(same, person, atol=1e-3)


def test_a_limb_turns_and_grows_about_its_joint_and_leaves_the_rest() -> None:
    person = pose_edit.preset("standing", 0, 0, 300)
    limb = list(pose_edit.below(SHOULDER))
    rest = [i for i in range(18) if i not in limb]
    turned = pose_edit.rotate_limb(person, 90, SHOULDER)
    assert np.array_equal(turned[rest], person[rest])
    assert np.allclose(bones(turned), bones(person), atol=1e-3)
    assert turned[WRIST, 0] < person[SHOULDER, 0] - 50  # hanging down, then clockwise: to the left
    assert np.allclose(pose_edit.rotate_limb(turned, -90, SHOULDER), person, atol=1e-3)
    grown = pose_edit.scale_limb(person, 2, SHOULDER)
    assert np.array_equal(grown[rest], person[rest])
    far = np.linalg.norm(grown[WRIST, :2] - grown[SHOULDER, :2])
    assert far == pytest.approx(2 * np.linalg.norm(person[WRIST, :2] - person[SHOULDER, :2]))


def test_mirroring_twice_is_nothing_and_once_swaps_the_sides() -> None:
    person = pose_edit.preset("waving", 30, 20, 300)
    person[WRIST, 2] = 0.4
    once = pose_edit.mirror_joints(person)
    right = JOINTS.index("right wrist")
    assert once[right, 2] == pytest.approx(0.4)
    assert once[right, 1] == person[WRIST, 1]
    assert np.allclose(pose_edit.mirror_joints(once), person, atol=1e-3)
    assert not pose_edit.mirror_joints(np.zeros((18, 3), np.float32)).any()


@pytest.mark.parametrize("found", [0, 1, 2, 9, 18])
def test_an_empty_or_half_seen_person_gets_a_place_for_every_joint(found: int) -> None:
    person = pose_edit.preset("standing", 50, 60, 200)
    person[found:] = 0
    full = pose_edit.complete_person(person)
    assert np.array_equal(full[:found], person[:found])
    assert (full[found:, 2] == 0).all()
    assert np.isfinite(full).all()
    if found >= 9:
        whole = pose_edit.preset("standing", 50, 60, 200)
        assert np.abs(full[:, :2] - whole[:, :2]).max() < 1


def test_hiding_and_showing_and_finding_under_the_cursor() -> None:
    person = pose_edit.preset("standing", 0, 0, 300)
    other = pose_edit.move_person(person, 500, 0)
    hidden = pose_edit.with_joint_hidden(person, WRIST)
    assert hidden[WRIST, 2] == 0 and person[WRIST, 2] == 1
    assert pose_edit.with_joint_hidden(hidden, WRIST, hidden=False)[WRIST, 2] == 1
    x, y = other[WRIST, :2] + 3
    assert pose_edit.nearest_joint([person, other], float(x), float(y), 8) == (1, WRIST)
    assert pose_edit.nearest_joint([person, other], -90, -90, 8) is None
    assert pose_edit.nearest_joint([], 0, 0, 8) is None
