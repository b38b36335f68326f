"""The page of the sheet on which the mask of one photo is corrected."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.geometry import Rect
from studio.edit.training import Pixels
from studio.ui.training.mask_view import ADD, FRAME, REMOVE, MaskView
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, caption, icon_button

TOOLS = (
    (ADD, "ph.paint-brush", mark("Add"), mark("Paint what belongs to the subject")),
    (REMOVE, "ph.eraser", mark("Remove"), mark("Paint what is background")),
    (
        FRAME,
        "ph.frame-corners",
        mark("Frame"),
        mark("Drag a frame around the subject to detect it again"),
    ),
)


class MaskPage(QWidget):
    """Emits ``done`` to go back, and ``search_asked`` with a ``Rect`` or None."""

    done = Signal()
    search_asked = Signal(object)

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self.view = MaskView(holder)
        self.tools = QButtonGroup(self)
        self.smaller = icon_button(holder, "ph.minus", tr("Smaller brush"))
        self.larger = icon_button(holder, "ph.plus", tr("Larger brush"))
        self.undo = icon_button(holder, "ph.arrow-u-up-left", tr("Undo the last stroke"))
        self.again = icon_button(
            holder, "ph.magic-wand", tr("Detect the subject again"), text=tr("Detect again")
        )
        self.whole = icon_button(
            holder, "ph.selection", tr("Let the whole photo count"), text=tr("Whole photo")
        )
        self.back = QPushButton(tr("Done"))
        self.hint = Wrapped(
            tr("The tinted area is not learned. Wheel: zoom; middle button: move the photo.")
        )
        self._lay_out(holder)
        self.tools.idClicked.connect(self._on_tool)
        self.smaller.clicked.connect(lambda: self.view.resize_brush(0.8))
        self.larger.clicked.connect(lambda: self.view.resize_brush(1.25))
        self.undo.clicked.connect(self.view.undo)
        self.again.clicked.connect(lambda: self.search_asked.emit(None))
        self.whole.clicked.connect(self._take_whole)
        self.view.framed.connect(self.search_asked)
        self.view.changed.connect(self._update)
        self.back.clicked.connect(self.done)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.view.undo)

    def _lay_out(self, holder: IconHolder) -> None:
        row = QHBoxLayout()
        row.setSpacing(3)
        for index, (tool, icon, label, tip) in enumerate(TOOLS):
            button = icon_button(holder, icon, tr(label), checkable=True, text=tr(label))
            button.setToolTip(tr(tip))
            button.setAccessibleDescription(tr(tip))
            button.setChecked(tool == ADD)
            self.tools.addButton(button, index)
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(caption(tr("Brush")))
        for button in (self.smaller, self.larger, self.undo):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(self.whole)
        self.hint.setObjectName("hint")
        self.back.setObjectName("primary")
        self.back.setAccessibleName(tr("Done"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.back)
        column.addLayout(foot)
        for before, after in pairwise(self.stops):
            self.setTabOrder(before, after)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        brush = (self.smaller, self.larger, self.undo)
        return [*self.tools.buttons(), *brush, self.again, self.whole, self.view, self.back]

    def show_photo(self, image: Pixels, mask: Pixels | None, box: Rect) -> None:
        """Start on a photo (h, w, 3) and its mask (h, w); without a mask all of it is selected."""
        shown = np.full(image.shape[:2], 255, np.uint8) if mask is None else mask
        self.view.show_photo(image, shown, box)
        self.set_busy(False)
        self._update()

    @property
    def is_changed(self) -> bool:
        """Whether the mask differs from the initial one."""
        return self.view.strokes.can_undo

    def show_mask(self, mask: Pixels) -> None:
        """Show a newly detected mask."""
        self.view.show_mask(mask)
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Grey out the detection while it runs."""
        self.again.setEnabled(not busy)
        self.view.setEnabled(not busy)

    def _take_whole(self) -> None:
        mask = self.view.painted.copy()
        mask[:] = 255
        self.view.show_mask(mask)

    def _on_tool(self, index: int) -> None:
        self.view.tool = TOOLS[index][0]
        self.view.update()

    def _update(self) -> None:
        self.undo.setEnabled(self.view.strokes.can_undo)
