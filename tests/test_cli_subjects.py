"""The commands train and subjects: photos in, a subject out, used, exchanged and removed."""

from __future__ import annotations

import os
import pickle
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from test_cli import failure

from studio.catalog.subjects import RUN
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.core.paths import data_dir
from studio.core.progress import Progress
from studio.edit.training import TrainRequest
from studio.engine.engine import Engine

STEPS = ("--steps", "2", "--batch", "1", "--resolution", "64", "--sample-every", "2")
GROUNDS = ((40, 70, 30), (150, 120, 60), (60, 60, 150), (200, 200, 190))


def photos(folder: Path, count: int = 3) -> list[str]:
    """Draw a striped ball before several grounds."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        rng = np.random.default_rng(number)
        noise = rng.integers(-20, 20, (240, 280, 3))
        picture = np.clip(np.array(GROUNDS[number % 4]) + noise, 0, 255).astype(np.uint8)
        place = (110 + 17 * (number % 4), 115 + 9 * (number % 3))
        cv2.circle(picture, place, 60 + 4 * number % 20, (30, 30, 220), -1)
        cv2.line(picture, (place[0] - 35, place[1]), (place[0] + 35, place[1]), (250, 250, 250), 9)
        file = folder / f"ball-{number}.png"
        assert cv2.imwrite(str(file), picture)
        files.append(str(file))
    return files


def train(files: list[str], *more: str, name: str = "zuzu") -> list[str]:
    return ["train", "--name", name, "--kind", "ball", *STEPS, *more, *files]


@pytest.fixture
def taught(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A subject that was taught from photos which are gone by now; returns its folder."""
    files = photos(tmp_path / "photos")
    assert cli.main(train(files, "--keep-all")) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("<zuzu> learned from 3 photos in ") and "likeness" in said[0]
    for file in files:
        os.unlink(file)
    return Path(said[1])


def test_a_subject_is_listed_used_exported_imported_and_deleted(
    taught: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert taught.is_relative_to(data_dir()) and not (taught / RUN).exists()
    assert cli.main(["subjects", "list"]) == 0
    assert capsys.readouterr().out == "<zuzu>  ball, lora, Lienzo Starter\n"

    made = {}
    for prompt in ("<zuzu>", "a ball"):
        out = tmp_path / "made.png"
        command = ["generate", "--prompt", prompt, "--steps", "2", "--seed", "3", "--out", str(out)]
        assert cli.main(command) == 0
        made[prompt] = np.asarray(Image.open(out))
    assert (made["<zuzu>"] != made["a ball"]).any()

    for layout in ("kohya", "diffusers", "peft"):
        file = tmp_path / f"{layout}.safetensors"
        export = ["subjects", "export", "zuzu", str(file), "--layout", layout]
        capsys.readouterr()
        assert cli.main(export) == 0
        assert capsys.readouterr().out == f"{file}\n"
        before = file.read_bytes()
        assert "already" in failure(capsys, export) and file.read_bytes() == before
        assert cli.main([*export, "--replace"]) == 0
        name = f"from{layout}"
        taken = ["subjects", "import", str(file), "--name", name, "--kind", "ball"]
        assert cli.main(taken) == 0
        assert "already" in failure(capsys, taken)

    assert cli.main(["subjects", "delete", "zuzu"]) == 0
    assert not taught.exists()
    assert "zuzu" in failure(capsys, ["subjects", "delete", "zuzu"])
    assert "zuzu" in failure(capsys, ["subjects", "export", "zuzu", str(tmp_path / "x")])


def test_ctrl_c_stops_a_training_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learned is kept, as by the stop button of the window."""
    from studio.engine.training.loop import Loop

    files, step = photos(tmp_path), Loop._step
    begun: list[int] = []

    def interrupted(loop: Loop, progress: Progress) -> None:
        begun.append(loop.journal.step)
        if begun == [0, 1]:
            signal.raise_signal(signal.SIGINT)
        step(loop, progress)

    monkeypatch.setattr(Loop, "_step", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    assert "goes on where it was" in failure(capsys, train(files, "--keep-all"))
    assert signal.getsignal(signal.SIGINT) is handler
    assert cli.main(["subjects", "list"]) == 0
    said = capsys.readouterr()
    assert said.out == "" and "unfinished: zuzu" in said.err
    assert cli.main(train(files, "--keep-all")) == 0
    assert begun == [0, 1]


def test_another_training_of_the_name_asks_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learned is not thrown away in passing."""
    from studio.engine.training.loop import Loop

    files = photos(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Loop, "_step", lambda loop, progress: signal.raise_signal(signal.SIGINT))
        failure(capsys, train(files, "--keep-all"))
    run = data_dir() / "subjects" / "zuzu" / RUN
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    other = train(files, "--keep-all", "--seed", "7")
    assert "--again" in failure(capsys, other)
    assert {file.name: file.read_bytes() for file in run.iterdir()} == before
    assert cli.main(["subjects", "delete", "zuzu"]) == 0 and not run.exists()
    assert cli.main(other) == 0


def test_the_alpha_of_a_cut_out_is_its_mask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[TrainRequest] = []

    def keep(engine: Engine, asked: TrainRequest, progress: Progress) -> None:
        taken.append(asked)
        raise StudioError("Enough.")

    monkeypatch.setattr(Engine, "run", keep)
    cut = np.zeros((200, 200, 4), np.uint8)
    cut[40:160, 60:140] = (250, 250, 250, 255)
    cut[80:90, 60:140, :3] = 90
    Image.fromarray(cut).save(tmp_path / "cut.png")
    assert cli.main(train([str(tmp_path / "cut.png")], "--keep-all")) == 1
    (photo,) = taken[0].photos
    assert photo.mask is not None
    whole = photo.image[photo.mask > 0]
    assert (photo.mask > 0).sum() == 120 * 80 and whole.min() >= 80


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--method", "textual_inversion", "--layers", "all"), "--layers"),
        (("--method", "dreambooth", "--rank", "3"), "--rank"),
        (("--prior", "none", "--class-images", "4"), "--class-images"),
        (("--text-rate", "0.1"), "--text-rate"),
        (("--method", "pivotal", "--vectors", "2", "--layers", "all"), ""),
    ],
)
def test_settings_that_count_for_nothing_are_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    # The photo is missing, so that nothing is learned.
    said = failure(capsys, train([str(tmp_path / "none.png")], *more))
    assert (f"nothing uses {told}\n" in said) if told else ("nothing uses" not in said)


def test_photos_that_teach_little_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = photos(tmp_path)
    (tmp_path / "text.png").write_text("no picture")
    Image.new("RGB", (20, 20), "red").save(tmp_path / "small.png")
    blurred = cv2.GaussianBlur(cv2.imread(good[0]), (0, 0), 12)
    assert cv2.imwrite(str(tmp_path / "soft.png"), blurred)
    bad = [str(tmp_path / name) for name in ("text.png", "small.png", "soft.png", "gone.png")]
    said = failure(capsys, train(bad, "--method", "textual_inversion"))
    for part in (
        "text.png",
        "small: It is too small",
        "soft: It is blurred",
        "gone.png",
        "photos left",
    ):
        assert part in said, said
    assert not list((data_dir() / "subjects").glob("*"))

    assert cli.main(train(good[:1], "--keep-all", name="solo")) == 0
    assert "3" in capsys.readouterr().err


def test_two_hundred_photos_are_too_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = Path(photos(tmp_path, 1)[0])
    small = cv2.resize(cv2.imread(str(one)), (80, 70), interpolation=cv2.INTER_AREA)
    assert cv2.imwrite(str(one), small)
    for number in range(200):
        (tmp_path / f"copy-{number}.png").write_bytes(one.read_bytes())
    assert cli.main(train([str(tmp_path)], "--keep-all")) in (0, 1)
    said = capsys.readouterr().err
    assert "Traceback" not in said and "photos" in said


@pytest.mark.parametrize("name", ["ball", "a b", "zu/zu", "", ".."])
def test_names_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    failure(capsys, train(photos(tmp_path), "--keep-all", name=name))
    assert not list((data_dir() / "subjects").glob("*"))


def test_files_that_are_no_subject_are_refused(
    taught: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = load_file(next(taught.glob("*.safetensors")))
    key = next(iter(good))
    files = {}
    for name, tensors in (
        ("nan", good | {key: torch.full_like(good[key], float("nan"))}),
        ("shape", {name: tensor[:, :3] for name, tensor in good.items()}),
    ):
        files[name] = tmp_path / f"{name}.safetensors"
        save_file({n: t.contiguous() for n, t in tensors.items()}, files[name])
    files["png"] = tmp_path / "picture.safetensors"
    Image.new("RGB", (9, 9)).save(files["png"], "PNG")
    proof = tmp_path / "proof"
    files["code"] = tmp_path / "code.bin"
    files["code"].write_bytes(pickle.dumps(_Touch(str(proof))))
    files["gone"] = tmp_path / "gone.safetensors"
    for name, file in files.items():
        said = failure(capsys, ["subjects", "import", str(file), "--name", f"x{name}"])
        assert file.name in said, said
    assert not proof.exists()
    assert [folder.name for folder in taught.parent.iterdir()] == [taught.name]


class _Touch:
    """Makes a file where it is unpickled unrestricted."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (open, (self.path, "w"))
