"""The window without a model: start, drawing, keys, dialogs, drag and drop, themes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import close, drag, pause, picture, until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QMessageBox, QWidget

from studio import app
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.io import formats
from studio.session.journal import recoverable
from studio.session.losses import Loss
from studio.tools.registry import TOOLS, spec
from studio.ui.documents import files
from studio.ui.widgets import theme
from studio.ui.widgets.icons import glyphs
from studio.ui.window.main_window import MainWindow

FRESH = """
import sys
from studio import app
from PySide6.QtTest import QTest
window = app.build()
window.show()
QTest.qWait(50)
names = ("torch", "diffusers", "transformers", "numba", "psd_tools")
heavy = [name for name in names if name in sys.modules]
window.close()
print("heavy:", heavy)
"""


def test_window_is_shown_without_torch(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH], capture_output=True, text=True, timeout=120, check=True
    )
    assert "heavy: []" in done.stdout, done.stdout + done.stderr


def test_mask_is_painted_by_the_mouse_and_undone(window: MainWindow) -> None:
    window.tool_options.size = 20
    drag(window, (40, 40), (80, 60))
    mask = window.session.document.mask
    assert mask is not None
    assert mask.read(window.session.document.rect)[40, 40, 0] == 255
    assert mask.read(window.session.document.rect)[100, 10, 0] == 0
    window.menus.actions["undo"].trigger()
    assert window.session.document.mask is None
    window.menus.actions["redo"].trigger()
    assert window.session.document.mask is mask


def test_escape_rolls_a_drag_back(window: MainWindow) -> None:
    before = window.session.document
    drag(window, (40, 40), (80, 60), release=False)
    assert window.session.document is not before
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.session.document is before
    assert len(window.session.history.entries) == 1
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))


def test_brush_changes_only_what_it_touches(window: MainWindow) -> None:
    window.tool_bar.choose(spec("brush"))
    window.tool_options.size = 12
    window.tool_options.color = (255, 0, 0)
    before = window.session.document.layers[0].raster.read(window.session.document.rect)
    drag(window, (100, 60), (104, 60))
    after = window.session.document.layers[0].raster.read(window.session.document.rect)
    changed = (before != after).any(axis=2)
    assert changed.any()
    rows, columns = np.nonzero(changed)
    assert rows.min() >= 60 - 8 and rows.max() <= 60 + 8
    assert columns.min() >= 100 - 8 and columns.max() <= 104 + 8


def test_canvas_paints_the_document_and_zooms_at_the_cursor(window: MainWindow) -> None:
    canvas = window.canvas
    canvas.zoom_to(1.0)
    until(lambda: canvas.is_complete, 10)
    grab = canvas.grab().toImage()
    place = canvas.widget_point(20, 100)
    shown = grab.pixelColor(place * grab.devicePixelRatio())
    expected = window.session.document.layers[0].raster.read(window.session.document.rect)[100, 20]
    assert abs(shown.red() - expected[0]) <= 2 and abs(shown.green() - expected[1]) <= 2
    point = QPointF(canvas.widget_point(50, 50))
    before = canvas.document_point(point)
    canvas.zoom_to(4.0, point)
    after = canvas.document_point(point)
    assert after == pytest.approx(before)
    window.menus.actions["actual"].trigger()
    assert canvas.view.zoom == 1.0


def test_keys_of_tools_and_brush(window: MainWindow) -> None:
    for row in TOOLS:
        window.tool_bar.tool_actions[row.id].trigger()
        assert window.tool_bar.current is row
    window.tool_options.size = 40
    window.menus.actions["brush_larger"].trigger()
    assert window.tool_options.size > 40
    window.menus.actions["brush_smaller"].trigger()
    assert window.tool_options.size <= 40


def test_every_icon_exists() -> None:
    # A name that the font lacks would end the process, inside Qt's painting.
    root = Path(files.__file__).parents[2]
    names = {
        name
        for path in root.rglob("*.py")
        for name in re.findall(r'"ph\.([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(names) > 60
    assert not names - set(glyphs())


def test_shortcuts_are_unique(window: MainWindow) -> None:
    keys: dict[str, str] = {}
    actions = {**window.menus.actions, **window.tool_bar.tool_actions}
    for name, action in actions.items():
        for key in action.shortcuts():
            text = key.toString()
            assert text not in keys, f"{text}: {name} and {keys[text]}"
            keys[text] = name


def test_every_control_has_an_accessible_name(window: MainWindow) -> None:
    controls = (QAbstractButton, QAbstractSlider, QComboBox)
    missing = [
        f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}"
        for widget in window.findChildren(QWidget)
        if (isinstance(widget, controls) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not widget.objectName().startswith("qt_")
        and not _is_inner(widget)
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert not missing


def _is_inner(widget: QWidget) -> bool:
    """Whether Qt made the widget inside another one, which speaks for it."""
    names = ("QScrollBar", "QDockWidgetTitleButton", "QTabBar", "QMainWindowTabBar")
    inner = type(widget).__name__ in (*names, "QToolBarExtension", "QMenuBar", "QMenu")
    class_name = widget.metaObject().className()
    parent = widget.parent()
    inside = isinstance(parent, QWidget) and parent.metaObject().className() in (
        "QSpinBox",
        "QDoubleSpinBox",
        "QComboBox",
        "QComboBoxPrivateContainer",
        "QMenuBar",
    )
    popup = class_name in ("QComboBoxListView", "QComboBoxPrivateContainer", "QMainWindowTabBar")
    title = class_name in ("QDockWidgetTitleButton", "QToolBarExtension", "QMenu", "QScrollBar")
    return inner or inside or popup or title or widget.isWindow()


def test_everything_is_reached_by_tab(window: MainWindow) -> None:
    start = window.canvas
    seen = {start}
    widget = start.nextInFocusChain()
    while widget is not start and widget is not None:
        seen.add(widget)
        widget = widget.nextInFocusChain()
    for part in (
        window.prompt.prompt,
        window.prompt.generate,
        window.layers.tree,
        window.layers.blend,
        window.tray.list,
        window.history.list,
        window.queue.cancel,
        window.options_bar.mask_erase,
    ):
        assert part in seen
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_text_has_contrast() -> None:
    for one in theme.THEMES.values():
        for text, ground in theme.TEXT_PAIRS:
            ratio = theme.contrast(getattr(one, text), getattr(one, ground))
            assert ratio >= 4.5, f"{one.name}: {text} on {ground} is {ratio:.2f}:1"
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21.0)


def test_themes_change_without_a_restart(window: MainWindow) -> None:
    window.session.settings.set("theme", "light")
    window.apply_theme()
    ground = window.canvas.grab().toImage().pixelColor(2, 2)
    assert ground.name() == theme.LIGHT.canvas
    window.session.settings.set("theme", "dark")
    window.apply_theme()
    assert window.canvas.grab().toImage().pixelColor(2, 2).name() == theme.DARK.canvas


def test_dropped_file_is_opened_and_with_shift_placed(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "árbol.png"
    formats.save_document(picture(80, 60).document, path)
    _drop(window, path, Qt.KeyboardModifier.ShiftModifier)
    until(lambda: len(window.session.document.layers) == 2, 30)
    assert window.session.document.width == 160
    window.session._saved = window.session.document
    _drop(window, path, Qt.KeyboardModifier.NoModifier)
    until(lambda: window.session.path == path, 30)
    assert window.session.document.width == 80
    assert window.files.recent[0] == path.resolve()


def _drop(window: MainWindow, path: Path, held: Qt.KeyboardModifier) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, held
    )
    window.dropEvent(event)


def test_picture_is_pasted_as_a_layer(window: MainWindow) -> None:
    image = QImage(20, 10, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    window.menus.actions["paste"].trigger()
    layer = window.session.document.active_layer()
    assert layer is not None and layer.bounds().width == 20 and layer.bounds().height == 10
    window.menus.actions["undo"].trigger()
    assert len(window.session.document.layers) == 1


def test_bad_file_says_why_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    before = window.session.document
    window.files.open(path)
    until(window.messages.isVisible, 20)
    assert "broken.png" in window.messages.text.text()
    assert window.session.document is before


def test_file_is_saved_opened_twice_and_locked(
    window: MainWindow, tmp_path: Path, home: Path
) -> None:
    path = tmp_path / "picture.ora"
    window.files._write(path, None)
    until(lambda: window.session.path == path, 30)
    assert not window.session.is_modified
    before = window.session.document
    window.files.open(path)
    assert "open already" in window.messages.text.text()
    assert window.session.document is before
    other = app.build(Settings(None))
    other.files.open(path)
    until(lambda: other.session.path == path, 30)
    assert "another Lienzo" in other.messages.text.text()
    close(other)


def test_layers_panel_shows_and_changes_layers(window: MainWindow) -> None:
    window.layer_commands.add()
    window.layers.refresh()
    tree = window.layers.tree
    assert [tree.topLevelItem(i).text(1) for i in range(2)] == ["Layer 2", "Photo"]
    window.layer_commands.set_opacity(0.5)
    window.menus.actions["layer_group"].trigger()
    window.layers.refresh()
    assert tree.topLevelItem(0).childCount() == 1
    photo = window.session.document.layers[0]
    window.layer_commands.move([photo.id], None, 1)
    window.layers.refresh()
    assert tree.topLevelItem(0).text(1) == "Photo"
    steps = len(window.session.history.entries)
    window.layer_commands.activate(photo.id)
    assert len(window.session.history.entries) == steps
    assert window.session.document.active == photo.id
    window.history.refresh()
    assert window.history.list.count() == steps


def test_refused_edit_shows_message_and_hint(window: MainWindow) -> None:
    window.prompt.prompt.setPlainText("a teddy bear")
    window.prompt.generate.click()
    assert window.messages.isVisible()
    assert window.messages.text.text() == "There is no mask, so there is nothing to fill."
    assert window.messages.hint.isVisible()


def test_unknown_word_and_completion(window: MainWindow) -> None:
    window.commands.models.load_words("starter")
    until(lambda: not window.background.is_busy, 30)
    panel = window.prompt
    panel.prompt.setPlainText("a teddy bear beside a qwrtzpl")
    panel._check_prompt()
    assert "qwrtzpl" in panel.notice.text() and "teddy" not in panel.notice.text()
    assert "Did you mean" not in panel.notice.text()
    panel.prompt.setPlainText("a dragn and an elefant")
    panel._check_prompt()
    assert '<a href="dragn">dragon</a>' in panel.notice.text()
    panel.notice.linkActivated.emit("dragn")
    panel._check_prompt()
    assert panel.prompt.toPlainText() == "a dragon and an elefant"
    assert "dragn" not in panel.notice.text() and "elephant" in panel.notice.text()
    panel.prompt.setPlainText("teddy bear " * 90)
    panel._check_prompt()
    assert "Long prompt: this model" in panel.notice.text()
    panel.prompt.clear()
    QTest.keyClicks(panel.prompt, "a ted")
    assert "teddy bear" in panel.prompt.completions
    QTest.keyClick(panel.prompt, Qt.Key.Key_Tab)
    assert panel.prompt.toPlainText().startswith("a ted")
    panel.prompt._completer.popup().hide()


def test_close_asks_when_modified(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = QMessageBox.StandardButton
    drag(window, (40, 40), (80, 60))
    asked: list[str] = []

    def cancel(parent: QWidget, loss: Loss, *, quits: bool) -> QMessageBox.StandardButton:
        asked.append(loss.name)
        return kind.Cancel

    monkeypatch.setattr("studio.ui.documents.files.ask_to_save", cancel)
    assert not window.close()
    assert asked == ["Untitled"] and window.isVisible()
    monkeypatch.setattr("studio.ui.documents.files.ask_to_save", lambda *_, **__: kind.Discard)
    assert window.close()


def test_journal_is_offered_and_recovered(
    window: MainWindow, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drag(window, (40, 40), (80, 60))
    painted = window.session.document.mask
    assert painted is not None
    journal = window.session._journal
    assert journal is not None
    root = journal.folder.parent
    window.session._journal = None
    journal.close(keep=True)
    (root / journal.folder.name / "owner").write_text('{"pid": 999999999, "started": 0}')
    assert len(recoverable(root)) == 1
    other = app.build(Settings(None))
    monkeypatch.setattr(files, "ask_to_recover", lambda *_: QMessageBox.StandardButton.Yes)
    assert other.files.offer_recovery() == [] and other.has_document
    mask = other.session.document.mask
    assert mask is not None
    area = other.session.document.rect
    assert np.array_equal(mask.read(area), painted.read(area))
    assert other.session.is_modified
    close(other)


def test_a_bug_leaves_a_log_and_the_window_goes_on(window: MainWindow, home: Path) -> None:
    window.crash.report(RuntimeError("a bug"))
    box = window.findChild(QMessageBox, "crash")
    assert box is not None and "Traceback" not in box.text() + box.informativeText()
    box.accept()
    logs = list(home.rglob("crash.log"))
    assert logs and "RuntimeError: a bug" in logs[0].read_text(encoding="utf-8")
    drag(window, (40, 40), (80, 60))
    assert window.session.document.mask is not None


def test_huge_document_paints_in_pieces(window: MainWindow) -> None:
    import time

    from studio.document.document import Document
    from studio.document.layer import RasterLayer
    from studio.document.raster import TILE, Raster

    tile = np.full((TILE, TILE, 4), 200, np.uint8)
    tile[::2] = 90
    tile[:, :, 3] = 255
    raster = Raster({(x, y): tile for x in range(64) for y in range(64)})
    document = Document(width=16384, height=16384, layers=(RasterLayer(raster=raster),))
    from studio.document.io.common import Opened

    window.session.adopt(Opened(document), None)
    longest = 0.0
    for _ in range(400):
        begin = time.perf_counter()
        window.canvas.repaint()
        longest = max(longest, time.perf_counter() - begin)
        if window.canvas.is_complete:
            break
        pause(1)
    assert window.canvas.is_complete
    # The budget is 45 ms; the rest is room for a machine that does other things too.
    assert longest < 1.0


def test_error_is_a_studio_error_with_a_hint() -> None:
    error = StudioError("{name} is gone.", "Look elsewhere.", name="x")
    from studio.ui.widgets.translation import error_text

    assert error_text(error) == ("x is gone.", "Look elsewhere.")
