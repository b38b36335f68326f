"""Everything essential is inside a small screen, in both languages, at 1x and 2x; dialogs too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("small_screen_program.py")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("width", "height", "scale"), [(1280, 720, 1), (1366, 768, 1), (2560, 1440, 2)]
)
def test_nothing_essential_is_cut_off(
    tmp_path: Path, width: int, height: int, scale: int, language: str
) -> None:
    screens = tmp_path / "screen.json"
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height}
    screens.write_text(json.dumps({"screens": [screen]}))
    environment = dict(
        os.environ,
        QT_QPA_PLATFORM=f"offscreen:configfile={screens}",
        QT_SCALE_FACTOR=str(scale),
    )
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), language],
        env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {"faults": [], "missed": []}
