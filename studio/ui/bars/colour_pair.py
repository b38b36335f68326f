"""The foreground and the background colour, below the tools."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QWidget

from studio.tools.context import ToolOptions
from studio.ui.bars.tool_bars import OptionsBar
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder

Colour = tuple[int, int, int]
WHOLE = QSize(36, 36)
WELL = 22


class Well(QAbstractButton):
    """A clickable patch of a colour."""

    def __init__(self, holder: IconHolder, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._holder = holder
        self._color = QColor()
        self.setText(label)
        self.setAccessibleName(label)
        self.setToolTip(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_colour(self, colour: Colour) -> None:
        """Show a colour."""
        self._color = QColor(*colour)
        self.setAccessibleDescription(self._color.name())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the patch with a border that is visible on any background."""
        theme = self._holder.icons.theme
        painter = QPainter(self)
        rim = theme.accent if self.hasFocus() else theme.field_border
        painter.fillRect(self.rect(), QColor(rim))
        painter.fillRect(self.rect().adjusted(1, 1, -1, -1), QColor(theme.window))
        painter.fillRect(self.rect().adjusted(2, 2, -2, -2), self._color)
        painter.end()


class ColourPair(QWidget):
    """Shows both colours and lets the artist choose each; keys trigger ``swap`` and ``reset``."""

    def __init__(self, options: ToolOptions, bar: OptionsBar, holder: IconHolder) -> None:
        super().__init__()
        self._options, self._bar = options, bar
        self.setFixedSize(WHOLE)
        far = WHOLE.width() - WELL
        self.background = Well(holder, tr("Background colour"), self)
        self.background.setGeometry(QRect(far, far, WELL, WELL))
        self.foreground = Well(holder, tr("Foreground colour"), self)
        self.foreground.setGeometry(QRect(0, 0, WELL, WELL))
        self.foreground.clicked.connect(lambda: self._pick("color", self.foreground.text()))
        self.background.clicked.connect(lambda: self._pick("background", self.background.text()))
        bar.shown.connect(self.refresh)
        holder.keep(self, self.refresh)

    def refresh(self) -> None:
        """Show the current colours."""
        self.foreground.show_colour(self._options.color)
        self.background.show_colour(self._options.background)

    def swap(self) -> None:
        """Swap the two colours."""
        options = self._options
        options.color, options.background = options.background, options.color
        self._tell()

    def reset(self) -> None:
        """Make the foreground black and the background white."""
        self._options.color, self._options.background = (0, 0, 0), (255, 255, 255)
        self._tell()

    def _pick(self, field: str, title: str) -> None:
        old = QColor(*getattr(self._options, field))
        color = QColorDialog.getColor(old, self.window(), title)
        if color.isValid():
            setattr(self._options, field, (color.red(), color.green(), color.blue()))
            self._tell()

    def _tell(self) -> None:
        self._bar.show_options()
        self._bar.changed.emit()
