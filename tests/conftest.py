"""What holds for every test: no network, no screen, no file of the artist, no warning, no leak.

Warnings, Qt's log messages and sockets are configured in pyproject.toml; this file sets up the
process before Qt or torch are imported, and counts the widgets.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest

# Before any test module is imported, since Qt and OpenMP read these only once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
THREADS = str(max(1, (os.cpu_count() or 1) // WORKERS))
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    # A worker inherits what this file set in the process that started it, for itself alone.
    os.environ[name] = THREADS
# Threads that wait for each other while more run than there are cores only take time away.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# The assets that are installed on this machine, which only tests marked with needs_asset see. A
# worker inherits the folder from the process that started it, in which LIENZO_HOME was moved.
if "LIENZO_TEST_ASSETS" not in os.environ:
    named = os.environ.get("LIENZO_ASSETS", "none")
    own = os.environ.get("LIENZO_HOME")
    data = Path(own) / "data" if own else platformdirs.user_data_path("lienzo", appauthor=False)
    os.environ["LIENZO_TEST_ASSETS"] = str(data / "assets") if named == "none" else named
os.environ.pop("LIENZO_ASSETS", None)
# Settings, journal and logs of fixtures that live longer than a test; `home` moves them again.
SESSION_HOME = tempfile.mkdtemp(prefix="lienzo-tests-")
os.environ["LIENZO_HOME"] = SESSION_HOME

# The screen of the offscreen platform is 800 x 600, smaller than any that the window is made for.
SCREEN = {"name": "tests", "x": 0, "y": 0, "width": 1920, "height": 1080}
if os.environ["QT_QPA_PLATFORM"] == "offscreen":
    screens = Path(SESSION_HOME) / "screens.json"
    screens.write_text(json.dumps({"screens": [SCREEN]}), encoding="utf-8")
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens}"

# Top-level windows that Qt keeps for itself and reuses.
QT_KEEPS = {"QTipLabel", "QWhatsThat"}


def pytest_unconfigure() -> None:
    """Remove the session's settings folder."""
    shutil.rmtree(SESSION_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test settings, a journal and logs of its own, by LIENZO_HOME."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LIENZO_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def needed_assets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test marked ``needs_asset("migan", ...)`` the machine's assets, or skip it."""
    ids = [id for mark in request.node.iter_markers("needs_asset") for id in mark.args]
    if not ids:
        return
    from studio.core.assets import missing_asset

    monkeypatch.setenv("LIENZO_ASSETS", os.environ["LIENZO_TEST_ASSETS"])
    if any(missing_asset(id) is not None for id in ids):
        pytest.skip("needs the networks of the photo tools")


@pytest.fixture(autouse=True)
def no_leaked_widgets(home: Path) -> Iterator[None]:
    """Fail a test after which a top-level widget is alive that was not there before."""
    before = {id(widget) for widget in _top_level_widgets()}
    yield
    left = [widget for widget in _top_level_widgets() if id(widget) not in before]
    if left:
        # A cycle of Python objects may be all that holds it, which is no leak.
        left.clear()
        gc.collect()
        left = [widget for widget in _top_level_widgets() if id(widget) not in before]
    names = [f"{type(widget).__name__} {widget.objectName()!r}" for widget in left]
    for widget in left:
        widget.deleteLater()
    _top_level_widgets()
    if names:
        pytest.fail(f"widgets outlive the test: {', '.join(names)}", pytrace=False)


def _top_level_widgets() -> list[Any]:
    """Return the windows that are alive after pending deletions; [] while Qt is not in use."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    return [
        widget
        for widget in widgets.QApplication.topLevelWidgets()
        if type(widget).__name__ not in QT_KEEPS and widget.parent() is None
    ]
