"""The status of the inversion for rewrites: whether it is cached, its quality, its time left."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.core.errors import StudioError
from studio.core.progress import ProgressEvent
from studio.edit.request import EditRequest
from studio.edit.rewrite import Inversion
from studio.session.jobs import Job
from studio.session.rewrites import Reading
from studio.session.session import Session
from studio.ui.widgets.durations import left_text
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import decimals, error_text, message, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, caption, icon_button

NEAR, FAR = 1.0, 3.0
"""Decibels below the model's limit up to which an inversion is good, and fair."""


class RewriteStatus(QWidget):
    """The button that inverts the picture, the result's quality, and the progress of a rewrite."""

    def __init__(self, session: Session, holder: IconHolder) -> None:
        super().__init__()
        self._session, self._queue = session, session.queue
        self._known: dict[str, str] = {}
        self._usable = self._is_read = False
        self.text = Wrapped()
        self.read = QPushButton(tr("Read the picture"))
        self.bar = QProgressBar()
        self.left = caption("")
        self.stop = icon_button(holder, "ph.stop-circle", tr("Stop"))
        self._told, self._running = QWidget(), QWidget()
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._lay_out()
        self._clock.timeout.connect(self._show_time)
        listen(self, session.queue.changed, self._show_job)
        listen(self, session.queue.progressed, self._on_progressed)
        self.stop.clicked.connect(self._on_stop)
        self.show_reading("", None)
        self._show_job()

    def _lay_out(self) -> None:
        self.text.setAccessibleName(tr("Whether the picture has been read"))
        self.text.setObjectName("caption")
        self.read.setAccessibleName(self.read.text())
        self.read.setToolTip(
            tr(
                "Inverts the picture: finds the noise from which the model reproduces it; "
                "needed once for all edits"
            )
        )
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of the edit by words"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout(self._told)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        row.addWidget(self.read, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._told)
        below = QVBoxLayout(self._running)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        below.addLayout(line)
        below.addWidget(self.left)
        column.addWidget(self._running)

    def set_usable(self, usable: bool) -> None:
        """Enable or disable the button."""
        self._usable = usable
        self._show_job()

    def forget(self) -> None:
        """Forget earlier inversions, since another document is open."""
        self._known.clear()
        self.show_reading("", None)

    def show_reading(self, asked: str, reading: Reading | None, *, again: bool = False) -> None:
        """Show whether the picture was inverted with the settings ``asked``.

        ``again`` is True if an earlier rewrite is shown, for which the picture was inverted.
        """
        inversion = reading.inversion if reading is not None else None
        self._is_read = inversion is not None
        if reading is None:
            self._say(
                tr("Describe the picture first; then you can change words of the description.")
            )
        elif inversion is not None:
            self._known[asked] = reading.key
            self._say(quality(inversion), warning=is_bad(inversion))
        elif asked in self._known:
            self._say(
                tr(
                    "The picture or the masked area has changed since it was read; it "
                    "must be read again."
                )
            )
        elif again:
            self._say(
                tr(
                    "The inversion for this layer was not kept, or the picture or the "
                    "settings have changed; the picture must be read again."
                )
            )
        else:
            self._say(tr("Not read yet: the first edit reads it and takes longer."))
        self._show_job()

    def show_error(self, error: StudioError) -> None:
        """Show why the status is unavailable."""
        self._is_read = False
        self._say(" ".join(part for part in error_text(error) if part))
        self._show_job()

    def _say(self, text: str, *, warning: bool = False) -> None:
        self.text.setText(text)
        style = "notice" if warning else "caption"
        if self.text.objectName() != style:
            self.text.setObjectName(style)
            self.text.style().polish(self.text)

    @property
    def job(self) -> Job | None:
        """The running rewrite job of this document."""
        job = self._session.running
        if job is None or not isinstance(job.request, EditRequest) or job.request.rewrite is None:
            return None
        return job

    def _show_job(self) -> None:
        job = self.job
        self._running.setVisible(job is not None)
        self._told.setVisible(job is None or self._is_read)
        self.read.setVisible(not self._is_read)
        self.read.setEnabled(self._usable and job is None)
        if job is None:
            self._clock.stop()
            return
        self.bar.setValue(round(1000 * job.fraction))
        self.stop.setEnabled(not job.cancelled.is_set())
        self._clock.start()
        self._show_time()

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        if job is self.job:
            self.bar.setValue(round(1000 * event.fraction))
            self._show_time()

    def _show_time(self) -> None:
        job = self.job
        if job is None:
            return
        if job.cancelled.is_set():
            self.left.setText(tr("Stopping…"))
            return
        parts = [message(job.text)] if job.text else []
        seconds = job.time_left()
        if seconds is not None:
            parts.append(left_text(seconds))
        self.left.setText("  ·  ".join(parts))

    def _on_stop(self) -> None:
        if self.job is not None:
            self._queue.cancel(self.job.id)
        self._show_job()


def is_bad(inversion: Inversion) -> bool:
    """Whether an inversion is of poor quality."""
    return inversion.ceiling - inversion.psnr > FAR


def quality(inversion: Inversion) -> str:
    """Return a description of the quality of an inversion."""
    told = {"psnr": decimals(inversion.psnr, 1), "limit": decimals(inversion.ceiling, 1)}
    below = inversion.ceiling - inversion.psnr
    again = tr("The model reproduces it with {psnr} dB (its limit is {limit} dB).", **told)
    if below <= NEAR:
        return f"{tr('The picture was read.')} {again}"
    if not is_bad(inversion):
        return f"{tr('The model reproduces the picture fairly well.')} {again}"
    better = tr(
        "A more accurate caption, more steps or null-text inversion would reproduce it better."
    )
    return f"{tr('The model reproduces the picture badly.')} {again} {better}"
