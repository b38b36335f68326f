"""The list of the photo tools' networks, with a button that fetches those that are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.assets.install import fetch_assets
from studio.core.assets.places import State, asset_state
from studio.core.assets.table import ARCHIVES, ASSETS
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.translation import error_text, mark, message, tr
from studio.ui.widgets.widgets import caption

LABELS: Mapping[State, str] = {
    State.INSTALLED: mark("installed"),
    State.MISSING: mark("not installed"),
    State.DAMAGED: mark("damaged"),
}
MEGABYTE = 1_000_000
STATE, STEPS = 1, 1000


def states(_: Progress) -> dict[str, State]:
    """Return the state of each asset; reads files, so it runs in the background."""
    return {id: asset_state(id) for id in ASSETS}


class AssetsDialog(QDialog):
    """Shows each network's state, size, licence and use; closing it ends a download."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._task: Task | None = None
        self._states: dict[str, State] = {}
        self.setWindowTitle(tr("Networks of the photo tools"))
        self.list = QTreeWidget()
        self.list.setAccessibleName(tr("Networks of the photo tools"))
        self.list.setRootIsDecorated(False)
        self.list.setHeaderLabels(
            [tr("Network"), tr("State"), tr("Size"), tr("Licence"), tr("Used for")]
        )
        for row in ASSETS.values():
            size = tr("{number} MB", number=f"{row.bytes / MEGABYTE:.1f}")
            item = QTreeWidgetItem([row.name, "…", size, row.licence, message(row.use)])
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setAccessibleName(tr("Progress of the download"))
        self.bar.setTextVisible(False)
        self.note = QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fetch = self._button(tr("Fetch what is missing"), self.start)
        self.fetch.setObjectName("primary")
        self.cancel = self._button(tr("Cancel"), self.stop)
        self.close_button = self._button(tr("Close"), self.reject)
        self._lay_out()
        self._show_states({})
        self._look()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.fetch, self.cancel, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        text = tr("Only this button and the installation use a network.")
        for part in (caption(text), self.list, self.bar, self.note):
            column.addWidget(part)
        column.addLayout(buttons)
        self.resize(860, 460)
        for number in range(self.list.columnCount()):
            self.list.resizeColumnToContents(number)
        # The longest label of a state, which is not shown yet.
        self.list.setColumnWidth(STATE, self.fontMetrics().horizontalAdvance("M" * 10))

    def _button(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _look(self) -> None:
        self._background.run(states, self._show_states, self._failed, owner=self)

    def _show_states(self, found: dict[str, State]) -> None:
        self._states = found
        for number, id in enumerate(ASSETS):
            item = self.list.topLevelItem(number)
            if item is not None and id in found:
                item.setText(STATE, tr(LABELS[found[id]]))
        working = self._task is not None
        self.fetch.setEnabled(bool(self.wanted) and not working)
        self.cancel.setEnabled(working)
        self.bar.setVisible(working)
        if found and not self.wanted:
            self.note.setText(tr("All of them are installed."))

    @property
    def wanted(self) -> list[str]:
        """The ids of assets that are missing or damaged."""
        return [id for id, state in self._states.items() if state is not State.INSTALLED]

    def start(self) -> None:
        """Fetch what is missing or damaged, in the background."""
        ids = self.wanted
        size = sum(ARCHIVES[name].bytes for name in {ASSETS[id].archive for id in ids})

        def progressed(event: ProgressEvent) -> None:
            self.bar.setValue(round(event.fraction * STEPS))
            done, whole = event.fraction * size / MEGABYTE, size / MEGABYTE
            self.note.setText(tr("{done} of {all} MB", done=f"{done:.0f}", all=f"{whole:.0f}"))

        self._task = self._background.run(
            lambda progress: fetch_assets(ids, progress),
            self._fetched,
            self._failed,
            progressed,
            owner=self,
        )
        self.note.clear()
        self.bar.setValue(0)
        self._show_states(self._states)

    def stop(self) -> None:
        """End the download; complete packages are kept for the next one."""
        if self._task is not None:
            self._task.cancel()

    def reject(self) -> None:
        """Close the dialog, which ends a download."""
        self.stop()
        super().reject()

    def _fetched(self, failed: dict[str, StudioError]) -> None:
        self._task = None
        self.note.clear()
        for error in failed.values():
            names = ", ".join(ASSETS[id].name for id in failed if str(failed[id]) == str(error))
            reason = " ".join(error_text(error))
            self.note.setText(tr("Not installed: {names}. {reason}", names=names, reason=reason))
        self._look()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        if isinstance(error, Cancelled):
            self.note.setText(tr("Cancelled; complete packages are kept for the next time."))
        elif isinstance(error, StudioError):
            self.note.setText(" ".join(error_text(error)))
        else:
            raise error
        self._look()
