"""The dialog of a first model: three cards, licences, and a download that can be paused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.first_fetch import Plan, card_memory, known, machine, plan
from studio.catalog.first_models import ROWS, Card, FirstModel, Machine, three_cards, with_needs
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.ui.dialogs.licence_dialog import LicenceDialog
from studio.ui.dialogs.model_card import ModelCardFrame
from studio.ui.models.model_download import ModelDownload, Stage
from studio.ui.threads.background import Background
from studio.ui.widgets.amounts import bytes_text, time_text
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import Wrapped, caption

STEPS = 1000
FRAME = 60
"""Pixels for the window's frame and a panel of the desktop."""


class FirstModelDialog(QDialog):
    """Shows the choices of this machine, and the download of the chosen one.

    It is not modal, and the download belongs to ``download``, so that the artist may go on
    painting. Nothing is sent before the download button is pressed.
    """

    find_asked = Signal()
    """The artist has models already."""
    failed = Signal(object)

    def __init__(
        self, download: ModelDownload, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.download, self._background = download, background
        self._plan: Plan | None = None
        self._id = ""
        self.cards: list[ModelCardFrame] = []
        self.setWindowTitle(tr("Get a model"))
        self._group = QButtonGroup(self)
        self.looking = caption(tr("Looking at this machine…"))
        self._cards_row = QHBoxLayout()
        self.others = QComboBox()
        self.licences = QPushButton(tr("Read the licences…"))
        self.consent = QCheckBox(tr("I have read the licences and accept them"))
        self.note = Wrapped()
        self.bar = QProgressBar()
        self.status = Wrapped()
        self.has_models = self._button(tr("I have models already"), self._on_find)
        self.later = self._button(tr("Later"), self.close)
        self.cancel = self._button(tr("Cancel the download"), self._on_cancel)
        self.pause = self._button(tr("Pause"), download.pause)
        self.go = self._button(tr("Download"), self._on_go)
        self._lay_out()
        self.licences.clicked.connect(self.show_licences)
        self.consent.toggled.connect(self._update_buttons)
        self.others.activated.connect(self._on_other)
        download.changed.connect(self.refresh)
        self._look()

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def _lay_out(self) -> None:
        for part in (self.licences, self.consent):
            part.setAccessibleName(part.text())
        self.licences.setAutoDefault(False)
        self.others.setAccessibleName(tr("Other models"))
        self.bar.setAccessibleName(tr("Progress of the download"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.bar.setFixedHeight(8)
        # The cards must not shrink when a download begins.
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)
        self.status.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self.status.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.go.setObjectName("primary")
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.status.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lead = Wrapped(
            tr(
                "The included model is a small demonstration. These are the ones that suit this"
                " machine. Nothing is sent before you press Download."
            )
        )
        self._cards_row.setSpacing(10)
        self._cards_row.addWidget(self.looking)
        other = QHBoxLayout()
        other.setSpacing(8)
        other.addWidget(caption(tr("Other models")))
        other.addWidget(self.others, 1)
        agree = QHBoxLayout()
        agree.setSpacing(10)
        agree.addWidget(self.licences)
        agree.addWidget(self.consent, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.has_models, self.later):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.cancel, self.pause, self.go):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(lead)
        column.addLayout(self._cards_row, 1)
        column.addLayout(other)
        column.addLayout(agree)
        column.addWidget(self.note)
        column.addWidget(self.bar)
        column.addWidget(self.status)
        column.addLayout(buttons)
        self.resize(940, 600)
        self._update_buttons()

    # Choosing

    def _look(self) -> None:
        def look(progress: Progress) -> tuple[Machine, Sequence[Card]]:
            here = machine(card_memory())
            return here, three_cards(here)

        self._background.run(look, self._show_cards, self.failed.emit, owner=self)

    def _show_cards(self, found: tuple[Machine, Sequence[Card]]) -> None:
        here, cards = found
        self.looking.hide()
        same: dict[str, list[Card]] = {}
        for card in cards:
            same.setdefault(card.id, []).append(card)
        for group in same.values():
            frame = ModelCardFrame(group, here)
            self._group.addButton(frame.button)
            frame.chosen.connect(self.choose)
            self._cards_row.addWidget(frame, 1)
            self.cards.append(frame)
        self.others.addItem(tr("None of them"), "")
        for row in other_models(set(same)):
            size = bytes_text(sum(one.size for one in with_needs(row.id)))
            self.others.addItem(f"{row.title} ({size})", row.id)
        begun = [row.id for row in ROWS if self.download.begun(row.id)]
        wanted = self.download.id if self.download.stage is not Stage.NONE else ""
        begun = [one for one in begun if one in same] or begun
        self.choose(wanted or (begun[0] if begun else self._suggested(cards)))
        # New widgets count in the layout once they are shown.
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """Become as high as the texts of the cards need, if the screen has the room."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            room = self.screen().availableGeometry().height() - FRAME
            self.resize(self.width(), max(self.height(), min(needed, room)))

    def _suggested(self, cards: Sequence[Card]) -> str:
        """Return the best card that the machine can hold, the smallest if none."""
        best = next(card for card in cards if card.choice == "best")
        return best.id if best.fits else cards[-1].id

    def choose(self, id: str) -> None:
        """Show what a model takes, and mark its card."""
        if id == self._id:
            return
        self._id = id
        self.consent.setChecked(False)
        card = next((one for one in self.cards if one.id == id), None)
        if card is not None:
            card.button.setChecked(True)
        self._group.setExclusive(card is not None)
        for one in self.cards:
            if card is None:
                one.button.setChecked(False)
        self._group.setExclusive(True)
        self.others.setCurrentIndex(0 if card is not None else self.others.findData(id))
        self.refresh()

    def _on_other(self) -> None:
        id = str(self.others.currentData())
        self.choose(id or (self.cards[0].id if self.cards else ""))

    @property
    def _unread(self) -> list[FirstModel]:
        rows = self._plan.rows if self._plan is not None else ()
        return [row for row in rows if not self.download.consent.has(row)]

    # Showing

    def refresh(self) -> None:
        """Show the state of the download, and what the chosen model takes."""
        if not self._id:
            return
        if not self.download.is_running:
            self._show_plan()
        self._show_status()
        self._update_buttons()

    def _show_plan(self) -> None:
        try:
            self._plan = plan(self._id, self.download.consent)
        except StudioError as error:
            self._plan = None
            self._say(" ".join(error_text(error)), warns=True)
            return
        self.consent.setEnabled(bool(self._unread))
        if not self._unread:
            self.consent.setChecked(True)
        found = self._plan
        if found.is_done:
            self._say(tr("All its files are there, in {folder}.", folder=str(found.folder)))
            return
        values = {"size": bytes_text(found.size) or "?", "folder": str(found.folder)}
        text = tr("To download: about {size}, to {folder}.", **values)
        if found.seconds is not None:
            text += " " + tr("About {time} at the last speed.", time=time_text(found.seconds))
        if found.begun:
            text += " " + tr("{size} are there already.", size=bytes_text(found.begun))
        text += " " + tr("{size} are free.", size=bytes_text(found.free) or "0 MB")
        if not found.has_room:
            text += " " + tr("That is too little: free some space first.")
        self._say(text, warns=not found.has_room)

    def _say(self, text: str, *, warns: bool = False) -> None:
        self.note.setText(text)
        self.note.setObjectName("notice" if warns else "caption")
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)

    def _show_status(self) -> None:
        found = self.download
        mine = found.id == self._id or found.is_running
        texts = {
            Stage.RUNNING: lambda: running_text(found),
            Stage.PAUSED: lambda: tr("Paused. What has been downloaded is kept."),
            Stage.FAILED: lambda: " ".join(error_text(found.error)) if found.error else "",
            Stage.DONE: lambda: tr("Done: the model is chosen."),
        }
        self.status.setText(texts[found.stage]() if mine and found.stage in texts else "")
        self.status.setObjectName("notice" if found.stage is Stage.FAILED else "")
        self.status.style().unpolish(self.status)
        self.status.style().polish(self.status)
        self.bar.setValue(round(found.shown.fraction * STEPS))

    def _update_buttons(self, *_: object) -> None:
        runs = self.download.is_running
        here = self._plan
        may = here is not None and not here.is_done and here.has_room
        agreed = self.consent.isChecked() or not self._unread
        self.go.setEnabled(not runs and may and agreed)
        failed = self.download.stage is Stage.FAILED and self.download.id == self._id
        text = tr("Download")
        if here is not None and here.begun:
            text = tr("Resume")
        if failed:
            text = tr("Try again")
        self.go.setText(text)
        self.go.setAccessibleName(text)
        self.go.setVisible(not runs)
        self.pause.setVisible(runs)
        self.cancel.setVisible(runs or bool(here is not None and here.begun))
        self.cancel.setText(tr("Cancel the download") if runs else tr("Delete the part"))
        self.cancel.setAccessibleName(self.cancel.text())
        self.bar.setVisible(runs)
        self.licences.setVisible(bool(here is not None and here.rows))
        self.consent.setVisible(self.licences.isVisibleTo(self))
        done = here is not None and here.is_done
        self.later.setText(tr("Close") if done or runs else tr("Later"))
        self.later.setAccessibleName(self.later.text())
        for part in (*(one.button for one in self.cards), self.others):
            part.setEnabled(not runs)

    # Acting

    def show_licences(self) -> None:
        """Show the whole licence of each file, or where it is to be read."""
        rows = self._plan.rows if self._plan is not None else ()
        dialog = LicenceDialog(rows, self)
        dialog.exec()
        dialog.deleteLater()

    def _on_go(self) -> None:
        try:
            for row in self._unread:
                self.download.consent.accept(row)
        except StudioError as error:
            self.status.setText(" ".join(error_text(error)))
            return
        self.pause.setFocus()
        self.download.start(self._id)

    def _on_cancel(self) -> None:
        size = self._plan.begun if self._plan is not None and not self.download.is_running else 0
        rate = self.download.shown.rate
        size = rate.done if self.download.is_running and rate is not None else size
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(tr("Cancel the download"))
        box.setText(
            tr("Delete what has been downloaded ({size})?", size=bytes_text(size) or "0 MB")
        )
        box.setInformativeText(tr("Pause keeps it, and goes on from there later."))
        delete = box.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.exec()
        if box.clickedButton() is delete:
            self.download.discard(self._id)
        box.deleteLater()

    def _on_find(self) -> None:
        self.find_asked.emit()
        self.close()

    def reject(self) -> None:
        """Close; a download that runs is asked about first."""
        if self.download.is_running and not self._may_close():
            return
        super().reject()

    def _may_close(self) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(tr("Get a model"))
        box.setText(tr("The download is not complete yet."))
        box.setInformativeText(tr("You can paint meanwhile; a message says when it is done."))
        go_on = box.addButton(tr("Go on downloading"), QMessageBox.ButtonRole.AcceptRole)
        pause = box.addButton(tr("Pause"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(go_on)
        box.exec()
        pressed = box.clickedButton()
        box.deleteLater()
        if pressed is pause:
            self.download.pause()
        return pressed in (go_on, pause)


def other_models(shown: set[str]) -> list[FirstModel]:
    """Return the models of the table that are not on a card, without parts of others."""
    parts = {need for row in ROWS for need in row.needs if row.role != "loras"}
    return [row for row in ROWS if row.id not in shown | parts and row.role != "vae"]


def running_text(download: ModelDownload) -> str:
    """Return the name, bytes, rate and time left of a running download."""
    shown = download.shown
    name = shown.name or known(download.id).title
    if shown.waiting is not None:
        reason = message(shown.waiting.message, shown.waiting.values)
        return tr("{name}: {reason} Trying again…", name=name, reason=reason)
    if shown.rate is None:
        return tr("{name}: connecting…", name=name)
    rate = shown.rate
    done, whole = bytes_text(rate.done) or "0 MB", bytes_text(rate.total) or "?"
    text = tr("{name}: {done} of {whole}", name=name, done=done, whole=whole)
    if rate.rate:
        text += " · " + tr("{size} per second", size=bytes_text(round(rate.rate)) or "0 MB")
    if rate.left is not None:
        text += " · " + tr("{time} left", time=time_text(rate.left))
    return text
