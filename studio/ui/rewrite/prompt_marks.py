"""Marks the words of a text field that differ from another text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat
from PySide6.QtWidgets import QPlainTextEdit

from studio.edit.wording import Fate, Word
from studio.ui.widgets.widgets import IconHolder


class PromptMarks(QSyntaxHighlighter):
    """Shows words as removed (struck through) or added (bold) in the colours of the theme."""

    def __init__(self, field: QPlainTextEdit, fate: Fate, holder: IconHolder) -> None:
        super().__init__(field.document())
        self._fate, self._holder = fate, holder
        self._words: tuple[Word, ...] = ()
        holder.keep(self, self.rehighlight)

    @property
    def marked(self) -> list[str]:
        """The marked words."""
        return [word.text for word in self._words]

    def mark(self, compared: Iterable[tuple[Fate, Word]]) -> None:
        """Mark the words whose fate is that of this field."""
        words = tuple(word for fate, word in compared if fate is self._fate)
        if words != self._words:
            self._words = words
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Mark the words of one line."""
        theme = self._holder.icons.theme
        look = QTextCharFormat()
        if self._fate is Fate.NEW:
            look.setForeground(QColor(theme.accent_text))
            look.setFontWeight(QFont.Weight.Bold)
        else:
            look.setForeground(QColor(theme.muted))
            look.setFontStrikeOut(True)
        begins = self.currentBlock().position()
        for word in self._words:
            start, end = word.start - begins, word.end - begins
            if end > 0 and start < len(text):
                self.setFormat(max(0, start), end - max(0, start), look)
