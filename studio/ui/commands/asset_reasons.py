"""Greys the menu rows of tools whose networks are not installed; their tips say how to get them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from studio.catalog.photo_tools import photo_tool
from studio.core.assets import missing_asset
from studio.ui.commands.actions import Menus
from studio.ui.widgets.translation import error_text

TOOLS: Mapping[str, str] = {
    "lift": "lift",
    "subject_select": "subject",
    "background_remove": "subject",
    "background_cut": "subject",
    "denoise": "clean",
    "style": "restyle",
    "remove_jpeg": "clean",
    "object_middle": "encode",
}
"""The photo tool of each row that cannot work without its networks.

"Remove what is marked" copies from the surroundings if its network is missing."""


class AssetReasons(QObject):
    """Follows what is installed: looks when a menu opens and when another window had the focus."""

    def __init__(self, menus: Menus, parent: QObject) -> None:
        super().__init__(parent)
        self._menus = menus
        for menu in {*menus.menus.values()}:
            if any(menus.actions[row] in menu.actions() for row in TOOLS):
                menu.setToolTipsVisible(True)
                menu.aboutToShow.connect(self.refresh)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            # After a download in the preferences or a terminal, the keys work again.
            app.focusWindowChanged.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Grey the rows whose networks are missing, with the reason as their tip."""
        for row, tool in TOOLS.items():
            found = (missing_asset(id) for id in photo_tool(tool).assets)
            reason = next((error for error in found if error is not None), None)
            action = self._menus.actions[row]
            action.setEnabled(reason is None)
            action.setToolTip(" ".join(error_text(reason)) if reason else action.text())
