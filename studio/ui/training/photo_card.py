"""The card of one photo on the sheet: its subject's mask, its findings and its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.control_maps.edges import at_side
from studio.session.subject_photos import PlannedPhoto
from studio.ui.prompt.reference_row import Elided
from studio.ui.training.mask_view import VEIL, VEIL_STRENGTH
from studio.ui.widgets.pixels import image_of, tint_mask
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, icon_button

WIDTH = 184
SIDE = WIDTH - 18
GOOD, WARNING, SEVERE = "good", "warning", "severe"
LOOKS = {
    GOOD: ("ph.check-circle", "accent_text", "caption"),
    WARNING: ("ph.warning", "warning", "notice"),
    SEVERE: ("ph.x-circle", "danger", "severe"),
}
"""By severity: the icon, its colour in the theme, and the text's name in the style sheet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about a photo in the window's language; ``severity`` is a key of LOOKS."""

    severity: str
    text: str


class PhotoPicture(QWidget):
    """A thumbnail of the photo with its background veiled and the edge of the crop."""

    clicked = Signal()

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self._image, self._veil = QImage(), QImage()
        self._photo: PlannedPhoto | None = None
        self.is_used = True
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_photo(self, photo: PlannedPhoto) -> None:
        """Show a photo with its mask."""
        if self._photo is None or photo.image is not self._photo.image:
            self._image = image_of(at_side(photo.image, 2 * SIDE))
        self._photo = photo
        self._veil = QImage()
        if photo.mask is not None:
            self._veil = tint_mask(255 - at_side(photo.mask, 2 * SIDE), VEIL, VEIL_STRENGTH)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw photo, veil and edge."""
        photo, theme = self._photo, self._holder.icons.theme
        if photo is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.canvas))
        height, width = photo.image.shape[:2]
        scale = SIDE / max(height, width)
        place = QRectF(
            (SIDE - width * scale) / 2, (SIDE - height * scale) / 2, width * scale, height * scale
        )
        painter.setOpacity(1.0 if self.is_used else 0.35)
        painter.drawImage(place, self._image)
        if not self._veil.isNull():
            painter.drawImage(place, self._veil)
        box = QRectF(
            place.x() + photo.box.x * scale,
            place.y() + photo.box.y * scale,
            photo.box.width * scale,
            photo.box.height * scale,
        ).intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, pen in ((QColor(0, 0, 0, 150), 3.0), (QColor(255, 255, 255), 1.2)):
            painter.setPen(QPen(colour, pen))
            painter.drawRect(box)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Emit a signal on a click."""
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class PhotoCard(QWidget):
    """Space keeps or drops the photo, Enter edits its mask, Delete removes it."""

    changed = Signal()
    mask_asked = Signal(object)
    removed = Signal(object)

    def __init__(self, holder: IconHolder, name: str, photo: PlannedPhoto) -> None:
        super().__init__()
        self.photo, self.title = photo, name
        self.findings: tuple[Finding, ...] = ()
        self.is_decided = False
        """Whether the artist has explicitly kept or dropped it."""
        self._holder = holder
        self.keep = QCheckBox()
        self.name = Elided(name)
        self.edit = icon_button(holder, "ph.paint-brush", tr("Correct the mask"))
        self.remove = icon_button(holder, "ph.x", tr("Remove the photo"))
        self.picture = PhotoPicture(holder)
        self.caption = QLineEdit(photo.caption)
        self._said = QVBoxLayout()
        self._lay_out()
        self.picture.show_photo(photo)
        self.keep.toggled.connect(self._on_keep)
        self.keep.clicked.connect(self._on_decided)
        self.edit.clicked.connect(self._on_edit)
        self.picture.clicked.connect(self._on_edit)
        self.remove.clicked.connect(self._on_remove)
        self.caption.textChanged.connect(self._on_caption)

    def _lay_out(self) -> None:
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(tr("Photo {name}", name=self.title))
        self.keep.setChecked(True)
        self.keep.setAccessibleName(tr("Learn from this photo"))
        self.keep.setToolTip(tr("Learn from this photo"))
        source = self.photo.source
        height, width = self.photo.image.shape[:2]
        self.name.setToolTip(f"{source or self.title}\n{width} x {height}")
        self.caption.setCursorPosition(0)
        self.caption.setAccessibleName(tr("Caption"))
        self.caption.setToolTip(
            tr("What the photo shows, in English; {place} stands for the name", place="{subject}")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(9, 5, 9, 9)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.keep)
        head.addSpacing(2)
        head.addWidget(self.name, 1)
        head.addWidget(self.edit)
        head.addWidget(self.remove)
        column.addLayout(head)
        column.addWidget(self.picture)
        column.addWidget(self.caption)
        self._said.setSpacing(3)
        column.addLayout(self._said)
        column.addStretch(1)

    @property
    def is_kept(self) -> bool:
        """Whether the training uses it."""
        return self.keep.isChecked()

    @property
    def wanted_height(self) -> int:
        """The height that fits its findings and its caption."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.heightForWidth(WIDTH)
        return self.sizeHint().height()

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        return [self, self.keep, self.edit, self.remove, self.caption]

    def show_photo(self, photo: PlannedPhoto) -> None:
        """Show the photo with another mask."""
        self.photo = replace(photo, caption=self.caption.text())
        self.picture.show_photo(self.photo)
        self.changed.emit()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show the problems of the photo, or that there are none."""
        self.findings = tuple(findings)
        while (item := self._said.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()
        for finding in findings or (Finding(GOOD, tr("Good to learn from")),):
            self._said.addWidget(_line(self._holder, finding))
        self.setAccessibleDescription(" ".join(one.text for one in findings))

    def refresh_icons(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()
        self.show_findings(self.findings)

    def _on_decided(self) -> None:
        self.is_decided = True

    def _on_keep(self, kept: bool) -> None:
        self.picture.is_used = kept
        self.picture.update()
        for part in (self.caption, self.edit):
            part.setEnabled(kept)
        self.changed.emit()

    def _on_caption(self, text: str) -> None:
        self.photo = replace(self.photo, caption=text)

    def _on_edit(self) -> None:
        if self.is_kept:
            self.mask_asked.emit(self)

    def _on_remove(self) -> None:
        self.removed.emit(self)

    def event(self, event: QEvent) -> bool:
        """Claim Delete before a shortcut of the window does."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or drop the photo, edit its mask, or remove it."""
        if event.key() == Qt.Key.Key_Delete:
            self._on_remove()
        elif event.key() == Qt.Key.Key_Space:
            self.keep.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_edit()
        else:
            super().keyPressEvent(event)


def _line(holder: IconHolder, finding: Finding) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    icon = QLabel()
    name, colour, style = LOOKS[finding.severity]
    icon.setPixmap(holder.icons.get(name, colour=colour).pixmap(QSize(14, 14)))
    row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    text = QLabel(finding.text)
    text.setObjectName(style)
    text.setWordWrap(True)
    text.setTextFormat(Qt.TextFormat.PlainText)
    row.addWidget(text, 1)
    return line


def full_mask(photo: PlannedPhoto) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return the mask of a photo, 255 everywhere if it has none."""
    if photo.mask is None:
        return np.full(photo.image.shape[:2], 255, np.uint8)
    return photo.mask
