"""The sheet on which a subject is taught: photos, their masks, the name, the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import offer, pause, until
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from studio.catalog.subjects import RUN, WORDS, Subject, write_subject
from studio.catalog.vocabulary import Vocabulary
from studio.core.geometry import Rect
from studio.document.raster import Raster
from studio.edit.training import TrainSettings
from studio.ui.training.mask_view import ADD, FRAME, REMOVE
from studio.ui.training.photo_card import PhotoCard
from studio.ui.training.photo_sources import file_photos
from studio.ui.training.teach_sheet import TeachSheet
from studio.ui.widgets.theme import DARK
from studio.ui.widgets.widgets import INSET
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def sheet(window: MainWindow) -> Iterator[TeachSheet]:
    """Give the window's sheet, opened by its shortcut's action."""
    window.menus.actions["teach"].trigger()
    made = window.commands.subjects.sheet
    until(lambda: made.form.resolved is not None, 30)
    yield made
    until(lambda: not made.row.is_busy, 60)


def photo_file(
    path: Path,
    seed: int,
    side: int = 400,
    blur: float = 0,
    colour: tuple[int, int, int] = (30, 40, 220),
) -> Path:
    """Write a photo: a ball with a stripe somewhere on a soft ground with a little grain."""
    rng = np.random.default_rng(seed)
    soft = rng.integers(90, 190, (5, 6, 3), np.uint8)
    picture = cv2.resize(soft, (side, side * 3 // 4), interpolation=cv2.INTER_CUBIC)
    x, y = (int(side * rng.uniform(0.35, 0.65)), int(side * rng.uniform(0.32, 0.43)))
    cv2.circle(picture, (x, y), side // 5, colour, -1)
    for k in range(3):
        away = int(side * rng.uniform(-0.12, 0.12))
        cv2.circle(picture, (x + away, y + k * side // 20 - side // 20), side // 40, (255,) * 3, -1)
    grain = rng.integers(0, 12, picture.shape, np.uint8)
    picture = cv2.add(picture, grain)
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    assert cv2.imwrite(str(path), picture)
    return path


def added(sheet: TeachSheet, *files: Path) -> list[PhotoCard]:
    wanted = len(sheet.row.cards) + len(files)
    sheet.add(file_photos(files))
    until(lambda: len(sheet.row.cards) == wanted and not sheet.row.is_busy, 60)
    return sheet.row.cards


def three(sheet: TeachSheet, folder: Path) -> list[PhotoCard]:
    return added(sheet, *(photo_file(folder / f"{n}.png", n) for n in range(3)))


def named(sheet: TeachSheet, name: str, kind: str) -> None:
    sheet.naming.name.setText(name)
    sheet.naming.kind.setText(kind)
    sheet.naming.check()


def said(card: PhotoCard) -> str:
    return card.accessibleDescription()


def test_photos_are_checked_and_the_bad_ones_are_dropped(sheet: TeachSheet, tmp_path: Path) -> None:
    good, again = photo_file(tmp_path / "good.png", 1), tmp_path / "again.jpg"
    read = cv2.imread(str(good))
    assert read is not None and cv2.imwrite(str(again), read, [cv2.IMWRITE_JPEG_QUALITY, 80])
    blurred = photo_file(tmp_path / "blurred.png", 2, blur=9)
    small = photo_file(tmp_path / "small.png", 3, side=60)
    cards = added(sheet, good, blurred, small, again)
    assert [card.title for card in cards] == ["good", "blurred", "small", "again"]
    assert said(cards[0]) == "" and cards[0].is_kept
    assert "blurred" in said(cards[1]) and not cards[1].is_kept
    assert "too small" in said(cards[2]) and "128" in said(cards[2])
    assert "nearly the same as photo 1" in said(cards[3]) and not cards[3].is_kept
    shown = [label.text() for label in cards[1].findChildren(QLabel) if label.isVisible()]
    assert any("blurred" in text for text in shown)
    # The artist has the last word, also after another look.
    cards[1].keep.click()
    added(sheet, photo_file(tmp_path / "more.png", 9))
    assert cards[1].is_kept and cards[1].photo in sheet.row.kept
    assert cards[3].photo not in sheet.row.kept
    assert cards[0].photo.source == good


def test_photos_come_by_drop_layer_selection_and_clipboard(
    window: MainWindow, sheet: TeachSheet, tmp_path: Path
) -> None:
    file = photo_file(tmp_path / "foto ñ.png", 1)
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    assert offer(sheet, [QUrl.fromLocalFile(str(one)) for one in (broken, file)])
    until(lambda: len(sheet.row.cards) == 1 and not sheet.row.is_busy, 30)
    assert sheet.row.cards[0].title == "foto ñ" and "broken.png" in sheet.trouble.text()
    sheet.from_selection.click()
    until(lambda: sheet.trouble.text().startswith("Nothing is selected"), 20)
    sheet.from_layer.click()
    until(lambda: len(sheet.row.cards) == 2 and not sheet.row.is_busy, 30)
    assert sheet.row.cards[1].title == "Photo" and sheet.row.cards[1].photo.source is None
    assert not sheet.trouble.isVisibleTo(sheet)
    mask = np.zeros((120, 160), np.uint8)
    mask[10:70, 20:90] = 255
    window.session.edit("Select", lambda old: old.replace(selection=Raster.from_array(mask)))
    sheet.from_selection.click()
    until(lambda: len(sheet.row.cards) == 3 and not sheet.row.is_busy, 30)
    assert sheet.row.cards[2].photo.image.shape == (60, 70, 3)
    QGuiApplication.clipboard().setMimeData(_urls(file))
    sheet.pages.setFocus()
    QTest.keySequence(sheet, "Ctrl+V")
    until(lambda: len(sheet.row.cards) == 4 and not sheet.row.is_busy, 30)
    assert "nearly the same as photo 1" in said(sheet.row.cards[3])
    # What lies there when Python ends would be deleted twice.
    QGuiApplication.clipboard().clear()
    # The picture behind the sheet is as it was.
    assert len(window.session.document.layers) == 1


def _urls(*files: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def test_names_are_checked_while_typing(
    window: MainWindow, sheet: TeachSheet, tmp_path: Path
) -> None:
    naming, library = sheet.naming, window.session.subjects
    three(sheet, tmp_path)
    assert not naming.said.isVisible() and not sheet.teach.isEnabled()
    assert "no name yet" in sheet.reason.text()
    QTest.keyClicks(naming.name, "my dog")
    until(lambda: naming.said.isVisible(), 5)
    assert "cannot be the name" in naming.said.text() and "without spaces" in naming.said.text()
    named(sheet, "rex", "")
    assert not naming.said.isVisible(), "a kind that was not typed yet is no mistake"
    assert "no kind" in sheet.reason.text() and not sheet.teach.isEnabled()
    named(sheet, "rex", "dog")
    assert sheet.teach.isEnabled() and "steps" in sheet.reason.text()
    named(sheet, "rex", "qwrtzpl")
    assert "does not know the kind" in naming.said.text() and sheet.teach.isEnabled()
    named(sheet, "luna", "dog")
    assert "only <luna> means the subject" in naming.said.text() and sheet.teach.isEnabled()
    folder = library.folder_of("luna")
    (folder / RUN).mkdir(parents=True)
    naming.check()
    assert "has not finished" in naming.said.text() and not sheet.teach.isEnabled()
    (folder / WORDS).write_bytes(b"")
    write_subject(Subject("Luna", "dog", "x", "lora", "b", "starter", 1, folder, (WORDS,)))
    library.refresh()
    naming.check()
    assert "There is a subject called luna already" in naming.said.text()
    assert not sheet.teach.isEnabled()


def test_settings_that_do_not_go_together_cannot_be_started(
    sheet: TeachSheet, tmp_path: Path
) -> None:
    three(sheet, tmp_path)
    named(sheet, "luna", "dog")
    form = sheet.form
    assert sheet.teach.isEnabled()
    form.choices["method"].setCurrentIndex(form.choices["method"].findData("textual_inversion"))
    assert sheet.teach.isEnabled()
    form.switches["train_text_encoder"].click()
    assert not sheet.teach.isEnabled()
    assert "leaves the text encoder as it is" in sheet.reason.text()
    assert "Switch" in sheet.reason.text()
    assert sheet.teach.accessibleDescription() == sheet.reason.text()
    form.choices["method"].setCurrentIndex(form.choices["method"].findData("lora"))
    assert sheet.teach.isEnabled()
    form.whole["resolution"].setValue(100)
    assert "multiple of 8" in sheet.reason.text() and not sheet.teach.isEnabled()
    form.whole["resolution"].setValue(0)
    form.rates["rate"].setText("-1")
    assert "positive" in sheet.reason.text() and not sheet.teach.isEnabled()
    form.rates["rate"].setText("1e-")
    assert "not a number" in sheet.reason.text() and not sheet.teach.isEnabled()
    form.rates["rate"].setText("2e-4")
    until(lambda: sheet.teach.isEnabled(), 30)
    assert form.settings.rate == pytest.approx(2e-4)
    # As a Spanish keyboard types it, key by key.
    form.rates["rate"].clear()
    QTest.keyClicks(form.rates["rate"], "0,003x")
    assert form.rates["rate"].text() == "0,003"
    assert form.settings.rate == pytest.approx(3e-3)


def test_defaults_show_and_every_setting_is_read(sheet: TeachSheet) -> None:
    form = sheet.form
    assert form.settings == TrainSettings()
    full = form.resolved
    assert full is not None
    assert form.whole["steps"].text() == f"{full.steps} (default)"
    assert float(form.rates["rate"].placeholderText()) == pytest.approx(full.rate)
    form.choices["method"].setCurrentIndex(form.choices["method"].findData("dreambooth"))
    other = form.resolved
    assert other is not None and other.rate != full.rate
    assert float(form.rates["rate"].placeholderText()) == pytest.approx(other.rate)
    wanted = TrainSettings(
        method="pivotal", steps=11, batch=3, accumulation=2, resolution=64, rank=5, rate=0.5,
        text_rate=0.25, embedding_rate=0.125, train_text_encoder=True, vectors=4, prior="images",
        prior_weight=0.5, class_images=9, snr_gamma=0.0, masked=False, mirror=False, layers="all",
        checkpointing=True, sample_every=4, seed=77,
    )  # fmt: skip
    form.show_settings(wanted)
    assert form.settings == wanted
    fields = (*form.whole.values(), *form.rates.values(), *form.numbers.values())
    assert all(one.toolTip() for one in (*fields, *form.choices.values(), *form.switches.values()))
    sheet.form.heading.click()
    option = QStyleOptionSpinBox()
    for number in form.numbers.values():
        number.initStyleOption(option)
        arrow = number.style().subControlRect(
            QStyle.ComplexControl.CC_SpinBox, option, QStyle.SubControl.SC_SpinBoxUp, number
        )
        assert arrow.width() == 18 and number.lineEdit().textMargins().left() == INSET


def test_mask_is_painted_taken_back_and_found_again(sheet: TeachSheet, tmp_path: Path) -> None:
    card = three(sheet, tmp_path)[0]
    before = card.photo
    assert before.mask is not None
    card.edit.click()
    page, view = sheet.mask_page, sheet.mask_page.view
    assert page.isVisible() and not sheet.teach.isVisible()
    box = Rect(before.box.x, before.box.y, 1, 1)
    corner = view._widget_point(QPointF(box.x, box.y)).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=corner)
    QTest.mouseMove(view, corner + QPoint(12, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=corner + QPoint(12, 0))
    assert view.painted[box.y, box.x] == 255 and before.mask[box.y, box.x] == 0
    grown = view.painted.copy()
    page.undo.click()
    assert (view.painted == before.mask).all() and not page.is_changed
    middle = view._widget_point(QPointF(*_middle(before.mask))).toPoint()
    page.tools.button(1).click()
    assert view.tool == REMOVE
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle)
    x, y = (round(one) for one in _middle(before.mask))
    assert view.painted[y, x] == 0
    QTest.keySequence(view, "Ctrl+Z")
    assert view.painted[y, x] == 255
    page.tools.button(2).click()
    assert view.tool == FRAME
    spots = [
        QPointF(before.box.x - 4, before.box.y - 4),
        QPointF(before.box.right + 4, before.box.bottom + 4),
    ]
    first, last = (view._widget_point(spot).toPoint() for spot in spots)
    view.strokes.replace(np.zeros_like(before.mask))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(view, last)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=last)
    until(lambda: page.again.isEnabled() and view.painted.any(), 20)
    both = (view.painted > 127) & (before.mask > 127)
    assert both.sum() > 0.8 * (before.mask > 127).sum()
    page.tools.button(0).click()
    assert view.tool == ADD
    view.show_mask(grown)
    page.back.click()
    until(lambda: not sheet.row.is_busy, 30)
    assert card.photo.mask is not None and (card.photo.mask == grown).all()
    assert card.photo.box != before.box and card.photo.box.contains(Rect(box.x, box.y, 1, 1))
    assert sheet.teach.isVisible()


def _middle(mask: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(mask > 127)
    return float(columns.mean()), float(rows.mean())


def test_mask_is_painted_by_keyboard(sheet: TeachSheet, tmp_path: Path) -> None:
    card = three(sheet, tmp_path)[0]
    before = card.photo.mask
    assert before is not None
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    view = sheet.mask_page.view
    assert view.isVisible()
    start = view._pointer
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view._pointer is not None and start is not None and view._pointer.x() < start.x() - 20
    size = view.radius
    QTest.keyClicks(view, "]")
    assert view.radius > size
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert (view.painted != before).any()
    sheet.mask_page.whole.click()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    until(lambda: not sheet.row.is_busy, 30)
    assert sheet.isVisible() and card.photo.mask is None
    assert card.photo.box == Rect(0, 0, card.photo.image.shape[1], card.photo.image.shape[0])
    assert card.hasFocus() or not sheet.isActiveWindow()


def test_cards_by_keyboard(sheet: TeachSheet, tmp_path: Path) -> None:
    cards = list(three(sheet, tmp_path))
    QTest.keyClick(cards[0], Qt.Key.Key_Space)
    assert not cards[0].is_kept and cards[0].photo not in sheet.row.kept
    QTest.keyClick(cards[0], Qt.Key.Key_Return)
    assert sheet.pages.currentIndex() == 0, "a dropped photo needs no mask"
    cards[2].caption.setText("{subject} in the garden")
    assert sheet.row.kept[-1].caption == "{subject} in the garden"
    QTest.keyClick(cards[1], Qt.Key.Key_Delete)
    assert sheet.row.cards == [cards[0], cards[2]]
    until(lambda: not sheet.row.is_busy, 30)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible() and len(sheet.row.cards) == 2, "nothing is lost"


def test_what_the_artist_has_not_decided_follows_the_findings(
    sheet: TeachSheet, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    cards = added(sheet, photo_file(first, 1), photo_file(second, 1))
    assert cards[0].is_kept and not cards[1].is_kept
    last = cards[1]
    QTest.keyClick(cards[0], Qt.Key.Key_Delete)
    until(lambda: not sheet.row.is_busy, 30)
    assert last.is_kept, "there is no other like it any more"
    QTest.keyClick(last, Qt.Key.Key_Space)
    added(sheet, photo_file(tmp_path / "c.png", 3))
    assert not last.is_kept, "the artist has said so"


def test_cards_are_shown_in_full_and_what_is_bad_stands_out(
    sheet: TeachSheet, tmp_path: Path
) -> None:
    scroll = sheet.row._scroll
    three(sheet, tmp_path)
    pause(50)
    low = sheet.row.minimumHeight()
    again = added(sheet, photo_file(tmp_path / "blurred.png", 2, side=60, blur=9))[-1]
    pause(50)
    assert sheet.row.minimumHeight() > low, "it has more to say"
    for card in sheet.row.cards:
        assert card.height() >= card.wanted_height
        assert scroll.viewport().height() >= card.height()
    assert not scroll.verticalScrollBar().isVisible()
    labels = {label.text(): label for label in again.findChildren(QLabel) if label.text()}
    severe = next(label for text, label in labels.items() if "too small" in text)
    shown = severe.grab().toImage()
    colours = {
        shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())
    }
    assert DARK.danger in colours and DARK.warning not in colours
    again.remove.click()
    until(lambda: not sheet.row.is_busy, 30)
    pause(50)
    assert sheet.row.minimumHeight() == low


def stops_after(first: QWidget, among: Sequence[QWidget]) -> list[QWidget]:
    """Return those among which Tab goes, in its order, beginning with ``first``."""
    found, place = [], first
    while place not in found or place not in among:
        if place in among:
            found.append(place)
        place = place.nextInFocusChain()
        if place is first:
            break
    return found


def test_tab_goes_from_the_photos_to_the_settings_and_from_the_tools_to_done(
    sheet: TeachSheet, tmp_path: Path
) -> None:
    cards = three(sheet, tmp_path)
    wanted = [sheet.naming.name, sheet.from_selection, sheet.row._scroll]
    for card in cards:
        wanted += card.stops
    wanted += [sheet.form.heading, sheet.form.whole["steps"], sheet.teach]
    assert stops_after(sheet.naming.name, wanted) == wanted
    cards[0].remove.click()
    added(sheet, photo_file(tmp_path / "late.png", 7))
    wanted = [sheet.naming.name, sheet.row._scroll, *sheet.row.cards[-1].stops, sheet.form.heading]
    assert stops_after(sheet.naming.name, wanted) == wanted
    page = sheet.mask_page
    assert page.stops[-1] is page.back and page.stops[0] is page.tools.button(0)
    assert stops_after(page.stops[0], page.stops) == page.stops


def test_kinds_are_offered_in_both_languages(sheet: TeachSheet) -> None:
    sheet.naming.show_model("starter", Vocabulary.load("starter"), "es")
    kinds = sheet.naming._kinds.stringList()
    assert {"dog", "perro"} <= set(kinds)
    assert kinds == sorted(set(kinds))


def test_far_too_many_photos_are_refused(
    sheet: TeachSheet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.ui.training.photo_row.LIMIT", 2)
    sheet.add(file_photos([photo_file(tmp_path / f"{n}.png", n, side=120) for n in range(5)]))
    until(lambda: not sheet.row.is_busy, 60)
    assert len(sheet.row.cards) == 2
    assert sheet.trouble.text().count("too many to learn from") == 1


def test_a_damaged_photo_says_so_on_its_card(sheet: TeachSheet, tmp_path: Path) -> None:
    path = photo_file(tmp_path / "a.png", 3)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 9 // 10])
    sheet.add(file_photos([path]))
    until(lambda: bool(sheet.row.cards) and bool(sheet.row.cards[0].findings), 60)
    assert "cut off" in sheet.row.cards[0].findings[0].text


def test_every_control_has_a_name_and_is_reached_by_tab(sheet: TeachSheet, tmp_path: Path) -> None:
    card = three(sheet, tmp_path)[0]
    sheet.form.heading.click()
    inner = (QAbstractSpinBox, QComboBox)
    controls = [
        widget
        for widget in sheet.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QAbstractSlider | QComboBox | QLineEdit)
        or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not isinstance(widget.parent(), inner) and not widget.objectName().startswith("qt_")
    ]
    missing = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in controls
        if not widget.accessibleName()
        and widget.metaObject().className() not in ("QScrollBar", "QComboBoxListView")
        and not widget.isWindow()
    ]
    assert len(controls) > 40 and not missing
    seen = set()
    place: QWidget | None = sheet.naming.name
    while place is not None and place not in seen:
        seen.add(place)
        place = place.nextInFocusChain()
    for part in (
        sheet.naming.kind, sheet.from_file, card, card.keep, card.caption, sheet.form.heading,
        sheet.form.whole["steps"], sheet.form.switches["mirror"], sheet.teach,
    ):  # fmt: skip
        assert part in seen and part.focusPolicy() & Qt.FocusPolicy.TabFocus
    pause(1)
