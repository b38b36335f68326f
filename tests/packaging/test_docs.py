"""The pages say what the tables say, and point at files that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import FAMILIES
from studio.catalog.generations import BUILT_IN_NAMES, SYSTEMS
from studio.catalog.models import identify, model_folder
from studio.cli.main import COMMANDS
from studio.core.paths import resource
from studio.document.blend import BlendMode
from studio.document.io.formats import FORMATS
from studio.tools.registry import TOOLS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
GENERATIONS = ROOT / "docs" / "generations"
SHIPPED = [name for name in SYSTEMS if model_folder(name).is_dir()]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    # A system whose weights do not ship has no page yet.
    named = (*SYSTEMS, "clip")
    later = {f"{name}.md" for name in named if not resource("lineage", name).is_dir()}
    assert not set(missing) - (later if page.parent == GENERATIONS else set())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:studio|packaging|tests|resources|docs)/[\w./-]+)`", text)
    assert not [name for name in named if not (ROOT / name).exists()]
    modules = re.findall(r"`(studio(?:\.\w+)+)`", text)
    for module in modules:
        # The last name may be something inside a module.
        parts = module.split(".")
        paths = [ROOT.joinpath(*parts[:end]) for end in (len(parts), len(parts) - 1)]
        assert any(path.is_dir() or path.with_suffix(".py").exists() for path in paths), module


@pytest.mark.parametrize("name", SHIPPED)
def test_every_system_has_its_page_card_and_sheet(name: str) -> None:
    """The page of the guide is linked from that on all generations."""
    page, folder = GENERATIONS / f"{name}.md", model_folder(name)
    assert 25 <= len(page.read_text("utf-8").splitlines()) <= 140
    assert f"({name}.md)" in (GENERATIONS / "index.md").read_text("utf-8")
    assert (folder / "README.md").stat().st_size > 300
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert isinstance(card, dict) and card
    with Image.open(folder / "sheet.jpg") as sheet:
        assert min(sheet.size) >= 256
    assert (folder / "sheet.jpg").stat().st_size < 250_000
    assert identify(name).name == BUILT_IN_NAMES[name]


def test_all_systems_together_are_small() -> None:
    files = (resource() / "lineage").rglob("*.safetensors")
    assert sum(file.stat().st_size for file in files) < 64 << 20


def test_the_guide_names_every_tool_with_its_key() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([A-Z]) \|", GUIDE, flags=re.MULTILINE)
    assert sorted(rows) == sorted((tool.label, tool.shortcut) for tool in TOOLS)


def test_the_guide_names_every_command_format_and_blend_mode() -> None:
    for command in COMMANDS:
        assert f"`lienzo {command} " in GUIDE
    for form in FORMATS:
        assert form.extensions[0].strip(".") in GUIDE.lower().replace("jpeg", "jpg")


def test_the_guide_has_the_table_of_blend_modes() -> None:
    script = ROOT / "packaging" / "mode_table.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
    for mode in BlendMode:
        assert f"| **{mode.value.label}** |" in GUIDE


def test_the_readme_has_the_table_of_families() -> None:
    script = ROOT / "packaging" / "family_table.py"
    subprocess.run([sys.executable, script, "--check"], check=True)


def test_the_readme_limits_name_every_family() -> None:
    limits = (ROOT / "README.md").read_text(encoding="utf-8").split("## Limits")[1]
    for family in FAMILIES.values():
        assert family.label in limits


def test_the_page_of_methods_tells_what_each_family_can() -> None:
    page = (ROOT / "docs" / "generations" / "methods.md").read_text(encoding="utf-8")
    rows = {line.split("**")[1]: line for line in page.splitlines() if line.startswith("| **")}
    assert list(rows) == [family.label for family in FAMILIES.values()]
    for family in FAMILIES.values():
        cells = [cell.strip() for cell in rows[family.label].split("|")[2:-1]]
        can_invert = family.can(Capability.INVERSION, "null_text")
        can_steer = family.can(Capability.SETTING, "steer_towards")
        assert (cells[0] == "works") == can_invert
        assert (cells[3] == "works") == bool(family.controls)
        assert (cells[5] == "works") == can_steer
        assert all(len(cell) > 3 for cell in cells)
