"""Every command over layers, with a locked one among them: it changes all of them or none."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np
import pytest
from conftest import drag

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document import masks, selection
from studio.document.blend import BlendMode
from studio.document.control import control_layer
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.mask_edits import Edited
from studio.document.raster import Raster
from studio.tools.registry import spec
from studio.ui.layers.layer_commands import LayerCommands
from studio.ui.window.main_window import MainWindow

HELD = ("raster", "mask", "opacity", "blend", "x", "y", "control")
"""What of a locked layer never changes."""

CHANGES: dict[str, Callable[[LayerCommands], object]] = {
    "set_blend": lambda c: c.set_blend(BlendMode.SCREEN),
    "next_blend": lambda c: c.next_blend(),
    "previous_blend": lambda c: c.previous_blend(),
    "set_opacity": lambda c: c.set_opacity(0.3),
    "delete": lambda c: c.delete(),
    "merge_down": lambda c: c.merge_down(),
    "flatten": lambda c: c.flatten(),
    "nudge": lambda c: c.nudge(5, 5),
}
"""Commands over the chosen layers that are refused."""
MODE_OR_OPACITY = ("set_blend", "next_blend", "previous_blend", "set_opacity")
"""Those that change the group around a locked layer and not the layer."""
CHANGES_ACTIVE: dict[str, Callable[[LayerCommands], object]] = {
    "ungroup": lambda c: c.ungroup(),
    "make_control": lambda c: c.make_control("canny"),
    "toggle_mask": lambda c: c.toggle_mask(c._session.document.active or ""),
    "add_mask": lambda c: c.add_mask(),
    "delete_mask": lambda c: c.delete_mask(),
    "toggle_active_mask": lambda c: c.toggle_active_mask(),
    "invert_layer_mask": lambda c: c.invert_layer_mask(),
    "invert": lambda c: c.invert(Edited.LAYER_MASK),
    "fill_outline": lambda c: c.fill_outline(Edited.LAYER_MASK),
}
"""Commands over the active layer that are refused if that is locked."""
KEEPS: dict[str, Callable[[LayerCommands], object]] = {
    "rename": lambda c: c.rename(c._session.document.active or "", "Other"),
    "toggle_visible": lambda c: c.toggle_visible(c._session.document.active or ""),
    "toggle_active_visible": lambda c: c.toggle_active_visible(),
    "move": lambda c: c.move(c.chosen, None, 0),
    "group": lambda c: c.group(),
    "duplicate": lambda c: c.duplicate(),
    "raise_active": lambda c: c.raise_active(),
    "lower_active": lambda c: c.lower_active(),
    "add": lambda c: c.add(),
    "add_adjustment": lambda c: c.add_adjustment("levels", "Levels"),
    "add_control": lambda c: c.add_control(_edges(), "Empty control layer"),
    "set_expanded": lambda c: c.set_expanded("group", False),
}
"""Commands that leave the content of a locked layer as it is, and are done."""
OTHERS = {
    *("choose", "activate", "edit_recipe", "change_settings"),
    *("toggle_locked", "toggle_active_locked"),
    *("select_all", "select_none", "invert_selection", "select_rect"),
    *("mask_from_selection", "selection_from_mask", "clear_mask"),
    *("extend_canvas", "resize_canvas", "crop"),
}
"""Commands that are no change of the chosen layers."""


def _edges() -> Layer:
    return control_layer("canny", np.zeros((120, 160, 3), np.uint8), "edges")


def stack(locked: str, active: str) -> Document:
    document = Document(width=160, height=120)
    for name in ("under", "a", "b", "c"):
        pixels = np.full((120, 160, 4), 40 * len(name), np.uint8)
        layer = RasterLayer(id=name, name=name, raster=Raster.from_array(pixels))
        document = masks.add_mask(document.insert(layer), name)
    child = document.find("c")
    assert child is not None
    group = GroupLayer(id="group", name="group", children=(child,))
    document = masks.add_mask(document.substitute("c", (group,)), "group")
    held = document.find(locked)
    assert held is not None
    return document.update(held.replace(locked=True)).replace(active=active)


def content(document: Document, layer_id: str) -> list[object]:
    layer = document.find(layer_id)
    assert layer is not None, "a locked layer is gone"
    return [getattr(layer, field, None) for field in HELD]


def shown(window: MainWindow, locked: str, active: str, *chosen: str) -> list[StudioError]:
    """Show the stack with some layers chosen; return the list of refusals to come."""
    window.session.edit("Stack", lambda old: stack(locked, active))
    window.layer_commands.choose(chosen or (active,))
    refused: list[StudioError] = []
    window.layer_commands.refused.connect(lambda error, about: refused.append(error))
    return refused


def test_the_tables_name_every_command() -> None:
    public = {
        name
        for name, _ in inspect.getmembers(LayerCommands, inspect.isfunction)
        if name in vars(LayerCommands) and not name.startswith("_")
    }
    assert public == {*CHANGES, *CHANGES_ACTIVE, *KEEPS, *OTHERS}


@pytest.mark.parametrize(
    ("locked", "active", "chosen"),
    [
        ("a", "b", ("a", "b")),
        ("b", "b", ("a", "b")),
        ("a", "a", ("a",)),
        ("group", "c", ("b", "c")),
        ("c", "group", ("b", "group")),
    ],
)
def test_a_locked_layer_among_others_stops_what_would_change_it(
    window: MainWindow, locked: str, active: str, chosen: tuple[str, ...]
) -> None:
    refused = shown(window, locked, active, *chosen)
    session = window.session
    before = session.document
    for name, change in CHANGES.items():
        if locked == "c" and name in MODE_OR_OPACITY:
            # The group around a locked layer is not locked itself.
            continue
        change(window.layer_commands)
        assert session.document is before, name
        assert refused and "locked" in refused[-1].message, name
        refused.clear()
    for name, keep in KEEPS.items():
        held = content(session.document, locked)
        keep(window.layer_commands)
        assert content(session.document, locked) == held, name
        assert not refused, name
        session.history.undo() if session.document is not before else None
        session.amend(before)
        window.layer_commands.choose(chosen)


@pytest.mark.parametrize(("locked", "active"), [("a", "a"), ("group", "c"), ("group", "group")])
def test_a_locked_layer_keeps_its_mask(window: MainWindow, locked: str, active: str) -> None:
    refused = shown(window, locked, active)
    before = window.session.document
    for name, change in CHANGES_ACTIVE.items():
        change(window.layer_commands)
        assert window.session.document is before, name
        assert [error for error in refused if "locked" in error.message], name
        refused.clear()


MENU = (
    *("clear", "fill_foreground", "fill_background", "cut", "layer_cut", "opacity_3"),
    *("layer_delete", "layer_merge", "layer_flatten", "layer_ungroup"),
    *("mask_add", "mask_toggle", "mask_invert", "mask_delete", "mask_inverse", "mask_fill"),
)


@pytest.mark.parametrize("on_mask", [False, True])
@pytest.mark.parametrize(("locked", "active"), [("a", "a"), ("group", "c")])
def test_keys_and_tools_leave_a_locked_layer_as_it_is(
    window: MainWindow, locked: str, active: str, on_mask: bool
) -> None:
    shown(window, locked, active)
    session, options = window.session, window.tool_options
    session.edit("Select", lambda old: selection.select_rect(old, Rect(20, 20, 60, 60)))
    for name in (*MENU, "brush", "eraser", "move"):
        tool = "hand" if name.startswith("opacity") else "brush" if name in MENU else name
        window.tool_bar.choose(spec(tool))
        options.paint_layer_mask = on_mask
        window.messages._keep(lambda one: False)
        before = session.document
        if name in MENU:
            window.menus.actions[name].trigger()
        else:
            drag(window, (30, 30), (60, 60))
        assert content(session.document, active) == content(before, active), name
        if name in ("mask_inverse", "mask_fill") and not on_mask:
            # They mean the selection then.
            continue
        assert session.document is before, name
        assert "locked" in window.messages.text.text(), name


def test_digits_set_the_opacity_of_all_chosen_layers(window: MainWindow) -> None:
    shown(window, "c", "b", "a", "b")
    window.tool_bar.choose(spec("hand"))
    window.menus.actions["opacity_4"].trigger()
    document = window.session.document
    assert [document.find(one).opacity for one in ("a", "b")] == [0.4, 0.4]  # type: ignore[union-attr]


def test_a_refusal_names_what_is_locked(window: MainWindow) -> None:
    refused = shown(window, "a", "b", "a", "b")
    window.layer_commands.delete()
    assert refused[-1].values == {"names": "“a”"}
    assert refused[-1].hint
