"""The prompt field, which completes words from a model's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QCompleter, QPlainTextEdit, QWidget

from studio.catalog.vocabulary import Vocabulary

HEAD = re.compile(r"[^\s,;.]+$")
TAIL = re.compile(r"[^\s,;.]+")
"""The parts of a word before and after the cursor."""
TYPED = re.compile(r"<?[\w-]*$")
NETWORK = re.compile(r"<(?:lora:)?([\w.-]*)$", re.IGNORECASE)
"""A LoRA being typed, by its name or as <lora:NAME."""
GAP = 4
LEAST = 2
"""Letters after which a subject is offered without its <."""
OWN_KEYS = (
    Qt.Key.Key_Enter,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
)


TAKING_KEYS = (Qt.Key.Key_Enter, Qt.Key.Key_Return, Qt.Key.Key_Tab)


class PromptEdit(QPlainTextEdit):
    """Tab leaves the field; while the list of completions is open, Tab and Enter accept one."""

    submitted = Signal()
    left = Signal()
    """The word being typed is finished: the focus or the cursor moved elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._vocabulary = Vocabulary({}, {})
        self._language = "en"
        self._tags: tuple[str, ...] = ()
        self._networks: tuple[str, ...] = ()
        self._starts: dict[str, int] = {}
        self._is_whole = False
        self._is_typing = False
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._take)
        popup = self._completer.popup()
        if popup is not None:
            popup.setObjectName("completions")
        self.cursorPositionChanged.connect(self._on_cursor)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    @property
    def finished_text(self) -> str:
        """The text without the word being typed, which cannot be checked yet."""
        text = self.toPlainText()
        if not (self.hasFocus() and self._is_typing):
            return text
        position = self.textCursor().position()
        before, after = HEAD.search(text[:position]), TAIL.match(text[position:])
        start = before.start() if before is not None else position
        end = position + (after.end() if after is not None else 0)
        return f"{text[:start]} {text[end:]}"

    @property
    def completions(self) -> list[str]:
        """The completions in the list."""
        return self._names.stringList()

    def set_vocabulary(self, vocabulary: Vocabulary, language: str) -> None:
        """Complete from another model's vocabulary, in ``language`` if available."""
        self._vocabulary, self._language = vocabulary, language

    def set_subjects(self, tags: Sequence[str]) -> None:
        """Complete subjects too, such as <luna>."""
        self._tags = tuple(tags)

    def set_networks(self, names: Sequence[str]) -> None:
        """Complete the names of LoRAs after a <."""
        self._networks = tuple(names)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, submit with Ctrl+Return, or pass the key to the open list."""
        popup = self._completer.popup()
        if popup is not None and popup.isVisible() and event.key() in OWN_KEYS:
            # The list always has a current row; only a row chosen by the artist is selected.
            chosen = popup.selectionModel().selectedIndexes()
            if self._is_whole and not chosen and event.key() in TAKING_KEYS:
                popup.hide()
                return
            if event.key() == Qt.Key.Key_Tab:
                popup.hide()
                self._take(self._names.stringList()[chosen[0].row() if chosen else 0])
                return
            if event.key() == Qt.Key.Key_Escape:
                popup.hide()
                return
            event.ignore()
            return
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        super().keyPressEvent(event)
        if event.text().strip() or event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Space):
            # After the cursor has moved, which finishes the previous word.
            self._is_typing = True
            self._offer()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Finish the word being typed."""
        super().focusOutEvent(event)
        self.left.emit()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        """Close the list if the focus went to another widget.

        The field gets no focus event while the list is open, and would receive the next keys.
        """
        popup = self._completer.popup()
        if popup is None or not popup.isVisible() or now in (None, self, popup):
            return
        popup.hide()
        self._is_typing = False
        self.left.emit()

    def focusNextPrevChild(self, next: bool) -> bool:
        """Leave the field on Tab, except when Tab accepts a completion."""
        popup = self._completer.popup()
        if next and popup is not None and popup.isVisible():
            return False
        return super().focusNextPrevChild(next)

    def _on_cursor(self) -> None:
        self._is_typing = False
        self.left.emit()

    def _offer(self) -> None:
        cursor = self.textCursor()
        text, position = self.toPlainText(), cursor.position()
        start, words = self._vocabulary.complete_at(
            text, position, limit=8, language=self._language
        )
        self._starts = {name: start for name in words if name != text[start:position]}
        # A complete word of the vocabulary is not completed to a longer one.
        self._is_whole = self._vocabulary.is_whole(text[start:position], self._language)
        at, tags = self._subjects_at(text[:position])
        found = NETWORK.search(text[:position])
        if found is not None:
            at, begun = found.start(), found[1].lower()
            alike = [one for one in self._networks if one.lower().startswith(begun)]
            tags = [*tags, *(f"<lora:{name}:1>" for name in alike)]
        if at < position and text[at] == "<":
            self._starts = {}
        # Subjects first: they are few, and the artist has named them.
        self._starts = dict.fromkeys(tags, at) | self._starts
        names = list(self._starts)[:8]
        popup = self._completer.popup()
        if not names or not text[:position].strip() or text[position : position + 1].strip():
            if popup is not None:
                popup.hide()
            self._names.setStringList([])
            return
        self._names.setStringList(names)
        # In coordinates of the field, with a gap, so that the current line stays visible.
        rect = self.cursorRect().translated(self.viewport().pos()).adjusted(0, -GAP, 0, GAP)
        rect.setWidth(220)
        self._completer.complete(rect)

    def _subjects_at(self, before: str) -> tuple[int, list[str]]:
        """Return the start of the subject being typed, and the matching subjects."""
        found = TYPED.search(before)
        typed = found[0] if found is not None else ""
        wanted = typed.removeprefix("<").lower()
        if not typed.startswith("<") and len(wanted) < LEAST:
            return len(before), []
        tags = [tag for tag in self._tags if tag[1:].lower().startswith(wanted)]
        return len(before) - len(typed), tags

    @Slot(str)
    def _take(self, name: str) -> None:
        cursor = self.textCursor()
        end = cursor.position()
        cursor.setPosition(self._starts.get(name, end))
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(name)
        self.setTextCursor(cursor)
        self._names.setStringList([])
