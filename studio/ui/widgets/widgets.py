"""Small building blocks shared by the panels."""

from __future__ import annotations

import re
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.widgets.icons import Icons, size_beside_text

LONG_WORD = re.compile(r"\S{20}(?=\S)")
MAY_BREAK = "\u200b"
"""Zero-width space, at which a line may break."""
INSET = 6
"""Pixels; a style sheet cannot set it for the line edit inside a number field."""


class IconHolder:
    """Keeps track of widgets and their icons, to update them when the theme changes."""

    def __init__(self, icons: Icons) -> None:
        self.icons = icons
        self._setters: list[tuple[QObject, Callable[[], None]]] = []

    def keep(self, owner: QObject, setter: Callable[[], None]) -> None:
        """Call ``setter`` now and after each change of theme, for as long as ``owner`` is alive."""
        self._setters.append((owner, setter))
        setter()

    def give(
        self,
        target: QAbstractButton | QAction,
        name: str,
        *,
        accent: bool = False,
        on_accent: bool = False,
    ) -> None:
        """Set the icon of a button or an action in every theme, with a gap beside a text."""
        if isinstance(target, QAbstractButton) and shows_text_beside_icon(target):
            target.setIconSize(size_beside_text(target.iconSize().height()))
        self.keep(
            target,
            lambda: target.setIcon(self.icons.get(name, accent=accent, on_accent=on_accent)),
        )

    def refresh(self) -> None:
        """Set every icon in the current theme."""
        self._setters = [pair for pair in self._setters if shiboken6.isValid(pair[0])]
        for _, setter in self._setters:
            setter()


def icon_button(
    holder: IconHolder, name: str, label: str, *, checkable: bool = False, text: str = ""
) -> QToolButton:
    """Return a flat button with an icon, a tool tip and an accessible name."""
    button = QToolButton()
    button.setAutoRaise(True)
    button.setCheckable(checkable)
    button.setIconSize(QSize(18, 18))
    button.setToolTip(label)
    button.setAccessibleName(label)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if text:
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    holder.give(button, name)
    return button


def shows_text_beside_icon(button: QAbstractButton) -> bool:
    """Whether a button shows a text next to its icon."""
    if isinstance(button, QToolButton):
        beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        return button.toolButtonStyle() == beside and bool(button.text())
    return bool(button.text())


class FitScroll(QScrollArea):
    """As high as its content if there is room; Qt's QScrollArea keeps its initial height."""

    def sizeHint(self) -> QSize:
        """Return the size of the content."""
        widget = self.widget()
        return super().sizeHint() if widget is None else widget.sizeHint()


class LowBody(QWidget):
    """Scrolls only at the minimum height of its content; Qt uses the preferred height."""

    resized = Signal()
    """The content needs another height."""

    def heightForWidth(self, width: int) -> int:
        """Return the minimum height."""
        layout = self.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else -1

    def event(self, event: QEvent) -> bool:
        """Emit ``resized`` at layout changes; the panel may need another width as well."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            viewport = self.parentWidget()
            panel = viewport.parentWidget() if viewport is not None else None
            if panel is not None:
                panel.updateGeometry()
            self.resized.emit()
        return done


class Scale(QWidget):
    """A slider from ``low`` to ``high`` and a number; ``value`` is the number.

    ``least`` and ``most`` are the limits for typing beyond the ends of the slider.
    """

    changed = Signal(float)

    def __init__(
        self,
        label: str,
        low: float,
        high: float,
        *,
        decimals: int = 0,
        suffix: str = "",
        curve: float = 1.0,
        width: int = 0,
        least: float | None = None,
        most: float | None = None,
    ) -> None:
        super().__init__()
        self._low, self._high, self._curve = low, high, curve
        self._spin = QDoubleSpinBox()
        self._spin.setDecimals(decimals)
        self._spin.setRange(low if least is None else least, high if most is None else most)
        self._spin.setSingleStep(10.0**-decimals if decimals else 1.0)
        self._spin.setSuffix(suffix)
        self._spin.setAccessibleName(label)
        self._spin.setFixedWidth(68)
        self._spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._spin.setKeyboardTracking(False)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, 1000)
        self._slider.setAccessibleName(label)
        self._slider.setMinimumWidth(40)
        if width:
            self._slider.setFixedWidth(width)
        self.setAccessibleName(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._spin)
        if width:
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self._spin)
        self._slider.valueChanged.connect(self._on_slider)
        self._spin.valueChanged.connect(self._on_spin)

    @property
    def value(self) -> float:
        """The number."""
        return float(self._spin.value())

    def set_value(self, value: float) -> None:
        """Set the number; ``changed`` is emitted if it differs."""
        self._spin.setValue(value)
        self._show_on_slider(self._spin.value())

    def show_value(self, value: float) -> None:
        """Set the number without emitting a signal."""
        blocked = self._spin.blockSignals(True)
        self._spin.setValue(value)
        self._spin.blockSignals(blocked)
        self._show_on_slider(value)

    def _show_on_slider(self, value: float) -> None:
        share = (value - self._low) / (self._high - self._low)
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(round(1000 * max(0.0, share) ** (1 / self._curve)))
        self._slider.blockSignals(blocked)

    def _on_slider(self, position: int) -> None:
        share = (position / 1000) ** self._curve
        self._spin.setValue(self._low + share * (self._high - self._low))

    def _on_spin(self, value: float) -> None:
        self._show_on_slider(value)
        self.changed.emit(value)


def describe(widget: QWidget, name: str, tip: str) -> None:
    """Give a field a plain name, and name the technical term in the tool tip."""
    for part in (widget, *widget.findChildren(QWidget)):
        part.setToolTip(tip)
        if part is widget or isinstance(part, QDoubleSpinBox | QSlider):
            part.setAccessibleName(name)
            part.setAccessibleDescription(tip)


def labelled_row(text: str, field: QWidget) -> QWidget:
    """Return a row with a caption and a field."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(8)
    line.addWidget(caption(text))
    line.addWidget(field, 1)
    return row


class Section(QWidget):
    """A part of a panel that folds under its heading."""

    def __init__(self, title: str, holder: IconHolder, *, opened: bool = False) -> None:
        super().__init__()
        self._holder = holder
        self.heading = QToolButton()
        self.heading.setObjectName("section")
        self.heading.setText(title)
        self.heading.setAccessibleName(title)
        self.heading.setCheckable(True)
        self.heading.setChecked(opened)
        self.heading.setAutoRaise(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(12, 12))
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body = QWidget()
        self.body.setVisible(opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.heading)
        column.addWidget(self.body)
        self.heading.toggled.connect(self._on_toggled)
        holder.keep(self, self._update_icon)

    def _update_icon(self) -> None:
        name = "ph.caret-down" if self.heading.isChecked() else "ph.caret-right"
        self.heading.setIcon(self._holder.icons.get(name))

    def _on_toggled(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self._update_icon()


def form(parent: QWidget) -> QFormLayout:
    """Return a form layout with the panels' spacing."""
    layout = QFormLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(10)
    layout.setVerticalSpacing(6)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return layout


def number(label: str, low: int, high: int, value: int, suffix: str = "") -> QSpinBox:
    """Return a field for a whole number with an accessible name."""
    spin = QSpinBox()
    spin.setRange(low, high)
    spin.setValue(value)
    spin.setSuffix(suffix)
    spin.setAccessibleName(label)
    inset(spin)
    return spin


def inset(spin: QAbstractSpinBox) -> None:
    """Indent the text of a number field from its left border, as in text fields."""
    spin.lineEdit().setTextMargins(INSET, 0, 0, 0)


class Wrapped(QLabel):
    """Text over several lines that never needs more width; long words are broken, too.

    Otherwise a name without spaces would widen its panel.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show a text."""
        self._whole = text
        is_plain = self.textFormat() is Qt.TextFormat.PlainText
        super().setText(LONG_WORD.sub(r"\g<0>" + MAY_BREAK, text) if is_plain else text)

    def text(self) -> str:
        """Return the text as it was given."""
        return self._whole

    def minimumSizeHint(self) -> QSize:
        """Return a minimum without width."""
        return QSize(0, super().minimumSizeHint().height())


class Elided(QLabel):
    """One line that is elided with "…" if there is no room for it, instead of widening.

    The tool tip then has the whole text, which ``text`` always returns.
    """

    def minimumSizeHint(self) -> QSize:
        """Return a minimum without width."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, elided to the width."""
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if text != self.text() else "")
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            room,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )


def caption(text: str) -> QLabel:
    """Return a label in the caption style."""
    label = QLabel(text)
    label.setObjectName("caption")
    return label
