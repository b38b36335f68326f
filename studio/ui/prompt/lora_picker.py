"""The dialog in which LoRAs are found and chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.lora_list import LoraEntry, list_loras, lora_entry
from studio.catalog.models import identify
from studio.catalog.recognise.network_files import find_network_files
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.ui.prompt.lora_pictures import RATIO, pixmap, read_thumbnail
from studio.ui.threads.background import Background
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped

SIDE = 48
MOST_PICTURES = 200
"""Thumbnails are read for so many; the others show the icon."""
SIZE = QSize(520, 480)


class LoraPicker(QDialog):
    """Lists the LoRAs of the model folders; ``chosen`` are the files when it was accepted.

    Those that do not fit the model are greyed, with the reason.
    """

    crashed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        holder: IconHolder,
        background: Background,
        folders: Callable[[], list[Path]],
        model: str,
    ) -> None:
        super().__init__(parent)
        self._holder, self._background, self._model = holder, background, model
        self._folders = folders
        self._entries: tuple[LoraEntry, ...] = ()
        self._file: Path | None = None
        self.search = QLineEdit()
        self.list = QListWidget()
        self.told = Wrapped()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take = self.buttons.addButton(tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.browse = self.buttons.addButton(
            tr("Choose a file…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self._lay_out()
        self._connect()
        self._load()

    def _lay_out(self) -> None:
        self.setWindowTitle(tr("Add a LoRA"))
        self.resize(SIZE)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        self.search.setPlaceholderText(tr("Search names, trigger words and base models"))
        self.search.setAccessibleName(tr("Search names, trigger words and base models"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QWidget):
            if not button.accessibleName():
                button.setAccessibleName(tr("Clear"))
        self.list.setAccessibleName(tr("LoRAs"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setSpacing(2)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.told.setObjectName("caption")
        self.told.setText(tr("Looking at your model folders…"))
        self.take.setObjectName("primary")
        self.take.setEnabled(False)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.told)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.list.itemSelectionChanged.connect(self._on_selection)
        self.list.itemActivated.connect(lambda _: self._accept_if_chosen())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.browse.clicked.connect(self._choose_file)

    @property
    def chosen(self) -> list[Path]:
        """The chosen files."""
        if self._file is not None:
            return [self._file]
        return [self._entry(item).path for item in self.list.selectedItems()]

    def _load(self) -> None:
        folders = self._folders()
        self._background.run(
            partial(_listed, folders, self._model), self._show, self._on_error, owner=self
        )

    def _show(self, entries: Sequence[LoraEntry]) -> None:
        self._entries = tuple(entries)
        plain = self._placeholder()
        for number, entry in enumerate(entries):
            item = QListWidgetItem(plain, _text(entry))
            item.setData(Qt.ItemDataRole.UserRole, number)
            item.setToolTip(_tip(entry))
            item.setSizeHint(QSize(0, SIDE + 10))
            if entry.fit.error is not None:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                # The style sheet gives all entries the colour of those that can be chosen.
                item.setForeground(QColor(self._holder.icons.theme.muted))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, _reason(entry))
            self.list.addItem(item)
        self._filter(self.search.text())
        first = [entry.path for entry in entries[:MOST_PICTURES]]
        self._background.run(partial(_pictures, first), self._show_pictures, self._on_error,
                             owner=self)  # fmt: skip

    def _placeholder(self) -> QIcon:
        """Return the icon of a LoRA without a picture, with room around it."""
        found = QPixmap(QSize(SIDE, SIDE) * RATIO)
        found.setDevicePixelRatio(RATIO)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        inner = QRect(QPoint(), QSize(SIDE // 2, SIDE // 2))
        inner.moveCenter(QPoint(SIDE // 2, SIDE // 2))
        self._holder.icons.get("ph.puzzle-piece").paint(painter, inner)
        painter.end()
        return QIcon(found)

    def _show_pictures(self, images: Sequence[QImage | None]) -> None:
        for row, image in enumerate(images):
            found = pixmap(image)
            if found is not None:
                self.list.item(row).setIcon(QIcon(found))

    def _filter(self, text: str) -> None:
        shown = 0
        for row in range(self.list.count()):
            item = self.list.item(row)
            hidden = not self._entry(item).matches(text)
            item.setHidden(hidden)
            if hidden:
                item.setSelected(False)
            shown += not hidden
        if not self._entries:
            self.told.setText(
                tr("There are no LoRAs in your model folders. Choose a file, or add their folder.")
            )
        elif not shown:
            self.told.setText(tr("None of your LoRAs has “{text}” in its names.", text=text))
        else:
            fits = sum(one.fit.error is None for one in self._entries)
            self.told.setText(
                tr("{count} of {total} fit the chosen model", count=fits, total=len(self._entries))
            )

    def _entry(self, item: QListWidgetItem) -> LoraEntry:
        return self._entries[int(item.data(Qt.ItemDataRole.UserRole))]

    def _on_selection(self) -> None:
        self.take.setEnabled(bool(self.list.selectedItems()))

    def _take_first(self) -> None:
        """Choose the first LoRA that is shown and fits, and move to the list."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if not item.isHidden() and item.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.list.clearSelection()
                self.list.setCurrentItem(item)
                self.list.setFocus()
                return

    def _accept_if_chosen(self) -> None:
        if self.chosen:
            self.accept()

    def _choose_file(self) -> None:
        pattern = f"{tr('LoRA')} (*.safetensors *.pt *.bin *.ckpt)"
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a LoRA"), "", pattern)
        if name:
            self.use_file(Path(name))

    def use_file(self, path: Path) -> None:
        """Choose a file that is in none of the folders, or show why it cannot be used."""
        self._background.run(
            partial(_one, path, self._model), self._on_file, self._on_error, owner=self
        )

    def _on_file(self, entry: LoraEntry) -> None:
        if entry.fit.error is not None:
            self.told.setText(_reason(entry))
            return
        self._file = entry.path
        self.accept()

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.told.setText(" ".join(part for part in error_text(error) if part))
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)


def _text(entry: LoraEntry) -> str:
    """Return two lines for the list: the name, and why it does not fit or what it knows."""
    if entry.fit.error is not None:
        base = entry.base
        below = tr("for {base}", base=base) if base and entry.finding.refusal is None else ""
        return f"{entry.name}\n{below or _reason(entry)}"
    words = ", ".join(entry.words)
    parts = [part for part in (entry.base, words) if part]
    return f"{entry.name}\n{' · '.join(parts)}"


def _tip(entry: LoraEntry) -> str:
    note = entry.fit.note
    said = message(note.message, note.values) if note is not None else ""
    return _reason(entry) or said or entry.finding.about.usage or str(entry.path)


def _reason(entry: LoraEntry) -> str:
    error = entry.fit.error
    return " ".join(part for part in error_text(error) if part) if error is not None else ""


def _listed(folders: Sequence[Path], model: str, progress: Progress) -> tuple[LoraEntry, ...]:
    return list_loras(find_network_files(folders), identify(model))


def _one(path: Path, model: str, progress: Progress) -> LoraEntry:
    return lora_entry(path, identify(model))


def _pictures(paths: Sequence[Path], progress: Progress) -> list[QImage | None]:
    found = []
    for path in paths:
        progress.check()
        found.append(read_thumbnail(path, SIDE))
    return found
