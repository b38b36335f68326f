"""The menu rows of rewrites, and the connections of their panel to the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from studio.session.rewrites import is_rewritten
from studio.ui.bars.message_bar import MessageBar
from studio.ui.dialogs.crash_dialog import CrashHandler
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.widgets.listening import listen


class RewriteCommands(QObject):
    """The slots of the menu rows; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        messages: MessageBar,
        crash: CrashHandler,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._messages, self._crash, self._tried = window, messages, crash, tried

    def join(self, page: DocumentPage) -> None:
        """Connect the panel of a page to the window."""
        panel = page.words
        panel.failed.connect(self._messages.show_error)
        panel.crashed.connect(self._crash.report)
        panel.again_asked.connect(self.again_active)
        panel.model_asked.connect(self._choose_model)
        listen(panel, page.session.edit_state.changed, lambda _: panel.refresh())

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            "generate": self.generate,
            "words": self.open,
            "layer_words": self.again_active,
        }

    def generate(self) -> None:
        """Run the edit of the panel in use: the rewrite panel or the prompt panel."""
        window, focus = self._window, QApplication.focusWidget()
        inside = focus is not None and window.words.isAncestorOf(focus)
        # After a change the canvas has the focus; use the panel that is in front.
        alone = window.words.isVisible() and not window.prompt.isVisible()
        if inside or alone:
            window.words.change.click()
        else:
            window.prompt.generate.click()

    def open(self) -> None:
        """Focus the panel, in the first field that is still empty."""
        window = self._window
        window.docks["words"].show()
        window.docks["words"].raise_()
        panel = window.words
        panel.propose()
        field = panel.text if panel.caption.toPlainText().strip() else panel.caption
        field.setFocus()

    def again_active(self) -> None:
        """Show the rewrite of the active layer."""
        self.again(self._window.session.document.active or "")

    def again(self, layer_id: str) -> bool:
        """Show the rewrite that made a layer; False for another layer."""
        layer = self._window.session.document.find(layer_id)
        if not is_rewritten(layer):
            return False
        self.open()
        self._tried(partial(self._window.words.show_layer, layer))
        return True

    def _choose_model(self, model: str) -> None:
        form = self._window.prompt.form
        if form.model.findData(model) >= 0:
            form.choose_model(model)
