"""Commands for Photoshop's keys: clear, fill, copy to a layer, colours, opacity, panels."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QToolBar, QWidget

from studio.core.errors import StudioError
from studio.document import fill, selection, several
from studio.document.document import Document
from studio.document.layer import Layer
from studio.document.locked import check_unlocked
from studio.tools.brush import paint_target
from studio.ui.bars.message_bar import name_of
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.keys.keymap import Row
from studio.ui.keys.later import LATER
from studio.ui.keys.shortcut_editor import ShortcutEditor
from studio.ui.widgets.translation import mark, tr

if TYPE_CHECKING:
    from studio.session.session import Session

SECOND_DIGIT = 1.0
"""Seconds within which a second digit is combined with the first, so that 3 5 is 35 %."""
OPACITY_STEP = 0.1

_NO_RESULT = mark("No result is selected.")
_NO_RECIPE = mark("The active layer was not made by a prompt.")
_NO_MASK = mark("The active layer has no layer mask.")
_OF_MASK = ("mask_toggle", "mask_invert", "mask_delete", "mask_paint", "mask_alone")
_NO_JOB = mark("Nothing is running or waiting.")
REASONS = {
    "undo": mark("There is nothing to undo."),
    "redo": mark("There is nothing to redo."),
    **dict.fromkeys(("apply", "discard", "compare", "alike", "more_like"), _NO_RESULT),
    "discard_all": mark("There are no results."),
    **dict.fromkeys(("layer_rerun", "layer_recipe"), _NO_RECIPE),
    **dict.fromkeys(
        ("mask_toggle", "mask_invert", "mask_delete", "mask_paint", "mask_alone"), _NO_MASK
    ),
    **dict.fromkeys(("cancel", "queue_clear"), _NO_JOB),
    "keep": mark("The running job cannot end early with a result."),
    "layer_words": mark("The active layer was not made with Edit by words."),
    "control_used": mark("The active layer is not a control layer."),
}
"""Why an action is greyed out, shown when its key is pressed."""


class EditCommands(QObject):
    """The slots of these actions.

    ``needs_document`` returns whether an action is greyed out because no document is open.
    """

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        needs_document: Callable[[Row], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._needs_document = needs_document
        self._hidden: list[QWidget] = []
        self._raised: list[QDockWidget] = []
        self._digit: tuple[float, int] | None = None
        parts.menus.connect(self._slots())
        parts.keymap.refused.connect(self._refuse)

    @property
    def _session(self) -> Session:
        return self._window.session

    def _slots(self) -> dict[str, Callable[[], object]]:
        parts = self._parts
        slots: dict[str, Callable[[], object]] = {
            "clear": self.clear,
            "fill_foreground": lambda: self._fill(parts.tool_options.color),
            "fill_background": lambda: self._fill(parts.tool_options.background),
            "layer_copy": self.layer_copy,
            "layer_cut": self.layer_cut,
            "select_again": self.select_again,
            "shortcuts": self.edit_shortcuts,
            "colors_swap": parts.colours.swap,
            "colors_default": parts.colours.reset,
            "panels_hide": self.toggle_panels,
            "panel_next": partial(self.go_to_panel, 1),
            "panel_previous": partial(self.go_to_panel, -1),
            "opacity_less": partial(self.change_opacity, -OPACITY_STEP),
            "opacity_more": partial(self.change_opacity, OPACITY_STEP),
        }
        for digit in range(10):
            slots[f"opacity_{digit}"] = partial(self.type_opacity, digit)
        for later in LATER:
            slots[later.id] = partial(self._say, later.message, later.hint)
        return slots

    def _say(self, text: str, hint: str = "") -> None:
        self._parts.messages.show_notice(tr(text), tr(hint) if hint else "")

    def _refuse(self, row: Row) -> None:
        name = row.action.text().replace("&", "").rstrip("…")
        reason = REASONS.get(row.id) or row.action.toolTip()
        text = tr("“{name}” is not possible at the moment.", name=name)
        if self._needs_document(row):
            hint = tr("No document is open: begin a new one, or open a file.")
            self._parts.messages.show_notice(text, hint)
            return
        self._parts.messages.show_notice(text, tr(reason) if row.id in REASONS else reason)

    def _try(self, work: Callable[[], object]) -> None:
        if self._session.history.is_editing:
            return
        messages, about = self._parts.messages, name_of(work)
        try:
            work()
        except StudioError as error:
            messages.show_error(error, about)
        else:
            messages.settle(about)

    # Pixels

    def clear(self) -> None:
        """Make the selected part of the active layer transparent; on its mask, hide it."""
        self._try(self._clear)

    def _clear(self) -> None:
        layer, on_mask = self._target()
        if self._session.document.selection is None:
            raise StudioError(
                "Nothing is selected, so there is nothing to clear.",
                "Select a place first, or all of the canvas.",
            )
        if on_mask:
            self._session.edit("Clear", partial(fill.fill_mask, layer_id=layer.id, value=fill.HIDE))
        else:
            self._session.edit("Clear", partial(fill.clear_selected, layer_id=layer.id))

    def _fill(self, colour: tuple[int, int, int]) -> None:
        def work() -> None:
            layer, on_mask = self._target()
            if on_mask:
                value = round(0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
                change = partial(fill.fill_mask, layer_id=layer.id, value=value)
            else:
                change = partial(fill.fill_selected, layer_id=layer.id, colour=colour)
            self._session.edit("Fill", change)

        self._try(work)

    def _target(self) -> tuple[Layer, bool]:
        """Return the layer to paint on, and whether its mask is the target."""
        context = self._window.canvas.context
        layer = paint_target(context)
        return layer, context.options.paint_layer_mask and layer.mask is not None

    def layer_copy(self) -> None:
        """Copy the selected part, or the whole layer without a selection, to a new layer."""
        if self._session.document.selection is None:
            self._window.layer_commands.duplicate()
        else:
            self._try(partial(self._to_layer, cut=False))

    def layer_cut(self) -> None:
        """Move the selected part to a new layer."""
        self._try(partial(self._to_layer, cut=True))

    def _to_layer(self, *, cut: bool) -> None:
        layer = self._session.document.active_layer()
        if layer is None:
            raise StudioError("No layer is active.", "Pick one in the layers panel.")
        if cut:
            check_unlocked(self._session.document, [layer.id])
        label = "Cut to a new layer" if cut else "Copy to a new layer"
        change = partial(fill.layer_from_selection, layer_id=layer.id, cut=cut)
        self._session.edit(label, change)

    def select_again(self) -> None:
        """Restore the last selection."""

        def work() -> None:
            history = self._session.history
            earlier = [entry.document for entry in history.entries[: history.position + 1]]
            found = selection.last_selection(reversed(earlier), self._session.document)
            if found is None:
                raise StudioError(
                    "Nothing was selected before.", "Draw a selection with one of its tools."
                )
            self._session.edit("Select again", lambda d: d.replace(selection=found))

        self._try(work)

    # Opacity

    def type_opacity(self, digit: int) -> None:
        """Set the opacity by one digit (5 is 50 %, 0 is 100 %) or by two in a row."""
        now = time.monotonic()
        share = (digit or 10) / 10
        if self._digit is not None and now - self._digit[0] < SECOND_DIGIT:
            share = max(1, 10 * self._digit[1] + digit) / 100
            self._digit = None
        else:
            self._digit = now, digit
        self._set_opacity(share)

    def change_opacity(self, step: float) -> None:
        """Change the opacity by a fraction."""
        layer = self._session.document.active_layer()
        if self._paints():
            old = self._parts.tool_options.opacity
        else:
            old = layer.opacity if layer is not None else 1.0
        self._set_opacity(min(max(old + step, 0.01), 1.0))

    def _paints(self) -> bool:
        return "opacity" in self._parts.tool_bar.current.options

    def _set_opacity(self, share: float) -> None:
        """Set the opacity of the brush, or of the layer if the tool has none."""
        if self._paints():
            self._parts.tool_options.opacity = share
            self._parts.options_bar.show_options()
            self._parts.options_bar.changed.emit()
            return

        def work() -> None:
            chosen = self._window.layer_commands.chosen
            if not chosen:
                raise StudioError("No layer is active.", "Pick one in the layers panel.")

            def change(document: Document) -> Document:
                check_unlocked(document, chosen, inside=False)
                return several.change(document, chosen, opacity=share)

            key = ("typed opacity", chosen)
            self._session.edit("Opacity", change, merge=key, within=SECOND_DIGIT)

        self._try(work)

    def edit_shortcuts(self) -> None:
        """Open the editor for the keys of all actions and tools."""
        dialog = ShortcutEditor(self._parts.keymap, self._window)
        dialog.exec()
        dialog.deleteLater()

    # Panels

    def toggle_panels(self) -> None:
        """Hide the panels and bars around the canvas, or show the hidden ones."""
        if self._hidden:
            self.show_panels()
            return
        kinds = (*self._window.findChildren(QDockWidget), *self._window.findChildren(QToolBar))
        self._hidden = [
            one for one in kinds if one.isVisibleTo(self._window) and one.window() is self._window
        ]
        # Qt would bring the last tab of each stack to the front when they are shown again.
        self._raised = [
            one
            for one in self._hidden
            if isinstance(one, QDockWidget) and not one.visibleRegion().isEmpty()
        ]
        for one in self._hidden:
            one.hide()
        self._parts.menus.actions["panels_hide"].setChecked(bool(self._hidden))
        self._window.middle.setFocus()

    def show_panels(self) -> None:
        """Show the panels and bars that were hidden in favour of the canvas."""
        hidden, self._hidden = self._hidden, []
        for one in hidden:
            one.show()
        for dock in self._raised:
            dock.raise_()
        self._parts.menus.actions["panels_hide"].setChecked(False)

    def go_to_panel(self, step: int) -> None:
        """Move the focus to the next panel, counting the canvas and an error over it."""
        messages = self._parts.messages
        stops = [self._window.middle, *([messages] if messages.errors else []), *self._panels()]
        focused = QApplication.focusWidget()
        here = next(
            (
                place
                for place, one in enumerate(stops)
                if focused is not None and (one is focused or one.isAncestorOf(focused))
            ),
            0,
        )
        target = stops[(here + step) % len(stops)]
        _first_field(target).setFocus(Qt.FocusReason.TabFocusReason)

    def _panels(self) -> list[QWidget]:
        docks = [dock for dock in self._window.docks.values() if dock.widget() is not None]
        shown = [dock for dock in docks if dock.widget().isVisible()]
        return [dock.widget() for dock in shown if _first_field(dock.widget()) is not dock.widget()]


def _first_field(panel: QWidget) -> QWidget:
    """Return the first widget of a panel that takes the focus by Tab, else the panel."""
    part = panel.nextInFocusChain()
    while part is not None and part is not panel:
        takes = part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isEnabled()
        if takes and panel.isAncestorOf(part) and part.isVisible():
            return part
        part = part.nextInFocusChain()
    return panel
