"""The menus as one literal table: what stands where, with which icon and shortcut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.ui.translation import mark, tr
from studio.ui.widgets import IconHolder


@dataclass(frozen=True, slots=True)
class Item:
    """One menu row; an empty id is a separator, ``menu`` a submenu that is filled elsewhere."""

    id: str = ""
    label: str = ""
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    menu: tuple[Item, ...] | None = None
    anywhere: bool = True


LINE = Item()

EXPORTS = tuple(
    Item(f"export_{kind}", label)
    for kind, label in (
        ("png", mark("PNG…")),
        ("jpeg", mark("JPEG…")),
        ("webp", mark("WebP…")),
        ("ora", mark("OpenRaster…")),
        ("psd", mark("Photoshop (PSD)…")),
    )
)

MENUS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        mark("&File"),
        (
            Item("new", mark("New…"), "Ctrl+N", "ph.file-plus"),
            Item("open", mark("Open…"), "Ctrl+O", "ph.folder-open"),
            Item("recent", mark("Open recent"), menu=()),
            Item("sample", mark("Open the sample photo")),
            Item("place", mark("Place…"), "Ctrl+Shift+P", "ph.image"),
            LINE,
            Item("save", mark("Save"), "Ctrl+S", "ph.floppy-disk"),
            Item("save_as", mark("Save as…"), "Ctrl+Shift+S"),
            Item("export", mark("Export"), "", "ph.export", menu=EXPORTS),
            LINE,
            Item("quit", mark("Quit"), "Ctrl+Q"),
        ),
    ),
    (
        mark("&Edit"),
        (
            Item("undo", mark("Undo"), "Ctrl+Z", "ph.arrow-counter-clockwise"),
            Item("redo", mark("Redo"), "Ctrl+Shift+Z", "ph.arrow-clockwise"),
            LINE,
            Item("cut", mark("Cut"), "Ctrl+X"),
            Item("copy", mark("Copy"), "Ctrl+C"),
            Item("copy_visible", mark("Copy what is visible"), "Ctrl+Shift+C"),
            Item("paste", mark("Paste as a layer"), "Ctrl+V"),
            LINE,
            Item("preferences", mark("Preferences…"), "Ctrl+K", "ph.gear"),
        ),
    ),
    (
        mark("&Layer"),
        (
            Item("layer_add", mark("New layer"), "Ctrl+Shift+N", "ph.plus"),
            Item("layer_duplicate", mark("Duplicate"), "Ctrl+J", "ph.copy"),
            Item("layer_delete", mark("Delete"), "Ctrl+Backspace", "ph.trash"),
            Item("layer_rename", mark("Rename"), "F2"),
            LINE,
            Item("layer_visible", mark("Show or hide"), "Ctrl+,"),
            Item("layer_locked", mark("Lock or unlock"), "Ctrl+/"),
            Item("layer_raise", mark("Raise"), "Ctrl+]"),
            Item("layer_lower", mark("Lower"), "Ctrl+["),
            LINE,
            Item("layer_group", mark("Group"), "Ctrl+G", "ph.folder"),
            Item("layer_ungroup", mark("Ungroup"), "Ctrl+Shift+G"),
            Item("layer_merge", mark("Merge down"), "Ctrl+E"),
            Item("layer_flatten", mark("Flatten")),
            LINE,
            Item("mask_add", mark("Add layer mask"), "", "ph.aperture"),
            Item("mask_toggle", mark("Switch the layer mask on or off")),
            Item("mask_invert", mark("Invert the layer mask")),
            Item("mask_delete", mark("Delete the layer mask")),
            Item("mask_paint", mark("Paint on the layer mask"), "Ctrl+\\", checkable=True),
            LINE,
            Item("layer_rerun", mark("Run again"), "", "ph.arrows-clockwise"),
            Item("layer_recipe", mark("Edit the recipe"), "", "ph.pencil-simple"),
            Item("layer_words", mark("Edit the words again")),
            LINE,
            Item("canvas_size", mark("Canvas size…"), "Ctrl+Alt+C"),
            Item("crop", mark("Crop to the selection")),
        ),
    ),
    (
        mark("&Control"),
        (
            Item("control_canny", mark("Canny edges from the picture…"), "Ctrl+Alt+E"),
            Item("control_lineart", mark("Line art from the picture…"), "Ctrl+Alt+L"),
            Item("control_pose", mark("Pose from the picture"), "Ctrl+Alt+P", "ph.person-simple"),
            Item("control_depth", mark("Depth from the layers"), "Ctrl+Alt+D"),
            Item("control_segmentation", mark("Regions from the picture"), "Ctrl+Alt+G"),
            Item("control_detect", mark("With a detector"), menu=()),
            LINE,
            Item("control_figure", mark("Draw a figure"), "", "ph.person"),
            Item("control_empty", mark("Empty control layer"), menu=()),
            Item("control_file", mark("From a file"), menu=()),
            Item("control_convert", mark("Turn the layer into"), menu=()),
            LINE,
            Item("control_used", mark("Switch the control on or off"), "Ctrl+Alt+U"),
        ),
    ),
    (
        mark("&Select"),
        (
            Item("select_all", mark("All"), "Ctrl+A"),
            Item("select_none", mark("None"), "Ctrl+D"),
            Item("select_invert", mark("Invert"), "Ctrl+Shift+I"),
            Item("select_numbers", mark("Rectangle by numbers…")),
            LINE,
            Item("mask_from_selection", mark("Mask from the selection"), "Ctrl+M"),
            Item("selection_from_mask", mark("Selection from the mask")),
            Item("mask_clear", mark("Clear the mask"), "Ctrl+Shift+M"),
        ),
    ),
    (
        mark("&Generate"),
        (
            Item("generate", mark("Generate"), "Ctrl+Return", "ph.sparkle"),
            Item("prompt", mark("Type a prompt"), "Ctrl+P"),
            Item("teach", mark("Teach a subject…"), "Ctrl+T", "ph.user-focus"),
            Item("words", mark("Edit by words"), "Ctrl+Shift+E", "ph.text-aa"),
            LINE,
            Item("apply", mark("Apply the result"), "Ctrl+Shift+Return", "ph.check"),
            Item("discard", mark("Discard the result"), "Ctrl+Delete"),
            Item("more_like", mark("More like this"), "Ctrl+Shift+L"),
            Item("compare", mark("Compare with before"), "", checkable=True),
            LINE,
            Item("cancel", mark("Stop the running job"), "Ctrl+.", "ph.stop-circle"),
            Item("queue_clear", mark("Empty the queue")),
        ),
    ),
    (
        mark("&View"),
        (
            Item("zoom_in", mark("Zoom in"), "Ctrl++", "ph.magnifying-glass-plus"),
            Item("zoom_out", mark("Zoom out"), "Ctrl+-", "ph.magnifying-glass-minus"),
            Item("fit", mark("Fit"), "Ctrl+0", "ph.frame-corners"),
            Item("actual", mark("100 %"), "Ctrl+1"),
            LINE,
            Item("show_mask", mark("Show the mask"), "Ctrl+H", checkable=True),
            Item("panels", mark("Panels"), menu=()),
            Item("panels_reset", mark("Put the panels back")),
            LINE,
            Item("brush_smaller", mark("Smaller brush"), "["),
            Item("brush_larger", mark("Larger brush"), "]"),
            Item("brush_softer", mark("Softer brush"), "{"),
            Item("brush_harder", mark("Harder brush"), "}"),
        ),
    ),
    (
        mark("&Help"),
        (
            Item("guide", mark("Guide"), "F1"),
            Item("about", mark("About Lienzo")),
        ),
    ),
)

MORE_KEYS = {"redo": ("Ctrl+Y",), "zoom_in": ("Ctrl+=",), "layer_delete": ()}


class Menus:
    """Builds the menu bar; ``actions`` and ``menus`` by id, those of the bar by their English."""

    def __init__(self, bar: QMenuBar, owner: QWidget, holder: IconHolder) -> None:
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._owner, self._holder = owner, holder
        for title, items in MENUS:
            menu = bar.addMenu(tr(title))
            self.menus[title.replace("&", "").lower()] = menu
            self._fill(menu, items)

    def connect(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Join actions and what they do; KeyError for an unknown id."""
        for name, slot in slots.items():
            self.actions[name].triggered.connect(lambda _=False, call=slot: call())

    def _fill(self, menu: QMenu, items: tuple[Item, ...]) -> None:
        for item in items:
            if not item.id:
                menu.addSeparator()
            elif item.menu is not None:
                inner = menu.addMenu(tr(item.label))
                self.menus[item.id] = inner
                self._fill(inner, item.menu)
            else:
                menu.addAction(self._action(item))

    def _action(self, item: Item) -> QAction:
        action = QAction(tr(item.label), self._owner)
        action.setCheckable(item.checkable)
        keys = [QKeySequence(key) for key in (item.shortcut, *MORE_KEYS.get(item.id, ())) if key]
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if item.icon:
            self._holder.keep(lambda: action.setIcon(self._holder.icons.get(item.icon)))
        self._owner.addAction(action)
        self.actions[item.id] = action
        return action
