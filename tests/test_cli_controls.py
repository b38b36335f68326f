"""Control images and references on the command line: made, given, refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_cli import edit, failure, photo

from studio.cli import main as cli
from studio.control_maps.openpose import Poses, read_poses
from studio.control_maps.pose import Joints
from studio.control_maps.pose_edit import preset
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.engine.annotators.pose import PoseAnnotator


@pytest.mark.parametrize("kind", ["canny", "lineart"])
def test_annotate_writes_the_control_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    photo = np.full((60, 80, 3), 230, np.uint8)
    photo[20:40, 30:33] = 20
    Image.fromarray(photo).save(tmp_path / "photo.png")
    out = tmp_path / "map.png"
    command = ["annotate", str(tmp_path / "photo.png"), "--kind", kind, "--out", str(out)]
    assert cli.main(command) == 0
    assert capsys.readouterr().out.strip() == str(out)
    drawn = np.asarray(Image.open(out).convert("RGB"))
    assert drawn.shape == photo.shape
    assert drawn[22:38, 26:37].max() > 150 and not drawn[:, :20].any()


def test_annotate_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "photo.png").write_bytes(b"")
    out = str(tmp_path / "map.png")
    failure(capsys, ["annotate", str(tmp_path / "photo.png"), "--kind", "canny", "--out", out])
    assert cli.main(["annotate", str(tmp_path / "photo.png"), "--kind", "aura", "--out", out]) == 2
    assert "'pose'" in capsys.readouterr().err, "the kinds come from the table"
    photo(tmp_path / "photo.png")
    common = ["annotate", str(tmp_path / "photo.png"), "--out", out]
    assert "assets fetch openpose" in failure(capsys, [*common, "--kind", "pose"])
    assert "OpenPose JSON" in failure(capsys, [*common, "--kind", "canny", "--json"])
    assert not Path(out).exists()


def test_annotate_says_how_many_people_and_writes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, ...]] = []
    people: list[Joints] = []

    def find(self: PoseAnnotator, image: np.ndarray, progress: Progress) -> Poses:
        seen.append(image.shape)
        return Poses(image.shape[1], image.shape[0], tuple(people))

    monkeypatch.setattr(PoseAnnotator, "find", find)
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (120, 80), "white").save(tmp_path / "photo.jpg", exif=turned)
    out, json_file = tmp_path / "map.png", tmp_path / "map.json"
    command = ["annotate", str(tmp_path / "photo.jpg"), "--kind", "pose", "--json", "--out"]
    for said, count in (("No one was found", 0), ("1 person was found.", 1), ("2 people", 2)):
        people[:] = [preset("standing", 5 + 30 * n, 20, 50) for n in range(count)]
        assert cli.main([*command, str(out)]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith(said) and lines[1:] == [str(json_file), str(out)]
        written = read_poses(json_file)
        assert (written.width, written.height) == (80, 120), "the photo is turned by its EXIF"
        assert len(written.people) == max(1, count), "never an empty map"
        assert np.asarray(Image.open(out).convert("RGB")).any()
    assert seen == [(120, 80, 3)] * 3
    out.unlink()
    assert cli.main([*command, str(json_file)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [str(json_file)] and not out.exists()


def test_a_control_and_a_reference_steer_and_strength_0_equals_none(tmp_path: Path) -> None:
    edges = np.zeros((128, 160), np.uint8)
    edges[20:110, 60] = edges[20:110, 100] = edges[20, 60:100] = 255
    Image.fromarray(edges).save(tmp_path / "edges.png")
    Image.new("RGB", (50, 40), (200, 30, 30)).save(tmp_path / "look.png")

    def made(name: str, *more: str) -> object:
        assert edit(tmp_path, *more, out=name) == 0
        return np.asarray(Image.open(tmp_path / name).convert("RGB")).tolist()

    plain = made("plain.png")
    control = f"canny={tmp_path / 'edges.png'}"
    assert made("off.png", "--control", f"{control}:0") == plain
    assert made("on.png", "--control", f"{control}:1") != plain
    look = str(tmp_path / "look.png")
    assert made("no-look.png", "--reference", f"{look}:0") == plain
    assert made("look-1.png", "--reference", f"{look}:1") != plain


def test_a_map_of_any_mode_steers_like_the_same_lines_in_grey(tmp_path: Path) -> None:
    edges = np.zeros((64, 80), np.uint8)
    edges[10:55, 30:32] = edges[10:55, 50:52] = 255
    grey = Image.fromarray(edges)
    lines = np.dstack([np.full((64, 80, 3), 255, np.uint8), edges])
    maps = {
        "grey": grey,
        "16": Image.fromarray(edges.astype(np.uint16) * 257),
        "palette": grey.convert("P"),
        "colour": grey.convert("RGB"),
        "alpha": Image.fromarray(np.where(lines[:, :, 3:] > 0, lines, (0, 0, 0, 255)).astype("u1")),
    }
    made = {}
    for name, image in maps.items():
        image.save(tmp_path / f"{name}.png")
        control = f"canny={tmp_path / name}.png"
        assert edit(tmp_path, "--control", control, out=f"made-{name}.png") == 0
        made[name] = np.asarray(Image.open(tmp_path / f"made-{name}.png").convert("RGB"))
    assert all(np.array_equal(one, made["grey"]) for one in made.values())


@pytest.mark.parametrize("damage", ["nan", "short", "long", "text"])
def test_a_skeleton_with_missing_extra_or_no_numbers_steers_or_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    person = preset("standing", 20, 5, 110)
    numbers: list[object] = [round(float(value), 1) for value in person.reshape(-1)]
    if damage == "nan":
        numbers[0], numbers[4], numbers[8] = math.nan, math.inf, None
    elif damage == "short":
        del numbers[20:]
    elif damage == "long":
        numbers += [3.0, 4.0, 1.0, 5.0]
    content = {"people": [{"pose_keypoints_2d": "x" if damage == "text" else numbers}]}
    (tmp_path / "pose.json").write_text(json.dumps(content))
    code = edit(tmp_path, "--control", f"pose={tmp_path / 'pose.json'}")
    if damage == "text":
        assert code == 1 and "no poses" in capsys.readouterr().err
    else:
        assert code == 0


def test_another_ip_adapter_and_a_face_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (50, 40), (200, 30, 30)).save(tmp_path / "look.png")
    look = str(tmp_path / "look.png")
    assert edit(tmp_path, "--reference", f"{look}:1:face") == 1
    assert "not made for faces" in capsys.readouterr().err
    gone = str(tmp_path / "gone")
    assert edit(tmp_path, "--reference", look, "--ip-adapter", gone) == 1
    assert gone in capsys.readouterr().err
    own = str(resource("starter", "ip_adapter"))
    made = []
    for name, more in (("a.png", ()), ("b.png", ("--ip-adapter", own))):
        assert edit(tmp_path, "--reference", look, *more, out=name) == 0
        made.append(np.asarray(Image.open(tmp_path / name).convert("RGB")))
    assert np.array_equal(*made)


def test_a_control_that_cannot_be_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(tmp_path, "--control", "canny=nowhere.png") == 1
    assert "nowhere.png" in capsys.readouterr().err
    pixels = np.full((128, 160, 3), 9, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "map.png")
    assert edit(tmp_path, "--control", f"normal={tmp_path / 'map.png'}") == 1
    assert "normal" in capsys.readouterr().err
    assert edit(tmp_path, "--control", f"tile={tmp_path / 'map.png'}:9") == 1
    assert "strength" in capsys.readouterr().err
