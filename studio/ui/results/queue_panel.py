"""The queue panel: the running job, its time left, and the waiting jobs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from studio.core.progress import ProgressEvent
from studio.session.jobs import Job, JobQueue
from studio.ui.widgets.durations import left_text
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import Elided, IconHolder, icon_button


class QueuePanel(QWidget):
    """Shows a job queue, in which waiting jobs can be removed or all jobs stopped."""

    def __init__(
        self,
        queue: JobQueue,
        holder: IconHolder,
        document: Callable[[object], str] = lambda owner: "",
    ) -> None:
        """Show ``queue``; ``document`` returns the name of an owner's document, "" if obvious."""
        super().__init__()
        self._queue, self._document = queue, document
        self.label = Elided()
        self.left = Elided()
        self.left.setObjectName("caption")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of the running job"))
        self.pause = icon_button(holder, "ph.pause", tr("Pause the training"))
        self.resume = icon_button(holder, "ph.play", tr("Continue the training"))
        self.keep = icon_button(holder, "ph.check-circle", tr("Keep this and end here"))
        self.cancel = icon_button(holder, "ph.stop-circle", tr("Stop the running job"))
        self.waiting = QListWidget()
        self.waiting.setAccessibleName(tr("Jobs that wait"))
        self.waiting.setToolTip(tr("Press Delete to remove a job from the queue"))
        self.empty = icon_button(holder, "ph.trash", tr("Empty the queue"))
        # Waiting jobs need no extra height; they scroll.
        self.waiting.setMinimumHeight(1)
        # A horizontal scroll bar would cover one of the few rows; tool tips have the full names.
        self.waiting.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_time)
        listen(self, queue.changed, self.refresh)
        listen(self, queue.progressed, self._on_progressed)
        self.pause.clicked.connect(self._on_pause)
        self.resume.clicked.connect(self._on_resume)
        self.keep.clicked.connect(queue.finish_running)
        self.cancel.clicked.connect(queue.cancel_running)
        self.empty.clicked.connect(queue.clear)
        self.waiting.itemActivated.connect(self._take_out)
        self.refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.addWidget(self.label, 1)
        for button in (self.empty, self.pause, self.resume, self.keep, self.cancel):
            row.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.left)
        column.addWidget(self.waiting, 8)
        column.addStretch(1)

    def refresh(self) -> None:
        """Show the current jobs."""
        running = self._running
        waiting = [job for job in self._queue.jobs if job is not running and not job.is_quiet]
        self.label.setText(self._label(running) if running else tr("Nothing is running"))
        self.cancel.setEnabled(running is not None and not running.cancelled.is_set())
        self.bar.setValue(round(1000 * running.fraction) if running else 0)
        self.waiting.clear()
        for job in waiting:
            label = self._label(job)
            text = tr("{name}  ·  paused", name=label) if job.is_held else label
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, job.id)
            item.setToolTip(text)
            self.waiting.addItem(item)
        # A job that waits while none runs starts at once; showing it would enlarge the dock.
        shown = bool(waiting) and (running is not None or self._held is not None)
        self.waiting.setVisible(shown)
        self.empty.setVisible(shown)
        self._show_pause()
        self._show_keep()
        if running is not None:
            self._clock.start()
        else:
            self._clock.stop()
        self._show_time()

    def _label(self, job: Job) -> str:
        document = self._document(job.owner)
        return f"{job.label}  ·  {document}" if document else job.label

    @property
    def _running(self) -> Job | None:
        """The running job, unless nobody asked for it and nothing waits for its end."""
        asked = any(not job.is_quiet for job in self._queue.jobs)
        return self._queue.running if asked else None

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        if job is not self._running:
            return
        self.bar.setValue(round(1000 * event.fraction))
        self.cancel.setEnabled(not job.cancelled.is_set())
        self._show_pause()
        self._show_keep()
        self._show_time()

    def _show_keep(self) -> None:
        """Offer to end early with the present state, if the running work can."""
        running = self._running
        can_keep = running is not None and running.can_finish
        stopping = can_keep and running is not None and running.cancelled.is_set()
        if self.keep.hasFocus() and not can_keep:
            self.cancel.setFocus()
        self.keep.setVisible(can_keep)
        self.keep.setEnabled(can_keep and not stopping and not self._is_kept)

    @property
    def _is_kept(self) -> bool:
        running = self._running
        return running is not None and running.wanted.is_set()

    def _show_time(self) -> None:
        running = self._running
        if running is None:
            self.left.setText("")
            return
        if running.cancelled.is_set():
            self.left.setText(tr("Stopping…"))
            return
        if running.wanted.is_set():
            self.left.setText(tr("Keeping this state…"))
            return
        parts = [message(running.text)] if running.text else []
        seconds = running.time_left()
        if seconds is not None:
            parts.append(left_text(seconds))
        self.left.setText("  ·  ".join(parts))

    def _show_pause(self) -> None:
        """Offer to pause the running training, or to resume a paused one."""
        running, focused = self._running, self.pause.hasFocus() or self.resume.hasFocus()
        can_pause = running is not None and running.can_pause
        can_resume = not can_pause and self._held is not None
        stopping = running is not None and running.cancelled.is_set()
        self.pause.setVisible(can_pause)
        self.pause.setEnabled(not stopping)
        self.resume.setVisible(can_resume)
        if focused and (can_pause or can_resume):
            (self.pause if can_pause else self.resume).setFocus()

    @property
    def _held(self) -> Job | None:
        return next((job for job in self._queue.jobs if job.is_held), None)

    def _on_pause(self) -> None:
        if self._queue.running is not None:
            self._queue.pause(self._queue.running.id)
            self._show_pause()
            self._show_time()

    def _on_resume(self) -> None:
        held = self._held
        if held is not None:
            self._queue.resume(held.id)

    def _take_out(self, item: QListWidgetItem) -> None:
        self._queue.cancel(item.data(Qt.ItemDataRole.UserRole))
