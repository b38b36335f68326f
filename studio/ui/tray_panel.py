"""The results tray: variations as they form and as they are, to compare, apply or discard."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.progress import ProgressEvent
from studio.edit.request import EditRequest, Pixels
from studio.session.jobs import Job
from studio.session.session import Session
from studio.ui.listening import listen
from studio.ui.pixels import pixmap_of
from studio.ui.translation import tr
from studio.ui.widgets import IconHolder, icon_button

SIDE = 104
ID = Qt.ItemDataRole.UserRole


class TrayList(QListWidget):
    """The thumbnails; Enter applies, Delete discards."""

    applied = Signal()
    discarded = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Apply, discard, or move the selection."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.discarded.emit()
        else:
            super().keyPressEvent(event)


class TrayPanel(QWidget):
    """Shows the session's tray; the selected variation lies on the canvas until it is applied."""

    def __init__(self, session: Session, holder: IconHolder) -> None:
        super().__init__()
        self._session = session
        self._filling = False
        self._forming: list[QListWidgetItem] = []
        self._pictures: dict[str, QIcon] = {}
        self.list = TrayList()
        self.hint = QLabel(tr("Results come here: compare them, apply one, discard the rest."))
        self.hint.setObjectName("hint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setWordWrap(True)
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
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        view = self.list
        view.setAccessibleName(tr("Results"))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setFlow(QListView.Flow.LeftToRight)
        view.setWrapping(True)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setIconSize(QSize(SIDE, SIDE))
        view.setGridSize(QSize(SIDE + 12, SIDE + 12))
        view.setUniformItemSizes(True)
        self.apply.setAccessibleName(tr("Apply"))
        buttons = QVBoxLayout()
        buttons.setSpacing(4)
        rows: tuple[QWidget, ...] = (self.apply, self.before, self.more, self.discard)
        for button in rows:
            button.setMinimumWidth(150)
            buttons.addWidget(button)
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
        self.list.currentItemChanged.connect(self._on_current)
        self.list.applied.connect(self.apply_selected)
        self.list.itemDoubleClicked.connect(lambda item: self.apply_selected())
        self.list.discarded.connect(self.discard_selected)
        self.apply.clicked.connect(self.apply_selected)
        self.discard.clicked.connect(self.discard_selected)
        self.more.clicked.connect(self.more_like_selected)
        self.before.pressed.connect(lambda: self._session.hold_before(True))
        self.before.released.connect(lambda: self._session.hold_before(False))

    def refresh(self) -> None:
        """Show the variations as they are."""
        tray = self._session.tray
        self._filling = True
        running = self._session.queue.running
        forming = [item.icon() for item in self._forming] if running is not None else []
        self.list.clear()
        self._forming = []
        self._pictures = {i.id: self._picture(i.id, i.image) for i in tray.items}
        for icon in forming:
            self._add_forming(icon)
        for one in tray.items:
            item = QListWidgetItem(self._pictures[one.id], "")
            item.setData(ID, one.id)
            label = tr("{prompt}, seed {seed}", prompt=one.prompt or "-", seed=one.seed)
            item.setToolTip(label)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, label)
            self.list.addItem(item)
            if one is tray.selected:
                self.list.setCurrentItem(item)
        self._filling = False
        empty = self.list.count() == 0
        self.list.setVisible(not empty)
        self.hint.setVisible(empty)
        for button in (self.apply, self.before, self.more, self.discard):
            button.setEnabled(tray.selected is not None)
        self.more.setEnabled(tray.selected is not None and tray.selected.can_vary)

    def apply_selected(self) -> None:
        """Keep the selected variation as a layer."""
        item = self._session.tray.selected
        if item is not None:
            self._session.apply(item.id)

    def discard_selected(self) -> None:
        """Throw the selected variation away."""
        item = self._session.tray.selected
        if item is not None:
            self._session.tray.discard(item.id)

    def more_like_selected(self) -> None:
        """Queue further variations of the selected one."""
        item = self._session.tray.selected
        if item is not None:
            self._session.more_like(item)

    def _picture(self, item_id: str, image: Pixels) -> QIcon:
        return self._pictures.get(item_id) or thumbnail(image)

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        # What a training paints now is no result; its card shows it.
        if event.preview is None or not isinstance(job.request, EditRequest):
            return
        if len(self._forming) != len(event.preview):
            for item in self._forming:
                self.list.takeItem(self.list.row(item))
            self._forming = []
            for _ in range(len(event.preview)):
                self._add_forming(QIcon())
        for item, picture in zip(self._forming, event.preview, strict=True):
            item.setIcon(thumbnail(picture))
        self.list.setVisible(True)
        self.hint.setVisible(False)

    def _add_forming(self, icon: QIcon) -> None:
        item = QListWidgetItem(icon, "")
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setToolTip(tr("Forming…"))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, tr("Forming…"))
        self.list.insertItem(len(self._forming), item)
        self._forming.append(item)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if self._filling or item is None or item.data(ID) is None:
            return
        self._session.tray.select(item.data(ID))


def thumbnail(image: Pixels) -> QIcon:
    """Return a picture (h, w, 3) as a square icon that is sharp at 2x."""
    picture = pixmap_of(image).scaled(
        SIDE * 2,
        SIDE * 2,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QPixmap(picture)
    square.setDevicePixelRatio(2)
    icon = QIcon()
    # Selected pictures keep their colours.
    icon.addPixmap(square, QIcon.Mode.Normal)
    icon.addPixmap(square, QIcon.Mode.Selected)
    icon.addPixmap(square, QIcon.Mode.Disabled)
    return icon
