"""OpenPose JSON: what is written is read back, and broken files say so."""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.control_maps.openpose import BODY_25, Poses, read_poses, write_poses
from studio.control_maps.pose import JOINTS
from studio.core.errors import StudioError


def somebody(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    made = np.ones((len(JOINTS), 3), np.float32)
    made[:, :2] = rng.uniform(2, 400, (len(JOINTS), 2)).round(2)
    made[5, 2] = 0.5
    return made


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content) if not isinstance(content, str) else content)
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    hidden = somebody(1)
    hidden[[0, 9], 2] = 0
    file = write(tmp_path / "pose.json", write_poses(Poses(640, 480, (somebody(), hidden))))
    back = read_poses(file)
    assert (back.width, back.height, len(back.people)) == (640, 480, 2)
    assert np.allclose(back.people[0], somebody(), atol=1e-3)
    assert np.allclose(back.people[1][hidden[:, 2] > 0], hidden[hidden[:, 2] > 0], atol=1e-3)
    assert not back.people[1][[0, 9]].any()


def test_nobody_is_a_pose_file_too(tmp_path: Path) -> None:
    file = write(tmp_path / "empty.json", write_poses(Poses(10, 20, ())))
    assert read_poses(file).people == ()


def test_body_25_is_put_in_the_order_of_the_18(tmp_path: Path) -> None:
    rows = [[float(i), float(2 * i), 1.0] for i in range(25)]
    numbers = [n for row in rows for n in row]
    file = write(tmp_path / "b.json", {"people": [{"pose_keypoints_2d": numbers}]})
    assert read_poses(file).people[0][:, 0].tolist() == [float(i) for i in BODY_25]


def test_parts_of_the_canvas_become_pixels(tmp_path: Path) -> None:
    person = somebody()
    numbers = (person / np.array([400, 400, 1], np.float32)).reshape(-1).tolist()
    content = {
        "canvas_width": 800,
        "canvas_height": 200,
        "people": [{"pose_keypoints_2d": numbers}],
    }
    found = read_poses(write(tmp_path / "c.json", [content])).people[0]
    assert np.allclose(found[:, :2], person[:, :2] * (2, 0.5), rtol=1e-3)


@pytest.mark.parametrize("count", [1, 17, 18, 19, 24])
def test_missing_and_extra_joints_do_no_harm(tmp_path: Path, count: int) -> None:
    numbers = [n for i in range(count) for n in (i + 1.0, i + 2.0, 0.9)]
    file = write(tmp_path / "d.json", {"people": [{"pose_keypoints_2d": [*numbers, 5.0]}]})
    person = read_poses(file).people[0]
    assert person.shape == (18, 3)
    assert (person[:, 2] > 0).sum() == min(count, 18)


def test_what_is_no_number_is_a_joint_not_found(tmp_path: Path) -> None:
    numbers: list[object] = [v for i in range(18) for v in (i + 1.0, i + 2.0, 1.0)]
    numbers[0], numbers[4], numbers[8], numbers[9] = "x", None, True, 1e30
    text = json.dumps({"people": [{"pose_keypoints_2d": numbers}]}).replace("11.0", "NaN", 1)
    person = read_poses(write(tmp_path / "e.json", text)).people[0]
    assert np.isfinite(person).all()
    assert (person[:5, 2] == [0, 0, 0, 0, 1]).all()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "3", "null", '{"people": 3}', '{"people": [{}]}', '{"people": ["a", 4]}',
     '{"people": [{"pose_keypoints_2d": [1]}]}', "[" * 5000],
)  # fmt: skip
def test_broken_files_are_a_sentence(tmp_path: Path, content: str) -> None:
    with pytest.raises(StudioError, match="no poses"):
        read_poses(write(tmp_path / "broken.json", content))


def test_no_file_and_no_text_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no poses"):
        read_poses(tmp_path / "missing.json")
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(StudioError, match="no poses"):
        read_poses(tmp_path / "picture.json")
