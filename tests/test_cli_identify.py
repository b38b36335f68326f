"""`lienzo identify` names models, asks what it cannot know, and remembers the answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.cli import main as cli
from studio.core.paths import resource


def vae(path: Path) -> Path:
    """Write the few tensors by which an autoencoder of four channels is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "decoder.conv_in.weight": np.zeros((8, 4, 3, 3), np.float16),
            "decoder.conv_out.weight": np.zeros((3, 8, 3, 3), np.float16),
        },
        path,
    )
    return path


def test_a_line_for_each_file_and_a_sentence_for_each_broken_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vae(tmp_path / "vae" / "sdxl_vae.safetensors")
    (tmp_path / "page.safetensors").write_text("<html>sign in</html>")
    assert cli.main(["identify", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "sdxl_vae.safetensors: Stable Diffusion XL, vae, F16" in said
    assert "probable: name" in said
    assert "is a web page or a server's message" in said


def test_json_has_the_fields_of_the_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vae(tmp_path / "unknown.safetensors")
    assert cli.main(["identify", "--json", str(path), str(resource("starter"))]) == 0
    first, second = sorted(json.loads(capsys.readouterr().out), key=lambda row: row["path"])
    rows = {Path(row["path"]).name: row for row in (first, second)}
    row = rows["unknown.safetensors"]
    assert (row["kind"], row["certainty"], row["bytes"]) == ("vae", "ask", path.stat().st_size)
    assert row["questions"] == [
        {"field": "family", "answers": ["stable_diffusion", "stable_diffusion_xl"]}
    ]
    assert "starter" in rows


def test_an_answer_is_remembered_and_forgotten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = vae(tmp_path / "unknown.safetensors")
    assert cli.main(["identify", str(path)]) == 0
    assert "--choose family=VALUE" in capsys.readouterr().out
    assert cli.main(["identify", str(path), "--choose", "family=stable_diffusion"]) == 0
    capsys.readouterr()
    assert cli.main(["identify", str(path)]) == 0
    assert "chosen" in capsys.readouterr().out
    assert cli.main(["identify", str(path), "--forget"]) == 0
    assert "--choose family=VALUE" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["missing.safetensors"], [".", "--forget"], ["--choose", "family", "x.safetensors"],
     ["--choose", "family=sd9", "x.safetensors"], ["--choose", "size=3", "x.safetensors"]],
)  # fmt: skip
def test_usage_that_cannot_work_is_answered(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    vae(tmp_path / "x.safetensors")
    assert cli.main(["identify", *arguments]) == 1
    assert capsys.readouterr().err.startswith("lienzo: ")


def test_only_unusable_files_are_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"")
    assert cli.main(["identify", str(tmp_path)]) == 1
    (tmp_path / "empty").mkdir()
    assert cli.main(["identify", str(tmp_path / "empty")]) == 0


def test_it_needs_neither_torch_nor_a_window(tmp_path: Path) -> None:
    path = vae(tmp_path / "sdxl_vae.safetensors")
    code = (
        "import sys\n"
        "from studio.cli import main\n"
        f"assert main.main(['identify', {str(path)!r}]) == 0\n"
        "bad = {'torch', 'diffusers', 'transformers', 'PySide6', 'cv2'} & set(sys.modules)\n"
        "sys.exit(f'imported {bad}' if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
