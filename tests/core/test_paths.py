"""Resources in the source tree and in a frozen program; the wheel is in tests/packaging."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studio.core import paths

ROOT = Path(__file__).resolve().parents[2]


def test_the_source_tree_has_its_resources_beside_the_package() -> None:
    assert paths.resource("samples", "demo.json") == ROOT / "resources" / "samples" / "demo.json"
    assert paths.resource("samples", "demo.json").is_file()


def test_a_frozen_program_has_them_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("icons", "a.svg") == tmp_path / "resources" / "icons" / "a.svg"


def test_the_artists_folders_are_made_and_apart(home: Path) -> None:
    folders = [paths.config_dir(), paths.data_dir(), paths.log_dir()]
    assert len(set(folders)) == 3
    assert all(folder.is_dir() and folder.parent == home for folder in folders)


def test_without_the_variable_they_are_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIENZO_HOME")
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for folder in (paths.config_dir(), paths.data_dir(), paths.log_dir()):
        assert folder.is_dir() and paths.APP_NAME in folder.parts


def test_core_needs_nothing_heavy() -> None:
    program = (
        "import sys, studio.core.paths, studio.core.settings, studio.core.crash, "
        "studio.core.geometry, studio.core.events, studio.core.errors\n"
        "heavy = {'numpy', 'cv2', 'PySide6', 'torch'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
