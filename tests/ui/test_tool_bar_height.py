"""Every tool stays in sight, however low the window is."""

from __future__ import annotations

import pytest
from conftest import pause

from studio.ui.bars.tool_bars import ICONS
from studio.ui.window.main_window import MainWindow


@pytest.mark.parametrize("height", [660, 700, 760, 1000])
def test_no_tool_is_hidden_in_a_low_window(window: MainWindow, height: int) -> None:
    window.resize(1270, height)
    window.show()
    pause(2)
    bar = window.tool_bar
    room = bar.rect()
    for name, action in bar.tool_actions.items():
        button = bar.widgetForAction(action)
        assert button.isVisible() and room.contains(button.geometry()), name
    if height == 1000:
        assert bar.iconSize().height() == ICONS[0]


def test_the_icons_grow_again_with_the_window(window: MainWindow) -> None:
    window.resize(1270, 660)
    window.show()
    pause(2)
    assert window.tool_bar.iconSize().height() < ICONS[0]
    window.resize(1270, 1000)
    pause(2)
    assert window.tool_bar.iconSize().height() == ICONS[0]
