"""The buttons beside the object tool: what becomes of the thing that is selected."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder, icon_button

CHOICES = (
    (
        "lift",
        "ph.hand-grabbing",
        mark("Lift"),
        mark("Make the selected thing a layer of its own and fill the photo behind it"),
    ),
    (
        "remove",
        "ph.bandaids",
        mark("Remove"),
        mark("Remove the selected thing and fill the photo behind it"),
    ),
    (
        "layer_copy",
        "ph.copy",
        mark("New layer"),
        mark("Copy the selected thing to a new layer"),
    ),
    (
        "mask_add",
        "ph.aperture",
        mark("Layer mask"),
        mark("Hide everything but the selected thing by a mask of the active layer"),
    ),
    (
        "mask_from_selection",
        "ph.magic-wand",
        mark("Edit mask"),
        mark("Let the prompt change the selected thing"),
    ),
)
"""The action of the menus, the icon, the label and the tip of each button."""
ROOM = 24
"""Pixels of a button besides its icon and its text."""


class ObjectChoice(QWidget):
    """One button for each use of a selection; they are disabled without one."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.buttons: dict[str, QToolButton] = {}
        for action, icon, label, tip in CHOICES:
            button = icon_button(holder, icon, tr(label), text=tr(label))
            button.setToolTip(tr(tip))
            button.setEnabled(False)
            row.addWidget(button)
            self.buttons[action] = button

    def connect_actions(self, actions: Mapping[str, QAction]) -> None:
        """Let each button trigger its row of the menus."""
        for name, button in self.buttons.items():
            button.clicked.connect(actions[name].trigger)

    def full_width(self) -> int:
        """Return the width in pixels that the buttons take with their texts."""
        widths = (
            one.fontMetrics().horizontalAdvance(one.text()) + one.iconSize().width() + ROOM
            for one in self.buttons.values()
        )
        return sum(widths)

    def show_texts(self, shown: bool) -> None:
        """Show texts beside the icons, or the icons alone."""
        style = Qt.ToolButtonStyle
        for button in self.buttons.values():
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if shown else style.ToolButtonIconOnly
            )

    def show_selected(self, selected: bool) -> None:
        """Enable the buttons if something is selected."""
        for button in self.buttons.values():
            button.setEnabled(selected)
