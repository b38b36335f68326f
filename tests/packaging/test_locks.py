"""What is installed: packages with hashes, for every system, and only those that are used."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "packaging" / "locks"
BY_OTHER_MEANS = {
    "peft": "diffusers applies LoRAs with it",
    "qtawesome": "the icon font is read out of its folder",
}
"""Packages that the program needs and does not import, and why."""


def project() -> dict[str, list[str]]:
    """Return the requirements of the project by lock, as pyproject.toml lists them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        content = tomllib.load(file)["project"]
    extras: dict[str, list[str]] = content["optional-dependencies"]
    run = list(content["dependencies"])
    test = run + extras["test"] + extras["recipe"]
    every = [one for extra in extras.values() for one in extra if not one.startswith("lienzo")]
    return {"run": run, "test": test, "dev": run + every}


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Return the pins of a lock and their hashes by the canonical name of the package."""
    text = (LOCKS / f"{name}.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            pin, *hashes = re.split(r"\s+--hash=", line.strip())
            requirement = Requirement(pin)
            found[canonicalize_name(requirement.name)] = requirement, hashes
    return found


@pytest.mark.parametrize("name", ["run", "test", "dev"])
def test_every_package_of_a_lock_has_one_version_and_hashes(name: str) -> None:
    pins = locked(name)
    assert len(pins) > 60
    for requirement, hashes in pins.values():
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)
    text = (LOCKS / f"{name}.txt").read_text()
    assert "://" not in text and "/home" not in text and "--index" not in text


@pytest.mark.parametrize("name", ["run", "test", "dev"])
def test_a_lock_has_what_the_project_lists(name: str) -> None:
    pins = locked(name)
    for line in project()[name]:
        wanted = Requirement(line)
        pin, _ = pins[canonicalize_name(wanted.name)]
        (version,) = (one.version for one in pin.specifier)
        assert wanted.specifier.contains(version), f"{line}: run packaging/lock.py"
    assert "setuptools" in pins, "it installs Lienzo itself"


def test_the_locks_agree() -> None:
    run, test, dev = (locked(name) for name in ("run", "test", "dev"))
    assert run.items() <= test.items() <= dev.items()


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_the_lock_serves_every_system(system: str) -> None:
    there = {
        name
        for name, (pin, _) in locked("test").items()
        if pin.marker is None or pin.marker.evaluate({"sys_platform": system})
    }
    assert {"torch", "pyside6-essentials", "numba"} <= there
    assert ("colorama" in there) is (system == "win32")
    assert ("nvidia-nccl-cu13" in there) is (system == "linux"), "other systems have no CUDA"


def test_what_is_only_needed_by_other_packages_is_not_listed() -> None:
    imported = set()
    for path in [ROOT / "main.py", *(ROOT / "studio").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    by_import = packages_distributions()
    used = {canonicalize_name(one) for name in imported for one in by_import.get(name, [])}
    listed = {canonicalize_name(Requirement(line).name) for line in project()["run"]}
    assert listed - used <= set(BY_OTHER_MEANS), "not imported: leave it to what needs it"
    assert not set(BY_OTHER_MEANS) - listed
