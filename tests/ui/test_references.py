"""References in the prompt panel: how they are added, what of them reaches the edit settings."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import close, pause, picture, until
from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from studio import app
from studio.catalog.models import STARTER, ModelSpec, identify
from studio.catalog.reasons import reference_reason
from studio.catalog.references import BLEND, FACE, MODES
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.io import formats
from studio.document.raster import Raster
from studio.edit.apply import result_layer
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference
from studio.ui.layers.layers_panel import NAME
from studio.ui.prompt import references_panel
from studio.ui.prompt.reference_row import ReferenceRow
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.window.main_window import MainWindow


@pytest.fixture(autouse=True)
def adapter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every model take references; the tests that ask the files are marked ``asks_files``."""
    if "asks_files" not in request.fixturenames:
        monkeypatch.setattr(references_panel, "reference_reason", lambda *_: None)


@pytest.fixture
def asks_files() -> None:
    """Leave the answer to what lies in the model's folder."""


@pytest.fixture
def box(window: MainWindow) -> ReferencesBox:
    """The references of the window's prompt panel."""
    return window.prompt.references


BUTTON, HELD = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Enter(QDragEnterEvent):
    """A drag that says where it comes from, which Qt tells of real drags only."""

    origin: QObject | None = None

    def source(self) -> QObject | None:  # type: ignore[override]
        """Return the widget that the drag began in."""
        return self.origin


class Drop(QDropEvent):
    """A drop that says where it comes from."""

    origin: QObject | None = None

    def source(self) -> QObject | None:  # type: ignore[override]
        """Return the widget that the drag began in."""
        return self.origin


def drop(
    target: QWidget, mime: QMimeData, source: QObject | None = None
) -> tuple[bool, Qt.DropAction]:
    """Drop something on a widget; returns whether it was accepted, and as what."""
    action = Qt.DropAction.MoveAction if source is not None else Qt.DropAction.CopyAction
    enter = Enter(QPoint(8, 8), action, mime, BUTTON, HELD)
    event = Drop(QPointF(8, 8), action, mime, BUTTON, HELD)
    for one in (enter, event):
        one.origin = source
        one.ignore()
        QCoreApplication.sendEvent(target, one)
    return event.isAccepted(), event.dropAction()


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def saved(path: Path, width: int = 80, height: int = 60) -> Path:
    formats.save_document(picture(width, height).document, path)
    return path


def errors_of(box: ReferencesBox) -> list[StudioError]:
    found: list[StudioError] = []
    box.failed.connect(found.append)
    return found


def used(window: MainWindow) -> tuple[Reference, ...]:
    """What the session would give to an edit."""
    return window.session.edit_settings.references


def added(window: MainWindow, *names: str, width: int = 80) -> list[ReferenceRow]:
    """Put references into the box as if they had been read from files."""
    box = window.prompt.references
    pixels = np.full((60, width, 3), 90, np.uint8)
    box.add([lambda progress, name=name: Reference(pixels, name) for name in names])
    wanted = len(box.rows) + len(names)
    until(lambda: len(box.rows) == wanted, 20)
    return box.rows


def body_of(window: MainWindow) -> QWidget:
    body = window.prompt.widget()
    assert body is not None
    return body


def places(window: MainWindow) -> list[QWidget]:
    prompt = window.prompt
    return [body_of(window), prompt.prompt.viewport(), prompt.negative, prompt.form.fields["seed"]]


def test_files_dropped_anywhere_on_the_panel_become_references(
    window: MainWindow, box: ReferencesBox, tmp_path: Path
) -> None:
    assert not box.heading.isChecked()
    path = saved(tmp_path / "árbol.png")
    for count, target in enumerate(places(window), 1):
        assert drop(target, files(path)) == (True, Qt.DropAction.CopyAction)
        until(lambda count=count: len(used(window)) == count, 20)
    assert box.heading.isChecked() and str(len(places(window))) in box.heading.text()
    first = used(window)[0]
    assert (first.name, first.image.shape) == ("árbol", (60, 80, 3))
    assert (first.mode, first.weight, first.where, first.used) == ("look", 1.0, None, True)
    assert window.prompt.prompt.toPlainText() == window.prompt.negative.text() == ""
    assert window.session.path is None


def test_several_files_keep_their_order_and_a_broken_one_stops_none(
    window: MainWindow, box: ReferencesBox, tmp_path: Path
) -> None:
    errors = errors_of(box)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    # The first takes longest to read.
    big, small = saved(tmp_path / "big.png", 1600, 1200), saved(tmp_path / "small.png")
    drop(body_of(window), files(big, broken, text, tmp_path, small))
    until(lambda: len(box.rows) == 2, 30)
    assert [one.name for one in used(window)] == ["big", "small"]
    assert used(window)[0].image.shape == (768, 1024, 3)
    assert len(errors) == 3 and all(isinstance(one, StudioError) for one in errors)
    assert "broken.png" in str(errors[0].values) and window.messages.isVisible()


def test_image_data_is_taken_and_what_is_none_is_refused(
    window: MainWindow, box: ReferencesBox
) -> None:
    errors = errors_of(box)
    image = QImage(20, 10, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.transparent)
    mime = QMimeData()
    mime.setImageData(image)
    drop(body_of(window), mime)
    until(lambda: box.rows, 20)
    assert used(window)[0].image.shape == (10, 20, 3)
    assert (used(window)[0].image == 255).all(), "transparency turns white"
    far = QMimeData()
    far.setUrls([QUrl("https://example.org/cat.png")])
    drop(body_of(window), far)
    nothing = QMimeData()
    nothing.setImageData(QImage())
    drop(body_of(window), nothing)
    pause(50)
    assert len(box.rows) == 1 and len(errors) == 2
    assert errors[0].message != errors[1].message


def test_text_still_goes_into_the_prompt(window: MainWindow, box: ReferencesBox) -> None:
    mime = QMimeData()
    mime.setText("a penguin")
    drop(window.prompt.prompt.viewport(), mime)
    assert "a penguin" in window.prompt.prompt.toPlainText()
    assert not box.rows


def test_layer_is_dropped_and_stays_in_its_list(window: MainWindow, box: ReferencesBox) -> None:
    errors = errors_of(box)
    tree = window.layers.tree
    window.layers.refresh()
    # A list that hears of a move takes the row out.
    told = drop(window.prompt.prompt.viewport(), QMimeData(), tree)
    assert told == (True, Qt.DropAction.IgnoreAction)
    until(lambda: box.rows, 20)
    photo = window.session.document.layers[0]
    assert used(window)[0].name == photo.name == "Photo"
    shown = photo.raster.read(window.session.document.rect)[:, :, :3]  # type: ignore[attr-defined]
    assert (used(window)[0].image == shown).all()
    window.layer_commands.add()
    window.layers.refresh()
    assert tree.currentItem().text(NAME) == "Layer 2"
    drop(body_of(window), QMimeData(), tree)
    until(lambda: errors, 20)
    assert errors[0].values == {"name": "Layer 2"} and len(box.rows) == 1


def test_buttons_add_layer_selection_and_clipboard(
    window: MainWindow, box: ReferencesBox, tmp_path: Path
) -> None:
    errors = errors_of(box)
    box.heading.click()
    box.from_layer.click()
    until(lambda: len(box.rows) == 1, 20)
    box.from_selection.click()
    assert errors[0].message == "Nothing is selected."
    mask = np.zeros((120, 160), np.uint8)
    mask[10:40, 20:70] = 255
    select(window, mask)
    box.from_selection.click()
    until(lambda: len(box.rows) == 2, 20)
    assert used(window)[1].image.shape == (30, 50, 3)
    board = QGuiApplication.clipboard()
    board.setText("words")
    box.from_clipboard.click()
    assert "clipboard" in errors[1].message
    board.setMimeData(files(saved(tmp_path / "copied.png")))
    box.from_clipboard.click()
    until(lambda: len(box.rows) == 3, 20)
    assert used(window)[2].name == "copied"
    window.session.amend(window.session.document.replace(active=None))
    box.from_layer.click()
    assert "No layer is active" in errors[2].message


def select(window: MainWindow, mask: np.ndarray) -> None:
    raster = Raster.from_array(mask)
    window.session.edit("Select", lambda old: old.replace(selection=raster))


def test_mode_weight_and_times_reach_the_settings(window: MainWindow) -> None:
    row = added(window, "one", "two")[1]
    row.mode.setCurrentIndex(row.mode.findData("composition"))
    row.weight.set_value(0.65)
    row.start.setValue(20)
    row.end.setValue(60)
    one, two = used(window)
    assert (two.mode, two.weight, two.start, two.end) == ("composition", 0.65, 0.2, 0.6)
    assert (one.mode, one.weight, one.start, one.end) == ("look", 1.0, 0.0, 1.0)
    row.start.setValue(80)
    assert (used(window)[1].start, used(window)[1].end) == (0.8, 0.8)
    row.end.setValue(10)
    assert (used(window)[1].start, used(window)[1].end) == (0.1, 0.1)
    row.used.click()
    assert not used(window)[1].used and used(window)[0].used
    window.prompt.prompt.setPlainText("a penguin")
    assert len(used(window)) == 2, "typing keeps the references"
    request = window.session.request(Task.GENERATE)
    assert [use.weight for use in request.references] == [1.0]


def test_mask_is_the_selection_or_else_the_painted_one(
    window: MainWindow, box: ReferencesBox
) -> None:
    errors = errors_of(box)
    row = added(window, "one")[0]
    assert not row.details.isVisible()
    row.more.click()
    assert row.details.isVisible()
    row.only.click()
    assert len(errors) == 1 and not row.only.isChecked() and used(window)[0].where is None
    painted = Raster.from_array(np.full((30, 30), 255, np.uint8))
    window.session.edit("Paint", lambda old: old.replace(mask=painted))
    row.only.click()
    assert used(window)[0].where is painted
    row.only.click()
    assert used(window)[0].where is None
    mask = np.zeros((120, 160), np.uint8)
    mask[60:, 80:] = 255
    select(window, mask)
    row.only.click()
    assert used(window)[0].where is window.session.document.selection
    window.prompt.prompt.setPlainText("a penguin")
    cut = window.session.request(Task.GENERATE).references[0].mask
    assert cut is not None and (cut == mask).all()


def is_offered(mode: QComboBox, name: str) -> bool:
    """Whether an entry of a row's list can be chosen."""
    index = mode.model().index(mode.findData(name), 0)
    return bool(mode.model().flags(index) & Qt.ItemFlag.ItemIsEnabled)


def test_face_is_greyed_out_and_says_why_until_an_adapter_can(
    window: MainWindow, box: ReferencesBox, asks_files: None, tmp_path: Path
) -> None:
    mode = added(window, "one")[0].mode
    until(lambda: not is_offered(mode, FACE), 20)
    tip = str(mode.itemData(mode.findData(FACE), Qt.ItemDataRole.ToolTipRole))
    assert "not made for faces" in tip and "https://" in tip
    assert all(is_offered(mode, name) for name in MODES if name not in (FACE, BLEND))
    blend = str(mode.itemData(mode.findData(BLEND), Qt.ItemDataRole.ToolTipRole))
    assert not is_offered(mode, BLEND) and "image embeddings blend" in blend
    own = identify(STARTER).path / "ip_adapter"
    folder = Path(shutil.copytree(own, tmp_path / "plus-face"))
    box.adapter.setText(str(folder))
    box.adapter.editingFinished.emit()
    until(lambda: is_offered(mode, FACE), 20)
    mode.setCurrentIndex(mode.findData(FACE))
    assert (used(window)[0].mode, used(window)[0].model) == (FACE, str(folder))
    again = added(window, "two")[1].mode
    assert is_offered(again, FACE)
    box.adapter.setText("")
    box.adapter.editingFinished.emit()
    until(lambda: not is_offered(mode, FACE) and not is_offered(again, FACE), 20)


@pytest.fixture
def bare(tmp_path: Path) -> ModelSpec:
    """The starter's files in a folder without an IP-Adapter."""
    folder = tmp_path / "Bare"
    folder.mkdir()
    for entry in identify(STARTER).path.iterdir():
        if entry.name != "ip_adapter" and entry.name != "lienzo.json":
            (folder / entry.name).symlink_to(entry)
    return identify(folder)


def test_model_without_adapter_greys_out_with_the_reason(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, bare: ModelSpec, tmp_path: Path
) -> None:
    box, row = window.prompt.references, added(window, "one")[0]
    asked: list[str] = []

    def reason(model: str, folder: str = "", mode: str = "") -> StudioError | None:
        asked.append(model)
        return reference_reason(model, folder, mode) if model == bare.id else None

    monkeypatch.setattr(references_panel, "reference_reason", reason)
    form = window.prompt.form
    form.set_models([identify(STARTER), bare], STARTER)
    pause(50)
    form.choose_model(bare.id)
    until(lambda: box.reason.isVisible(), 20)
    assert "Bare" in box.reason.text() and "IP-Adapter" in box.reason.text()
    greyed = (row.mode, row.weight, row.start, row.end, row.only)
    assert not any(widget.isEnabled() for widget in (*greyed, *box._adders))
    assert row.remove.isEnabled() and row.used.isEnabled() and box.adapter.isEnabled()
    count = len(asked)
    window.prompt.prompt.setPlainText("a penguin")
    assert len(asked) == count, "typing asks the disk nothing"
    errors = errors_of(box)
    drop(body_of(window), files(saved(tmp_path / "a.png")))
    pause(100)
    assert len(errors) == 1 and errors[0].values["model"] == "Bare" and len(box.rows) == 1
    form.choose_model(STARTER)
    until(lambda: not box.reason.isVisible(), 20)
    assert all(widget.isEnabled() for widget in (*greyed, *box._adders))


def test_reason_names_an_adapter_folder_that_holds_none(
    window: MainWindow, box: ReferencesBox, asks_files: None, bare: ModelSpec, tmp_path: Path
) -> None:
    assert "Bare" in str(reference_reason(bare.id))
    reference = Reference(np.zeros((4, 4, 3), np.uint8), "one")
    window.session.edit_state.update(references=(reference,))
    box.show_model(bare.id)
    until(lambda: "Bare" in box.reason.text(), 20)
    box.adapter.setText(str(tmp_path))
    box.adapter.editingFinished.emit()
    until(lambda: str(tmp_path) in box.reason.text() and "Bare has" not in box.reason.text(), 20)
    assert used(window)[0].model == str(tmp_path)


def test_rows_are_removed_by_button_and_by_delete(window: MainWindow, box: ReferencesBox) -> None:
    rows = list(added(window, "one", "two", "three"))
    window.activateWindow()
    rows[1].remove.setFocus()
    rows[1].remove.click()
    assert [one.name for one in used(window)] == ["one", "three"]
    until(lambda: rows[2].hasFocus(), 5)
    for key in (Qt.Key.Key_Delete,):
        override = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        override.ignore()
        QCoreApplication.sendEvent(rows[2], override)
        assert override.isAccepted(), "no shortcut of the window takes it"
    QTest.keyClick(rows[2], Qt.Key.Key_Delete)
    assert [one.name for one in used(window)] == ["one"]
    QTest.keyClick(rows[0], Qt.Key.Key_A)
    assert [one.name for one in used(window)] == ["one"]
    rows[0].weight._spin.setFocus()
    QTest.keyClick(rows[0].weight._spin, Qt.Key.Key_Delete)
    assert [one.name for one in used(window)] == ["one"], "it edits the number"
    rows[0].setFocus()
    QTest.keyClick(rows[0], Qt.Key.Key_Delete)
    assert used(window) == () and not box.heading.isChecked()
    assert box.heading.text() == "References"


def test_theme_changes_after_a_row_is_gone(window: MainWindow) -> None:
    rows = list(added(window, "one", "two"))
    rows[0].remove.click()
    QCoreApplication.sendPostedEvents(None, 52)  # DeferredDelete
    dark = rows[1].remove.icon().pixmap(16).toImage()
    window.session.settings.set("theme", "light")
    window.apply_theme()
    light = window.icons.icons.get("ph.x").pixmap(16).toImage()
    assert rows[1].remove.icon().pixmap(16).toImage() == light != dark


def test_editing_a_recipe_shows_its_references_and_takes_those_shown(
    window: MainWindow, box: ReferencesBox
) -> None:
    session = window.session
    added(window, "theirs")[0].weight.set_value(0.4)
    window.prompt.prompt.setPlainText("a penguin")
    request = session.request(Task.GENERATE)
    painted = np.zeros((request.region.height, request.region.width, 3), np.uint8)
    layer = result_layer(EditResult(request=request, images=(painted,), seeds=(1,)), 0)
    session.edit("Add", lambda old: old.insert(layer))
    box.rows[0].remove.click()
    assert used(window) == ()
    window.commands.edit_recipe(layer.id)
    assert [(row.reference.name, row.reference.weight) for row in box.rows] == [(layer.name, 0.4)]
    asked: list[EditRequest] = []
    session.queue.progressed.connect(lambda job, event: asked.append(job.request))
    box.rows[0].weight.set_value(0.9)
    window.prompt.generate.click()
    until(lambda: asked)
    assert [use.weight for use in asked[0].references] == [0.9]
    session.queue.clear()
    until(lambda: session.queue.is_idle)


def test_a_recipe_without_references_leaves_them(window: MainWindow, box: ReferencesBox) -> None:
    added(window, "mine")
    window.prompt.show_settings(EditSettings(prompt="a recipe"))
    assert [one.name for one in used(window)] == ["mine"]
    assert [one.name for one in window.prompt.settings.references] == ["mine"]
    other = Reference(
        np.zeros((8, 4, 3), np.uint8), "theirs", weight=0.4, start=0.1, end=0.5, mode="subject"
    )
    where = Raster.from_array(np.full((9, 9), 255, np.uint8))
    window.prompt.show_settings(EditSettings(references=(replace(other, where=where),)))
    assert [one.name for one in used(window)] == ["theirs"]
    row = box.rows[0]
    assert (row.mode.currentData(), row.weight.value) == ("subject", 0.4)
    assert (row.start.value(), row.end.value(), row.only.isChecked()) == (10, 50, True)
    pause(20)
    assert row.details.isVisible(), "what is not as usual is seen"


def test_tab_goes_through_the_rows_in_order(window: MainWindow, box: ReferencesBox) -> None:
    rows = added(window, "one", "two")
    for row in rows:
        row.more.click()
    seen: list[QWidget] = []
    widget: QWidget | None = box.heading
    while widget is not None and widget is not window.prompt.regions.heading and len(seen) < 99:
        is_inner = isinstance(widget, QLineEdit) and widget is not box.adapter
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not is_inner:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    wanted: list[QWidget] = [box.heading]
    for row in rows:
        wanted += [row, row.used, row.more, row.remove, row.mode]
        wanted += [row.weight._slider, row.weight._spin, row.start, row.end, row.only]
    wanted += [*box._adders, box.adapter, box.browse]
    assert seen == wanted
    assert all(one.accessibleName() for one in seen)


def test_window_opens_with_room_for_its_widest_row(
    window: MainWindow, qapp: object, home: Path
) -> None:
    for language in ("en", "es"):
        settings = Settings(None)
        settings.set("language", language)
        made = app.build(settings)
        made.show()
        try:
            added(made, "A very long name of a picture that was taken in a summer long ago")
            made.prompt.references.rows[0].more.click()
            pause(50)
            view, body = made.prompt.viewport().width(), body_of(made)
            assert body.minimumSizeHint().width() <= view, language
        finally:
            close(made)
