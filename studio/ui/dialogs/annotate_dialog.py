"""The dialog for the options of an edge detector, with a live preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from studio.control_maps.edges import STANDARD_SIDE, at_side, canny_edges, line_art
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.raster import Pixels
from studio.ui.dialogs.forms import Form
from studio.ui.threads.background import Background, Task
from studio.ui.widgets.pixels import image_of
from studio.ui.widgets.translation import mark, message, tr
from studio.ui.widgets.widgets import Scale

SHOWN = 420
"""Longer side of the preview, logical pixels."""


@dataclass(frozen=True, slots=True)
class Slider:
    """One option of an annotator: its range, initial value, and decimals shown."""

    name: str
    label: str
    low: float
    high: float
    value: float
    decimals: int = 0


SLIDERS: Mapping[str, tuple[Slider, ...]] = {
    "canny": (
        Slider("low", mark("Faint edges"), 0, 500, 100),
        Slider("high", mark("Strong edges"), 0, 500, 200),
        Slider("blur", mark("Smoothing"), 0, 8, 0, 1),
        Slider("side", mark("Resolution"), 256, 4096, STANDARD_SIDE),
    ),
    "lineart": (
        Slider("detail", mark("Detail"), 0, 1, 0.5, 2),
        Slider("width", mark("Line width"), 0.3, 6, 1.4, 1),
        Slider("side", mark("Resolution"), 256, 4096, STANDARD_SIDE),
    ),
}
"""Options of the annotators that are fast enough for a live preview."""

DRAW: Mapping[str, Callable[..., Pixels]] = {"canny": canny_edges, "lineart": line_art}


class AnnotateDialog(Form):
    """Sliders over a preview; ``options`` are the chosen values.

    ``picture`` returns the picture of ``canvas``, (h, w, 3) uint8; it is called on another thread.
    """

    def __init__(
        self,
        kind: str,
        title: str,
        picture: Callable[[], Pixels],
        canvas: Rect,
        background: Background,
        parent: QWidget,
    ) -> None:
        super().__init__(title, tr("Add the layer"), parent)
        self._kind = kind
        self._picture = picture
        self._small: dict[int, Pixels] = {}
        self._background = background
        self._busy = self._again = False
        self._task: Task | None = None
        self.preview = QLabel()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setFixedSize(_fitted(canvas))
        self.preview.setAccessibleName(tr("Preview"))
        self._column.insertWidget(0, self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        self.scales: dict[str, Scale] = {}
        for row in SLIDERS[kind]:
            scale = Scale(message(row.label), row.low, row.high, decimals=row.decimals)
            scale.show_value(row.value)
            scale.changed.connect(self.refresh)
            self.scales[row.name] = scale
            self.add(message(row.label), scale)
        QTimer.singleShot(0, self, self.refresh)

    @property
    def options(self) -> dict[str, Any]:
        """The annotator's options at the current sliders."""
        values: dict[str, Any] = {name: scale.value for name, scale in self.scales.items()}
        values["side"] = int(values["side"])
        return values

    def done(self, result: int) -> None:
        """Close the dialog and cancel a running preview."""
        if self._task is not None:
            self._task.drop()
        super().done(result)

    def refresh(self) -> None:
        """Redraw the preview on another thread; the newest request wins."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        options = self.options
        side = min(options.pop("side"), STANDARD_SIDE)
        draw, picture, small = DRAW[self._kind], self._picture, self._small

        def work(progress: Progress) -> Pixels:
            if STANDARD_SIDE not in small:
                small[STANDARD_SIDE] = at_side(picture(), STANDARD_SIDE)
            if side not in small:
                small[side] = at_side(small[STANDARD_SIDE], side)
            drawn = draw(small[side], **options)
            if side != STANDARD_SIDE:
                del small[side]
            return drawn

        self._task = self._background.run(work, self._show, self._failed, owner=self)

    def _show(self, lines: Pixels) -> None:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image_of(lines)).scaled(
            self.preview.size() * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        pixmap.setDevicePixelRatio(ratio)
        self.preview.setPixmap(pixmap)
        self._next()

    def _failed(self, error: BaseException) -> None:
        self.preview.setText(str(error))
        self._next()

    def _next(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self.refresh()


def _fitted(canvas: Rect) -> QSize:
    return QSize(canvas.width, canvas.height).scaled(
        SHOWN, SHOWN, Qt.AspectRatioMode.KeepAspectRatio
    )
