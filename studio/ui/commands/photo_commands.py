"""The menu rows of the photo tools."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.document.layer import GenerativeLayer
from studio.tools.remove import remove_marked
from studio.ui.commands.asset_reasons import AssetReasons
from studio.ui.commands.cutout_commands import CutoutCommands
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.commands.size_commands import SizeCommands
from studio.ui.commands.style_commands import StyleCommands
from studio.ui.dialogs.batch_dialog import BatchDialog
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage


class PhotoCommands(QObject):
    """The slots of the menu rows; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried, self._failed = window, parts, tried, failed
        self._sizes = SizeCommands(window, parts, tried, failed)
        self._cutout = CutoutCommands(window, parts, tried)
        self._style = StyleCommands(window, parts, tried)
        self.reasons = AssetReasons(parts.menus, self)
        self._batch: BatchDialog | None = None

    def join(self, page: DocumentPage) -> None:
        """Connect a page to the photo tools."""
        self._cutout.join(page)

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            **self._sizes.slots(),
            **self._cutout.slots(),
            "style": self._style.ask,
            "batch": self.show_batch,
            "remove": self._remove,
        }

    def edit_recipe(self, layer: GenerativeLayer) -> bool:
        """Show the window of the tool that made a layer; False if it has none."""
        return self._style.edit_recipe(layer)

    def show_batch(self) -> None:
        """Show the window that runs a recipe on a folder; it stays open beside this one."""
        if self._batch is None:
            self._batch = BatchDialog(
                lambda: self._window.session, self._parts.background, self._window
            )
        if not self._batch.work.is_running:
            self._batch.fill_recipes()
        self._batch.show()
        self._batch.raise_()
        self._batch.activateWindow()

    def _remove(self) -> None:
        session = self._window.page.session
        self._tried(lambda: remove_marked(session))
