"""Commands for models that other programs have on this machine, and their offer at first start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.catalog.other_programs import OtherProgram, find_programs
from studio.core.errors import Cancelled
from studio.session.whereabouts import model_folders
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.find_dialog import FindDialog
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.amounts import bytes_text
from studio.ui.widgets.translation import tr

OFFERED = "other_models_offered"
"""Setting: whether the models of other programs were offered, which happens once."""


class FindCommands(QObject):
    """Finds models of other programs; ``taken`` carries folders to use (list of Path)."""

    taken = Signal(object)
    folder_asked = Signal()

    def __init__(
        self, window: CurrentPage, parts: SharedParts, failed: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._failed = window, parts, failed

    def show_found(self) -> None:
        """Look for models of other programs and let the artist choose among them."""
        known = model_folders(self._window.settings)
        dialog = FindDialog(self._parts.background, known, self._window)
        dialog.taken.connect(self.taken)
        dialog.folder_asked.connect(self.folder_asked)
        dialog.failed.connect(self._on_failed)
        dialog.exec()
        dialog.deleteLater()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._failed(error)

    def offer_once(self) -> None:
        """At the first start, look in the background, and offer what is found over the picture."""
        settings = self._window.settings
        if settings.get(OFFERED, False) or model_folders(settings):
            return
        self._parts.background.run(
            lambda progress: find_programs(None, progress),
            self._offer,
            self._on_failed,
            owner=self,
        )

    def _offer(self, found: Sequence[OtherProgram]) -> None:
        self._window.settings.set(OFFERED, True)
        folders = [folder for one in found for folder in one.folders]
        if not folders:
            return
        names = ", ".join(dict.fromkeys(one.name for one in found))
        size = bytes_text(sum(one.size for one in found))
        files = sum(one.files for one in found)

        def take() -> None:
            self.taken.emit([Path(one) for one in folders])

        self._parts.messages.offer(
            tr(
                "{names}: {count} model files were found ({size}).",
                names=names,
                count=files,
                size=size,
            ),
            tr("Lienzo uses them where they are; nothing is copied or changed."),
            tr("Use them"),
            take,
            None,
        )
