"""Lets the regions for the fill tool be found beside the work, before they are asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.tools.control_layers import PAINTED, find_control
from studio.tools.regions import RegionFinder
from studio.tools.registry import ToolSpec
from studio.ui.listening import listen
from studio.ui.translation import tr

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow

FILL = "control_fill"


class RegionWatch(QObject):
    """Looks for the regions as soon as the fill tool is chosen and whenever the picture changes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._canvas = window.session, window.canvas
        self._bar, self._status = window.tool_bar, window.status
        self._finder = RegionFinder(partial(window.background.run, owner=self))
        self._canvas.context.regions = self._finder
        listen(self, self._finder.changed, self._show)
        listen(self, self._finder.failed, window.crash.report)
        self._bar.chosen.connect(self._on_tool)
        listen(self, self._session.committed, self._look)
        listen(self, self._session.opened, self._on_opened)

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
        document = self._session.document
        if self._bar.current.id == FILL and find_control(document, PAINTED) is not None:
            self._finder.get(document)

    def _show(self) -> None:
        busy = self._finder.is_busy
        self._canvas.input.set_waiting(busy)
        self._status.show_work(tr("Finding the regions of the picture…") if busy else "")
