"""Where the keys go: a field that the artist has left gets no more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from studio.edit.request import EditResult, Task
from studio.session.jobs import Job, JobState
from studio.tools.registry import TOOLS
from studio.ui.dialogs.new_dialog import NewDialog
from studio.ui.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
FIELDS = (
    QLineEdit,
    QPlainTextEdit,
    QAbstractSpinBox,
    QComboBox,
    QAbstractSlider,
    QAbstractItemView,
    QAbstractButton,
)


@pytest.fixture
def engine(ready: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Give a window whose jobs are answered by hand."""
    monkeypatch.setattr(ready.engine, "start", lambda job, listener: None)
    return ready


def answer(window: MainWindow) -> None:
    """Bring two results for the running job."""
    queue = window.session.queue
    job = queue.running
    assert job is not None
    region = job.request.region  # type: ignore[union-attr]
    images = tuple(np.full((region.height, region.width, 3), n, np.uint8) for n in (9, 99))
    queue.on_done(job, EditResult(request=job.request, images=images, seeds=(1, 2)))  # type: ignore[arg-type]
    assert job.state is JobState.DONE


def fields(root: QWidget) -> Iterator[QWidget]:
    """Yield what takes keys and can be reached now."""
    for widget in root.findChildren(QWidget):
        outer = widget.parent()
        inner = isinstance(outer, QAbstractSpinBox | QComboBox) or isinstance(widget, QScrollBar)
        if not isinstance(widget, FIELDS) or inner or widget.isWindow():
            continue
        takes = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        if takes and widget.isVisible() and widget.isEnabled() and widget.window() is root.window():
            yield widget


def test_esc_goes_to_the_canvas_from_everywhere(ready: MainWindow) -> None:
    window = ready
    window.resize(1600, 1200)
    window.welcome.show()
    met: Counter[type] = Counter()
    done: set[int] = set()

    def walk(root: QWidget) -> None:
        for field in fields(root):
            if id(field) in done:
                continue
            done.add(id(field))
            field.setFocus()
            focused = QApplication.focusWidget()
            assert focused is field or field.isAncestorOf(focused), field.accessibleName()
            QTest.keyClick(focused, Qt.Key.Key_Escape)
            name = f"{type(field).__name__} {field.accessibleName()!r} {field.objectName()!r}"
            assert window.canvas.hasFocus(), name
            met.update(kind for kind in FIELDS if isinstance(field, kind))

    for section in window.prompt.findChildren(QAbstractButton, "section"):
        section.setChecked(True)
    for name, dock in window.docks.items():
        if name in ("tray", "queue"):
            continue  # Folded while they are empty.
        dock.show()
        dock.raise_()
        until(dock.widget().isVisible, 20)
        walk(dock)
        assert done, name
    for one in TOOLS:
        window.tool_bar.choose(one)
        walk(window.options_bar)
    walk(window)
    assert all(met[kind] >= 2 for kind in FIELDS), met
    assert sum(met.values()) > 60


def test_esc_closes_an_open_list_first(ready: MainWindow) -> None:
    window, box = ready, ready.layers.blend
    box.setFocus()
    box.showPopup()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    until(lambda: QApplication.activePopupWidget() is None, 20)
    assert box.hasFocus()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_esc_in_a_floating_panel_goes_to_the_canvas(ready: MainWindow) -> None:
    window, dock = ready, ready.docks["prompt"]
    dock.setFloating(True)
    until(dock.isVisible, 20)
    dock.activateWindow()
    window.prompt.prompt.setFocus()
    until(window.prompt.prompt.hasFocus, 20)
    QTest.keyClick(window.prompt.prompt, Qt.Key.Key_Escape)
    until(lambda: window.canvas.hasFocus(), 20)
    dock.setFloating(False)


def test_esc_in_a_dialog_closes_the_dialog(ready: MainWindow) -> None:
    dialog = NewDialog(ready.settings, ready.icons, (0, 0, 0), ready)
    dialog.show()
    dialog.activateWindow()
    field = next(fields(dialog))
    field.setFocus()
    until(field.hasFocus, 20)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.deleteLater()


def test_after_generate_b_is_the_brush(engine: MainWindow) -> None:
    window = engine
    for ask in (
        window.prompt.generate.click,
        lambda: QTest.keyClick(window.prompt.prompt, Qt.Key.Key_Return, CONTROL),
        window.menus.actions["generate"].trigger,
    ):
        window.tool_bar.choose(TOOLS[0])
        window.prompt.prompt.setFocus()
        until(window.prompt.prompt.hasFocus, 20)
        ask()
        assert window.canvas.hasFocus()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_B)
        assert window.tool_bar.current.id == "brush"
        assert window.prompt.prompt.toPlainText() == "a teddy bear"
        answer(window)


def test_a_request_that_is_refused_leaves_the_cursor_in_the_prompt(engine: MainWindow) -> None:
    window = engine
    window.menus.actions["mask_clear"].trigger()
    window.prompt.prompt.setFocus()
    until(window.prompt.prompt.hasFocus, 20)
    QTest.keyClick(window.prompt.prompt, Qt.Key.Key_Return, CONTROL)
    assert window.session.queue.is_idle and window.prompt.prompt.hasFocus()


@pytest.mark.parametrize("place", ["a tool", "the tool's name", "a caption", "the ground"])
def test_a_click_elsewhere_leaves_the_field(ready: MainWindow, place: str) -> None:
    window = ready
    button = window.tool_bar.widgetForAction(window.tool_bar.tool_actions["move"])
    targets = {
        "a tool": (button, None),
        "the tool's name": (window.options_bar.name, None),
        "a caption": (window.prompt.place, None),
        "the ground": (window.prompt.widget(), QPoint(2, 2)),
    }
    widget, at = targets[place]
    assert widget is not None and widget.isVisible()
    window.prompt.prompt.setFocus()
    until(window.prompt.prompt.hasFocus, 20)
    QTest.mouseClick(widget, LEFT, pos=at if at is not None else widget.rect().center())
    assert not window.prompt.prompt.hasFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_B)
    assert window.tool_bar.current.id == "brush"
    assert window.prompt.prompt.toPlainText() == "a teddy bear"


def test_return_applies_right_after_generate_was_clicked(engine: MainWindow) -> None:
    window = engine
    window.prompt.generate.setFocus()
    QTest.mouseClick(window.prompt.generate, LEFT)
    answer(window)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert len(window.session.document.layers) == 2
    assert window.session.tray.is_applied(window.session.tray.items[0])


def test_return_applies_from_a_button_but_not_from_a_field(engine: MainWindow) -> None:
    window, session = engine, engine.session
    session.submit(Task.FILL)
    answer(window)
    for field in (window.prompt.negative, window.prompt.variations, window.layers.tree):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert len(session.document.layers) == 1
    until(window.tray.before.isEnabled, 20)
    window.tray.before.setFocus()
    QTest.keyClick(window.tray.before, Qt.Key.Key_Return)
    assert len(session.document.layers) == 2 and window.canvas.hasFocus()


def test_generate_means_the_panel_in_front(engine: MainWindow) -> None:
    window = engine
    window.menus.actions["words"].trigger()
    window.words.caption.setPlainText("a red apple")
    window.words.text.setPlainText("a green apple")
    window.menus.actions["generate"].trigger()
    assert window.canvas.hasFocus()
    window.menus.actions["generate"].trigger()
    jobs: list[Job] = list(window.session.queue.jobs)
    assert [job.request.task for job in jobs] == [Task.REWRITE] * 2  # type: ignore[union-attr]
    window.session.queue.running = None
    window.session.queue.clear()
