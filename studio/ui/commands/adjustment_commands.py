"""The menu rows of the adjustment layers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QCursor

from studio.document.adjustments.table import ADJUSTMENTS
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.widgets.translation import message, tr

KEYS = {"levels": "Ctrl+L", "curves": "Ctrl+M", "hue": "Ctrl+U"}


class AdjustmentCommands(QObject):
    """Adds adjustment layers, from the menu, by keys and by the button of the layers panel."""

    def __init__(self, window: CurrentPage, parts: SharedParts) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        menu = parts.menus.menus["adjustment_add"]
        group = tr("New adjustment layer")
        for row in ADJUSTMENTS.values():
            keys = (KEYS[row.id],) if row.id in KEYS else ()
            action = parts.menus.add(f"adjustment_{row.id}", message(row.label), group, keys)
            action.triggered.connect(lambda _=False, name=row.id: self.add(name))
            parts.icons.keep(action, partial(self._set_icon, f"adjustment_{row.id}", row.icon))
            menu.addAction(action)

    def _set_icon(self, name: str, icon: str) -> None:
        self._parts.menus.actions[name].setIcon(self._parts.icons.icons.get(icon))

    def join(self, page: DocumentPage) -> None:
        """Add the button to the layers panel of a page."""
        page.layers.add_button("ph.circle-half", tr("New adjustment layer"), self.show_menu)

    def show_menu(self) -> None:
        """Show the adjustments at the pointer."""
        self._parts.menus.menus["adjustment_add"].popup(QCursor.pos() + QPoint(0, 4))

    def add(self, adjustment: str) -> None:
        """Add an adjustment layer above the active layer; a selection becomes its mask."""
        self._window.layer_commands.add_adjustment(
            adjustment, message(ADJUSTMENTS[adjustment].label)
        )
