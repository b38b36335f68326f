"""The drawing of OpenPose skeletons: standard colours, standard widths, joints left out."""

import numpy as np
import pytest

from studio.control_maps import pose


def person(side: int) -> pose.Joints:
    rng = np.random.default_rng(1)
    joints = np.ones((len(pose.JOINTS), 3), np.float32)
    joints[:, :2] = rng.uniform(0.1, 0.9, (len(pose.JOINTS), 2)) * side
    return joints


def test_each_joint_has_its_colour_and_what_no_person_covers_is_black() -> None:
    alone = person(512)
    for index, colour in enumerate(pose.COLOURS):
        single = alone.copy()
        single[:, 2] = np.arange(len(pose.JOINTS)) == index
        drawn = pose.draw_pose([single], 512, 512)
        x, y = np.rint(single[index, :2]).astype(int)
        assert tuple(drawn[y, x]) == colour
        rows, columns = np.nonzero(drawn.any(axis=2))
        assert np.hypot(rows - single[index, 1], columns - single[index, 0]).max() < 6


def test_a_limb_needs_both_of_its_joints() -> None:
    joints = person(256)
    joints[:, 2] = 0
    joints[2:4, 2] = 1
    drawn = pose.draw_pose([joints], 256, 256)
    middle = np.rint((joints[2, :2] + joints[3, :2]) / 2).astype(int)
    shade = tuple(int(level * pose.LIMB_LIGHT) for level in pose.COLOURS[2])
    assert tuple(drawn[middle[1], middle[0]]) == shade
    joints[3, 2] = 0
    assert not pose.draw_pose([joints], 256, 256)[middle[1], middle[0]].any()


@pytest.mark.parametrize("side", [64, 128, 512, 1024])
def test_lines_grow_with_the_picture(side: int) -> None:
    joints = person(side)
    drawn = pose.draw_pose([joints], side, side)
    assert drawn.shape == (side, side, 3) and drawn.dtype == np.uint8
    covered = drawn.any(axis=2).mean()
    standard = pose.draw_pose([person(512)], 512, 512).any(axis=2).mean()
    if side >= 128:
        assert covered == pytest.approx(standard, rel=0.35)


def test_nobody_and_joints_beyond_the_frame_leave_black_or_the_part_inside() -> None:
    assert not pose.draw_pose([], 40, 30).any()
    assert pose.draw_pose([], 40, 30).shape == (30, 40, 3)
    joints = person(100)
    joints[:, :2] += 5000
    assert not pose.draw_pose([joints], 100, 100).any()
