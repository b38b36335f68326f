"""Sizes and times in the window have the decimal separator of its language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

import studio.ui
from studio.ui.widgets.amounts import bytes_text, time_text


@pytest.fixture
def spanish() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("es_ES"))
    yield
    QLocale.setDefault(before)


def test_spanish_has_a_comma(spanish: None) -> None:
    assert bytes_text(2_132_000_000) == "2,1 GB" and bytes_text(97_000_000) == "97 MB"
    assert time_text(3.4) == "3,4 s" and time_text(9000) == "2,5 h" and bytes_text(0) == ""


def test_no_part_of_the_window_writes_amounts_of_the_command_line() -> None:
    """Those have a point in every language."""
    own = Path(studio.ui.__file__).parent
    names = {
        (file.relative_to(own).as_posix(), alias.name)
        for file in own.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "studio.session.forecast"
        for alias in node.names
    }
    assert not [one for one in names if one[1] in ("memory_text", "duration_text")]
