"""Prompt and layers share their column: all of the prompt, and at least six rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import pause, until
from PySide6.QtCore import Qt

from studio.ui.window.main_window import MainWindow

PROGRAM = Path(__file__).with_name("column_program.py")


def start(
    home: Path, screen: tuple[int, int], language: str = "en", step: str = "look"
) -> dict[str, Any]:
    """Start the real program on a screen; return what is seen in its right column."""
    screens = home / "screen.json"
    config = {"screens": [{"name": "one", "x": 0, "y": 0, "width": screen[0], "height": screen[1]}]}
    screens.write_text(json.dumps(config))
    (home / "settings.json").write_text(json.dumps({"language": language}))
    environment = dict(os.environ, QT_QPA_PLATFORM=f"offscreen:configfile={screens}")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(home), step],
        env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("screen", [(1280, 720), (1366, 768), (1440, 900)])
def test_all_of_the_prompt_and_six_rows_are_seen(
    tmp_path: Path, screen: tuple[int, int], language: str
) -> None:
    found = start(tmp_path, screen, language)
    assert found["language"] == {"en": "Settings", "es": "Ajustes"}[language]
    assert found["rows"] >= 6
    assert found["scrolls"] == 0 and found["settings"]
    # No higher than its content, where there is more room.
    assert found["spare"] <= 0
    if screen[1] >= 900:
        assert found["spare"] == 0


def test_the_prompt_panel_follows_its_content(tmp_path: Path) -> None:
    found = start(tmp_path, (1440, 900), step="replace")
    assert found["scrolls"] == 0 and found["spare"] == 0 and found["rows"] >= 6


def test_six_rows_stay_where_there_is_little_room(tmp_path: Path) -> None:
    found = start(tmp_path, (1280, 720), step="replace")
    assert found["rows"] >= 6


def test_the_panel_in_front_keeps_its_height_when_the_prompt_behind_it_changes(
    window: MainWindow,
) -> None:
    window.resize(1440, 900)
    words, layers = window.docks["words"], window.docks["layers"]
    words.raise_()
    until(lambda: words.widget().isVisible() and not window.arrangement.is_settling, 20)
    window.resizeDocks([words, layers], [500, 300], Qt.Orientation.Vertical)
    until(lambda: words.height() > 350, 20)
    height = words.height()
    window.prompt.content_resized.emit()
    pause(200)
    assert words.height() == height
