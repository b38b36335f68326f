"""The three things to try of the welcome strip."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton

from studio.core.errors import StudioError
from studio.ui.commands import first_steps
from studio.ui.window.main_window import MainWindow
from studio.ui.window.welcome import STEPS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"


def notices(window: MainWindow) -> str:
    return " ".join(one.text.text() for one in window.messages._notices)


@pytest.mark.parametrize(
    ("step", "tool", "said"),
    [("lift", "select_object", "Then drag it"), ("remove", "remove", "Brush over a thing"),
     ("paint", "mask", "press Generate")],
)  # fmt: skip
def test_each_step_takes_its_tool_and_says_what_to_do(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, step: str, tool: str, said: str
) -> None:
    monkeypatch.setattr(first_steps, "missing_asset", lambda id: None)
    (name,) = [label for id, _, label in STEPS if id == step]
    (button,) = [one for one in window.welcome.findChildren(QToolButton) if one.text() == name]
    button.click()
    assert window.tool_bar.current.id == tool
    assert said in notices(window)
    if step == "paint":
        assert window.prompt.prompt.toPlainText()
        # The line about the demo model names a panel, a button and a chapter that exist.
        hint = " ".join(one.hint.text() for one in window.messages._notices)
        assert "demo model" in hint and f"{window.docks['models'].windowTitle()} panel" in hint
        assert "\n## Models\n" in GUIDE.read_text(encoding="utf-8")
    if step == "lift":
        assert window.tool_options.object_target == "lift"
        assert window.options_bar.object_target.currentText() == "Lift it"


def test_a_step_without_its_network_says_how_to_get_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[StudioError] = []
    monkeypatch.setattr(window.messages, "show_error", shown.append)
    before = window.tool_bar.current.id
    window.welcome.step_chosen.emit("lift")
    assert window.tool_bar.current.id == before
    assert [error.message for error in shown] == ["{name} is not installed, which this needs."]
