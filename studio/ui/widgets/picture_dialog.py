"""A file dialog with a preview of the selected picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.document.io.preview import Preview, read_preview
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.pixels import pixmap_of
from studio.ui.widgets.translation import error_text, tr

SIDE = 220
"""Logical pixels of the longer side of a preview."""
WAIT_MS = 120
SIZE_COLUMN, TYPE_COLUMN, DATE_COLUMN = 1, 2, 3


class PictureDialog(QFileDialog):
    """Qt's own dialog with the preview beside the list."""

    def __init__(
        self, parent: QWidget, title: str, folder: str, pattern: str, background: Background
    ) -> None:
        super().__init__(parent, title, folder, pattern)
        self.setOption(QFileDialog.Option.DontUseNativeDialog)
        self._background = background
        self._task: Task | None = None
        self._path = ""
        self.picture = QLabel()
        self.picture.setFixedSize(QSize(SIDE, SIDE))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setObjectName("thumbnail")
        self.picture.setAccessibleName(tr("Preview"))
        self.words = QLabel()
        self.words.setObjectName("caption")
        self.words.setWordWrap(True)
        self.words.setFixedWidth(SIDE)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        pane = QWidget()
        column = QVBoxLayout(pane)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.picture)
        column.addWidget(self.words)
        column.addStretch(1)
        grid = self.layout()
        if isinstance(grid, QGridLayout):
            grid.addWidget(pane, 1, grid.columnCount(), grid.rowCount() - 1, 1)
        self._arrange()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._load)
        self.currentChanged.connect(self._on_current)
        room = self.screen().availableSize()
        self.resize(min(940, room.width() - 40), min(560, room.height() - 80))

    def _arrange(self) -> None:
        """Give the names most of the width, and the sidebar a readable one."""
        self.setLabelText(QFileDialog.DialogLabel.LookIn, tr("Look in"))
        self.setLabelText(QFileDialog.DialogLabel.FileType, tr("Files of type"))
        place = QStandardPaths.StandardLocation
        usual = (place.HomeLocation, place.PicturesLocation, place.DownloadLocation)
        folders = dict.fromkeys(QStandardPaths.writableLocation(one) for one in usual)
        shown = [QUrl.fromLocalFile(one) for one in folders if Path(one).is_dir()]
        self.setSidebarUrls(shown)
        split = self.findChild(QSplitter)
        if split is not None:
            split.setSizes([130, 500])
        table = self.findChild(QTreeView, "treeView")
        if table is not None:
            table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            for column in (SIZE_COLUMN, DATE_COLUMN):
                table.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            table.hideColumn(TYPE_COLUMN)

    def show_file(self, path: str) -> None:
        """Show the preview of a file, empty if there is none."""
        self._on_current(path)

    def _on_current(self, path: str) -> None:
        self._path = path
        self.picture.clear()
        self.words.clear()
        if self._task is not None:
            self._task.drop()
            self._task = None
        if path and Path(path).is_file():
            self._timer.start()

    def _load(self) -> None:
        path, side = Path(self._path), round(SIDE * self.devicePixelRatioF())
        self._task = self._background.run(
            lambda progress: read_preview(path, side), self._show, self._failed, owner=self
        )

    def _show(self, preview: Preview) -> None:
        picture: QPixmap = pixmap_of(preview.pixels)
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self.picture.setPixmap(picture)
        said = tr(
            "{width} x {height} px, {format}",
            width=preview.width,
            height=preview.height,
            format=preview.label,
        )
        saves = self.acceptMode() is QFileDialog.AcceptMode.AcceptSave
        replaced = "\n" + tr("Saving would replace it.") if saves else ""
        self.words.setText(f"{Path(self._path).name}\n{said}{replaced}")
        self.picture.setAccessibleDescription(self.words.text())

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.words.setText(" ".join(error_text(error)).strip())


def ask_picture(
    parent: QWidget, title: str, folder: str, pattern: str, background: Background
) -> str:
    """Return the picture file that the artist chooses, or ""."""
    names = _ask(parent, title, folder, pattern, background, QFileDialog.FileMode.ExistingFile)
    return names[0] if names else ""


def ask_save(parent: QWidget, title: str, start: str, pattern: str, background: Background) -> str:
    """Return the file that the artist names for a picture, or ""; ``start`` is offered first.

    The preview shows an existing file that would be replaced; Qt asks for confirmation.
    """
    dialog = PictureDialog(parent, title, str(Path(start).parent), pattern, background)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(Path(start).name)
    dialog.show_file(start)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen[0] if chosen else ""


def ask_pictures(
    parent: QWidget, title: str, folder: str, pattern: str, background: Background
) -> list[str]:
    """Return the picture files that the artist chooses, possibly none."""
    return _ask(parent, title, folder, pattern, background, QFileDialog.FileMode.ExistingFiles)


def _ask(
    parent: QWidget,
    title: str,
    folder: str,
    pattern: str,
    background: Background,
    mode: QFileDialog.FileMode,
) -> list[str]:
    dialog = PictureDialog(parent, title, folder, pattern, background)
    dialog.setFileMode(mode)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return chosen
