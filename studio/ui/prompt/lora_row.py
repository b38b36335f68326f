"""One chosen LoRA in the prompt panel: its picture, weight, trigger words and place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.lora_list import LoraEntry
from studio.edit.loras import LEAST, MOST, switched
from studio.edit.request import OFF, TEXT_WEIGHT, AdapterUse
from studio.ui.prompt.reference_row import is_delete
from studio.ui.widgets.flow import Flow
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import Elided, IconHolder, Scale, Wrapped, icon_button

SIDE = 40
CHIPS = 6
"""Trigger words shown as chips; the others are in a menu."""
LONGEST_CHIP = 24


class LoraRow(QWidget):
    """Shows and edits one LoRA; Delete removes it, Ctrl+Up and Ctrl+Down move it."""

    changed = Signal()
    removed = Signal(object)
    moved = Signal(object, int)
    """(row, places to move it by)"""
    dragged = Signal(object, QPoint)
    """(row, the pointer in global pixels)"""
    word_taken = Signal(str)

    def __init__(self, holder: IconHolder, use: AdapterUse) -> None:
        super().__init__()
        self.use = use
        self._holder = holder
        self._pressed: QPoint | None = None
        self.picture = QLabel()
        self.name = Elided(Path(use.path).stem)
        self.eye = icon_button(holder, "ph.eye", tr("Switches it on or off"), checkable=True)
        self.remove = icon_button(holder, "ph.x", tr("Remove the LoRA"))
        self.weight = Scale(tr("Weight"), LEAST, MOST, decimals=2)
        self.reason = Wrapped()
        self.chips: list[QToolButton] = []
        self._words = QWidget()
        self._flow = Flow(self._words)
        self._describe()
        self._lay_out()
        self.show_use(use)
        self.weight.changed.connect(self._on_weight)
        self.eye.toggled.connect(self._on_eye)
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    def _describe(self) -> None:
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("LoRA {name}", name=Path(self.use.path).stem))
        self.setAccessibleDescription(tr("Delete removes it, Ctrl+Up and Ctrl+Down move it"))
        self.picture.setObjectName("thumbnail")
        self.picture.setFixedSize(SIDE + 2, SIDE + 2)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for part in (self.picture, self.name):
            part.setCursor(Qt.CursorShape.OpenHandCursor)
        self.weight.setToolTip(
            tr("How strongly it counts: 1 is as it was trained, negative numbers do the opposite")
        )
        self.reason.setObjectName("caption")
        self.reason.hide()
        self._holder.keep(self, self._show_picture)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 6, 6, 6)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.picture)
        right = QVBoxLayout()
        right.setSpacing(2)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addWidget(self.name, 1)
        line.addWidget(self.eye)
        line.addWidget(self.remove)
        right.addLayout(line)
        right.addWidget(self.weight)
        head.addLayout(right, 1)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addWidget(self.reason)
        self._words.hide()
        for field in self.findChildren(QLineEdit):
            field.setAcceptDrops(False)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        weight = [*self.weight.findChildren(QSlider), *self.weight.findChildren(QDoubleSpinBox)]
        return [self, self.eye, self.remove, *weight, *self.chips]

    def show_use(self, use: AdapterUse) -> None:
        """Show the LoRA with another weight or switch, without emitting a signal."""
        self.use = use
        self.weight.show_value(use.weight)
        on = not use.options.get(OFF)
        blocked = self.eye.blockSignals(True)
        self.eye.setChecked(on)
        self.eye.blockSignals(blocked)
        self.eye.setIcon(self._holder.icons.get("ph.eye" if on else "ph.eye-slash"))
        for widget in (self.name, self.weight, self._words):
            widget.setEnabled(on)

    def show_entry(self, entry: LoraEntry, picture: QPixmap | None) -> None:
        """Show what its file is: its picture, its trigger words, and why it does not fit."""
        self._drop_chips()
        error = entry.fit.error
        text = " ".join(part for part in error_text(error) if part) if error else ""
        self.reason.setText(text)
        self.reason.setVisible(bool(text))
        self.setProperty("unfit", bool(error))
        self.name.setEnabled(error is None and not self.use.options.get(OFF))
        self._picture = picture
        self._show_picture()
        for word in entry.words[:CHIPS]:
            self._add_chip(word)
        if len(entry.words) > CHIPS:
            self._add_more(entry.words[CHIPS:])
        self._words.setVisible(bool(self.chips))

    _picture: QPixmap | None = None

    def _show_picture(self) -> None:
        if self._picture is not None:
            self.picture.setPixmap(self._picture)
        else:
            self.picture.setPixmap(self._holder.icons.get("ph.puzzle-piece").pixmap(QSize(20, 20)))

    def _add_chip(self, word: str) -> None:
        chip = QToolButton()
        chip.setObjectName("chip")
        short = word if len(word) <= LONGEST_CHIP else word[: LONGEST_CHIP - 1] + "…"
        # A single & would underline the next letter.
        chip.setText(short.replace("&", "&&"))
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        chip.setAccessibleName(tr("Insert “{word}” into the prompt", word=word))
        chip.setToolTip(tr("Insert “{word}” into the prompt", word=word))
        chip.clicked.connect(partial(self.word_taken.emit, word))
        self.chips.append(chip)
        self._flow.addWidget(chip)

    def _add_more(self, words: tuple[str, ...]) -> None:
        more = icon_button(self._holder, "ph.dots-three", tr("More trigger words"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        for word in words:
            menu.addAction(word.replace("&", "&&"), partial(self.word_taken.emit, word))
        more.setMenu(menu)
        self.chips.append(more)
        self._flow.addWidget(more)

    def _drop_chips(self) -> None:
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = []

    def _on_weight(self, value: float) -> None:
        options = {name: one for name, one in self.use.options.items() if name != TEXT_WEIGHT}
        self.use = replace(self.use, weight=round(value, 2), options=options)
        self.changed.emit()

    def _on_eye(self, on: bool) -> None:
        self.show_use(switched(self.use, on))
        self.changed.emit()

    # Keys, menu and drag

    def event(self, event: QEvent) -> bool:
        """Claim its keys before a shortcut of the window does."""
        asked = event.type() is QEvent.Type.ShortcutOverride
        if asked and isinstance(event, QKeyEvent) and (is_delete(event) or _places(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the LoRA on Delete, move it on Ctrl+Up and Ctrl+Down."""
        if is_delete(event):
            self.removed.emit(self)
        elif _places(event):
            self.moved.emit(self, _places(event))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer to move and to remove it."""
        menu = QMenu(self)
        menu.addAction(tr("Move up"), partial(self.moved.emit, self, -1))
        menu.addAction(tr("Move down"), partial(self.moved.emit, self, 1))
        menu.addAction(tr("Remove the LoRA"), partial(self.removed.emit, self))
        menu.exec(event.globalPos())
        menu.deleteLater()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it to another place in the list."""
        if self._pressed is None:
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        if far >= QApplication.startDragDistance():
            self.dragged.emit(self, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        self._pressed = None

    def refresh(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()
        self.show_use(self.use)


def _places(event: QKeyEvent) -> int:
    """Return by how many places a key moves a row, 0 for any other key."""
    if (
        event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        != Qt.KeyboardModifier.ControlModifier
    ):
        return 0
    return {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
