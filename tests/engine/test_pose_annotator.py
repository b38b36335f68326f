"""People in photos: grouping on maps that the tests draw, the weights, and a real photo."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS
from studio.control_maps.openpose import Poses
from studio.control_maps.pose import JOINTS, draw_pose
from studio.control_maps.pose_edit import preset
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import data_dir, resource
from studio.core.progress import Progress, ProgressEvent
from studio.edit.annotate import AnnotateRequest, default_pose
from studio.engine.annotators import base, pose
from studio.engine.annotators.openpose_groups import FIELDS_OF, Maps, peaks, people_of
from studio.engine.annotators.openpose_network import OpenPoseNetwork

SIZE = (96, 160)
NOSE, NECK = JOINTS.index("nose"), JOINTS.index("neck")
RIGHT, LEFT = JOINTS.index("right shoulder"), JOINTS.index("left shoulder")


def maps_of(people: list[np.ndarray], size: tuple[int, int] = SIZE) -> tuple[Maps, Maps]:
    """Draw what a perfect network would answer for people whose joints are known."""
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    heat = np.zeros((19, *size), np.float32)
    fields = np.zeros((38, *size), np.float32)
    for person in people:
        for joint, (x, y, seen) in enumerate(person):
            if seen > 0:
                bump = seen * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 4)
                heat[joint] = np.maximum(heat[joint], bump)
        for start, end, field in FIELDS_OF:
            if person[start, 2] > 0 and person[end, 2] > 0:
                bone = person[end, :2] - person[start, :2]
                line = np.zeros(size, np.uint8)
                ends = [tuple(int(v) for v in np.rint(person[j, :2])) for j in (start, end)]
                cv2.line(line, ends[0], ends[1], 1, 3)
                unit = bone / max(float(np.hypot(*bone)), 1e-6)
                fields[field : field + 2, line > 0] = unit[:, None]
    heat[18] = 1 - heat[:18].max(axis=0)
    return heat, fields


def matched(found: tuple[np.ndarray, ...], person: np.ndarray) -> np.ndarray:
    """Return the one of the found people whose neck is nearest."""
    return min(found, key=lambda other: float(np.hypot(*(other[NECK] - person[NECK])[:2])))


def test_two_people_are_found_each_with_their_own_joints() -> None:
    people = [preset("standing", 2, 4, 84), preset("running", 66, 4, 84)]
    found = people_of(*maps_of(people))
    assert len(found) == 2
    for person in people:
        near = matched(found, person)
        assert (near[:, 2] > 0.5).all()
        assert np.abs(near[:, :2] - person[:, :2]).max() < 0.6
    assert matched(found, people[0]) is not matched(found, people[1])


def test_people_whose_boxes_overlap_keep_their_limbs() -> None:
    people = [preset("standing", 20, 4, 84), preset("waving", 46, 6, 84)]
    found = people_of(*maps_of(people))
    assert len(found) == 2
    for person in people:
        near = matched(found, person)
        seen = near[:, 2] > 0
        assert seen.sum() >= 16
        assert np.abs(near[seen, :2] - person[seen, :2]).max() < 1.5


def test_a_false_limb_does_not_melt_two_people() -> None:
    people = [preset("standing", 2, 4, 84), preset("standing", 66, 4, 84)]
    heat, fields = maps_of(people)
    start, end, field = FIELDS_OF[0]
    # A field runs weakly from the left one's neck to the right one's shoulder, and it is near.
    line = np.zeros(SIZE, np.uint8)
    ends = [tuple(int(v) for v in np.rint(people[n][j, :2])) for n, j in ((0, start), (1, end))]
    cv2.line(line, ends[0], ends[1], 1, 5)
    fields[field, (line > 0) & (fields[field] == 0)] = 0.9
    found = people_of(heat, fields)
    assert [int((one[:, 2] > 0).sum()) for one in found] == [18, 18]
    for person in people:
        assert np.abs(matched(found, person)[:, :2] - person[:, :2]).max() < 0.6


def test_a_half_seen_person_has_the_seen_joints_only() -> None:
    person = preset("standing", 20, 10, 80)
    hidden = [JOINTS.index(name) for name in JOINTS if "knee" in name or "ankle" in name]
    person[hidden, 2] = 0
    (found,) = people_of(*maps_of([person]))
    assert ((found[:, 2] > 0) == (person[:, 2] > 0)).all()
    assert not found[hidden].any()


def test_confidence_is_kept_for_each_joint() -> None:
    person = preset("standing", 20, 5, 84)
    person[:, 2] = np.linspace(0.4, 0.9, 18)
    (found,) = people_of(*maps_of([person]))
    assert np.abs(found[:, 2] - person[:, 2]).max() < 0.12
    assert np.corrcoef(found[:, 2], person[:, 2])[0, 1] > 0.9


def test_a_head_whose_neck_is_hidden_stays_with_its_shoulders() -> None:
    person = preset("standing", 20, 10, 80)
    person[NECK, 2] = 0
    found = people_of(*maps_of([person]))
    # Without the neck the head hangs on the shoulders by the ears only.
    assert any(one[LEFT, 2] > 0 and one[NOSE, 2] > 0 for one in found)


def test_fields_against_the_limb_join_nothing() -> None:
    heat, fields = maps_of([preset("standing", 20, 4, 84)])
    assert people_of(heat, -fields) == ()


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (1, 40), (8, 8), SIZE])
def test_nothing_is_an_answer(size: tuple[int, int]) -> None:
    assert people_of(np.zeros((19, *size), np.float32), np.zeros((38, *size), np.float32)) == ()


def test_noise_and_what_is_no_number_crash_nothing() -> None:
    random = np.random.default_rng(0)
    heat, fields = (random.normal(size=(n, 40, 60)).astype(np.float32) for n in (19, 38))
    heat[:, ::7], fields[:, :, ::5] = np.nan, np.inf
    for person in people_of(heat, fields):
        assert person.shape == (18, 3) and np.isfinite(person).all()
    flat = np.ones((19, 40, 60), np.float32)
    people_of(flat, np.ones((38, 40, 60), np.float32))


def test_a_peak_lies_between_the_cells() -> None:
    rows, columns = np.mgrid[:20, :30].astype(np.float32)
    layer = np.exp(-((columns - 12.3) ** 2 + (rows - 0.0) ** 2) / 8).astype(np.float32)
    (peak,) = peaks(layer)
    assert abs(peak[0] - 12.3) < 0.05 and abs(peak[1]) < 0.51 and 0.9 < peak[2] <= 1


# The annotator around a network whose maps the tests set --------------------------------------


class Drawn(OpenPoseNetwork):
    """A network that sees given people, whose places are parts of the picture, 0..1."""

    people: list[np.ndarray]

    def stages(self, image: torch.Tensor):  # type: ignore[no-untyped-def]
        """Yield the same maps four times."""
        height, width = image.shape[2:]
        fine = []
        for person in self.people:
            made = person.copy()
            made[:, :2] = person[:, :2] * (width, height) / 2 - 0.5
            fine.append(made)
        heat, fields = maps_of(fine, (height // 2, width // 2))
        # The annotator makes the maps four times finer again.
        coarse = [np.stack([cv2.resize(m, (width // 8, height // 8)) for m in maps])
                  for maps in (heat, fields)]  # fmt: skip
        pair = tuple(torch.from_numpy(maps)[None] for maps in coarse)
        for _ in range(4):
            yield pair


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> type[Drawn]:
    """Let the annotator use ``Drawn`` with nobody on it; a test puts people there."""
    Drawn.people = []
    monkeypatch.setattr(pose, "load_network", Drawn)
    return Drawn


@pytest.mark.parametrize("size", [(300, 500), (512, 512), (1200, 700), (203, 331)])
def test_joints_lie_where_they_are_on_the_photo(drawn: type[Drawn], size: tuple[int, int]) -> None:
    drawn.people = [preset("standing", 0.1, 0.05, 0.9)]
    height, width = size
    poses = pose.PoseAnnotator().find(np.zeros((*size, 3), np.uint8), Progress())
    assert (poses.width, poses.height) == (width, height)
    (person,) = poses.people
    # The filling up to the stride is below and right, so that it counts for up to 7 of 256 pixels.
    allowed = 0.06 * min(size)
    known = drawn.people[0][:, :2] * (width, height)
    assert person[:, 2].all() and np.abs(person[:, :2] - known).max() < allowed


def test_where_nobody_is_somebody_stands(drawn: type[Drawn]) -> None:
    photo = np.zeros((200, 300, 3), np.uint8)
    maker = pose.PoseAnnotator()
    assert maker.find(photo, Progress()).people == ()
    made = maker.annotate(photo, Progress())
    wanted = draw_pose([default_pose(Rect(0, 0, 300, 200))], 300, 200)
    assert made.any() and (made == wanted).all()
    request = AnnotateRequest("pose", "pose", lambda: photo, Rect(0, 0, 300, 200))
    result = base.annotate(request, Progress())
    assert (result.picture == wanted).all()
    assert result.poses is not None and result.poses.people == ()


def test_unsure_people_are_left_to_the_first_look(
    drawn: type[Drawn], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = preset("standing", 0.1, 0.05, 0.9)
    person[:, 2] = 0.35
    drawn.people = [person]
    photo = np.zeros((200, 300, 3), np.uint8)
    assert len(pose.PoseAnnotator().find(photo, Progress()).people) == 1
    monkeypatch.setattr(pose, "LOOKS", pose.LOOKS[1:])
    assert pose.PoseAnnotator().find(photo, Progress()).people == ()


def test_the_drawing_shows_seen_joints_only(drawn: type[Drawn]) -> None:
    person = preset("standing", 0.1, 0.05, 0.9)
    person[8:14, 2] = 0
    drawn.people = [person]
    made = pose.PoseAnnotator().annotate(np.zeros((256, 256, 3), np.uint8), Progress())
    assert made[:120].any() and not made[150:].any()


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (2, 3), (0, 5), (4000, 9)])
def test_no_size_of_a_picture_crashes_it(drawn: type[Drawn], size: tuple[int, int]) -> None:
    poses = pose.PoseAnnotator().find(np.zeros((*size, 3), np.uint8), Progress())
    assert poses == Poses(size[1], size[0], ()) or poses.people == ()


def test_it_stops_between_the_stages(drawn: type[Drawn]) -> None:
    cancelled = threading.Event()
    heard: list[float] = []

    def listen(event: ProgressEvent) -> None:
        heard.append(event.fraction)
        if event.fraction > 0.3:
            cancelled.set()

    with pytest.raises(Cancelled):
        pose.PoseAnnotator().find(np.zeros((64, 64, 3), np.uint8), Progress(listen, cancelled))
    assert heard == sorted(heard) and heard[-1] < 0.5, "it went on to the last stage"


# Weights -----------------------------------------------------------------------------------------


def weights_folder() -> Path:
    folder = data_dir().joinpath(*POSE_FOLDER)
    folder.mkdir(parents=True)
    return folder


def random_weights(path: Path) -> None:
    torch.manual_seed(0)
    tensors = OpenPoseNetwork().state_dict()
    save_file({k: v.half() if v.ndim == 4 else v for k, v in tensors.items()}, path)


def test_without_weights_it_says_what_to_run() -> None:
    with pytest.raises(StudioError, match=r"not installed.*assets fetch openpose"):
        pose.PoseAnnotator().find(np.zeros((8, 8, 3), np.uint8), Progress())


def test_weights_of_halves_are_loaded_as_floats_strictly() -> None:
    path = weights_folder() / POSE_WEIGHTS
    random_weights(path)
    network = pose.load_network()
    assert not network.training
    assert {tensor.dtype for tensor in network.parameters()} == {torch.float32}
    heat, fields = network(torch.zeros(1, 3, 64, 96))
    assert heat.shape == (1, 19, 8, 12) and fields.shape == (1, 38, 8, 12)


@pytest.mark.parametrize("damage", ["cut", "text", "lacking", "other shape", "sum"])
def test_damaged_weights_are_a_sentence(damage: str) -> None:
    path = weights_folder() / POSE_WEIGHTS
    random_weights(path)
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "text":
        path.write_text("<html>not found</html>")
    elif damage == "lacking":
        save_file({"model.0.0.weight": torch.zeros(32, 3, 3, 3)}, path)
    elif damage == "other shape":
        tensors = OpenPoseNetwork().state_dict() | {"cpm.conv.0.bias": torch.zeros(7)}
        save_file(tensors, path)
    else:
        sums = f"{hashlib.sha256(content + b'x').hexdigest()}  {POSE_WEIGHTS}\n"
        path.with_name("SHA256SUMS").write_text(sums)
    with pytest.raises(StudioError, match=r"damaged.*assets fetch openpose"):
        pose.PoseAnnotator().find(np.zeros((8, 8, 3), np.uint8), Progress())


def astronaut() -> np.ndarray:
    picture = cv2.imread(str(resource("samples", "sample-astronaut.jpg")))
    return np.ascontiguousarray(picture[:, :, ::-1])


@pytest.mark.needs_asset("openpose")
def test_the_astronaut_is_found() -> None:
    poses = pose.PoseAnnotator().find(astronaut(), Progress())
    (person,) = poses.people
    # Read off the photo: x, y in its 512 x 512 pixels.
    for name, x, y in (
        ("nose", 222, 124), ("right eye", 203, 102), ("left eye", 247, 104),
        ("right shoulder", 97, 265), ("left shoulder", 322, 272), ("right elbow", 70, 430),
    ):  # fmt: skip
        joint = person[JOINTS.index(name)]
        assert joint[2] > 0.2, name
        assert np.hypot(joint[0] - x, joint[1] - y) < 20, name
    assert person[RIGHT, 0] < person[LEFT, 0], "right is the person's own"


@pytest.mark.needs_asset("openpose")
def test_two_astronauts_are_two_people() -> None:
    one = astronaut()
    poses = pose.PoseAnnotator().find(np.hstack([one, one[:, ::-1]]), Progress())
    assert len(poses.people) == 2
    noses = sorted(float(person[NOSE, 0]) for person in poses.people)
    assert abs(noses[0] - 222) < 20 and abs(noses[1] - (1023 - 222)) < 20
    # A mirror image faces the viewer as well, so that its own right is on the left too.
    assert all(person[RIGHT, 0] < person[LEFT, 0] for person in poses.people)


@pytest.mark.needs_asset("openpose")
def test_nobody_is_found_in_a_cup_of_coffee() -> None:
    picture = cv2.imread(str(resource("samples", "sample-coffee.jpg")))[:, :, ::-1]
    assert pose.PoseAnnotator().find(picture, Progress()).people == ()
