"""Where the weights of annotators are, asked without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS, annotator_reason, pose_weights
from studio.core.assets import places
from studio.core.paths import data_dir


def put(folder: Path) -> Path:
    path = folder.joinpath(*POSE_FOLDER) / POSE_WEIGHTS
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return path


def test_weights_of_the_data_folder_come_before_those_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "resource", tmp_path.joinpath)
    assert pose_weights() is None
    shipped = put(tmp_path)
    assert pose_weights() == shipped
    own = put(data_dir())
    assert pose_weights() == own


def test_only_pose_waits_for_weights_and_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "resource", tmp_path.joinpath)
    assert annotator_reason("canny") is None and annotator_reason("lineart") is None
    reason = annotator_reason("pose")
    assert reason is not None and sys.executable in reason.hint.format(**reason.values)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert "-m studio" not in places.fetch_command("openpose")
    put(data_dir())
    assert annotator_reason("pose") is None


def test_torch_is_not_needed_to_ask() -> None:
    program = (
        "import sys\n"
        "from studio.catalog.annotators import annotator_reason\n"
        "annotator_reason('pose')\n"
        "assert not {'torch', 'numpy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
