"""Image > Style…: asks over a preview, and queues the painted layer or remakes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject

from studio.catalog.settings import Value, all_values
from studio.catalog.styles import PAINTING, SETTINGS
from studio.core.assets import missing_asset
from studio.core.errors import StudioError
from studio.document.layer import GenerativeLayer
from studio.document.raster import Pixels
from studio.session.photo import style
from studio.session.photo.style_source import StyleSource, scopes, source_of, source_of_layer
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.style_dialog import StyleDialog, StyleStart
from studio.ui.documents.current_page import CurrentPage

ASSET = "styles"
KEPT = "style"
"""The setting with the values of the last time."""


class StyleCommands(QObject):
    """The slots of the rows; ``tried`` runs a function and shows its StudioError."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        tried: Callable[[Callable[[], object]], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._tried = window, parts, tried
        self._painting: Pixels | None = None

    def ask(self) -> None:
        """Ask for a style, and queue the layer."""
        self._tried(self._ask)

    def edit_recipe(self, layer: GenerativeLayer) -> bool:
        """Ask again with the settings of a layer that the tool made; False for other layers."""
        try:
            found = style.made_with(layer)
        except StudioError:
            return False
        if found is None:
            return False
        values, painting = found
        self._tried(lambda: self._ask_again(layer, values, painting))
        return True

    def _ask(self) -> None:
        _check_asset()
        document = self._window.session.document
        offered = {one: partial(source_of, document, one) for one in scopes(document)}
        dialog = self._dialog(offered, self._last_values(), self._painting)
        accepted = dialog.exec()
        values, painting, source = dialog.values, dialog.painting, dialog.source
        self._painting = painting
        dialog.deleteLater()
        if accepted:
            self._window.session.settings.set(KEPT, dict(values))
            style.submit(self._window.session, values, painting, source)

    def _ask_again(
        self, layer: GenerativeLayer, values: Mapping[str, Value], painting: Pixels | None
    ) -> None:
        _check_asset()
        session = self._window.session
        made_of = {"": partial(source_of_layer, session.document, layer)}
        dialog = self._dialog(made_of, values, painting)
        accepted = dialog.exec()
        chosen, painting = dialog.values, dialog.painting
        dialog.deleteLater()
        if accepted:
            style.rerun(session, layer.id, chosen, painting)

    def _dialog(
        self,
        sources: Mapping[str, Callable[[], StyleSource]],
        values: Mapping[str, Value],
        painting: Pixels | None,
    ) -> StyleDialog:
        start = StyleStart(values, painting, self._middle())
        theme = self._parts.icons.icons.theme
        background, session = self._parts.background, self._window.session
        return StyleDialog(session, sources, start, background, theme, self._window)

    def _middle(self) -> tuple[float, float]:
        """Return the middle of what is visible, in pixels of the document."""
        canvas, document = self._window.canvas, self._window.session.document
        ratio = canvas.devicePixelRatioF()
        width, height = round(canvas.width() * ratio), round(canvas.height() * ratio)
        seen = canvas.view.visible(width, height, document.rect)
        seen = document.rect if seen.is_empty else seen
        return seen.x + seen.width / 2, seen.y + seen.height / 2

    def _last_values(self) -> dict[str, Value]:
        """Return the settings of the last time; the defaults for any that no longer fit."""
        kept = self._window.session.settings.get(KEPT, {})
        found = all_values({}, SETTINGS)
        if isinstance(kept, dict):
            for row in SETTINGS:
                try:
                    found[row.id] = row.check(kept.get(row.id, row.default))
                except StudioError:
                    found[row.id] = row.default
        if found["style"] == PAINTING and self._painting is None:
            found["style"] = SETTINGS[0].default
        return found


def _check_asset() -> None:
    missing = missing_asset(ASSET)
    if missing is not None:
        raise missing
