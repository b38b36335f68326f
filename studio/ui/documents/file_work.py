"""Work on files under a dialog: one after the other, and what goes wrong is told."""

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
"""Is called in the end, with the error if there was one."""
MOST_TOLD = 5
"""Errors of several files that are told in one message."""


class FileWork(QObject):
    """Runs work on the thread pool for one window; files that are written are finished."""

    refused = Signal(object, object)
    """A StudioError and what it is about, if that can succeed later."""
    settled = Signal(object)
    """What an error was about has succeeded."""
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
        """Begin with one file after the other, until all are done or the artist cancels."""

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
        """Whether a file is being written; ``call`` is made once that has gone well."""
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
        """Run the writing of a file, which nothing that is closed meanwhile breaks off."""

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
        """Run work under a dialog; ``done`` gets what comes out, ``over`` is called after that.

        Without ``over`` an error is told to the artist; it is ``about`` something that can succeed
        later.
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
