"""The dialog that removes noise and JPEG blocks, with a live preview of the visible part."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from studio.catalog.photo_tools import CLEAN_SETTINGS
from studio.catalog.settings import Value
from studio.core.errors import Cancelled, StudioError
from studio.edit.cleaning import mixed
from studio.edit.photo_tools import PhotoResult, Pixels
from studio.session.jobs import Job, Result
from studio.session.photo import clean
from studio.session.session import Session
from studio.ui.dialogs.forms import Form
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.translation import error_text, thing, tr
from studio.ui.widgets.widgets import Scale

SHOWN = 400
"""Side of the preview, logical pixels."""


class CleanDialog(Form):
    """Sliders over a preview; ``values`` are the chosen amounts.

    The network cleans ``part`` of the picture once, on the engine's thread; the sliders only mix
    the result with the photo, which takes no time.
    """

    def __init__(
        self, session: Session, job: Job, photo: Pixels, amounts: Mapping[str, int], parent: QWidget
    ) -> None:
        super().__init__(tr("Denoise and remove JPEG blocks"), tr("Make a layer"), parent)
        self._session, self._job, self._photo = session, job, photo
        self._clean: Pixels | None = None
        self._is_over = False
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFixedSize(QSize(SHOWN, SHOWN))
        self.preview.setAccessibleName(tr("Preview"))
        self.state = QLabel(tr("The preview is being made…"))
        self.state.setObjectName("caption")
        self.state.setWordWrap(True)
        self._column.insertWidget(0, self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.insertWidget(1, self.state)
        self.scales: dict[str, Scale] = {}
        for row in CLEAN_SETTINGS:
            scale = Scale(thing(row.label), 0, 100, suffix=" %")
            scale.show_value(amounts.get(row.id, 0))
            scale.setToolTip(thing(row.tip))
            scale.changed.connect(self.refresh)
            self.scales[row.id] = scale
            self.add(thing(row.label), scale)
        self.before = QCheckBox(tr("Show the photo as it is"))
        self.before.setAccessibleName(self.before.text())
        self.before.toggled.connect(self.refresh)
        self.rows.addRow("", self.before)
        session.queue.finished.connect(self._on_finished)
        session.queue.failed.connect(self._on_failed)
        self.refresh()
        next(iter(self.scales.values())).setFocus()

    @property
    def values(self) -> dict[str, Value]:
        """The amounts, in per cent."""
        return {name: round(scale.value) for name, scale in self.scales.items()}

    def done(self, result: int) -> None:
        """Close the dialog and stop a preview that is still being made."""
        if not self._is_over:
            self._is_over = True
            self._session.queue.finished.disconnect(self._on_finished)
            self._session.queue.failed.disconnect(self._on_failed)
            self._session.queue.cancel(self._job.id)
        super().done(result)

    def refresh(self, *_: object) -> None:
        """Show the photo cleaned by the amounts."""
        values = self.values
        self.accept_button.setEnabled(any(values.values()))
        made = self._photo
        if self._clean is not None and not self.before.isChecked():
            made = mixed(made, self._clean, float(values["noise"]), float(values["jpeg"]))
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image_of(made)).scaled(
            self.preview.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.preview.setPixmap(pixmap)

    def _on_finished(self, job: Job, result: Result) -> None:
        if job is not self._job or not isinstance(result, PhotoResult) or result.image is None:
            return
        self._clean = result.image
        side = clean.SIDE
        self.state.setText(tr("The middle of what you see, at most {side} pixels.", side=side))
        self.refresh()

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job is not self._job or isinstance(error, Cancelled):
            return
        text = " ".join(error_text(error)) if isinstance(error, StudioError) else str(error)
        self.state.setText(text)
