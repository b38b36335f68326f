"""Commands for the paint target, pixels or layer mask, and the canvas menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import Layer, RasterLayer
from studio.document.mask_edits import Edited
from studio.tools.edited import edited_mask
from studio.tools.registry import spec
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import mark, tr

PAINTING = ("brush", "eraser")
TEXTS = {
    Edited.MASK: (mark("Fill the outline of the mask"), mark("Invert the mask")),
    Edited.LAYER_MASK: (
        mark("Fill the outline of the layer mask"),
        mark("Invert the layer mask"),
    ),
    Edited.SELECTION: (
        mark("Fill the outline of the selection"),
        mark("Invert the selection"),
    ),
}
"""Labels of "fill the outline" and "invert" by their target."""
MOST_LAYERS = 12
"""Layers under the pointer that the menu of the canvas lists."""
SELECTION_MENU = (
    "select_all",
    "select_none",
    "select_again",
    "select_invert",
    "layer_copy",
    "lift",
    "edge_refine",
)
MASK_MENU = ("mask_from_selection", "mask_fill", "mask_inverse", "mask_clear")
LAYER_MASK_MENU = ("mask_add", "mask_paint", "mask_alone", "mask_toggle", "mask_invert")
CANVAS_MENU: tuple[tuple[str | tuple[str, tuple[str, ...]], ...], ...] = (
    ("undo", "redo"),
    ("cut", "copy", "copy_visible", "paste"),
    (
        (mark("Selection"), SELECTION_MENU),
        (mark("Mask"), MASK_MENU),
        (mark("Layer mask"), LAYER_MASK_MENU),
    ),
    ("layer_add", "layer_duplicate", "layer_delete", "layer_merge"),
    ("layer_rerun", "layer_recipe"),
    ("fit", "actual"),
)
"""The canvas menu; rarer actions are in submenus, so that it fits in 720 pixels."""


class MaskCommands(QObject):
    """The slots for layer masks; ``join`` is called for each document."""

    def __init__(self, window: CurrentPage, parts: SharedParts) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        parts.menus.connect(
            {
                "mask_paint": self.paint,
                "mask_alone": self.show_alone,
                "mask_fill": lambda: window.layer_commands.fill_outline(self.edited),
                "mask_inverse": lambda: window.layer_commands.invert(self.edited),
            }
        )
        parts.options_bar.shown.connect(self.follow)
        parts.options_bar.changed.connect(self.follow)
        parts.tool_bar.chosen.connect(self.follow)
        parts.options_bar.fill_outline.clicked.connect(parts.menus.actions["mask_fill"].trigger)

    def join(self, page: DocumentPage) -> None:
        """Connect the panel and the canvas of a document to the actions of the window."""
        page.layers.mask_asked.connect(lambda _: self._aim(True))
        page.layers.pixels_asked.connect(partial(self._on_pixels, page))
        page.layers.alone_asked.connect(partial(self._on_alone, page))
        page.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        page.canvas.customContextMenuRequested.connect(partial(self._canvas_menu, page))
        listen(page.canvas, page.session.changed, lambda new, old: self.follow())
        listen(page.canvas, page.session.committed, self.follow)
        listen(page.canvas, page.session.opened, self.follow)

    def paint(self) -> None:
        """Switch brush and eraser between the layer's mask and its pixels."""
        self._aim(self._parts.menus.actions["mask_paint"].isChecked())

    def _aim(self, on_mask: bool) -> None:
        window = self._window
        active = window.session.document.active_layer()
        on_mask = on_mask and active is not None and active.mask is not None
        self._parts.tool_options.paint_layer_mask = on_mask
        self._parts.options_bar.show_options()
        if on_mask and self._parts.tool_bar.current.id not in PAINTING:
            self._parts.tool_bar.choose(spec("brush"))
        self.follow()

    @property
    def edited(self) -> Edited | None:
        """The mask or selection that is being edited."""
        window = self._window
        return edited_mask(
            window.session.document,
            self._parts.tool_bar.current.id,
            on_layer_mask=self._parts.tool_options.paint_layer_mask,
        )

    def show_alone(self) -> None:
        """Show the active layer's mask instead of the picture, or the picture again."""
        self._show_alone(self._window.canvas, self._window.session.document.active or "")

    def _on_alone(self, page: DocumentPage, layer_id: str) -> None:
        self._show_alone(page.canvas, layer_id)

    def _show_alone(self, canvas: CanvasView, layer_id: str) -> None:
        canvas.show_mask_alone("" if canvas.mask_alone == layer_id else layer_id)
        self._aim(bool(canvas.mask_alone))

    def _on_pixels(self, page: DocumentPage, layer_id: str) -> None:
        """Paint on pixels again, and show them."""
        page.canvas.show_mask_alone("")
        self._aim(False)

    def follow(self, *_: object) -> None:
        """Show the paint target, which is never the mask of a layer without one."""
        window = self._window
        canvas = window.canvas
        if canvas.mask_alone and canvas.mask_alone != window.session.document.active:
            # Another layer is active: strokes on it would be invisible.
            canvas.show_mask_alone("")
        active = window.session.document.active_layer()
        masked = active is not None and active.mask is not None
        options = self._parts.tool_options
        if options.paint_layer_mask and not masked:
            options.paint_layer_mask = False
            self._parts.options_bar.show_options()
        window.layers.show_target(options.paint_layer_mask)
        actions = self._parts.menus.actions
        actions["mask_paint"].setChecked(options.paint_layer_mask)
        actions["mask_alone"].setChecked(bool(canvas.mask_alone))
        fill, invert = TEXTS[self.edited or Edited.MASK]
        actions["mask_fill"].setText(tr(fill))
        actions["mask_inverse"].setText(tr(invert))

    # The menu of the canvas

    def _canvas_menu(self, page: DocumentPage, point: QPoint) -> None:
        menu = QMenu(self._window)
        x, y = page.canvas.document_point(point.toPointF())
        under = layers_at(page.session.document, int(x), int(y))
        if under:
            inner = menu.addMenu(tr("Layers here"))
            for layer in under[:MOST_LAYERS]:
                action = inner.addAction(layer.name.replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(layer.id == page.session.document.active)
                action.triggered.connect(partial(self._activate, page, layer.id))
        for names in CANVAS_MENU:
            menu.addSeparator()
            for entry in names:
                if isinstance(entry, str):
                    menu.addAction(self._parts.menus.actions[entry])
                    continue
                title, inside = entry
                inner = menu.addMenu(tr(title))
                inner.addActions([self._parts.menus.actions[name] for name in inside])
        self.run_menu(menu, page.canvas.mapToGlobal(point))
        menu.deleteLater()

    run_menu: Callable[[QMenu, QPoint], object] = staticmethod(lambda menu, point: menu.exec(point))

    def _activate(self, page: DocumentPage, layer_id: str, _: bool = False) -> None:
        document = page.session.document
        if document.find(layer_id) is not None:
            page.session.chosen_layers = (layer_id,)
            page.session.amend(document.replace(active=layer_id))


def layers_at(document: Document, x: int, y: int) -> list[Layer]:
    """Return the visible layers with pixels at a point of the document, the topmost first."""
    found: list[Layer] = []
    for layer in document.walk():
        if not isinstance(layer, RasterLayer) or not layer.visible:
            continue
        pixel = layer.raster.read(Rect(x - layer.x, y - layer.y, 1, 1))
        if pixel[0, 0, 3] > 0:
            found.append(layer)
    return found[::-1]
