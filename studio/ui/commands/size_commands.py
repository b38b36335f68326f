"""The menu rows for the image size, and for noise and JPEG blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject

from studio.core.assets import missing_asset
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.edit.enlarging import DETAIL, cost_of, resized
from studio.edit.request import Task
from studio.retouch.resampling import resampler
from studio.session.photo import clean, enlarge
from studio.session.session import Session
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.clean_dialog import CleanDialog
from studio.ui.dialogs.image_size_dialog import ImageSizeDialog
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.file_work import FileWork
from studio.ui.widgets.translation import tr

ASSET = "realesrgan-x2"
AMOUNTS: Mapping[str, Mapping[str, int]] = {
    "denoise": {"noise": 80, "jpeg": 0},
    "remove_jpeg": {"noise": 0, "jpeg": 50},
}
"""The initial amounts of each menu row, in per cent."""


class SizeWork(FileWork):
    """Resamples a document on the thread pool, under a progress dialog."""

    def resize(
        self, session: Session, change: Callable[[Document, Progress | None], Document]
    ) -> None:
        """Change the document of a session in one step."""
        before = session.document

        def done(made: Document) -> None:
            session.edit(enlarge.STEP, lambda now: made if now is before else change(now, None))

        self._run(tr("Scaling the picture"), lambda progress: change(before, progress), done)


class SizeCommands(QObject):
    """The slots of the rows; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._window, self._tried = window, tried
        self._background = parts.background
        self._work = SizeWork(parts.background, window)
        self._work.refused.connect(lambda error, about: failed(error))
        self._work.crashed.connect(failed)

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            "image_size": self.image_size,
            **{row: partial(self.clean, amounts) for row, amounts in AMOUNTS.items()},
        }

    def image_size(self) -> None:
        """Ask for a size and scale the picture, a layer or the selection to it."""
        session = self._window.session
        speed, missing = enlarge.speed(session.settings), missing_asset(ASSET)
        dialog = ImageSizeDialog(session.document, speed, missing, self._window)
        if dialog.exec():
            self._tried(partial(self._resize, dialog.scope, dialog.result_size, dialog.how))
        dialog.deleteLater()

    def _resize(self, scope: str, size: tuple[int, int], how: str) -> None:
        session = self._window.session
        enlarge.check_idle(session, scope)
        needs_network = cost_of(session.document, scope, size).megapixels > 0
        if how == DETAIL and needs_network:
            enlarge.submit(session, *size, scope)
            return
        row = resampler("lanczos" if how == DETAIL else how)

        def change(document: Document, progress: Progress | None) -> Document:
            return resized(document, *size, row, scope, progress)

        self._work.resize(session, change)

    def clean(self, amounts: Mapping[str, int]) -> None:
        """Ask for amounts over a preview, and queue the cleaning of the picture."""
        self._tried(partial(self._ask_clean, amounts))

    def _ask_clean(self, amounts: Mapping[str, int]) -> None:
        error = missing_asset(ASSET)
        if error is not None:
            raise error
        session, part = self._window.session, self._preview_part()
        ask = partial(clean.preview, session)
        dialog = CleanDialog(session, ask, part, amounts, self._background, self._window)
        accepted = dialog.exec()
        values = dialog.values
        dialog.deleteLater()
        if accepted:
            session.photo.submit(Task.CLEAN, values)

    def _preview_part(self) -> Rect:
        canvas, document = self._window.canvas, self._window.session.document
        ratio = canvas.devicePixelRatioF()
        width, height = round(canvas.width() * ratio), round(canvas.height() * ratio)
        visible = canvas.view.visible(width, height, document.rect)
        return clean.preview_part(visible, document.rect)
