"""The dialog that finds models of other programs, to be used where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.other_programs import OtherProgram, find_programs
from studio.core.progress import ProgressEvent
from studio.ui.threads.background import Background
from studio.ui.widgets.amounts import bytes_text
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import Wrapped

PROGRAM = Qt.ItemDataRole.UserRole
STEPS = 100


class FindDialog(QDialog):
    """Lists what was found, each with a check mark; nothing is copied.

    ``known`` are the folders that are listed already.
    """

    taken = Signal(object)
    """Folders that are to be used (list of Path)."""
    folder_asked = Signal()
    failed = Signal(object)

    def __init__(
        self, background: Background, known: Sequence[Path], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._known = set(known)
        self.setWindowTitle(tr("Models on this computer"))
        self.list = QTreeWidget()
        self.note = Wrapped(tr("Looking for models of other programs…"))
        self.problems = Wrapped()
        self.bar = QProgressBar()
        self.other = self._button(tr("Another folder…"), self._on_other)
        self.close_button = self._button(tr("Close"), self.reject)
        self.use = self._button(tr("Use the chosen ones"), self._on_use)
        self._lay_out()
        background.run(
            lambda progress: find_programs(None, progress),
            self.show_programs,
            self.failed.emit,
            self._progressed,
            owner=self,
        )

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def _lay_out(self) -> None:
        self.list.setAccessibleName(tr("Models on this computer"))
        self.list.setHeaderLabels([tr("Program"), tr("Files"), tr("Size"), tr("Folder")])
        self.list.setRootIsDecorated(False)
        self.list.itemChanged.connect(self._update)
        self.bar.setAccessibleName(tr("Progress of the search"))
        self.bar.setTextVisible(False)
        self.bar.setRange(0, STEPS)
        self.use.setObjectName("primary")
        self.use.setEnabled(False)
        self.problems.setObjectName("notice")
        self.problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problems.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        for part in (self.note, self.bar, self.list, self.problems):
            column.addWidget(part)
        column.addLayout(buttons)
        self.resize(760, 400)

    def _progressed(self, event: ProgressEvent) -> None:
        self.bar.setValue(round(event.fraction * STEPS))

    def show_programs(self, found: Sequence[OtherProgram]) -> None:
        """List the programs; those that are used already cannot be chosen."""
        self.bar.hide()
        blocked = self.list.blockSignals(True)
        for program in found:
            self.list.addTopLevelItem(self._item(program))
        self.list.blockSignals(blocked)
        for number in range(3):
            self.list.resizeColumnToContents(number)
        said = [" ".join(error_text(one)) for program in found for one in program.problems]
        self.problems.setText("\n".join(said))
        self.problems.setVisible(bool(said))
        if found:
            self.note.setText(tr("Lienzo uses them where they are; nothing is copied or changed."))
            self.list.setCurrentIndex(self.list.model().index(0, 0))
            self.list.setFocus()
        else:
            self.note.setText(
                tr(
                    "No models of ComfyUI, A1111, Forge, InvokeAI or the Hugging Face cache were"
                    " found in the usual places. Choose another folder if you have some."
                )
            )
        self._update()

    def _item(self, program: OtherProgram) -> QTreeWidgetItem:
        size = bytes_text(program.size)
        item = QTreeWidgetItem([program.name, str(program.files), size, str(program.place)])
        item.setData(0, PROGRAM, program)
        item.setToolTip(3, "\n".join(str(one) for one in program.folders))
        for column in (1, 2):
            item.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        if set(program.folders) <= self._known:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
            item.setText(0, tr("{name} (in use)", name=program.name))
            item.setCheckState(0, Qt.CheckState.Checked)
        else:
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Checked)
        return item

    @property
    def chosen(self) -> list[Path]:
        """The folders of the checked programs that are not used yet."""
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        checked = [
            item.data(0, PROGRAM)
            for item in items
            if item is not None and item.checkState(0) is Qt.CheckState.Checked
        ]
        folders = [folder for program in checked for folder in program.folders]
        return [folder for folder in dict.fromkeys(folders) if folder not in self._known]

    def _update(self, *_: object) -> None:
        self.use.setEnabled(bool(self.chosen))

    def _on_use(self) -> None:
        self.taken.emit(self.chosen)
        self.accept()

    def _on_other(self) -> None:
        self.reject()
        self.folder_asked.emit()
