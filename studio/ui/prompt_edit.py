"""The prompt: a text field that completes the words a model knows and names those it does not."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCompleter, QPlainTextEdit, QWidget

from studio.catalog.vocabulary import Vocabulary

OWN_KEYS = (
    Qt.Key.Key_Enter,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
)


class PromptEdit(QPlainTextEdit):
    """Tab leaves the field; while the list of completions is open, Tab and Enter take one."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(72)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._vocabulary = Vocabulary({}, {})
        self._language = "en"
        self._start = 0
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._take)

    @property
    def completions(self) -> list[str]:
        """What the list offers now."""
        return self._names.stringList()

    def set_vocabulary(self, vocabulary: Vocabulary, language: str) -> None:
        """Complete from another model's words, those of ``language`` first."""
        self._vocabulary, self._language = vocabulary, language

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, submit with Ctrl+Return, or leave the key to the open list."""
        popup = self._completer.popup()
        if popup is not None and popup.isVisible() and event.key() in OWN_KEYS:
            if event.key() == Qt.Key.Key_Tab:
                index = popup.currentIndex()
                row = index.row() if index.isValid() else 0
                popup.hide()
                self._take(self._names.stringList()[row])
                return
            event.ignore()
            return
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        super().keyPressEvent(event)
        if event.text().strip() or event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Space):
            self._offer()

    def _offer(self) -> None:
        cursor = self.textCursor()
        text, position = self.toPlainText(), cursor.position()
        self._start, names = self._vocabulary.complete_at(
            text, position, limit=8, language=self._language
        )
        typed = text[self._start : position]
        names = tuple(name for name in names if name != typed)
        popup = self._completer.popup()
        if not names or not typed.strip() or text[position : position + 1].strip():
            if popup is not None:
                popup.hide()
            self._names.setStringList([])
            return
        self._names.setStringList(list(names))
        rect = self.cursorRect()
        rect.setWidth(220)
        self._completer.complete(rect)

    @Slot(str)
    def _take(self, name: str) -> None:
        cursor = self.textCursor()
        end = cursor.position()
        cursor.setPosition(self._start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(name)
        self.setTextCursor(cursor)
        self._names.setStringList([])
