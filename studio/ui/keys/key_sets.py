"""The sets of shortcuts as tables: Lienzo's own, which follows Photoshop, and Krita's."""

from __future__ import annotations

from collections.abc import Mapping

from studio.ui.widgets.translation import mark

SETS: Mapping[str, str] = {
    "lienzo": mark("Lienzo (as in Photoshop)"),
    "krita": mark("Krita"),
}
"""The names of the sets by id. The keys of the first one are defined with the actions and tools."""

KRITA: Mapping[str, tuple[str, ...]] = {
    "tool_move": ("T",),
    "tool_select_rectangle": ("Ctrl+R",),
    "tool_select_lasso": (),
    "tool_eyedropper": ("P",),
    "tool_pose": ("Shift+P",),
    "tool_control_fill": ("F",),
    "tool_hand": (),
    "tool_zoom": (),
    "select_none": ("Ctrl+Shift+A",),
    "fill_foreground": ("Shift+Backspace",),
    "fill_background": ("Backspace",),
    "layer_add": ("Ins", "Ctrl+Shift+N"),
    "layer_raise": ("Ctrl+PgUp",),
    "layer_lower": ("Ctrl+PgDown",),
    "actual": ("1", "Ctrl+1"),
    "fit": ("2", "Ctrl+0"),
    "opacity_less": ("I",),
    "opacity_more": ("O",),
    "later_rotate": ("4", "6"),
    "later_text": (),
    **{f"opacity_{digit}": () for digit in range(10)},
}
"""Differences of Krita 5's keys from Lienzo's own set."""

FIXED: Mapping[str, str] = {
    "Esc": mark("cancels what is being drawn"),
    "Space": mark("pans the view while it is held"),
    "Return": mark("applies the selected result"),
    "Enter": mark("applies the selected result"),
    "\\": mark("shows the picture before the result while it is held"),
    "Left": mark("moves the view"),
    "Right": mark("moves the view"),
    "Up": mark("moves the view"),
    "Down": mark("moves the view"),
    "Shift+Tab": mark("leaves the canvas"),
}
"""Reserved keys of the canvas."""
