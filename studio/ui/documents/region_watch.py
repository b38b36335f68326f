"""Lets the regions for the fill tool be found beside the work, before they are asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.tools.control_layers import PAINTED, find_control
from studio.tools.regions import RegionFinder
from studio.tools.registry import ToolSpec
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr

if TYPE_CHECKING:
    from studio.ui.documents.document_page import DocumentPage
    from studio.ui.window.main_window import MainWindow

FILL = "control_fill"


class RegionWatch(QObject):
    """Looks for the regions as soon as the fill tool is chosen and whenever the picture changes."""

    def __init__(self, page: DocumentPage, window: MainWindow) -> None:
        super().__init__(page)
        self._page, self._window = page, window
        self._finder = RegionFinder(partial(window.background.run, owner=self))
        page.canvas.context.regions = self._finder
        listen(self, self._finder.changed, self.show)
        listen(self, self._finder.failed, window.crash.report)
        window.tool_bar.chosen.connect(self._on_tool)
        listen(self, page.session.committed, self._look)
        listen(self, page.session.opened, self._on_opened)

    def _on_tool(self, spec: ToolSpec) -> None:
        if spec.id == FILL:
            self._look()
        else:
            # They are large, and hold the picture that they were found in.
            self._finder.forget()

    def _on_opened(self) -> None:
        self._finder.forget()
        self._look()

    def _look(self) -> None:
        document, tool = self._page.session.document, self._window.tool_bar.current
        wanted = tool.id == FILL and self._window.page is self._page
        if wanted and find_control(document, PAINTED) is not None:
            self._finder.get(document)

    def show(self) -> None:
        """Say whether the regions of this page are being looked for, if it is in front."""
        busy = self._finder.is_busy
        self._page.canvas.input.set_waiting(busy)
        if self._window.page is self._page:
            text = tr("Finding the regions of the picture…") if busy else ""
            self._window.status.show_work(text)

    def come_to_front(self) -> None:
        """Look for what is needed now that the page is in front."""
        self._look()
        self.show()
