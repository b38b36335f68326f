"""Messages over the canvas: errors with their hints, and notices, without a dialog."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, caption, icon_button

STAY_MS = 12_000
NOTICES = 3
"""Most notices shown at the same time; more would cover too much of the canvas."""


def name_of(work: Callable[..., object]) -> str:
    """Return the subject of errors of ``work``: the name of the underlying function."""
    while isinstance(work, partial):
        work = work.func
    return getattr(work, "__qualname__", repr(work))


@dataclass
class Trouble:
    """An error that is not closed yet.

    ``about`` identifies the failed action (any comparable value, None if it cannot succeed later),
    ``owner`` is the session of the document concerned, if any.
    """

    text: str
    hint: str
    about: object = None
    owner: object = None
    error: StudioError | None = None


class Strip(QWidget):
    """One message and a hint, with a button that closes it."""

    close_asked = Signal()

    def __init__(self, holder: IconHolder, kind: str) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setProperty("kind", kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        is_error = kind == "error"
        icon = QLabel()
        name = "ph.warning-circle" if is_error else "ph.info"
        holder.keep(
            icon,
            lambda: icon.setPixmap(holder.icons.get(name, accent=not is_error).pixmap(20, 20)),
        )
        self.text = Wrapped()
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = Wrapped()
        self.hint.setObjectName("caption")
        self.count = caption("")
        self.button = icon_button(holder, "ph.x", tr("Close the message"))
        self.button.clicked.connect(self.close_asked)
        self.action = QPushButton()
        self.action.setAutoDefault(True)
        self.action.clicked.connect(self._act)
        self.action.setAccessibleName(tr("Do what the message suggests"))
        self.action.hide()
        self.owner: object = None
        self._done: Callable[[], object] | None = None
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(STAY_MS)
        self.timer.timeout.connect(self.close_asked)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.text)
        words.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(icon)
        row.addLayout(words, 1)
        row.addWidget(self.count)
        row.addWidget(self.action)
        row.addWidget(self.button)

    def say(self, text: str, hint: str, count: str = "") -> None:
        """Show a message, its hint, and the number of further ones."""
        for label, content in ((self.text, text), (self.hint, hint), (self.count, count)):
            label.setText(content)
        self.hint.setVisible(bool(hint))
        self.count.setVisible(bool(count))
        self.setAccessibleName(text)
        self.setAccessibleDescription(f"{hint} {count}".strip())
        self.set_action("", None)

    def set_action(
        self, label: str, done: Callable[[], object] | None, owner: object = None
    ) -> None:
        """Show a button for an action on the message; None hides it."""
        self._done, self.owner = done, owner
        self.action.setText(label)
        self.action.setAccessibleName(label or tr("Do what the message suggests"))
        self.action.setVisible(done is not None)

    def _act(self) -> None:
        done = self._done
        self.close_asked.emit()
        if done is not None:
            done()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close the message on Esc, which also moves the focus to the canvas as everywhere."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_asked.emit()
        super().keyPressEvent(event)


class MessageBar(QWidget):
    """Shows errors until they are closed, the newest first, and below them timed notices.

    An error also disappears when its subject succeeds (``settle``) or another document opens
    (``opened``). The bar is overlaid on the top of ``ground`` without taking layout space, so that
    nothing below moves.
    """

    left = Signal()
    """The last error was closed by keyboard, so that the focus returns to the canvas."""

    def __init__(self, holder: IconHolder, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self._troubles: list[Trouble] = []
        self._notices: list[Strip] = []
        ground.installEventFilter(self)
        self.setObjectName("messageBar")
        self.setAccessibleName(tr("Messages"))
        self._error = Strip(holder, "error")
        self._error.close_asked.connect(self._close_error)
        self._strips = [Strip(holder, "notice") for _ in range(NOTICES)]
        self._newest = self._error
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for strip in (self._error, *self._strips):
            self._column.addWidget(strip)
            strip.hide()
        for strip in self._strips:
            strip.close_asked.connect(partial(self._drop, strip))
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the width of the widget below."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    @property
    def text(self) -> QLabel:
        """The label of the last message."""
        return self._newest.text

    @property
    def hint(self) -> QLabel:
        """The label of its hint."""
        return self._newest.hint

    @property
    def errors(self) -> list[str]:
        """The errors that are not closed yet, oldest first."""
        return [one.text for one in self._troubles]

    @property
    def notices(self) -> list[str]:
        """The visible notices, oldest first."""
        return [strip.text.text() for strip in self._notices]

    # Errors

    def show_error(self, error: StudioError, about: object = None, owner: object = None) -> None:
        """Show an error until it is closed or its subject succeeds.

        It replaces an equal error or an earlier one about the same subject.
        """
        text, hint = error_text(error)
        same = [
            one
            for one in self._troubles
            if one.error is error
            or (one.text, one.hint) == (text, hint)
            or (about is not None and one.about == about)
        ]
        if same and about is None:
            about, owner = same[-1].about, same[-1].owner
        self._troubles = [one for one in self._troubles if one not in same]
        self._troubles.append(Trouble(text, hint, about, owner, error))
        self._newest = self._error
        self._show_errors()

    def settle(self, about: object) -> None:
        """Remove an error whose subject has succeeded."""
        self._keep(lambda one: one.about is None or one.about != about)

    def opened(self, owner: object) -> None:
        """Remove errors, since another document is open, that of the session ``owner``.

        Errors of other open documents stay.
        """
        self._keep(lambda one: one.owner is not None and one.owner is not owner)
        self._drop_offers(lambda made: False)

    def forget_closed(self, open_ones: Collection[object]) -> None:
        """Remove messages about documents that have been closed."""
        self._keep(lambda one: one.owner is None or one.owner in open_ones)
        self._drop_offers(lambda made: made in open_ones)

    def _drop_offers(self, wanted: Callable[[object], bool]) -> None:
        for strip in [one for one in self._notices if one.owner is not None]:
            if not wanted(strip.owner):
                self._drop(strip)

    def _keep(self, wanted: Callable[[Trouble], bool]) -> None:
        left = [one for one in self._troubles if wanted(one)]
        if len(left) != len(self._troubles):
            self._troubles = left
            self._show_errors()

    def _close_error(self) -> None:
        self._troubles = self._troubles[:-1]
        self._show_errors()

    def _show_errors(self) -> None:
        if self._troubles:
            newest, more = self._troubles[-1], len(self._troubles) - 1
            count = tr("and {count} more", count=more) if more else ""
            self._error.say(newest.text, newest.hint, count)
        elif self._error.button.hasFocus():
            # Qt would move the focus to the next widget.
            self.left.emit()
        self._error.setVisible(bool(self._troubles))
        self._show()

    # Notices

    def show_notice(self, text: str, hint: str = "") -> None:
        """Show a notice that disappears by itself."""
        same = [one for one in self._notices if one.text.text() == text]
        free = [one for one in self._strips if one not in self._notices]
        strip = (same or free or self._notices)[0]
        if strip in self._notices:
            self._notices.remove(strip)
        self._notices.append(strip)
        self._column.removeWidget(strip)
        self._column.addWidget(strip)
        strip.say(text, hint)
        strip.timer.start()
        strip.show()
        self._newest = strip
        self._show()

    def withdraw(self, text: str) -> None:
        """Remove a notice that is no longer true."""
        for strip in [one for one in self._notices if one.text.text() == text]:
            self._drop(strip)

    def offer(
        self, text: str, hint: str, label: str, done: Callable[[], object], owner: object
    ) -> None:
        """Show a notice with a button, about the document of the session ``owner``.

        It stays until it is closed, used, or another document opens.
        """
        self.show_notice(text, hint)
        strip = self._notices[-1]
        strip.set_action(label, done, owner)
        strip.timer.stop()
        self._place()

    def _drop(self, strip: Strip) -> None:
        if strip not in self._notices:
            return
        self._notices.remove(strip)
        strip.timer.stop()
        strip.hide()
        if self._newest is strip:
            self._newest = self._notices[-1] if self._notices else self._error
        self._show()

    # Place

    def _show(self) -> None:
        self.setVisible(bool(self._troubles or self._notices))
        self._place()

    def _place(self) -> None:
        width = self._ground.width()
        self._column.invalidate()
        needed = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else -1
        self.setGeometry(0, 0, width, needed if needed > 0 else self.sizeHint().height())
        self._column.activate()
        self.raise_()
