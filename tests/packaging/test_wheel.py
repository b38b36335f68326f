"""A wheel carries the resources, and an installed Lienzo finds them without its source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What building needs; not the weights, which only make it slow.
PARTS = (
    "pyproject.toml",
    "README.md",
    "studio",
    "packaging",
    "resources/samples",
    "docs",
    "LICENSE",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel offline from a copy of the source."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for part in PARTS:
        origin, target = ROOT / part, source / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "starter")
            shutil.copytree(origin, target, ignore=ignored)
        elif origin.exists():
            shutil.copy(origin, target)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(source)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("lienzo-*.whl"))


def test_it_holds_every_package_and_resource_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for module in (ROOT / "studio").rglob("*.py"):
        assert module.relative_to(ROOT).as_posix() in names
    for path in (ROOT / "resources" / "samples").iterdir():
        assert f"studio/resources/samples/{path.name}" in names
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    assert "studio/docs/guide.md" in names
    pictures = re.findall(r"\((images/[^)]+)\)", guide)
    assert pictures and {f"studio/docs/{one}" for one in pictures} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"studio", "lienzo"}


def test_installed_it_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    program = "from studio.core import paths; print(paths.resource('samples', 'demo.json'))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = Path(done.stdout.strip())
    assert found == site / "studio" / "resources" / "samples" / "demo.json"
    assert found.read_bytes() == (ROOT / "resources" / "samples" / "demo.json").read_bytes()
