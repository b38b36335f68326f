"""The wheel scrolls what lies under it, and changes no value of a field without the focus."""

from __future__ import annotations

from collections.abc import Iterator

from conftest import until
from every_dialog import look_at_every_dialog, own_dialogs
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QScrollArea,
    QScrollBar,
    QSpinBox,
    QToolButton,
    QWidget,
)

from studio.ui.dialogs.forms import Form
from studio.ui.window.main_window import MainWindow


def fields(root: QWidget) -> Iterator[QWidget]:
    """Yield every field that Qt would turn with the wheel."""
    for kind in (QComboBox, QAbstractSlider, QAbstractSpinBox):
        for one in root.findChildren(kind):
            if not isinstance(one, QScrollBar):
                yield one


def value(field: QWidget) -> object:
    if isinstance(field, QComboBox):
        return field.currentIndex(), field.currentText()
    return field.value() if isinstance(field, QAbstractSlider) else field.text()


def turn(field: QWidget, down: bool) -> None:
    point = QPointF(field.rect().center())
    event = QWheelEvent(
        point,
        QPointF(field.mapToGlobal(point)),
        QPoint(),
        QPoint(0, -120 if down else 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)


def check(root: QWidget) -> int:
    """Turn the wheel over every field of a widget; returns how many there are."""
    count = 0
    for field in fields(root):
        if field.hasFocus():
            continue
        count += 1
        before = value(field)
        for down in (True, False):
            turn(field, down)
            assert value(field) == before, f"{field.accessibleName()} of {root.windowTitle()}"
    for one in root.findChildren(QWidget):
        keen = one.focusPolicy() == Qt.FocusPolicy.WheelFocus
        assert not (keen and one.isVisible()), f"{one.accessibleName()} takes the keys by the wheel"
    return count


def test_the_wheel_changes_no_field_of_the_window(window: MainWindow) -> None:
    for dock in window.docks.values():
        dock.raise_()
        window.canvas.setFocus()
        assert window.canvas.hasFocus() or not window.isActiveWindow()
        check(dock)
    for section in window.findChildren(QWidget, "section"):
        section.setChecked(True)  # type: ignore[attr-defined]
    assert check(window) > 40


def test_the_wheel_changes_no_field_of_a_dialog(window: MainWindow) -> None:
    counts: dict[str, int] = {}

    def look(dialog: QDialog) -> None:
        # What has the focus at first takes the wheel, and so it should.
        counts[type(dialog).__name__] = check(dialog)

    seen = look_at_every_dialog(window, look)
    missing = own_dialogs() - seen - {Form}
    assert not missing, f"{missing} are not looked at: add them to every_dialog.by_themselves"
    assert QFileDialog in seen and counts["PreferencesDialog"] >= 2


def scrolled(window: MainWindow) -> tuple[QScrollArea, QSpinBox]:
    """Return a panel that is longer than its dock, and a number in it that is seen."""
    panel, field = window.prompt, window.prompt.variations
    window.resize(900, 500)
    until(lambda: panel.verticalScrollBar().maximum() > 0)
    panel.ensureWidgetVisible(field)
    return panel, field


def test_the_wheel_over_a_field_scrolls_the_panel(window: MainWindow) -> None:
    panel, _ = scrolled(window)
    for heading in panel.findChildren(QToolButton, "section"):
        heading.setChecked(True)
    QApplication.processEvents()
    window.activateWindow()
    window.canvas.setFocus()
    until(lambda: window.canvas.hasFocus())
    bar, handle = panel.verticalScrollBar(), window.windowHandle()
    assert handle is not None
    tried = 0
    for field in fields(panel):
        if not field.isVisible() or not field.isEnabled():
            continue
        tried += 1
        panel.ensureWidgetVisible(field)
        before, start = value(field), bar.value()
        down = start < bar.maximum()
        at = QPointF(field.mapTo(window, field.rect().center()))
        QTest.wheelEvent(handle, at, QPoint(0, -120 if down else 120))
        assert bar.value() != start, "the wheel went on to the panel"
        assert value(field) == before and window.canvas.hasFocus()
    assert tried >= 3


def test_a_field_with_the_focus_takes_the_wheel(window: MainWindow) -> None:
    panel, field = scrolled(window)
    window.activateWindow()
    field.setFocus()
    until(field.hasFocus)
    before, start = field.value(), panel.verticalScrollBar().value()
    turn(field, down=True)
    assert field.value() == before - 1 and panel.verticalScrollBar().value() == start
    combo = window.layers.blend
    combo.setFocus()
    until(combo.hasFocus)
    turn(combo, down=True)
    assert combo.currentText() == "Dissolve"
    assert isinstance(panel, QAbstractScrollArea)
