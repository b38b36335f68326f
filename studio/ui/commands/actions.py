"""The menus as one literal table of rows with their icons and shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from studio.ui.keys.keymap import Keymap
from studio.ui.keys.later import LATER
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder


@dataclass(frozen=True, slots=True)
class Item:
    """One menu row; an empty id is a separator, ``menu`` a submenu that is filled elsewhere.

    ``anywhere`` is False for a key that works on the canvas only, because fields and lists have
    their own use for it.
    """

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
            Item("flattened", mark("Open flattened")),
            Item("sample", mark("Open the sample photo")),
            Item("place", mark("Place…"), "Ctrl+Shift+P", "ph.image"),
            LINE,
            Item("save", mark("Save"), "Ctrl+S", "ph.floppy-disk"),
            Item("save_as", mark("Save as…"), "Ctrl+Shift+S"),
            Item("export", mark("Export"), "", "ph.export", menu=EXPORTS),
            Item("batch", mark("Batch…"), "Ctrl+Alt+O", "ph.stack"),
            LINE,
            Item("close", mark("Close"), "Ctrl+W"),
            Item("close_all", mark("Close all"), "Ctrl+Alt+W"),
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
            Item("clear", mark("Clear the selection's content"), "Del", anywhere=False),
            Item("remove", mark("Remove what is marked"), "Shift+F5", "ph.bandaids"),
            Item("fill_foreground", mark("Fill with the foreground colour"), "Alt+Del"),
            Item("fill_background", mark("Fill with the background colour"), "Ctrl+Del"),
            LINE,
            Item("shortcuts", mark("Keyboard shortcuts…"), "Ctrl+Alt+Shift+K", "ph.keyboard"),
            Item("preferences", mark("Preferences…"), "Ctrl+K", "ph.gear"),
        ),
    ),
    (
        mark("&Image"),
        (
            Item("image_size", mark("Image size…"), "Ctrl+Alt+Z"),
            Item("canvas_size", mark("Canvas size…"), "Ctrl+Alt+C"),
            Item("crop", mark("Crop to the selection")),
            LINE,
            Item("denoise", mark("Denoise…")),
            Item("remove_jpeg", mark("Remove JPEG blocks…")),
            LINE,
            Item("style", mark("Style…"), "Ctrl+Alt+Y", "ph.palette"),
        ),
    ),
    (
        mark("&Layer"),
        (
            Item("layer_add", mark("New layer"), "Ctrl+Shift+N", "ph.plus"),
            Item("adjustment_add", mark("New adjustment layer"), menu=()),
            Item("layer_copy", mark("Copy the selection to a new layer"), "Ctrl+J"),
            Item("layer_cut", mark("Cut the selection to a new layer"), "Ctrl+Shift+J"),
            Item("lift", mark("Lift"), "Ctrl+Alt+J", "ph.hand-grabbing"),
            Item("layer_duplicate", mark("Duplicate"), "", "ph.copy"),
            Item("layer_delete", mark("Delete"), "Shift+Del", "ph.trash"),
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
            Item("background_remove", mark("Remove background"), "Ctrl+Alt+B", "ph.scissors"),
            Item("background_cut", mark("Remove background, with clean edge colours")),
            Item("mask_add", mark("Add layer mask"), "", "ph.aperture"),
            Item("mask_toggle", mark("Switch the layer mask on or off")),
            Item("mask_invert", mark("Invert the layer mask")),
            Item("mask_delete", mark("Delete the layer mask")),
            Item("mask_paint", mark("Paint on the layer mask"), "Ctrl+\\", checkable=True),
            Item("mask_alone", mark("Show the layer mask alone"), "Ctrl+Alt+\\", checkable=True),
            LINE,
            Item("layer_rerun", mark("Run again"), "", "ph.arrows-clockwise"),
            Item("layer_recipe", mark("Edit the recipe"), "", "ph.pencil-simple"),
            Item("layer_words", mark("Edit the words again")),
        ),
    ),
    (
        mark("&Control"),
        (
            Item("control_canny", mark("Canny edges from the picture…"), "Ctrl+Alt+E"),
            Item("control_lineart", mark("Line art from the picture…"), "Ctrl+Alt+L"),
            Item("control_softedge", mark("Soft edges from the picture")),
            Item("control_mlsd", mark("Straight lines from the picture")),
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
            Item("select_again", mark("Select again"), "Ctrl+Shift+D"),
            Item("select_invert", mark("Invert"), "Ctrl+Shift+I"),
            Item("select_numbers", mark("Rectangle by numbers…")),
            Item("subject_select", mark("Subject"), "Ctrl+Alt+S", "ph.user-rectangle"),
            Item("find_words", mark("Find by words…"), "Ctrl+Alt+H", "ph.magnifying-glass"),
            Item("edge_refine", mark("Refine the edge"), "Ctrl+Alt+R"),
            Item("object_middle", mark("Object in the middle of the view")),
            Item("object_smaller", mark("Smaller object")),
            Item("object_larger", mark("Larger object")),
            LINE,
            Item("mask_from_selection", mark("Mask from the selection"), "Ctrl+Alt+M"),
            Item("selection_from_mask", mark("Selection from the mask")),
            Item("mask_fill", mark("Fill the outline of the mask"), "Ctrl+Alt+F"),
            Item("mask_inverse", mark("Invert the mask"), "Ctrl+I"),
            Item("mask_clear", mark("Clear the mask"), "Ctrl+Shift+M"),
        ),
    ),
    (
        mark("&Generate"),
        (
            Item("generate", mark("Generate"), "Ctrl+Return", "ph.sparkle"),
            Item("prompt", mark("Type a prompt"), "Ctrl+P"),
            Item("teach", mark("Teach a subject…"), "Ctrl+Shift+T", "ph.user-focus"),
            Item("words", mark("Edit by words"), "Ctrl+Shift+E", "ph.text-aa"),
            LINE,
            Item("apply", mark("Apply the result"), "Ctrl+Shift+Return", "ph.check"),
            Item("discard", mark("Discard the result"), "Ctrl+Shift+Del"),
            Item("discard_all", mark("Discard all results")),
            Item("more_like", mark("More like this"), "Ctrl+Shift+L"),
            Item("compare", mark("Compare with before"), "", checkable=True),
            Item("alike", mark("How alike the result and the picture before are")),
            LINE,
            Item("cancel", mark("Stop the running job"), "Ctrl+.", "ph.stop-circle"),
            Item("keep", mark("Keep the running job's present state"), "Ctrl+Shift+K"),
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
            Item("document_next", mark("Next document"), "Ctrl+Tab"),
            Item("document_previous", mark("Previous document"), "Ctrl+Shift+Tab"),
            Item("panels", mark("Panels"), menu=()),
            Item("panels_hide", mark("Hide the panels"), "Tab", checkable=True, anywhere=False),
            Item("panel_next", mark("Next panel"), "F6"),
            Item("panel_previous", mark("Previous panel"), "Shift+F6"),
            Item("panels_reset", mark("Put the panels back")),
            LINE,
            Item("brush_smaller", mark("Smaller brush"), "["),
            Item("brush_larger", mark("Larger brush"), "]"),
            Item("brush_softer", mark("Softer brush"), "{"),
            Item("brush_harder", mark("Harder brush"), "}"),
            Item("colors_swap", mark("Swap the colours"), "X", "ph.swap"),
            Item("colors_default", mark("Black and white"), "D"),
        ),
    ),
    (
        mark("&Help"),
        (
            Item("guide", mark("Guide"), "F1"),
            Item("generations", mark("Generations side by side…"), "Ctrl+F1"),
            Item("about", mark("About Lienzo")),
        ),
    ),
)

KEYS_ONLY: tuple[Item, ...] = (
    Item("opacity_less", mark("Less opacity")),
    Item("opacity_more", mark("More opacity")),
    Item("blend_next", mark("Next blend mode"), "Shift++"),
    Item("blend_previous", mark("Previous blend mode"), "Shift+-"),
)
"""Actions in no menu, available by keys and in the list of shortcuts only."""

MORE_KEYS = {
    "close": ("Ctrl+F4",),
    "redo": ("Ctrl+Y",),
    "zoom_in": ("Ctrl+=",),
    "clear": (),
    "fill_foreground": ("Alt+Backspace",),
    "fill_background": ("Ctrl+Backspace",),
    "mask_inverse": ("Ctrl+Alt+I",),
    "layer_raise": ("Ctrl+PgUp",),
    "layer_lower": ("Ctrl+PgDown",),
    "brush_smaller": (",",),
    "brush_larger": (".",),
    "brush_softer": ("Shift+,",),
    "brush_harder": ("Shift+.",),
}
"""Additional keys; those of the brush need no AltGr on a Spanish or German keyboard."""


class Menus:
    """Builds the menu bar; ``actions`` and ``menus`` by id, top menus by their English label."""

    def __init__(self, bar: QMenuBar, owner: QWidget, holder: IconHolder, keymap: Keymap) -> None:
        self.actions: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._owner, self._holder, self._keymap = owner, holder, keymap
        for title, items in MENUS:
            menu = bar.addMenu(tr(title))
            self.menus[title.replace("&", "").lower()] = menu
            self._fill(menu, items, menu.title().replace("&", ""))
        group = tr("Not in a menu")
        for item in KEYS_ONLY:
            self._action(item, group)
        for digit in range(10):
            label = tr("Opacity {share} %", share=10 * (digit or 10))
            self.add(f"opacity_{digit}", label, group, (str(digit),), on_canvas=True)
        for later in LATER:
            self.add(later.id, tr(later.label), tr("Not there yet"), later.keys)

    def connect(self, slots: Mapping[str, Callable[[], object]]) -> None:
        """Connect actions to their slots; KeyError for an unknown id."""
        for name, slot in slots.items():
            self.actions[name].triggered.connect(lambda _=False, call=slot: call())

    def add(
        self, name: str, label: str, group: str, keys: Iterable[str], *, on_canvas: bool = False
    ) -> QAction:
        """Add an action with keys to the window, in no menu yet."""
        action = QAction(label, self._owner)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self._owner.addAction(action)
        self._keymap.add(name, group, action, keys, on_canvas=on_canvas)
        self.actions[name] = action
        return action

    def _fill(self, menu: QMenu, items: tuple[Item, ...], group: str) -> None:
        for item in items:
            if not item.id:
                menu.addSeparator()
            elif item.menu is not None:
                inner = menu.addMenu(tr(item.label))
                self.menus[item.id] = inner
                self._fill(inner, item.menu, f"{group}: {tr(item.label)}")
            else:
                menu.addAction(self._action(item, group))

    def _action(self, item: Item, group: str) -> QAction:
        keys = (item.shortcut, *MORE_KEYS.get(item.id, ()))
        action = self.add(item.id, tr(item.label), group, keys, on_canvas=not item.anywhere)
        action.setCheckable(item.checkable)
        if item.icon:
            self._holder.keep(action, lambda: action.setIcon(self._holder.icons.get(item.icon)))
        return action
