"""`lienzo` and `python main.py` are one program, and starting it is cheap."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from studio import __version__

ROOT = Path(__file__).resolve().parents[2]


def test_both_names_start_the_same_function() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, function = project["scripts"]["lienzo"].split(":")
    source = (ROOT / "main.py").read_text(encoding="utf-8")
    assert f"from {module} import {function}" in source
    assert len(source.splitlines()) < 60
    assert project["version"] == __version__


def test_it_says_its_version_without_loading_anything_heavy(tmp_path: Path) -> None:
    program = (
        "import runpy, sys\n"
        f"sys.argv = ['lienzo', '--version']\n"
        "try:\n"
        f"    runpy.run_path({str(ROOT / 'main.py')!r}, run_name='__main__')\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code\n"
        "heavy = {'numpy', 'cv2', 'PySide6', 'torch', 'transformers'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "LIENZO_HOME": str(tmp_path / "home"), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"lienzo {__version__}"


def test_a_wrong_argument_is_exit_code_2_and_a_bad_file_1(tmp_path: Path) -> None:
    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "main.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    assert start("convert").returncode == 2
    done = start("info", str(tmp_path / "missing.ora"))
    assert done.returncode == 1
    assert "missing.ora" in done.stderr and "Traceback" not in done.stderr
