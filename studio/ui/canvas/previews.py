"""Overlays of the canvas: the steps of a running job and the badge of a result."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from studio.core.progress import ProgressEvent
from studio.edit.photo_tools import photo_task
from studio.edit.request import EditRequest
from studio.edit.rewrite import READING
from studio.session.jobs import Job
from studio.session.rewrites import only_reads
from studio.session.session import Session
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import IconHolder, icon_button

MARGIN = 12
"""Pixels between the badge and the edge of the canvas."""
LENGTHS = (24, 12, 6)
"""Letters of a prompt in the badge: the largest number that leaves room for the buttons."""


class PreviewBadge(QFrame):
    """Shows that a result covers the document, and how to apply or dismiss it."""

    def __init__(self, session: Session, canvas: CanvasView, holder: IconHolder) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._texts = [""]
        self.setObjectName("badge")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.apply = QPushButton(tr("Apply"))
        self.apply.setObjectName("primary")
        self.apply.setAccessibleName(tr("Apply"))
        self.apply.setToolTip(tr("Keep this variation as a layer (Enter)"))
        self.close_button = icon_button(
            holder, "ph.x", tr("Show the picture without the result (Esc)")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(10)
        row.addWidget(self.text, 1)
        for button in (self.apply, self.close_button):
            # The canvas keeps the focus: Enter and Esc do the same there.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        self.apply.clicked.connect(canvas.apply_asked)
        self.close_button.clicked.connect(self._on_closed)
        listen(self, session.tray.changed, self.refresh)
        listen(self, session.changed, lambda new, old: self.refresh())
        listen(self, session.opened, self.refresh)
        canvas.installEventFilter(self)
        self.refresh()

    def refresh(self) -> None:
        """Show the badge while a result is selected."""
        item = self._session.tray.selected
        if item is None:
            self.hide()
            return
        if self._session.previewed is None:
            self._texts = [tr("Before: the picture without the result")]
        else:
            tool = photo_task(item.request)
            prompt = " ".join(item.prompt.split()) if tool is None else message(tool.label)
            prompt = prompt or "-"
            self._texts = [_previewing(prompt, length) for length in LENGTHS]
        text = self._texts[0]
        self.text.setToolTip(text)
        self.setAccessibleName(text)
        self._canvas.setAccessibleDescription(text)
        self._place()
        self.show()

    def hideEvent(self, event: QEvent) -> None:
        """Reset the canvas's description."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self._canvas.show_picked()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the badge at the bottom of the canvas."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        canvas = self._canvas
        self.text.setText("")
        room = canvas.width() - 2 * MARGIN - self.sizeHint().width()
        metrics = self.text.fontMetrics()
        fitting = [one for one in self._texts if metrics.horizontalAdvance(one) <= room]
        text = (fitting or self._texts[-1:])[0]
        self.text.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.adjustSize()
        left = (canvas.width() - self.width()) // 2
        self.move(left, canvas.height() - self.height() - MARGIN)

    def _on_closed(self) -> None:
        self._session.tray.select(None)


def _previewing(prompt: str, length: int) -> str:
    shown = prompt if len(prompt) <= length else prompt[:length].rstrip() + "…"
    return tr("Previewing “{prompt}”  ·  Enter applies, Esc goes back", prompt=shown)


class Previews(QObject):
    """Shows the steps of the running job on the canvas, and the badge of the selected result.

    Steps are hidden once the artist changes the document, which they would cover, and during an
    inversion for a prompt-to-prompt edit, since they show noise; the tray still shows them.
    """

    def __init__(self, session: Session, canvas: CanvasView, holder: IconHolder) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._hidden: Job | None = None
        self.badge = PreviewBadge(session, canvas, holder)
        listen(self, session.beginning, self._on_beginning)
        listen(self, session.queue.progressed, self._on_progressed)
        listen(self, session.queue.finished, lambda job, result: self._on_over(job))
        listen(self, session.queue.failed, lambda job, error: self._on_over(job))

    def clear(self) -> None:
        """Hide the steps."""
        self._canvas.set_preview(None)

    def _on_over(self, job: Job) -> None:
        if self._session.owns(job):
            self.clear()

    def _on_beginning(self) -> None:
        self._hidden = self._session.running
        self.clear()

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        request = job.request
        if event.preview is None or not len(event.preview) or job is self._hidden:
            return
        if not self._session.owns(job):
            return
        if not isinstance(request, EditRequest) or only_reads(request) or event.details == READING:
            return
        self._canvas.set_preview(request, event.preview[0])
