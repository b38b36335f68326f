"""File work with a progress dialog, one file after the other, with error reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.translation import error_text, tr

DIALOG_AFTER_MS = 400
Over = Callable[[BaseException | None], object]
"""Called at the end, with the error if there was one."""
MOST_TOLD = 5
"""Most errors of several files that one message lists."""


class FileWork(QObject):
    """Runs work on the thread pool for one window; started writes are always finished."""

    refused = Signal(object, object)
    """A StudioError and its subject, if that can succeed later."""
    settled = Signal(object)
    """The subject of an error has succeeded."""
    crashed = Signal(object)

    def __init__(self, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._background = background
        self._parent = window
        self._writing = 0
        self._waiting: list[Callable[[], object]] = []

    def _each(
        self,
        paths: Sequence[Path],
        begin: Callable[[Path, Over], object],
        errors: list[StudioError],
        after: Callable[[], object] | None = None,
    ) -> None:
        """Process one file after the other, until all are done or the artist cancels."""

        def over(error: BaseException | None) -> None:
            if isinstance(error, StudioError):
                errors.append(error)
            else:
                self._tell(error)
            rest = () if isinstance(error, Cancelled) else paths[1:]
            self._each(rest, begin, errors, after)

        if paths:
            begin(paths[0], over)
            return
        self._tell_all(errors)
        if after is not None:
            after()

    def _when_written(self, call: Callable[[], object]) -> bool:
        """Whether a file is being written; if so, ``call`` runs after it has succeeded."""
        if self._writing:
            self._waiting.append(call)
        return bool(self._writing)

    def _write_out(
        self,
        label: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        about: object,
    ) -> None:
        """Write a file; closing a document meanwhile does not interrupt it."""

        def over(error: BaseException | None) -> None:
            self._writing -= 1
            self._tell(error, about)
            if error is not None:
                self._waiting.clear()
            while self._waiting and not self._writing:
                self._waiting.pop(0)()

        self._writing += 1
        self._run(label, work, done, over)

    def _run(
        self,
        label: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        over: Over | None = None,
        about: object = None,
    ) -> Task:
        """Run work under a dialog; ``done`` gets the result, and ``over`` is called after it.

        Without ``over`` an error is shown to the artist; ``about`` is its subject, which may
        succeed later.
        """
        dialog = QProgressDialog(label, tr("Cancel"), 0, 1000, self._parent)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setMinimumDuration(DIALOG_AFTER_MS)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.setAccessibleName(label)
        tell = over or partial(self._tell, about=about)

        def end() -> None:
            dialog.canceled.disconnect()
            dialog.close()
            dialog.deleteLater()

        def succeeded(value: Any) -> None:
            end()
            try:
                done(value)
            except StudioError as error:
                tell(error)
            else:
                tell(None)

        def failed(error: BaseException) -> None:
            end()
            tell(error)

        def progressed(event: ProgressEvent) -> None:
            dialog.setValue(round(1000 * event.fraction))

        task = self._background.run(work, succeeded, failed, progressed, owner=self)
        dialog.canceled.connect(task.cancel)
        dialog.setValue(0)
        return task

    def _tell(self, error: BaseException | None, about: object = None) -> None:
        if isinstance(error, StudioError):
            self.refused.emit(error, about)
        elif error is None:
            self.settled.emit(about)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    def _tell_all(self, errors: Sequence[StudioError]) -> None:
        if len(errors) < 2:
            self._tell(errors[0] if errors else None)
            return
        reasons = "\n".join(error_text(error)[0] for error in errors[:MOST_TOLD])
        self.refused.emit(
            StudioError(
                "{count} files could not be opened:\n{reasons}",
                "Open each of them by itself to see what can be done.",
                count=len(errors),
                reasons=reasons,
            ),
            None,
        )
