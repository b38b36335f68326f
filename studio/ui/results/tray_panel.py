"""The results tray: forming and finished variations, to compare, apply or discard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.core.progress import ProgressEvent
from studio.edit.photo_tools import photo_task
from studio.edit.request import EditRequest, Pixels
from studio.session.jobs import Job
from studio.session.photo.words import order_by_prompt, unavailable
from studio.session.rewrites import only_reads
from studio.session.session import Session
from studio.session.tray import TrayItem
from studio.ui.results.tray_list import TrayList, label_of, thumbnail
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, icon_button

WIDTH = 150
"""Width of the column of buttons."""


class TrayPanel(QWidget):
    """Shows the session's tray; the canvas previews the selected variation."""

    left = Signal()
    """A result was applied, or Esc was pressed."""

    refused = Signal(object)
    """The order by words was refused with a StudioError."""

    def __init__(self, session: Session, holder: IconHolder) -> None:
        super().__init__()
        self._session, self._holder = session, holder
        self._filling = False
        self._forming: list[QListWidgetItem] = []
        self._forms: Job | None = None
        self._pictures: dict[tuple[str, str], QIcon] = {}
        self.list = TrayList()
        self.hint = Wrapped(tr("Results appear here: compare them, apply one, discard the rest."))
        self.apply = QPushButton(tr("Apply"))
        self.apply.setObjectName("primary")
        self.apply.setToolTip(tr("Keep this variation as a layer (Enter)"))
        holder.give(self.apply, "ph.check", on_accent=True)
        self.before = icon_button(
            holder, "ph.circle-half", tr("Hold to compare with before (\\)"), text=tr("Before")
        )
        self.more = icon_button(
            holder, "ph.cards", tr("Make more variations like this"), text=tr("More like this")
        )
        self.discard = icon_button(
            holder, "ph.trash", tr("Discard this variation (Delete)"), text=tr("Discard")
        )
        self.discard_all = icon_button(
            holder, "ph.trash-simple", tr("Discard all results; undo brings them back")
        )
        self.discard_all.setText(tr("All"))
        self.discard_all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Order by words…"))
        self.words.setAccessibleName(tr("Order by words"))
        self.words.setToolTip(
            tr("Enter puts the results that fit these words best first; empty, the newest.")
        )
        self.own_words = icon_button(
            holder, "ph.sort-ascending", tr("Order by prompt: those that fit it best first")
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        holder.keep(self, self.refresh)

    def _lay_out(self) -> None:
        self.list.setAccessibleName(tr("Results"))
        self.hint.setObjectName("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.apply.setAccessibleName(tr("Apply"))
        buttons = QVBoxLayout()
        buttons.setSpacing(4)
        rows: tuple[QWidget, ...] = (self.apply, self.before, self.more)
        for button in rows:
            button.setMinimumWidth(WIDTH)
            buttons.addWidget(button)
        away = QHBoxLayout()
        away.setSpacing(2)
        away.addWidget(self.discard, 1)
        away.addWidget(self.discard_all)
        buttons.addLayout(away)
        search = QHBoxLayout()
        search.setSpacing(2)
        search.addWidget(self.words, 1)
        search.addWidget(self.own_words)
        buttons.addLayout(search)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(10)
        row.addWidget(self.list, 1)
        row.addWidget(self.hint, 1)
        row.addLayout(buttons)

    def _connect(self) -> None:
        listen(self, self._session.tray.changed, self._timer.start)
        listen(self, self._session.queue.progressed, self._on_progressed)
        listen(self, self._session.queue.changed, self._timer.start)
        self.list.picked.connect(self._on_picked)
        self.list.applied.connect(self.apply_selected)
        self.list.itemDoubleClicked.connect(lambda item: self.apply_selected())
        self.list.discarded.connect(self.discard_selected)
        self.list.left.connect(self._on_left)
        self.apply.clicked.connect(self.apply_selected)
        self.discard.clicked.connect(self.discard_selected)
        self.discard_all.clicked.connect(self._session.tray.clear)
        self.more.clicked.connect(self.more_like_selected)
        self.words.returnPressed.connect(self.order_by_words)
        self.own_words.clicked.connect(self.order_by_prompt)
        self.before.pressed.connect(lambda: self._session.hold_before(True))
        self.before.released.connect(lambda: self._session.hold_before(False))

    def refresh(self) -> None:
        """Show the current variations."""
        tray = self._session.tray
        # The steps of a job disappear with it, whichever job runs next.
        stays = self._forms is not None and self._forms is self._session.running
        forming = [item.icon() for item in self._forming] if stays else []
        self._filling = True
        self.list.clear()
        self._forming = [self._add_forming(icon) for icon in forming]
        self._forms = self._forms if stays else None
        pictures = self._pictures
        self._pictures = {}
        for one in tray.items:
            applied = tray.is_applied(one)
            name = one.id, self._holder.icons.theme.name if applied else ""
            self._pictures[name] = pictures.get(name) or self._picture(one, applied)
            label = label_of(_name_of(one), one.seed, applied=applied)
            score = tray.score(one)
            if score is not None:
                label = tr("{result} · fits {percent} %", result=label, percent=round(100 * score))
            item = self.list.add(self._pictures[name], label, one.id)
            if one is tray.selected:
                self.list.setCurrentItem(item)
        self._filling = False
        self._leave_what_goes()
        self._show_empty()
        for button in (self.apply, self.before, self.discard):
            button.setEnabled(tray.selected is not None)
        self.more.setEnabled(tray.selected is not None and tray.selected.can_vary)
        self.discard_all.setEnabled(bool(tray.items))
        self._show_words()

    def _leave_what_goes(self) -> None:
        """Move the focus from a widget about to be hidden or greyed out, before Qt moves it."""
        tray, focused = self._session.tray, QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            return
        if not tray.items:
            self.left.emit()
        elif tray.selected is None and focused is not self.discard_all:
            self.list.setFocus()

    def _show_empty(self) -> None:
        empty = self.list.count() == 0
        self.list.setVisible(not empty)
        self.hint.setVisible(empty)

    def apply_selected(self) -> None:
        """Apply the selected variation as a layer."""
        item = self._session.tray.selected
        if item is not None:
            self._session.apply(item.id)
            self.left.emit()

    def discard_selected(self) -> None:
        """Discard the selected variation."""
        item = self._session.tray.selected
        if item is not None:
            self._session.tray.discard(item.id)

    def more_like_selected(self) -> None:
        """Queue further variations of the selected one."""
        item = self._session.tray.selected
        if item is not None:
            self._session.more_like(item)

    def order_by_words(self) -> None:
        """Put the results that fit the typed words best first; without words, the newest."""
        words = self.words.text().strip()
        if words:
            self._order(words)
        else:
            self._session.tray.order({})

    def order_by_prompt(self) -> None:
        """Put the results that fit the prompt of the selected one best first, or of the newest."""
        tray = self._session.tray
        item = tray.selected or next(iter(tray.items), None)
        if item is not None:
            self._order(item.prompt)

    def _order(self, words: str) -> None:
        try:
            order_by_prompt(self._session, words)
        except StudioError as error:
            self.refused.emit(error)

    def _show_words(self) -> None:
        """Grey the order by words without results, without a prompt or without the files."""
        tray, reason = self._session.tray, unavailable(self._session.settings)
        ready = bool(tray.items) and reason is None
        self.words.setEnabled(ready)
        item = tray.selected or next(iter(tray.items), None)
        self.own_words.setEnabled(ready and item is not None and bool(item.prompt.strip()))
        if reason is not None:
            for part in (self.words, self.own_words):
                part.setToolTip(message(reason.message, reason.values))

    def _picture(self, item: TrayItem, applied: bool) -> QIcon:
        return thumbnail(item.image, self._holder.icons.theme if applied else None)

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        # Previews of a training or of an inversion are no results.
        request = job.request
        if event.preview is None or not isinstance(request, EditRequest) or only_reads(request):
            return
        if not self._session.owns(job):
            return
        if self._forms is not job or len(self._forming) != len(event.preview):
            self._forms = job
            self._show_forming(list(event.preview))
            return
        for item, picture in zip(self._forming, event.preview, strict=True):
            item.setIcon(thumbnail(picture))

    def _show_forming(self, pictures: Sequence[Pixels]) -> None:
        """Replace the steps in front of the results without changing the selection."""
        for item in self._forming:
            self.list.takeItem(self.list.row(item))
        self._forming = []
        for place, picture in enumerate(pictures):
            item = self._add_forming(thumbnail(picture))
            self.list.insertItem(place, self.list.takeItem(self.list.row(item)))
            self._forming.append(item)
        self._show_empty()

    def _add_forming(self, icon: QIcon) -> QListWidgetItem:
        return self.list.add(icon, tr("Forming…"))

    def _on_picked(self, item_id: str | None) -> None:
        if not self._filling:
            self._session.tray.select(item_id)

    def _on_left(self) -> None:
        self._session.tray.select(None)
        self.left.emit()


def _name_of(item: TrayItem) -> str:
    """Return the prompt of a result, or the name of the photo tool that made it."""
    tool = photo_task(item.request)
    return item.prompt if tool is None else message(tool.label)
