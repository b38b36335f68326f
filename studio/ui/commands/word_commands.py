"""The menu row that finds the place of a prompt in the picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from studio.session.photo.words import compare_with_result, find_by_words, unavailable
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.forms import Form
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.translation import message, tr

ROW = "find_words"


class FindByWords(Form):
    """Asks what to look for, and whether its place is added to the selection."""

    def __init__(self, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Find by words"), tr("Find"), parent)
        self.add_text(tr("The place in the picture that fits these words best becomes selected."))
        self.words = QLineEdit(prompt)
        self.words.setPlaceholderText(tr("a red car"))
        self.words.selectAll()
        self.add_up = QCheckBox(tr("Add to the selection"))
        self.add_up.setAccessibleName(self.add_up.text())
        self.add(tr("Look for"), self.words)
        self.rows.addRow("", self.add_up)
        self.words.textChanged.connect(self._update)
        self._update()
        self.words.setFocus()

    def _update(self) -> None:
        self.accept_button.setEnabled(bool(self.words.text().strip()))


class WordCommands(QObject):
    """The slot of the row; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried = window, parts, tried
        self._last = ""
        action = parts.menus.actions[ROW]
        for menu in {*parts.menus.menus.values()}:
            if action in menu.actions():
                menu.setToolTipsVisible(True)
                menu.aboutToShow.connect(self.refresh)

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {ROW: self.ask, "alike": self.compare}

    def refresh(self) -> None:
        """Grey the row if the files are missing, with the reason as its tip."""
        reason = unavailable(self._window.settings)
        action = self._parts.menus.actions[ROW]
        action.setEnabled(reason is None)
        action.setToolTip(message(reason.message, reason.values) if reason else action.text())

    def compare(self) -> None:
        """Queue the likeness of the selected result to the picture before."""
        session = self._window.session
        item = session.tray.selected
        if item is not None:
            self._tried(lambda: compare_with_result(session, item))

    def ask(self) -> None:
        """Ask for the words and queue the search."""
        dialog = FindByWords(self._last, self._window)
        if dialog.exec():
            self._last = dialog.words.text().strip()
            mode = "add" if dialog.add_up.isChecked() else "replace"
            session = self._window.session
            self._tried(lambda: find_by_words(session, self._last, mode))
        dialog.deleteLater()
