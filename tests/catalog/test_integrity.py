"""Checksums of the model in the box: what is damaged, and how it comes back."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from studio.catalog import integrity
from studio.catalog.models import STARTER, model_folder
from studio.cli import main as cli
from studio.core.errors import StudioError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model folder with a list of checksums, in a git clone."""
    root = tmp_path / "clone" / "model"
    (root / "unet").mkdir(parents=True)
    lines = []
    for name, content in (("unet/weights.safetensors", b"weights"), ("card.json", b"{}")):
        (root / name).write_bytes(content)
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    (root / integrity.SUMS).write_text("".join(lines), encoding="utf-8")
    (root / "README.md").write_text("not listed", encoding="utf-8")
    return root


def commit(folder: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "model")


def test_the_shipped_starter_is_what_its_checksums_say() -> None:
    folder = model_folder(STARTER)
    assert (folder / integrity.SUMS).is_file()
    assert integrity.damaged_files(folder) == ()
    listed = (folder / integrity.SUMS).read_text("utf-8")
    for path in folder.rglob("*.safetensors"):
        assert path.relative_to(folder).as_posix() in listed


def test_the_shipped_systems_are_what_their_checksums_say() -> None:
    """After a change of weights: python packaging/lineage_sums.py."""
    folder = integrity.shipped_folder(integrity.LINEAGE)
    listed = integrity.listed_sums(folder)
    assert listed and integrity.damaged_files(folder) == ()
    weights = [path.relative_to(folder).as_posix() for path in folder.rglob("*.safetensors")]
    assert set(weights) <= set(listed)


def test_a_missing_folder_of_a_system_is_restored_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(folder)
    shutil.rmtree(folder / "unet")
    monkeypatch.setattr("studio.catalog.integrity.resource", lambda *parts: folder)
    with pytest.raises(StudioError, match="damaged or missing"):
        integrity.check(integrity.shipped_folder(integrity.LINEAGE))
    assert cli.main(["models", "--restore"]) == 0
    assert "weights.safetensors" in capsys.readouterr().out
    assert (folder / "unet" / "weights.safetensors").read_bytes() == b"weights"


def test_changed_and_missing_files_are_found(folder: Path) -> None:
    assert integrity.damaged_files(folder) == ()
    (folder / "README.md").write_text("changed", encoding="utf-8")
    assert integrity.damaged_files(folder) == ()
    weights = folder / "unet" / "weights.safetensors"
    weights.write_bytes(b"weightt")
    (folder / "card.json").unlink()
    assert set(integrity.damaged_files(folder)) == {weights, folder / "card.json"}
    with pytest.raises(StudioError) as caught:
        integrity.check(folder)
    assert "(2 in all)" in str(caught.value) and "models --restore" in str(caught.value)


def test_a_folder_without_checksums_passes_and_a_broken_list_does_not(tmp_path: Path) -> None:
    assert integrity.damaged_files(tmp_path) == ()
    (tmp_path / integrity.SUMS).write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(StudioError, match="cannot be read"):
        integrity.check(tmp_path)


def test_restore_takes_the_files_from_the_clone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(folder)
    monkeypatch.setattr("studio.catalog.integrity.model_folder", lambda model: folder)
    weights = folder / "unet" / "weights.safetensors"
    weights.write_bytes(b"")
    (folder / "README.md").write_text("mine", encoding="utf-8")
    assert cli.main(["models", "--restore"]) == 0
    assert str(weights) in capsys.readouterr().out
    assert weights.read_bytes() == b"weights"
    assert (folder / "README.md").read_text("utf-8") == "mine"
    assert integrity.restore("starter") == ()


def test_restore_says_what_to_do_where_there_is_no_clone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("studio.catalog.integrity.model_folder", lambda model: folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    (folder / "card.json").write_bytes(b"broken")
    assert cli.main(["models", "--restore"]) == 1
    assert "Install Lienzo again" in capsys.readouterr().err
    assert (folder / "card.json").read_bytes() == b"broken"
