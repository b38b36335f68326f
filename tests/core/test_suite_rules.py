"""The rules of the suite themselves: each lets a good test pass and fails a bad one."""

from __future__ import annotations

import ast
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from studio.core import paths

ROOT = Path(__file__).resolve().parents[2]
BAD_TESTS = """
import warnings

from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QLabel

kept = []

def test_warns():
    warnings.warn("careless", DeprecationWarning, stacklevel=1)

def test_qt_warns():
    qWarning("careless")

def test_leaks(qapp):
    kept.append(QLabel("left behind"))

def test_after_the_leak(qapp):
    pass

def test_closes(qtbot):
    label = QLabel("shown")
    qtbot.addWidget(label)
    label.show()
"""


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_loopback_works_and_the_world_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            assert client.getpeername()[1] == port
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


def test_the_artists_own_folders_are_out_of_reach(home: Path) -> None:
    for folder in (paths.config_dir(), paths.data_dir(), paths.log_dir()):
        assert folder.is_relative_to(home)


def test_careless_tests_fail(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_bad.py").write_text(BAD_TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-rA", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    passed = {
        line.split("::")[1].split()[0] for line in done.stdout.splitlines() if "PASSED" in line
    }
    assert "test_after_the_leak" in passed and "test_closes" in passed
    assert "FAILED tests/test_bad.py::test_warns" in done.stdout
    assert "FAILED tests/test_bad.py::test_qt_warns" in done.stdout
    assert "ERROR tests/test_bad.py::test_leaks" in done.stdout, done.stdout
    assert "QLabel" in done.stdout


def test_no_import_contract_has_an_exception() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert len(contracts) >= 9
    assert not [one["name"] for one in contracts if one.get("ignore_imports")]


SKIPS = {"pytest.mark.skipif", "pytest.skip", "pytest.importorskip"}
MOST_SKIPS = 10


def skips() -> dict[str, set[str]]:
    """Return the files of tests by the reason for which some of them may be skipped."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in SKIPS:
                continue
            by_name = [one.value for one in node.keywords if one.arg == "reason"]
            reason = (by_name or node.args[:1])[0]
            assert isinstance(reason, ast.Constant), f"{path}:{node.lineno}: a literal reason"
            name = path.relative_to(ROOT).as_posix()
            found.setdefault(str(reason.value), set()).add(name)
    return found


def test_every_skip_is_in_the_list_with_its_reason() -> None:
    text = (ROOT / "docs" / "tests.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ((?:`[^`|]+`(?:, )?)+) \|$", text, flags=re.MULTILINE)
    listed = {reason: set(re.findall(r"`([^`]+)`", files)) for reason, files in rows}
    assert listed == skips()


def test_few_tests_are_skipped() -> None:
    """On one system; what only another system has does not count."""
    reasons = [one for one in skips() if not one.startswith(("only Linux", "Windows has no"))]
    assert 0 < len(reasons) <= MOST_SKIPS, reasons


def test_no_two_test_files_have_one_name() -> None:
    """Folders of tests are no packages, so that pytest cannot tell such files apart."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
