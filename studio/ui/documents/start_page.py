"""The start page, shown while no document is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QIcon, QKeyEvent, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.document.io.preview import Preview, read_preview
from studio.ui.documents.file_names import short_names
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder

WIDTH = 720
"""Largest width of the column in the middle, in logical pixels."""
ZONE_ALONE = 220
"""Height of the drop zone while there are no recent files, in logical pixels."""
PICTURE = QSize(128, 88)
CELL = QSize(146, 128)
PATH = Qt.ItemDataRole.UserRole
BUTTONS = (
    ("new", "ph.file-plus", mark("New…")),
    ("open", "ph.folder-open", mark("Open…")),
    ("sample", "ph.image-square", mark("Sample photo")),
)
"""The menu actions that open or create a document, with icon and label."""


class RecentFiles(QListWidget):
    """The recent files with thumbnails; a click, Return or Space opens one."""

    chosen = Signal(object)
    """A file (Path) is to be opened."""

    def __init__(self, holder: IconHolder, background: Background) -> None:
        super().__init__()
        self._icons, self._background = holder.icons, background
        self._task: Task | None = None
        self.setObjectName("recentFiles")
        self.setAccessibleName(tr("Recent files"))
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(PICTURE)
        self.setGridSize(CELL)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAcceptDrops(False)
        self.setDragDropMode(QListWidget.DragDropMode.NoDragDrop)
        self.setMinimumHeight(CELL.height() + 12)
        self.clicked.connect(lambda index: self.chosen.emit(index.data(PATH)))

    def show_files(self, paths: Sequence[Path]) -> None:
        """List files, and read their thumbnails one after the other on the thread pool."""
        self.stop()
        self.clear()
        for path, name in zip(paths, short_names(paths), strict=True):
            item = QListWidgetItem(self._icon(None), name)
            item.setData(PATH, path)
            item.setToolTip(str(path))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, str(path.parent))
            self.addItem(item)
        self._read(0)

    def stop(self) -> None:
        """Stop reading thumbnails."""
        if self._task is not None:
            self._task.drop()
            self._task = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which file Return would open."""
        if self.currentRow() < 0:
            self.setCurrentRow(0)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the current file on Return or Space."""
        item = self.currentItem()
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and not event.modifiers() and item is not None:
            self.chosen.emit(item.data(PATH))
            return
        super().keyPressEvent(event)

    # Thumbnails

    def _read(self, row: int) -> None:
        """Read the thumbnail of a row, then the next; a file may be opened in between."""
        self._task = None
        item = self.item(row)
        if item is None:
            return
        path: Path = item.data(PATH)
        side = round(max(PICTURE.width(), PICTURE.height()) * self.devicePixelRatioF())
        self._task = self._background.run(
            lambda progress: read_preview(path, side),
            partial(self._show, row),
            partial(self._failed, row),
            owner=self,
        )

    def _show(self, row: int, preview: Preview) -> None:
        self.item(row).setIcon(self._icon(preview))
        self._read(row + 1)

    def _failed(self, row: int, error: BaseException) -> None:
        """Leave the row without a thumbnail: opening the file shows the error."""
        self._read(row + 1)

    def _icon(self, preview: Preview | None) -> QIcon:
        """Return a centred thumbnail, or an icon for a missing one."""
        ratio, theme = self.devicePixelRatioF(), self._icons.theme
        picture = QPixmap(PICTURE * ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = picture.rect()
        if preview is None:
            painter.fillRect(whole, QColor(theme.window))
            side = round(28 * ratio)
            sign = self._icons.get("ph.image").pixmap(side, side)
            place = QRect(0, 0, side, side)
            place.moveCenter(whole.center())
            painter.drawPixmap(place, sign)
        else:
            image = image_of(preview.pixels)
            size = image.size().scaled(whole.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRect(0, 0, max(1, size.width()), max(1, size.height()))
            place.moveCenter(whole.center())
            painter.fillRect(place, QColor(theme.checker_a))
            painter.drawImage(place, image)
        painter.end()
        picture.setDevicePixelRatio(ratio)
        icon = QIcon(picture)
        # Qt would tint the thumbnail of a selected row.
        icon.addPixmap(picture, QIcon.Mode.Selected)
        return icon


class StartPage(QScrollArea):
    """New, Open, the sample photo, the recent files, and the drop zone."""

    asked = Signal(str)
    """The id of a menu action that was chosen."""

    def __init__(
        self, holder: IconHolder, background: Background, recent: Callable[[], list[Path]]
    ) -> None:
        super().__init__()
        self._holder, self._recent = holder, recent
        self.setObjectName("startPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Start"))
        self.buttons: dict[str, QPushButton] = {}
        self.files = RecentFiles(holder, background)
        self._heading = QLabel(tr("Recent files"))
        self._heading.setObjectName("strong")
        self.zone = QLabel(tr("Drop a picture here"))
        self.zone.setObjectName("dropZone")
        self.zone.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self.setFocusProxy(self.buttons["open"])
        holder.keep(self, self._on_theme)

    def _build(self) -> None:
        title = QLabel(tr("What would you like to open?"))
        title.setObjectName("startTitle")
        title.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, icon, label in BUTTONS:
            row.addWidget(self._button(name, icon, tr(label)))
        row.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(WIDTH)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        parts = QVBoxLayout(column)
        parts.setContentsMargins(24, 24, 24, 24)
        parts.setSpacing(12)
        parts.addWidget(title)
        parts.addLayout(row)
        parts.addWidget(self.zone)
        parts.addSpacing(4)
        parts.addWidget(self._heading)
        parts.addWidget(self.files, 1)
        self._foot = QWidget()
        parts.addWidget(self._foot, 1)
        ground = QWidget()
        across = QHBoxLayout(ground)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 100)
        across.addStretch(1)
        self.setWidget(ground)

    def _button(self, name: str, icon: str, label: str) -> QPushButton:
        button = QPushButton(label)
        button.setAccessibleName(label)
        button.setIconSize(QSize(18, 18))
        primary = name == "open"
        if primary:
            button.setObjectName("primary")
        self._holder.give(button, icon, on_accent=primary)
        button.clicked.connect(partial(self._on_button, name))
        self.buttons[name] = button
        return button

    def _on_button(self, name: str, _: bool = False) -> None:
        self.asked.emit(name)

    def show_keys(self, name: str, key: str) -> None:
        """Show in the tool tip of a button which key does the same."""
        button = self.buttons[name]
        button.setToolTip(f"{button.text()}  {key}".strip())

    def refresh(self) -> None:
        """Show the current recent files."""
        paths = self._recent()
        self._heading.setVisible(bool(paths))
        self.files.setVisible(bool(paths))
        self._foot.setVisible(not paths)
        self.zone.setMinimumHeight(0 if paths else ZONE_ALONE)
        self.files.show_files(paths)

    def _on_theme(self) -> None:
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """List the files whenever the page comes to the front."""
        super().showEvent(event)
        self.refresh()
