"""Every tool has an icon that the font contains."""

from __future__ import annotations

import pytest

from studio.tools.registry import TOOLS, ToolSpec
from studio.ui.widgets.icons import PREFIX, glyphs


@pytest.mark.parametrize("row", TOOLS, ids=lambda row: row.id)
def test_the_icon_of_a_tool_exists(row: ToolSpec) -> None:
    assert row.icon.removeprefix(PREFIX) in glyphs()
