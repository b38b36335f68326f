"""The message shown after an internal error, with the path of the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QThread, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from studio.core import crash
from studio.ui.widgets.translation import tr

LOG = logging.getLogger(__name__)

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


class CrashHandler(QObject):
    """Handles every uncaught error: logs it, shows a message, and keeps the window running."""

    _met = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: QMessageBox | None = None
        self._before: Hook | None = None
        self._met.connect(self.show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Install Python's hook for uncaught errors."""
        self._before = sys.excepthook
        sys.excepthook = self._hook

    def remove(self) -> None:
        """Restore the previous hook."""
        if self._before is not None:
            sys.excepthook = self._before
            self._before = None

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            self._before(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self._met.emit(None)

    def report(self, error: BaseException) -> None:
        """Log an error that was caught around a job, and show the message."""
        try:
            crash.report(error)
        except OSError:
            LOG.exception("the log cannot be written", exc_info=error)
        self.show(None)

    def show(self, _: object) -> None:
        """Show the message without a traceback; further errors while it is open show nothing."""
        app = QApplication.instance()
        if app is None or QThread.currentThread() is not app.thread() or self._dialog is not None:
            return
        box = QMessageBox(self._window)
        box.setObjectName("crash")
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Lienzo")
        box.setText(tr("Something went wrong in Lienzo."))
        box.setInformativeText(
            tr(
                "Your picture is still open and stored in the recovery journal. You can "
                "continue, but should save now. The details are in {path}.",
                path=crash.log_path(),
            )
        )
        box.setStandardButtons(QMessageBox.StandardButton.Ok)
        box.finished.connect(self._closed)
        self._dialog = box
        box.open()

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
