"""The settings of an adjustment layer: made from its row, live, one step of the history."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document.adjustment_layer import AdjustmentLayer
from studio.document.adjustments.table import ADJUSTMENTS
from studio.ui.layers.adjustment_box import AdjustmentBox
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.theme import DARK
from studio.ui.widgets.widgets import IconHolder


@pytest.fixture
def box(qtbot: Any) -> AdjustmentBox:
    made = AdjustmentBox(IconHolder(Icons(DARK)))
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("name", ADJUSTMENTS)
def test_every_parameter_has_a_named_field(box: AdjustmentBox, name: str) -> None:
    layer = AdjustmentLayer(adjustment=name)
    box.show_layer(layer, "")
    found: set[str] = set()
    for page in range(max(box.page.count(), 1)):
        box.page.setCurrentIndex(page)
        box.page.activated.emit(page)
        found |= set(box.fields)
        assert all(field.accessibleName() for field in box.fields.values())
    assert found == {one.id for one in ADJUSTMENTS[name].parameters}


def test_keys_move_a_point_of_a_curve(box: AdjustmentBox) -> None:
    sent: list[Any] = []
    box.changed.connect(lambda layer, changes: sent.append(changes))
    box.show_layer(AdjustmentLayer(adjustment="curves"), "")
    QTest.keyClick(box.curve, Qt.Key.Key_Up)
    box.flush()
    assert sent == [{"points": ((0.0, 1.0), (255.0, 255.0))}]
    box.reset.click()
    assert sent[-1] == {"points": ((0.0, 0.0), (255.0, 255.0))}
