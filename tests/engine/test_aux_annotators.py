"""Depth and regions without weights; detectors with weights, and files that are refused."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from studio.catalog.detectors import DETECTORS
from studio.control_maps.pose import JOINTS, LIMBS
from studio.control_maps.segmentation import NOTHING, class_map
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.annotate import AnnotateRequest
from studio.edit.request import Pixels
from studio.engine.annotators import detectors
from studio.engine.annotators.base import ANNOTATORS, annotate, annotator
from studio.engine.annotators.detector_weights import load_network, quiet_library, read_weights

SHARED = Path(__file__).parents[3] / "shared" / "data" / "annotators"
PIDINET = "table5_pidinet.pth"
SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
needs_pidinet = pytest.mark.skipif(
    not (SHARED / PIDINET).is_file(), reason="needs weights of PiDiNet that others trained"
)


def sheet(width: int = 300, height: int = 200) -> Pixels:
    """A dark disc on light grey."""
    image = np.full((height, width, 3), 200, np.uint8)
    cv2.circle(image, (width // 2, height // 2), height // 4, (40, 60, 120), cv2.FILLED)
    return image


def random_weights(name: str, seed: int = 0) -> dict[str, torch.Tensor]:
    """Return small random weights for a detector's network, under the names of its file."""
    row = detectors.NETWORKS[name]
    with quiet_library(), torch.device("meta"):
        network = row.build()
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for key, value in network.state_dict().items():
        short = key.split(".", 1)[1] if row.rename else key
        state[short] = torch.randn(value.shape, generator=generator) * 0.02
    return state


def test_every_detector_has_a_network_and_a_row() -> None:
    assert set(detectors.NETWORKS) == set(DETECTORS) and set(DETECTORS) <= set(ANNOTATORS)
    for name in DETECTORS:
        maker: Any = annotator(name, folder="somewhere")
        assert maker.name == name and maker.folder == "somewhere"


def test_depth_of_a_photo_is_the_ground_up_to_the_horizon() -> None:
    made = annotator("depth", horizon=0.5).annotate(sheet(), Progress())
    assert made.shape == (200, 300, 3) and made.dtype == np.uint8
    rows = made[..., 0].astype(int)
    assert (np.diff(rows, axis=0) >= 0).all() and rows[:100].max() == 0 and rows[-1].min() == 255


def test_segmentation_of_a_photo_has_few_class_colours_and_its_shapes() -> None:
    made = annotator("segmentation", regions=2).annotate(sheet(), Progress())
    assert made.shape == (200, 300, 3) and made.dtype == np.uint8
    assert len(np.unique(made.reshape(-1, 3), axis=0)) == 2
    classes = class_map(made)
    assert (classes != NOTHING).all() and classes[100, 150] != classes[10, 10]
    disc = np.zeros((200, 300), np.uint8)
    cv2.circle(disc, (150, 100), 50, 1, cv2.FILLED)
    assert ((classes == classes[100, 150]) != disc.astype(bool)).mean() < 0.02
    many = annotator("segmentation", regions=10**6).annotate(sheet(), Progress())
    assert (class_map(many) != NOTHING).all()


@needs_pidinet
def test_pidinet_draws_the_edges_of_a_picture() -> None:
    image = sheet()
    made = annotator("pidinet", folder=str(SHARED), side=128).annotate(image, Progress())
    assert made.shape == image.shape and made.dtype == np.uint8
    ring = [made[100 + round(50 * np.sin(a)), 150 + round(50 * np.cos(a)), 0] for a in range(6)]
    assert min(ring) > 100
    assert made[100, 150].max() < 30 and made[20, 40].max() < 30
    assert (
        made == annotator("pidinet", folder=str(SHARED), side=128).annotate(image, Progress())
    ).all()
    scribble = annotator("pidinet-scribble", folder=str(SHARED), side=128).annotate(
        image, Progress()
    )
    assert scribble.max() == 255 and not (scribble == made).all()


@pytest.fixture(scope="module")
def pidinet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weights of PiDiNet's shapes whose answer is neither black nor white."""
    folder = tmp_path_factory.mktemp("pidinet")
    state = random_weights("pidinet", seed=3)
    for value in state.values():
        # So that the numbers keep their size from layer to layer.
        value *= 50 * (2 / max(1, value[0].numel())) ** 0.5
    torch.save({"state_dict": state}, folder / PIDINET)
    return folder


def test_pidinet_is_what_the_library_makes_of_it(pidinet_folder: Path) -> None:
    """At a size that needs no scaling the answer is the library's own, byte for byte."""
    image = np.asarray(cv2.imread(str(SAMPLES / "sample-astronaut.jpg"))[:, :, ::-1], np.uint8)
    image = np.ascontiguousarray(image[:128, 96:288])
    mine = annotator("pidinet", folder=str(pidinet_folder), side=128).annotate(image, Progress())
    with quiet_library():
        from controlnet_aux.pidi import PidiNetDetector
        from controlnet_aux.pidi.model import pidinet
    network = pidinet()
    state = torch.load(pidinet_folder / PIDINET, weights_only=True, map_location="cpu")[
        "state_dict"
    ]
    network.load_state_dict({key.replace("module.", ""): value for key, value in state.items()})
    theirs = PidiNetDetector(network.eval())(
        image, detect_resolution=128, image_resolution=128, output_type="np"
    )
    assert (mine == theirs).all() and mine.std() > 5


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (700, 8)])
def test_pictures_of_odd_shapes_are_no_error(shape: tuple[int, int], pidinet_folder: Path) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    made = annotator("pidinet", folder=str(pidinet_folder), side=64).annotate(image, Progress())
    assert made.shape == image.shape


def test_it_can_be_cancelled(pidinet_folder: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        annotator("pidinet", folder=str(pidinet_folder)).annotate(sheet(), progress)


def test_a_fresh_process_without_sockets_warns_of_nothing(pidinet_folder: Path) -> None:
    script = """
import socket, sys, os, warnings
import torch
warnings.simplefilter("error")
def refuse(*args, **kwargs):
    raise AssertionError("a socket was asked for")
socket.socket.__init__ = socket.create_connection = socket.getaddrinfo = refuse
import numpy as np
from studio.core.progress import Progress
from studio.engine.annotators.base import annotator
image = np.zeros((64, 64, 3), np.uint8)
assert annotator("pidinet", folder=sys.argv[1], side=64).annotate(image, Progress()).shape
assert "KMP_DUPLICATE_LIB_OK" not in os.environ
"""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KMP")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(pidinet_folder)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["hed", "hed-scribble", "aux-lineart", "aux-lineart-coarse"])
def test_networks_take_weights_of_their_shapes(name: str, tmp_path: Path) -> None:
    torch.save(random_weights(name), tmp_path / DETECTORS[name].file)
    maker = annotator(name, folder=str(tmp_path), side=64)
    made = maker.annotate(sheet(90, 70), Progress())
    assert made.shape == (70, 90, 3) and made.dtype == np.uint8
    save_file(random_weights(name), (tmp_path / DETECTORS[name].file).with_suffix(".safetensors"))
    (tmp_path / DETECTORS[name].file).write_bytes(b"no longer read")
    assert (maker.annotate(sheet(90, 70), Progress()) == made).all()


def test_midas_is_built_without_weights_and_without_a_connection() -> None:
    with quiet_library(), torch.device("meta"):
        network = detectors.NETWORKS["midas"].build()
    names = network.state_dict()
    assert "pretrained.model.blocks.11.attn.qkv.weight" in names
    assert "scratch.output_conv.4.bias" in names


class Standing(torch.nn.Module):
    """Stands for OpenPose's network: one person whose joints lie where ``places`` says.

    Its maps are those that the published network was taught to make (Cao et al. 2017): a peak at
    each joint, and along each limb a field of unit vectors.
    """

    # The channels of limbs in the body network's fields, in the order of LIMBS.
    FIELDS = (12, 20, 14, 16, 22, 24, 0, 2, 4, 6, 8, 10, 28, 30, 34, 32, 36)

    def __init__(self, places: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        super().__init__()
        self.places = places
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, data: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        height, width = data.shape[2] // 8, data.shape[3] // 8
        y, x = np.indices((height, width), np.float32)
        heat = np.zeros((19, height, width), np.float32)
        field = np.zeros((38, height, width), np.float32)
        at = self.places * (width, height) - 0.5
        for joint, (u, v) in enumerate(at):
            heat[joint] = np.exp(-((x - u) ** 2 + (y - v) ** 2) / 2)
        for (start, end), channel in zip(LIMBS, self.FIELDS, strict=True):
            way = at[end] - at[start]
            length = float(np.hypot(*way))
            mask = np.zeros((height, width), np.uint8)
            cv2.line(mask, tuple(map(round, at[start])), tuple(map(round, at[end])), 1, 3)
            field[channel : channel + 2] += mask * (way / length)[:, None, None]
        return torch.from_numpy(field)[None], torch.from_numpy(heat)[None]


def test_openpose_finds_the_joints_that_its_maps_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.control_maps.pose_edit import preset

    width, height = 640, 512
    person = preset("standing", 150, 30, 440)
    stand = Standing((person[:, :2] / (width, height)).astype(np.float32))
    (tmp_path / "body_pose_model.pth").write_bytes(b"x")
    monkeypatch.setattr(detectors, "load_network", lambda *_: stand)
    image = np.zeros((height, width, 3), np.uint8)
    request = AnnotateRequest(
        "aux-openpose", "pose", lambda: image, Rect(0, 0, width, height), {"folder": str(tmp_path)}
    )
    result = annotate(request, Progress())
    assert result.poses is not None and len(result.poses.people) == 1
    seen = result.poses.people[0]
    assert seen.shape == (len(JOINTS), 3)
    body = slice(0, 14)  # the face's joints lie closer together than a cell of the maps
    assert (seen[body, 2] > 0).all()
    assert np.abs(seen[body, :2] - person[body, :2]).max() < 12
    assert result.picture.shape == image.shape and result.picture.any()


def test_openpose_takes_weights_under_the_published_names(tmp_path: Path) -> None:
    state = random_weights("aux-openpose")
    assert "conv1_1.weight" in state and "Mconv7_stage6_L2.bias" in state
    save_file(state, tmp_path / "body.safetensors")
    row = detectors.NETWORKS["aux-openpose"]
    network = load_network(row.build, tmp_path / "body.safetensors", "OpenPose", row.rename)
    loaded = network.state_dict()["model0.conv1_1.weight"]
    assert torch.equal(loaded, state["conv1_1.weight"])
    assert not any(weight.is_meta or weight.requires_grad for weight in network.parameters())


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.file),)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_with_code_is_refused_and_not_run(tmp_path: Path, zipped: bool) -> None:
    content = {"state_dict": Evil(tmp_path / "ran")}
    file = tmp_path / PIDINET
    torch.save(content, file, _use_new_zipfile_serialization=zipped)
    with pytest.raises(StudioError, match="contains code"):
        annotator("pidinet", folder=str(tmp_path)).annotate(sheet(), Progress())
    assert not (tmp_path / "ran").exists()


def test_missing_weights_say_where_to_get_them(tmp_path: Path) -> None:
    for folder in ("", str(tmp_path)):
        with pytest.raises(StudioError, match=r"table5_pidinet\.pth.*https://"):
            annotator("pidinet", folder=folder).annotate(sheet(), Progress())


def plain_pickle(file: Path) -> None:
    file.write_bytes(pickle.dumps({"weights": [1, 2, 3]}, protocol=2))


def cut(file: Path) -> None:
    torch.save({"x": torch.zeros(4000)}, file)
    file.write_bytes(file.read_bytes()[:5000])


def cut_legacy(file: Path) -> None:
    torch.save({"x": torch.zeros(4000)}, file, _use_new_zipfile_serialization=False)
    file.write_bytes(file.read_bytes()[:5000])


def with_nan(file: Path) -> None:
    torch.save({"x": torch.full((3,), torch.nan)}, file)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"<html>404</html>" * 50),
        lambda file: torch.save([1, 2], file),
        lambda file: torch.save({}, file),
        lambda file: torch.save({"epoch": 3}, file),
        plain_pickle,
        cut,
        cut_legacy,
        with_nan,
    ],
)
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_what_is_no_weights_is_refused_with_its_name(
    tmp_path: Path, spoil: Any, suffix: str
) -> None:
    file = tmp_path / f"table5_pidinet{suffix}"
    spoil(file)
    with pytest.raises(StudioError, match="damaged or not weights") as caught:
        read_weights(file, "PiDiNet")
    assert str(file) in str(caught.value)


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    right = random_weights("aux-lineart")
    name, value = next(iter(right.items()))
    wrong = [
        {**right, name: value[:1]},
        {key: weight for key, weight in right.items() if key != name},
        {**right, "more.weight": torch.zeros(1)},
        random_weights("pidinet"),
    ]
    for state in wrong:
        torch.save(state, tmp_path / "sk_model.pth")
        with pytest.raises(StudioError, match="are not those of Line art"):
            annotator("aux-lineart", folder=str(tmp_path)).annotate(sheet(), Progress())
