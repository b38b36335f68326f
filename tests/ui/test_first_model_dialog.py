"""The dialog of the first models, against a hub on loopback that may be slow, broken or lying."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import pause, until
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QTextBrowser
from sparse_model import whole_file

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
from hub import Hub, serving

from studio.catalog import first_fetch, first_models
from studio.catalog.first_fetch import Consent, file_of, models_folder
from studio.catalog.first_models import BY_ID, ROWS, Machine
from studio.catalog.models import STARTER
from studio.core.download.state import part_of
from studio.core.errors import StudioError
from studio.ui.dialogs import first_model_dialog
from studio.ui.dialogs.first_model_dialog import FirstModelDialog
from studio.ui.dialogs.licence_dialog import LicenceDialog
from studio.ui.models.model_download import Stage
from studio.ui.window.main_window import MainWindow

SMALL = bytes(range(256)) * 4096
ID = "dreamshaper-8"
GB = 1_000_000_000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Serve one file for every row; this machine is a weak one."""
    monkeypatch.setattr(first_fetch, "fetch_assets", lambda ids, progress: {})
    monkeypatch.setattr(first_model_dialog, "machine", lambda card: Machine(8 * GB, 0, 2))
    with serving(Hub(b"")) as found:
        Consent().set_mirror(found.address)
        serve(found, SMALL, monkeypatch)
        yield found


def serve(hub: Hub, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub and the table have a content."""
    hub.content = content
    hub.linked = hashlib.sha256(content).hexdigest()
    for row in ROWS:
        known = replace(row, sha256=hub.linked, size=len(content))
        monkeypatch.setitem(first_models.BY_ID, row.id, known)  # type: ignore[arg-type]


@pytest.fixture
def dialog(window: MainWindow, hub: Hub) -> Iterator[FirstModelDialog]:
    """Give the dialog as the window opens it, with its cards shown."""
    yield opened(window)
    shown = window.commands.models.get.dialog
    if shown is not None:
        window.commands.models.get.download.pause()
        until(lambda: not shown.download.is_running, 30)
        shown.reject()


def opened(window: MainWindow) -> FirstModelDialog:
    window.commands.models.get.open()
    made = window.commands.models.get.dialog
    assert made is not None
    until(lambda: bool(made.cards), 30)
    return made


def agree_and_go(dialog: FirstModelDialog, id: str = ID) -> None:
    dialog.choose(id)
    if dialog.consent.isEnabled():
        assert not dialog.go.isEnabled(), "nothing before the licence is accepted"
        dialog.consent.click()
    assert dialog.go.isEnabled()
    dialog.go.click()


def answered(button: str, act: Callable[[], object]) -> str:
    """Press a button of the question that an action asks; returns its text."""
    said: list[str] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        next(one for one in box.buttons() if one.text() == button).click()

    QTimer.singleShot(0, look)
    act()
    return said[0]


def test_it_opens_from_every_place_and_sends_nothing(window: MainWindow, hub: Hub) -> None:
    for menu in (window.models.add_model.menu(), window.prompt.form.add_model.menu()):
        assert menu is not None
        next(one for one in menu.actions() if one.text() == "Get a model…").trigger()
        shown = opened(window)
        shown.reject()
    window.docks["models"].raise_()
    window.commands.models.load()
    until(lambda: window.models.get.isVisible(), 30)
    assert "demo" in window.models.demo.text()
    window.models.get.click()
    opened(window).reject()
    window.commands.take_step("paint")
    offers = [one for one in window.messages._strips if one.action.isVisible()]
    assert [one.action.text() for one in offers] == ["Get a model…"]
    offers[0].action.click()
    shown = opened(window)
    assert not shown.isModal()
    pause(50)
    assert not hub.asked
    shown.reject()


def test_cards_say_what_they_are_and_need(dialog: FirstModelDialog) -> None:
    assert [card.id for card in dialog.cards] == ["hyper-sd15-8-steps", ID]
    assert [card.button.text() for card in dialog.cards] == ["Fast", "Best · Smallest"]
    said = "\n".join(line.text() for line in dialog.cards[1].lines)
    for part in ("DreamShaper 8", "Not for:", "8 GB of memory", "CreativeML OpenRAIL-M"):
        assert part in said
    assert dialog.cards[1].button.accessibleName() == "Best · Smallest: DreamShaper 8"
    assert "Not for:" in dialog.cards[1].button.accessibleDescription()
    for part in ("To download", str(models_folder()), "are free"):
        assert part in dialog.note.text()
    others = [dialog.others.itemText(n) for n in range(dialog.others.count())]
    assert any(one.startswith("FLUX.2 klein 4B") for one in others)
    assert not any(one.startswith(("Qwen3", "VAE")) for one in others)


def test_a_model_without_an_address_is_not_offered(
    dialog: FirstModelDialog, monkeypatch: pytest.MonkeyPatch, hub: Hub
) -> None:
    gone = replace(BY_ID["realvisxl-5"], repository="")
    monkeypatch.setitem(BY_ID, gone.id, gone)  # type: ignore[arg-type]
    dialog.others.setCurrentIndex(dialog.others.findData("realvisxl-5"))
    dialog.others.activated.emit(dialog.others.currentIndex())
    assert "no address" in dialog.note.text() and not dialog.go.isEnabled()
    assert not any(card.button.isChecked() for card in dialog.cards)
    QTest.mouseClick(dialog.cards[1], Qt.MouseButton.LeftButton)
    assert dialog.cards[1].button.isChecked() and "To download" in dialog.note.text()
    assert not hub.asked


def test_licences_are_shown_whole_and_consent_is_remembered(
    window: MainWindow, dialog: FirstModelDialog
) -> None:
    read: list[str] = []

    def look() -> None:
        shown = QApplication.activeModalWidget()
        assert isinstance(shown, LicenceDialog)
        page = shown.findChild(QTextBrowser)
        assert page is not None
        read.append(page.toPlainText())
        shown.reject()

    dialog.choose("hyper-sd15-8-steps")
    QTimer.singleShot(0, look)
    dialog.licences.click()
    assert "Attachment A" in read[0] and "huggingface.co/ByteDance/Hyper-SD" in read[0]
    assert "does not know its licence" in read[0]
    dialog.consent.click()
    dialog.choose(ID)
    assert not dialog.consent.isChecked(), "each model asks for itself"
    dialog.consent.click()
    dialog.go.click()
    until(lambda: dialog.download.stage is Stage.DONE, 30)
    assert Consent().has(BY_ID[ID]) and not Consent().has(BY_ID["hyper-sd15-8-steps"])
    until(lambda: not window.background.is_busy, 30)


@pytest.mark.needs_asset("clip-tokenizer")
def test_a_model_is_downloaded_listed_and_chosen_while_the_picture_can_be_painted(
    window: MainWindow,
    dialog: FirstModelDialog,
    hub: Hub,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(hub, whole_file(tmp_path / "whole.safetensors").read_bytes(), monkeypatch)
    hub.delay, hub.block = 0.005, 1 << 20
    agree_and_go(dialog, "hyper-sd15-8-steps")
    until(lambda: "per second" in dialog.status.text(), 30)
    assert "DreamShaper 8: " in dialog.status.text() or "Hyper-SD" in dialog.status.text()
    assert window.status.offline.text() == "Downloading" and dialog.bar.isVisible()
    assert not window.background.is_busy, "the window's own threads stay free"
    window.session.undo()
    hub.delay = 0.0
    until(lambda: dialog.download.stage is Stage.DONE, 60)
    wanted = str(file_of(BY_ID[ID]))
    until(lambda: window.prompt.settings.model == wanted and not window.background.is_busy, 60)
    assert window.status.offline.text() == "Offline"
    assert window.settings.get("model_folders") == [str(models_folder())]
    assert window.models.chooser.findData(wanted) >= 0
    assert "<lora:Hyper-SD15-8steps-CFG-lora:1>" in window.prompt.settings.prompt
    assert window.prompt.settings.sampling.steps == 8
    assert any("is there, and chosen" in one for one in window.messages.notices)
    assert "All its files are there" in dialog.note.text() and not dialog.go.isEnabled()


def test_pausing_keeps_the_part_and_a_later_start_resumes_it(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub
) -> None:
    hub.delay = 0.05
    agree_and_go(dialog)
    part = part_of(file_of(BY_ID[ID]))
    until(lambda: part.is_file() and part.stat().st_size > 1 << 17, 30)
    dialog.pause.click()
    until(lambda: dialog.download.stage is Stage.PAUSED, 30)
    assert "kept" in dialog.status.text() and dialog.go.text() == "Resume"
    assert "are there already" in dialog.note.text()
    dialog.reject()
    # The next start of the program has nothing but the files.
    window.commands.models.get._download = None
    window.commands.models.get.remind()
    assert "DreamShaper 8 is not complete" in window.messages.notices[-1]
    hub.delay = 0.0
    hub.asked.clear()
    again = opened(window)
    assert again._id == ID and again.go.text() == "Resume" and again.go.isEnabled()
    assert again.consent.isChecked() and not again.consent.isEnabled()
    again.go.click()
    until(lambda: again.download.stage is Stage.DONE, 30)
    assert file_of(BY_ID[ID]).read_bytes() == SMALL
    before = len(window.messages.notices)
    window.commands.models.get.remind()
    assert len(window.messages.notices) == before, "a complete download is not mentioned"
    assert (hub.ranges_asked()[0] or "").startswith("bytes=")
    until(lambda: not window.background.is_busy, 30)
    again.reject()


def test_cancelling_asks_and_removes_the_part(dialog: FirstModelDialog, hub: Hub) -> None:
    hub.delay = 0.05
    agree_and_go(dialog)
    part = part_of(file_of(BY_ID[ID]))
    until(lambda: part.is_file() and part.stat().st_size > 1 << 17, 30)
    assert "Delete what has been downloaded" in answered("Keep it", dialog.cancel.click)
    assert dialog.download.is_running
    answered("Delete", dialog.cancel.click)
    until(lambda: not dialog.download.is_running, 30)
    assert not part.exists() and dialog.go.text() == "Download" and not dialog.cancel.isVisible()


def test_closing_asks_and_the_download_goes_on(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub
) -> None:
    hub.delay = 0.05
    agree_and_go(dialog)
    until(lambda: "per second" in dialog.status.text(), 30)
    answered("Cancel", dialog.later.click)
    assert dialog.isVisible()
    answered("Go on downloading", dialog.close)
    download = window.commands.models.get.download
    assert window.commands.models.get.dialog is None and download.is_running
    again = opened(window)
    until(lambda: "per second" in again.status.text(), 30)
    hub.status = [(500, {})] * 9
    answered("Pause", again.later.click)
    until(lambda: download.stage is Stage.PAUSED, 30)
    assert any("paused" in one for one in window.messages.notices)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"html": True}, "web page"),
        ({"status": [(401, {})]}, "HF_TOKEN"),
        ({"status": [(404, {})]}, "has no file"),
        ({"linked": "0" * 64}, "another version"),
        ({"linked": None, "content": SMALL[:-1] + b"x"}, "checksum differs"),
    ],
)
def test_an_error_is_a_sentence_and_a_retry(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub, fault: dict[str, object], said: str
) -> None:
    right = {name: getattr(hub, name) for name in ("html", "linked", "content")}
    for name, value in fault.items():
        setattr(hub, name, value)
    agree_and_go(dialog)
    until(lambda: dialog.download.stage is Stage.FAILED, 30)
    assert said in dialog.status.text() and dialog.go.text() == "Try again"
    assert not file_of(BY_ID[ID]).exists() and not window.messages.errors
    for name, value in right.items():
        setattr(hub, name, value)
    dialog.go.click()
    until(lambda: dialog.download.stage is Stage.DONE, 30)
    assert file_of(BY_ID[ID]).read_bytes() == SMALL
    until(lambda: not window.background.is_busy, 30)


def test_a_broken_and_a_silent_connection_are_continued(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub
) -> None:
    hub.cut = [1 << 18]
    dialog.download.stalled = 0.5
    agree_and_go(dialog)
    until(lambda: "Trying again" in dialog.status.text(), 30)
    until(lambda: dialog.download.stage is Stage.DONE, 60)
    assert hub.ranges_asked()[-1] == f"bytes={1 << 18}-"
    until(lambda: not window.background.is_busy, 30)


def test_an_error_after_closing_is_shown_over_the_picture(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub
) -> None:
    hub.delay, hub.cut = 0.05, [1 << 18]
    agree_and_go(dialog)
    until(lambda: "per second" in dialog.status.text(), 30)
    hub.status = [(404, {})]
    answered("Go on downloading", dialog.close)
    until(lambda: window.messages.errors, 60)
    assert "has no file" in window.messages.errors[0]


def test_too_little_space_is_said_before(
    dialog: FirstModelDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_fetch, "_free", lambda folder: 1000)
    dialog.choose("hyper-sd15-8-steps")
    dialog.consent.click()
    assert "too little" in dialog.note.text() and not dialog.go.isEnabled()


def test_a_missing_vocabulary_is_fetched_too_and_its_failure_is_a_sentence(
    window: MainWindow, dialog: FirstModelDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fail(ids: tuple[str, ...], progress: object) -> dict[str, StudioError]:
        asked.extend(ids)
        return {id: StudioError("The index was not found.") for id in ids}

    monkeypatch.setattr(first_fetch, "fetch_assets", fail)
    agree_and_go(dialog)
    until(lambda: dialog.download.stage is Stage.FAILED, 30)
    assert asked == ["clip-tokenizer"]
    assert "CLIP's tokenizer" in dialog.status.text() and "not found" in dialog.status.text()
    assert dialog.go.text() == "Try again" and dialog.go.isEnabled()


def test_quitting_keeps_what_is_there(
    window: MainWindow, dialog: FirstModelDialog, hub: Hub
) -> None:
    hub.delay = 0.05
    agree_and_go(dialog)
    part = part_of(file_of(BY_ID[ID]))
    until(lambda: part.is_file() and part.stat().st_size > 1 << 17, 30)
    assert window.commands.models.get.close(20)
    assert part.is_file() and not part.with_name(f"{part.name}.lock").exists()


def test_the_keys_are_enough(window: MainWindow, dialog: FirstModelDialog, hub: Hub) -> None:
    dialog.cards[1].button.setFocus()
    QTest.keyClick(dialog.cards[1].button, Qt.Key.Key_Left)
    assert dialog._id == "hyper-sd15-8-steps"
    QTest.keyClick(dialog.cards[0].button, Qt.Key.Key_Right)
    assert dialog._id == ID
    dialog.consent.setFocus()
    QTest.keyClick(dialog.consent, Qt.Key.Key_Space)
    dialog.go.setFocus()
    QTest.keyClick(dialog.go, Qt.Key.Key_Space)
    until(lambda: dialog.download.stage is Stage.DONE, 30)
    until(lambda: not window.background.is_busy, 30)
    assert window.prompt.settings.model == STARTER, "what cannot be used is not chosen"
    assert window.messages.errors
