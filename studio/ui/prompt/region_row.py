"""One region prompt in the prompt panel: its prompt, its place and its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.document.raster import Raster
from studio.edit.steering import Reference, Region
from studio.ui.canvas.overlays import REGION_COLOURS
from studio.ui.prompt.reference_row import Elided, ReferenceRow, is_delete
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, Scale, icon_button

SWATCH = 18
PICTURES = (
    ("file", "ph.image", mark("File…")),
    ("clipboard", "ph.clipboard", mark("Clipboard")),
    ("layer", "ph.stack", mark("Active layer")),
    ("selection", "ph.selection", mark("Selection")),
)
"""Sources of a region's reference."""


class RegionRow(QWidget):
    """Shows and edits one region prompt; Delete removes it."""

    changed = Signal()
    removed = Signal(object)
    place_asked = Signal(object)
    picture_asked = Signal(object, str)
    """(row, one of the names of ``PICTURES``)"""
    hovered = Signal()
    """The pointer entered or left."""

    def __init__(self, holder: IconHolder, region: Region) -> None:
        super().__init__()
        self.region = region
        self.picture: ReferenceRow | None = None
        self._holder = holder
        self._usable = True
        self._share = 0.0
        self._mode_reasons: Mapping[str, StudioError] = {}
        name = tr("Region {number}", number=region.number + 1)
        self.swatch = swatch(region.number)
        self.used = QCheckBox()
        self.prompt = QLineEdit()
        self.remove = icon_button(holder, "ph.x", tr("Remove the region"))
        self.place = icon_button(holder, "ph.selection-plus", tr("Use the selection or the mask"))
        self.share = Elided("")
        self.attach = icon_button(holder, "ph.image", tr("Add a picture for this place"))
        self.weight = Scale(tr("Weight"), 0, 1, decimals=2)
        self._body = QVBoxLayout(self)
        self._describe(name)
        self._lay_out()
        self._show()
        self._connect()

    def _describe(self, name: str) -> None:
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr("Delete removes it"))
        self.swatch.setToolTip(name)
        self.used.setToolTip(tr("Switches it on or off"))
        self.used.setAccessibleName(tr("Switches it on or off"))
        self.prompt.setPlaceholderText(tr("What should be in this place?"))
        self.prompt.setAccessibleName(
            tr("Prompt of region {number}", number=self.region.number + 1)
        )
        # A picture that is dropped here belongs to the row.
        self.prompt.setAcceptDrops(False)
        self.place.setAccessibleDescription(
            tr("Uses the current selection, or else the painted mask")
        )
        self.share.setObjectName("caption")
        self.weight.setToolTip(
            tr("How strongly the region prompt counts against the prompt, 0 to 1")
        )
        self.attach.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.attach)
        for kind, icon, label in PICTURES:
            action = menu.addAction(tr(label), partial(self._ask_picture, kind))
            self._holder.give(action, icon)
        self.attach.setMenu(menu)

    def _lay_out(self) -> None:
        self._body.setContentsMargins(7, 6, 6, 7)
        self._body.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.swatch)
        head.addWidget(self.used)
        head.addWidget(self.prompt, 1)
        head.addWidget(self.remove)
        self._body.addLayout(head)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.place)
        line.addWidget(self.attach)
        self.weight.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        line.addWidget(self.weight, 1)
        self._body.addLayout(line)
        self._body.addWidget(self.share)
        for field in self.weight.findChildren(QLineEdit):
            field.setAcceptDrops(False)

    def _show(self) -> None:
        region = self.region
        self.used.setChecked(region.used)
        self.prompt.setText(region.prompt)
        self.prompt.setCursorPosition(0)
        self.weight.show_value(region.weight)
        self.show_share(0.0)
        self._show_picture()

    def _connect(self) -> None:
        self.used.toggled.connect(self._on_edited)
        self.prompt.textChanged.connect(self._on_edited)
        self.weight.changed.connect(self._on_edited)
        self.place.clicked.connect(self._on_place)
        self.remove.clicked.connect(self._on_remove)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        weight = [*self.weight.findChildren(QSlider), *self.weight.findChildren(QDoubleSpinBox)]
        stops = [self, self.used, self.prompt, self.remove, self.place, self.attach, *weight]
        if self.picture is not None:
            stops += [stop for stop in self.picture.stops if stop is not self.picture.only]
        return stops

    def set_place(self, where: Raster | None, share: float) -> None:
        """Set another place, which covers ``share`` of the picture (0..1)."""
        self.region = replace(self.region, where=where)
        self.show_share(share)

    def show_region(self, region: Region, share: float) -> None:
        """Show the region prompt with another prompt or place, without emitting a signal."""
        self.region = region
        if self.prompt.text() != region.prompt:
            blocked = self.prompt.blockSignals(True)
            self.prompt.setText(region.prompt)
            self.prompt.blockSignals(blocked)
        self.show_share(share)

    def show_share(self, share: float) -> None:
        """Show how much of the picture the place covers, or that there is none."""
        self._share = share
        if self.region.where is None:
            text = tr("No place yet")
        elif share <= 0:
            text = tr("Outside the picture")
        elif self.region.used and not self._says_anything:
            text = tr("No prompt yet: not used")
        else:
            # Even the smallest place shows more than 0 %.
            text = tr("{share} % of the picture", share=max(1, round(share * 100)))
        self.share.setText(text)
        self.share.setToolTip(text)
        self.place.setAccessibleName(f"{self.place.toolTip()}, {text}")

    @property
    def _says_anything(self) -> bool:
        return bool(self.region.prompt.strip()) or self.region.reference is not None

    def set_reference(self, reference: Reference | None) -> None:
        """Attach a reference to the place, or remove it."""
        self.region = replace(self.region, reference=reference)
        self.show_share(self._share)
        self._show_picture()

    def set_usable(self, usable: bool, mode_reasons: Mapping[str, StudioError]) -> None:
        """Grey the reference out if the model takes none; the prompt applies all the same."""
        self._usable, self._mode_reasons = usable, mode_reasons
        self.attach.setEnabled(usable)
        if self.picture is not None:
            self.picture.set_usable(usable)
            self.picture.set_mode_reasons(mode_reasons)

    def set_adapter(self, folder: str) -> None:
        """Use another IP-Adapter for the reference."""
        if self.picture is not None:
            self.picture.set_adapter(folder)
            self.region = replace(self.region, reference=self.picture.reference)

    def refresh(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()
        if self.picture is not None:
            self.picture.refresh()

    def _show_picture(self) -> None:
        old, self.picture = self.picture, None
        if old is not None:
            self._body.removeWidget(old)
            old.hide()
            old.deleteLater()
        reference = self.region.reference
        self.attach.setVisible(reference is None)
        if reference is None:
            return
        row = ReferenceRow(IconHolder(self._holder.icons), reference, Raster)
        # The reference applies to the same place as the prompt.
        row.only.hide()
        row.set_usable(self._usable)
        row.set_mode_reasons(self._mode_reasons)
        row.changed.connect(self._on_picture)
        row.removed.connect(self._on_picture_removed)
        self.picture = row
        self._body.addWidget(row)

    def _ask_picture(self, kind: str) -> None:
        self.picture_asked.emit(self, kind)

    def _on_edited(self) -> None:
        self.region = replace(
            self.region,
            used=self.used.isChecked(),
            prompt=self.prompt.text(),
            weight=round(self.weight.value, 2),
        )
        self.show_share(self._share)
        self.changed.emit()

    def _on_picture(self) -> None:
        if self.picture is not None:
            self.region = replace(self.region, reference=self.picture.reference)
            self.changed.emit()

    def _on_picture_removed(self) -> None:
        self.set_reference(None)
        self.attach.setFocus()
        self.changed.emit()

    def _on_place(self) -> None:
        self.place_asked.emit(self)

    def _on_remove(self) -> None:
        self.removed.emit(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Emit ``hovered`` when the pointer enters."""
        super().enterEvent(event)
        self.hovered.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Emit ``hovered`` when the pointer leaves."""
        super().leaveEvent(event)
        self.hovered.emit()

    def event(self, event: QEvent) -> bool:
        """Claim Delete before a shortcut of the window does."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and is_delete(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the region prompt on Delete."""
        if is_delete(event):
            self.removed.emit(self)
            return
        super().keyPressEvent(event)


def swatch(number: int) -> QLabel:
    """Return a swatch of a region's colour with its number, so that colour alone never matters."""
    pixmap = QPixmap(SWATCH * 2, SWATCH * 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(*REGION_COLOURS[number]))
    painter.setPen(Qt.PenStyle.NoPen)
    whole = QRectF(0, 0, SWATCH * 2, SWATCH * 2)
    painter.drawRoundedRect(whole, 8, 8)
    font = painter.font()
    font.setPixelSize(24)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(20, 20, 20))
    painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, str(number + 1))
    painter.end()
    pixmap.setDevicePixelRatio(2)
    label = QLabel()
    label.setPixmap(pixmap)
    label.setFixedSize(QSize(SWATCH, SWATCH))
    return label
