"""One reference in the prompt panel: its aspect, scale, range of steps and place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPixmap, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.references import BLEND, FACE
from studio.core.errors import StudioError
from studio.document.raster import Pixels, Raster
from studio.edit.steering import Reference
from studio.ui.widgets.pixels import pixmap_of
from studio.ui.widgets.translation import error_text, mark, tr
from studio.ui.widgets.widgets import IconHolder, Scale, caption, form, icon_button, number

THUMBNAIL = 44
MODE_WIDTH = 122
SHARE_WIDTH = 76
MODES = {
    "look": (mark("Look"), mark("Its style: colours, light, brushwork")),
    "composition": (mark("Composition"), mark("Where things are in it")),
    "subject": (mark("Subject"), mark("Everything it shows")),
    FACE: (mark("Face"), mark("The largest face in it, whoever it is")),
    BLEND: (
        mark("Blend"),
        mark("All of it, mixed: at 1 half and half, at 2 it alone"),
    ),
}


class Elided(QLabel):
    """A line of text that is elided if there is no room for it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return a minimum without width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, elided to the width."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        dots = Qt.TextElideMode.ElideRight
        text = self.fontMetrics().elidedText(self.text(), dots, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class ReferenceRow(QWidget):
    """Shows and edits one reference; Delete removes it."""

    changed = Signal()
    removed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, holder: IconHolder, reference: Reference, where: Callable[[], Raster]
    ) -> None:
        super().__init__()
        self.reference = reference
        self._holder = holder
        self._where = where
        self.used = QCheckBox()
        self.name = Elided(reference.name)
        self.more = icon_button(
            holder, "ph.sliders-horizontal", tr("When and where it acts"), checkable=True
        )
        self.remove = icon_button(holder, "ph.x", tr("Remove the reference"))
        self.mode = QComboBox()
        self.weight = Scale(tr("Weight"), 0, 2, decimals=2)
        self.details = QWidget()
        self.start = number(tr("Start of influence"), 0, 100, 0, " %")
        self.end = number(tr("End of influence"), 0, 100, 100, " %")
        self.only = QCheckBox(tr("Only where selected"))
        self._describe()
        self._lay_out()
        self._show()
        self._connect()

    def _describe(self) -> None:
        reference = self.reference
        height, width = reference.image.shape[:2]
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Reference {name}", name=reference.name))
        self.setAccessibleDescription(tr("Delete removes it"))
        self.name.setToolTip(f"{reference.name}\n{width} x {height}")
        self.used.setToolTip(tr("Switches it on or off"))
        self.used.setAccessibleName(tr("Switches it on or off"))
        self.mode.setAccessibleName(tr("What to borrow"))
        self.weight.setToolTip(tr("Weight: 0 switches it off, 1 is the default"))
        self.only.setToolTip(tr("Uses the current selection, or else the painted mask"))
        self.only.setAccessibleName(tr("Only where selected"))
        for mode, (label, tip) in MODES.items():
            self.mode.addItem(tr(label), mode)
            self.mode.setItemData(self.mode.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 6, 6, 7)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(2)
        side = QWidget()
        side.setFixedSize(THUMBNAIL + 2, THUMBNAIL + 2)
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(thumbnail(self.reference.image), 0, Qt.AlignmentFlag.AlignCenter)
        head.addWidget(side)
        head.addSpacing(8)
        head.addWidget(self.used)
        head.addSpacing(4)
        head.addWidget(self.name, 1)
        head.addWidget(self.more)
        head.addWidget(self.remove)
        column.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.mode.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mode.setMinimumWidth(MODE_WIDTH)
        line.addWidget(self.mode, 2)
        line.addWidget(self.weight, 3)
        column.addLayout(line)
        rows = form(self.details)
        part = QHBoxLayout()
        part.setSpacing(6)
        for spin in (self.start, self.end):
            spin.setMinimumWidth(SHARE_WIDTH)
        part.addWidget(self.start, 1)
        part.addWidget(caption(tr("to")))
        part.addWidget(self.end, 1)
        rows.addRow(caption(tr("Influence")), part)
        rows.addRow(self.only)
        column.addWidget(self.details)
        for field in self.findChildren(QLineEdit):
            # A picture that is dropped here belongs to the panel.
            field.setAcceptDrops(False)

    def _show(self) -> None:
        reference = self.reference
        self.used.setChecked(reference.used)
        self.mode.setCurrentIndex(max(0, self.mode.findData(reference.mode)))
        self.weight.show_value(reference.weight)
        self.start.setValue(round(reference.start * 100))
        self.end.setValue(round(reference.end * 100))
        self.only.setChecked(reference.where is not None)
        told = reference.where is not None or (reference.start, reference.end) != (0, 1)
        self.more.setChecked(told)
        self.details.setVisible(told)

    def _connect(self) -> None:
        self.used.toggled.connect(self._on_edited)
        self.mode.currentIndexChanged.connect(self._on_edited)
        self.weight.changed.connect(self._on_edited)
        self.start.valueChanged.connect(self._on_start)
        self.end.valueChanged.connect(self._on_end)
        self.only.toggled.connect(self._on_only)
        self.more.toggled.connect(self.details.setVisible)
        self.remove.clicked.connect(self._on_remove)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        # The parts of the scale, since it is their focus proxy.
        weight = [*self.weight.findChildren(QSlider), *self.weight.findChildren(QDoubleSpinBox)]
        first = [self, self.used, self.more, self.remove, self.mode]
        return [*first, *weight, self.start, self.end, self.only]

    def set_usable(self, usable: bool) -> None:
        """Grey out the fields if the model takes no references; the row can still be removed."""
        for widget in (self.mode, self.weight, self.details, self.name):
            widget.setEnabled(usable)

    def set_mode_reasons(self, reasons: Mapping[str, StudioError]) -> None:
        """Grey out the modes that the model or its adapter does not support, with the reason."""
        model = self.mode.model()
        for index in range(self.mode.count()):
            mode = str(self.mode.itemData(index))
            reason = reasons.get(mode)
            text = " ".join(part for part in error_text(reason) if part) if reason else ""
            tip = text or tr(MODES[mode][1])
            self.mode.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
            self.mode.setItemData(index, tip, Qt.ItemDataRole.AccessibleDescriptionRole)
            if isinstance(model, QStandardItemModel):
                model.item(index).setEnabled(reason is None)

    def set_adapter(self, folder: str) -> None:
        """Use another IP-Adapter for the reference."""
        self.reference = replace(self.reference, model=folder)

    def show_place(self, reference: Reference) -> None:
        """Show the reference with another place, or without one, without emitting a signal."""
        self.reference = reference
        blocked = self.only.blockSignals(True)
        self.only.setChecked(reference.where is not None)
        self.only.blockSignals(blocked)

    def refresh(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()

    def _on_edited(self) -> None:
        self.reference = replace(
            self.reference,
            used=self.used.isChecked(),
            mode=str(self.mode.currentData()),
            weight=round(self.weight.value, 2),
            start=self.start.value() / 100,
            end=self.end.value() / 100,
        )
        self.changed.emit()

    def _on_start(self, value: int) -> None:
        if self.end.value() < value:
            self.end.setValue(value)
        self._on_edited()

    def _on_end(self, value: int) -> None:
        if self.start.value() > value:
            self.start.setValue(value)
        self._on_edited()

    def _on_only(self, only: bool) -> None:
        try:
            where = self._where() if only else None
        except StudioError as error:
            self.only.setChecked(False)
            self.failed.emit(error)
            return
        self.reference = replace(self.reference, where=where)
        self.changed.emit()

    def _on_remove(self) -> None:
        self.removed.emit(self)

    def event(self, event: QEvent) -> bool:
        """Claim Delete before a shortcut of the window does."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and is_delete(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the reference on Delete."""
        if is_delete(event):
            self.removed.emit(self)
            return
        super().keyPressEvent(event)


def thumbnail(picture: Pixels) -> QLabel:
    """Return a thumbnail of a (h, w, 3) uint8 picture in its proportions, sharp at 200 %."""
    height, width = picture.shape[:2]
    scale = THUMBNAIL / max(height, width)
    small = QSize(max(4, round(width * scale)), max(4, round(height * scale)))
    sized = cv2.resize(
        picture, (small.width() * 2, small.height() * 2), interpolation=cv2.INTER_AREA
    )
    pixmap: QPixmap = pixmap_of(np.asarray(sized, np.uint8))
    pixmap.setDevicePixelRatio(2)
    label = QLabel()
    label.setObjectName("thumbnail")
    label.setPixmap(pixmap)
    label.setFixedSize(small + QSize(2, 2))
    return label


def is_delete(event: QKeyEvent) -> bool:
    """Whether a key is Delete alone."""
    plain = event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.KeypadModifier,
    )
    return plain and event.key() == Qt.Key.Key_Delete
