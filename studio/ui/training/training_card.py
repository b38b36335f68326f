"""The card of a running or queued training: its progress, curves and newest samples."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from studio.core.progress import ProgressEvent
from studio.edit.training import TrainRequest, TrainStatus
from studio.session.jobs import Job, JobQueue
from studio.ui.training.curves import Curve, CurveView
from studio.ui.training.sample_grid import SampleGrid
from studio.ui.widgets.durations import left_text
from studio.ui.widgets.translation import decimals, message, tr
from studio.ui.widgets.widgets import IconHolder, caption, icon_button


class TrainingCard(QWidget):
    """Follows one job of the queue; pauses, resumes or stops it."""

    def __init__(self, queue: JobQueue, job: Job, holder: IconHolder) -> None:
        super().__init__()
        self._queue, self.job, self._holder = queue, job, holder
        self.status: TrainStatus | None = None
        self.name = QLabel(f"<{job.label}>")
        self.kind = caption(job.request.kind if isinstance(job.request, TrainRequest) else "")
        self.pause = icon_button(holder, "ph.pause", tr("Pause the training"))
        self.resume = icon_button(holder, "ph.play", tr("Continue the training"))
        self.cancel = icon_button(holder, "ph.stop-circle", tr("Stop the training"))
        self.bar = QProgressBar()
        self.state = caption("")
        self.best = caption("")
        self.samples = SampleGrid(holder)
        self.losses = CurveView(holder, tr("Loss"))
        self.scores = CurveView(holder, tr("Likeness and drift"))
        self._lay_out()
        self.pause.clicked.connect(self._on_pause)
        self.resume.clicked.connect(self._on_resume)
        self.cancel.clicked.connect(self._on_cancel)
        self.refresh()

    def _lay_out(self) -> None:
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Training of {name}", name=self.job.label))
        self.name.setObjectName("strong")
        self.cancel.setToolTip(
            tr("Stop the training; its progress is kept, and you can continue later")
        )
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of the training"))
        for label in (self.name, self.kind, self.state, self.best):
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self.state, self.best):
            label.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 6, 7, 9)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.name)
        head.addWidget(self.kind, 1)
        for button in (self.pause, self.resume, self.cancel):
            head.addWidget(button)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.state)
        column.addWidget(self.samples)
        column.addWidget(self.best)
        curves = QHBoxLayout()
        curves.setSpacing(10)
        curves.addWidget(self.losses, 2)
        curves.addWidget(self.scores, 3)
        column.addLayout(curves)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        return [self.pause, self.resume, self.cancel]

    def take(self, event: ProgressEvent) -> None:
        """Show a progress event of the job."""
        if isinstance(event.details, TrainStatus):
            self._show_status(event.details)
        self.refresh()

    def refresh(self) -> None:
        """Show the state of the job in the queue."""
        job = self.job
        running = self._queue.running is job
        stopping = running and job.cancelled.is_set()
        focused = self.pause.hasFocus() or self.resume.hasFocus()
        self.bar.setValue(round(1000 * self._made))
        self.pause.setVisible(not job.is_held)
        self.resume.setVisible(job.is_held)
        if focused:
            (self.resume if job.is_held else self.pause).setFocus()
        for button in (self.pause, self.resume, self.cancel):
            button.setEnabled(not stopping)
        self.state.setText(self._state(running, stopping))
        self.bar.setAccessibleDescription(self.state.text())
        drawn = self.status is not None
        for part in (self.losses, self.scores, self.samples):
            part.setVisible(drawn)
        self.best.setVisible(bool(self.best.text()))

    @property
    def _made(self) -> float:
        """The fraction done, 0..1; while a resumed training rereads its photos, its earlier one."""
        status = self.status
        return max(self.job.fraction, status.step / status.steps if status is not None else 0.0)

    def refresh_icons(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()

    def _state(self, running: bool, stopping: bool) -> str:
        job, status = self.job, self.status
        parts = []
        if status is not None:
            parts.append(tr("Step {step} of {steps}", step=status.step, steps=status.steps))
        if stopping:
            parts.append(tr("Stopping…"))
        elif job.is_held:
            parts.append(tr("Paused"))
        elif not running:
            parts.append(tr("Waiting for other jobs"))
        else:
            seconds = job.time_left()
            if job.text and (status is None or job.text != "Learning"):
                parts.append(message(job.text))
            if seconds is not None:
                parts.append(left_text(seconds))
        return "  ·  ".join(parts)

    def _show_status(self, status: TrainStatus) -> None:
        self.status = status
        best = status.best if status.scores and status.best >= 0 else None
        said = next((one for one in status.scores if one.step == best), None)
        text = ""
        if said is not None:
            text = tr(
                "Best so far: step {step}, likeness {likeness}, drift {drift}",
                step=said.step,
                likeness=decimals(said.likeness),
                drift=decimals(said.drift),
            )
        self.best.setText(text)
        self.losses.show_curves([Curve(tr("Loss"), status.losses, noisy=True)], status.steps, best)
        self.scores.show_curves(
            [
                Curve(tr("Likeness"), [(one.step, one.likeness) for one in status.scores]),
                Curve(
                    tr("Drift"),
                    [(one.step, one.drift) for one in status.scores],
                    "warning",
                    dashed=True,
                ),
            ],
            status.steps,
            best,
            text,
        )
        if status.samples is not None:
            newest = status.scores[-1].step if status.scores else status.step
            self.samples.show_samples(status.samples, newest, is_best=newest == best)

    def _on_pause(self) -> None:
        self._queue.pause(self.job.id)
        self.refresh()

    def _on_resume(self) -> None:
        self._queue.resume(self.job.id)

    def _on_cancel(self) -> None:
        self._queue.cancel(self.job.id)
        self.refresh()
