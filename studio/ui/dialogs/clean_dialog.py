"""The dialog that removes noise and JPEG blocks, with a live preview of a movable part."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from studio.catalog.photo_tools import CLEAN_SETTINGS
from studio.catalog.settings import Value
from studio.control_maps.edges import at_side
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.cleaning import mixed
from studio.edit.photo_tools import PhotoResult, Pixels
from studio.edit.prepare import visible_rgb
from studio.session.jobs import Job, Result
from studio.session.photo import clean
from studio.session.session import Session
from studio.ui.dialogs.forms import Form
from studio.ui.dialogs.part_preview import PartMap, PartPicture
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import Scale

SHOWN = QSize(2 * clean.SIDE, 2 * clean.SIDE)
"""Size of the preview in logical pixels: each pixel of the photo is a square."""
MAP = QSize(120, 120)
MAP_SIDE = 450
"""Longer side of the picture on the map, in pixels."""
WAIT_MS = 300
"""The part has to rest for so long before it is cleaned."""


class CleanDialog(Form):
    """Sliders over a preview; ``values`` are the chosen amounts.

    The network cleans the part once, on the engine's thread; the sliders only mix the result with
    the photo, which takes no time. ``ask`` queues the cleaning of a part.
    """

    def __init__(
        self,
        session: Session,
        ask: Callable[[Rect], Job],
        part: Rect,
        amounts: Mapping[str, int],
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(tr("Denoise and remove JPEG blocks"), tr("Make a layer"), parent)
        self._session, self._ask_job = session, ask
        self._document = session.document
        self._job: Job | None = None
        self._photo: Pixels = visible_rgb(self._document, part)
        self._clean: Pixels | None = None
        self._is_over = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.preview = PartPicture(SHOWN)
        self.state = QLabel()
        self.state.setObjectName("caption")
        self.state.setWordWrap(True)
        self.map = PartMap(MAP)
        self.map.show_part(part, self._document.rect)
        self.scales: dict[str, Scale] = {}
        for row in CLEAN_SETTINGS:
            scale = Scale(message(row.label), 0, 100, suffix=" %")
            scale.show_value(amounts.get(row.id, 0))
            scale.setToolTip(message(row.tip))
            scale.changed.connect(self.refresh)
            self.scales[row.id] = scale
            self.add(message(row.label), scale)
        self.before = QCheckBox(tr("Show the photo as it is"))
        self.before.setAccessibleName(self.before.text())
        self.before.toggled.connect(self.refresh)
        self.rows.addRow("", self.before)
        self._arrange()
        self.map.moved.connect(self._on_part)
        listen(self, session.queue.finished, self._on_finished)
        listen(self, session.queue.failed, self._on_failed)
        self._show_map(background)
        self.refresh()
        self._ask()
        next(iter(self.scales.values())).setFocus()

    def _arrange(self) -> None:
        # Two lines, so that nothing moves when the sentence changes.
        self.state.setFixedHeight(2 * self.state.fontMetrics().lineSpacing() + 4)
        self._column.removeWidget(self._fields)
        lower = QHBoxLayout()
        lower.setSpacing(14)
        lower.addWidget(self._fields, 1)
        lower.addWidget(self.map)
        self._column.insertWidget(0, self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.insertWidget(1, self.state)
        self._column.insertLayout(2, lower)

    def _show_map(self, background: Background) -> None:
        document = self._document

        def work(progress: Progress) -> Pixels:
            return at_side(visible_rgb(document, document.rect), MAP_SIDE)

        background.run(work, self.map.show_picture, self._tell, owner=self)

    @property
    def values(self) -> dict[str, Value]:
        """The amounts, in per cent."""
        return {name: round(scale.value) for name, scale in self.scales.items()}

    def done(self, result: int) -> None:
        """Close the dialog and stop a preview that is still being made."""
        self._is_over = True
        self._timer.stop()
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            self._session.queue.cancel(job.id)

    def _on_part(self, part: Rect) -> None:
        """Show another part at once, and clean it when it rests."""
        self._stop()
        self._clean = None
        self._photo = visible_rgb(self._document, part)
        self.state.setText(tr("The preview is being made…"))
        self.refresh()
        self._timer.start()

    def _ask(self) -> None:
        self.state.setText(tr("The preview is being made…"))
        self._job = self._ask_job(self.map.part)

    def refresh(self, *_: object) -> None:
        """Show the photo cleaned by the amounts."""
        values = self.values
        self.accept_button.setEnabled(any(values.values()))
        made = self._photo
        if self._clean is not None and not self.before.isChecked():
            made = mixed(made, self._clean, float(values["noise"]), float(values["jpeg"]))
        self.preview.show_pixels(made)

    def _on_finished(self, job: Job, result: Result) -> None:
        if job is not self._job or not isinstance(result, PhotoResult) or result.image is None:
            return
        self._job = None
        self._clean = result.image
        self.state.setText(tr("A part of the photo at twice its size."))
        self.refresh()

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job is self._job and not self._is_over:
            self._job = None
            if not isinstance(error, Cancelled):
                self._tell(error)

    def _tell(self, error: BaseException) -> None:
        text = " ".join(error_text(error)) if isinstance(error, StudioError) else str(error)
        self.state.setText(text)
