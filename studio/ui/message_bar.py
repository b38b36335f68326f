"""Sentences over the canvas: what went wrong and what to do, without a dialog in the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.ui.translation import error_text, tr
from studio.ui.widgets import IconHolder, icon_button

STAY_MS = 12_000


class MessageBar(QWidget):
    """Shows one sentence and a hint; notices go after a while, errors stay until closed.

    It lies over the top of ``ground`` and takes no room of its own, so that nothing below moves.
    """

    def __init__(self, holder: IconHolder, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self._is_error = False
        ground.installEventFilter(self)
        self.setObjectName("messageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._holder = holder
        self._icon = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setObjectName("caption")
        close = icon_button(holder, "ph.x", tr("Close the message"))
        close.clicked.connect(self.hide)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.text)
        words.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAY_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as wide as what it lies over."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        width = self._ground.width()
        needed = self.heightForWidth(width) if self.hasHeightForWidth() else -1
        self.setGeometry(0, 0, width, needed if needed > 0 else self.sizeHint().height())
        self.raise_()

    def settle(self) -> None:
        """Take an error away: what it was about has succeeded, or another document is open."""
        if self._is_error:
            self.hide()

    def show_error(self, error: StudioError) -> None:
        """Say what could not be done; it stays until it is closed."""
        self._timer.stop()
        self._show(*error_text(error), "error")

    def show_notice(self, text: str, hint: str = "") -> None:
        """Say something that is good to know; it goes by itself."""
        self._timer.start()
        self._show(text, hint, "notice")

    def _show(self, text: str, hint: str, kind: str) -> None:
        self.text.setText(text)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._is_error = kind == "error"
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        name = "ph.warning-circle" if kind == "error" else "ph.info"
        self._icon.setPixmap(self._holder.icons.get(name, accent=kind != "error").pixmap(20, 20))
        self.setAccessibleName(text)
        self.setAccessibleDescription(hint)
        self.show()
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
