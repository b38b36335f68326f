"""Commands that get a first model: the dialog, and what follows a download."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from studio.catalog.first_fetch import file_of, known
from studio.catalog.first_models import ROWS, FirstModel, with_needs
from studio.core.download.state import part_of
from studio.core.errors import StudioError
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.first_model_dialog import FirstModelDialog
from studio.ui.documents.current_page import CurrentPage
from studio.ui.models.model_download import ModelDownload, Stage
from studio.ui.widgets.translation import tr

GETTING = "download of a model"
"""Subject of the error of a download."""


class GetCommands(QObject):
    """Opens the dialog of the first models; ``fetched`` is emitted with a complete model."""

    fetched = Signal(object)
    """The row of the table (FirstModel)."""
    find_asked = Signal()
    online = Signal(bool)
    """Whether a download is running, so that the window does not claim to be offline."""

    def __init__(
        self, window: CurrentPage, parts: SharedParts, failed: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._failed = window, parts, failed
        self._dialog: FirstModelDialog | None = None
        self._download: ModelDownload | None = None
        self._stage = Stage.NONE

    @property
    def download(self) -> ModelDownload:
        """The download of this window, made when it is first needed."""
        if self._download is None:
            self._download = ModelDownload(self)
            self._download.changed.connect(self._on_changed)
            self._download.crashed.connect(self._failed)
        return self._download

    @property
    def dialog(self) -> FirstModelDialog | None:
        """The dialog while it is open."""
        return self._dialog

    def open(self) -> None:
        """Show the dialog beside the window, which stays usable."""
        if self._dialog is None:
            self._dialog = FirstModelDialog(self.download, self._parts.background, self._window)
            self._dialog.find_asked.connect(self.find_asked)
            self._dialog.failed.connect(self._failed)
            self._dialog.finished.connect(self._on_closed)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def remind(self) -> None:
        """After a start, offer to continue a download that was not completed; opens nothing."""
        begun = [row for row in ROWS if part_of(file_of(row)).is_file()]
        if begun:
            self._parts.messages.offer(
                tr("The download of {title} is not complete yet.", title=begun[0].title),
                tr("Nothing is sent before you press Resume."),
                tr("Get a model…"),
                self.open,
                None,
            )

    def close(self, timeout: float) -> bool:
        """Pause a download at the end of the program; False if it does not stop in time."""
        return self._download is None or self._download.stop(timeout)

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_changed(self) -> None:
        download = self.download
        if download.stage is self._stage:
            return
        self._stage = download.stage
        self.online.emit(download.is_running)
        if self._stage is Stage.DONE:
            self._parts.messages.settle(GETTING)
            self.fetched.emit(known(download.id))
        elif self._stage is Stage.FAILED and self._dialog is None and download.error is not None:
            self._parts.messages.show_error(download.error, GETTING)
        elif self._stage is Stage.PAUSED and self._dialog is None:
            self._parts.messages.show_notice(
                tr("The download is paused."), tr("“Get a model…” in the Models panel resumes it.")
            )


def files_of(row: FirstModel) -> tuple[str, str]:
    """Return the id of the model that a row brings, and the name of its LoRA or ""."""
    files = {one.role: file_of(one) for one in with_needs(row.id)}
    model = files.get("checkpoints") or files.get("diffusion_models")
    lora = files.get("loras")
    if model is None:
        raise StudioError(
            "{title} is a part of a model, not a model.", "Choose another one.", title=row.title
        )
    return str(model.absolute()), lora.stem if lora is not None else ""
