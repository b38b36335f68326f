"""Commands on layers, masks and the selection; each is one history entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document import (
    canvas,
    mask_edits,
    masks,
    merge,
    operations,
    selection,
    several,
)
from studio.document.adjustment_layer import AdjustmentLayer, add_adjustment
from studio.document.blend import BlendMode
from studio.document.control import as_control
from studio.document.document import Document
from studio.document.kinds import kind_of
from studio.document.layer import ControlLayer, GroupLayer, Layer, RasterLayer
from studio.document.locked import check_unlocked
from studio.document.mask_edits import Edited
from studio.session.session import Session
from studio.ui.widgets.translation import tr

Change = Callable[[Document], Document]
ChangeOfLayers = Callable[[Document, tuple[str, ...]], Document]

DRAG_S = 1.5
"""Changes of the same settings at most this many seconds apart are one step of the history."""
INSIDE, ALL = "inside", "all"
NO_MASK_HINT = "Paint over a place with the mask brush, or select it."


class LayerCommands(QObject):
    """Acts on the session's document."""

    refused = Signal(object, object)
    """A StudioError, and the command that it refused."""
    done = Signal(object)
    """The command that was done."""
    recipe_asked = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    @property
    def chosen(self) -> tuple[str, ...]:
        """The layers selected in the panel, including the active one."""
        return several.together(self._session.document, self._session.chosen_layers)

    def choose(self, layer_ids: Iterable[str]) -> None:
        """Set the layers that commands act on, as long as the active one is among them."""
        self._session.chosen_layers = tuple(layer_ids)

    def _on_chosen(self, label: str, change: ChangeOfLayers, *, keeps: str = "") -> None:
        """Change the chosen layers, all of them or none; see ``_unlocked`` for ``keeps``."""
        chosen = self.chosen
        if not chosen:
            self._refuse(label, "No layer is active.", "Pick one in the layers panel.")
            return
        self._do(label, lambda document: change(_unlocked(document, chosen, keeps), chosen))

    def _do(self, label: str, change: Change, merge: object = None) -> None:
        if self._session.history.is_editing:
            return
        try:
            self._session.edit(label, change, merge=merge, within=DRAG_S)
        except StudioError as error:
            self.refused.emit(error, ("layers", label))
        else:
            self.done.emit(("layers", label))

    def _refuse(self, label: str, text: str, hint: str) -> None:
        self.refused.emit(StudioError(text, hint), ("layers", label))

    def _on_active(
        self, label: str, change: Callable[[Document, str], Document], *, keeps: str = INSIDE
    ) -> None:
        active = self._session.document.active
        if active is None:
            self._refuse(label, "No layer is active.", "Pick one in the layers panel.")
            return
        self._do(label, lambda document: change(_unlocked(document, (active,), keeps), active))

    def _layer(self, layer_id: str) -> Layer | None:
        return self._session.document.find(layer_id)

    # One layer

    def activate(self, layer_id: str) -> None:
        """Make a layer the active one, without a history entry."""
        document = self._session.document
        if document.active != layer_id:
            self._session.amend(document.replace(active=layer_id))

    def rename(self, layer_id: str, name: str) -> None:
        """Rename a layer."""
        self._do("Rename layer", lambda d: operations.change_layer(d, layer_id, name=name))

    def toggle_visible(self, layer_id: str) -> None:
        """Show or hide a layer."""
        layer = self._layer(layer_id)
        if layer is not None:
            shown = not layer.visible
            label = "Show layer" if shown else "Hide layer"
            together = self._with_others(layer_id)
            self._do(label, lambda d: several.change(d, together, visible=shown))

    def toggle_locked(self, layer_id: str) -> None:
        """Lock or unlock a layer."""
        layer = self._layer(layer_id)
        if layer is not None:
            locked = not layer.locked
            label = "Lock layer" if locked else "Unlock layer"
            together = self._with_others(layer_id)
            self._do(label, lambda d: several.change(d, together, locked=locked))

    def _with_others(self, layer_id: str) -> tuple[str, ...]:
        """Return all chosen layers if the layer is among them, else the layer alone."""
        return self.chosen if layer_id in self.chosen else (layer_id,)

    def toggle_mask(self, layer_id: str) -> None:
        """Switch a layer's mask on or off."""
        self._do(
            "Switch layer mask",
            lambda d: masks.toggle_mask(_unlocked(d, (layer_id,), INSIDE), layer_id),
        )

    def set_blend(self, mode: BlendMode) -> None:
        """Set the blend mode of the chosen layers."""
        self._on_chosen("Blend mode", lambda d, ids: several.set_blend(d, ids, mode), keeps=INSIDE)

    def next_blend(self) -> None:
        """Set the next blend mode for the chosen layers, cyclically."""
        self._step_blend(1)

    def previous_blend(self) -> None:
        """Set the previous blend mode for the chosen layers, cyclically."""
        self._step_blend(-1)

    def _step_blend(self, step: int) -> None:
        document = self._session.document
        active = document.active_layer()
        layers = [document.find(one) for one in self.chosen]
        modes = several.modes_for([one for one in layers if one is not None])
        at = modes.index(active.blend) if active is not None and active.blend in modes else -1
        self.set_blend(modes[(at + step) % len(modes)])

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity of the chosen layers, 0..1."""
        self._on_chosen(
            "Opacity", lambda d, ids: several.change(d, ids, opacity=opacity), keeps=INSIDE
        )

    def set_expanded(self, layer_id: str, expanded: bool) -> None:
        """Fold or unfold a group in the panel, without a history entry."""
        layer = self._layer(layer_id)
        if isinstance(layer, GroupLayer):
            document = self._session.document
            self._session.amend(operations.change_layer(document, layer_id, expanded=expanded))

    def change_settings(self, layer_id: str, changes: Mapping[str, Any]) -> None:
        """Change the settings of a layer's kind; ignored if it is gone, refused if locked."""
        if isinstance(self._layer(layer_id), AdjustmentLayer):
            # A drag arrives in many parts, which are one step of the history.
            key = ("settings", layer_id, *sorted(changes))
            self._do("Layer settings", lambda d: _with_settings(d, layer_id, changes), key)
            return
        self._do("Layer settings", lambda d: _with_settings(d, layer_id, changes))

    def add_adjustment(self, adjustment: str, name: str) -> None:
        """Add an adjustment layer above the active layer; a selection becomes its mask."""
        self._do("Add adjustment layer", lambda d: add_adjustment(d, adjustment, name))

    def make_control(self, kind: str) -> None:
        """Convert the active pixel layer to a control layer."""
        self._on_active("Turn into a control", lambda d, i: _as_control(d, i, kind))

    def add_control(self, layer: ControlLayer, label: str) -> None:
        """Add a control layer on top."""
        self._do(label, lambda d: d.insert(layer))

    def edit_recipe(self, layer_id: str) -> None:
        """Ask for a generative layer's recipe to be shown in the prompt panel."""
        self.recipe_asked.emit(layer_id)

    # The stack

    def move(self, layer_ids: Sequence[str], parent: str | None, index: int) -> None:
        """Move layers in the stack."""
        self._do(
            "Move in the stack", lambda d: operations.place_layers(d, layer_ids, index, parent)
        )

    def add(self) -> None:
        """Add an empty layer."""
        name = tr("Layer {number}", number=sum(1 for _ in self._session.document.walk()) + 1)
        self._do("New layer", lambda d: operations.add_layer(d, name))

    def group(self) -> None:
        """Move the chosen layers to a new group."""
        name = tr("Group")
        self._on_chosen(
            "Group layers", lambda d, ids: operations.group_layers(d, ids, name), keeps=ALL
        )

    def ungroup(self) -> None:
        """Replace the active group by its layers."""
        self._on_active("Ungroup", operations.ungroup)

    def duplicate(self) -> None:
        """Copy the chosen layers."""
        self._on_chosen("Duplicate layer", several.duplicate, keeps=ALL)

    def delete(self) -> None:
        """Delete the chosen layers."""
        self._on_chosen("Delete layer", several.delete)

    def raise_active(self) -> None:
        """Move the chosen layers one step up."""
        self._on_chosen("Raise layer", partial(several.step, up=True), keeps=ALL)

    def lower_active(self) -> None:
        """Move the chosen layers one step down."""
        self._on_chosen("Lower layer", partial(several.step, up=False), keeps=ALL)

    def merge_down(self) -> None:
        """Merge the active layer into the one below, or several chosen layers into one."""
        if len(self.chosen) > 1:
            self._on_chosen("Merge layers", several.merge)
        else:
            self._on_active("Merge down", _merged_down, keeps="")

    def flatten(self) -> None:
        """Merge all visible layers into one."""
        name = tr("Background")
        self._do("Flatten", lambda d: merge.flatten(_unlocked(d, _ids(d)), name))

    def toggle_active_visible(self) -> None:
        """Show or hide the active layer."""
        if self._session.document.active is not None:
            self.toggle_visible(self._session.document.active)

    def toggle_active_locked(self) -> None:
        """Lock or unlock the active layer."""
        if self._session.document.active is not None:
            self.toggle_locked(self._session.document.active)

    def nudge(self, dx: int, dy: int) -> None:
        """Move the chosen layers by pixels."""
        self._on_chosen("Move layer", lambda d, ids: several.move(d, ids, dx, dy))

    # Layer masks

    def add_mask(self) -> None:
        """Add a mask to the active layer, made from the selection if there is one."""
        self._on_active("Add layer mask", masks.mask_from_selection)

    def delete_mask(self) -> None:
        """Delete the active layer's mask."""
        self._on_active("Delete layer mask", masks.delete_mask)

    def toggle_active_mask(self) -> None:
        """Switch the active layer's mask on or off."""
        self._on_active("Switch layer mask", masks.toggle_mask)

    def invert_layer_mask(self) -> None:
        """Invert the active layer's mask."""
        self._on_active("Invert layer mask", masks.invert_mask)

    # Selection and edit mask

    def select_all(self) -> None:
        """Select the whole canvas."""
        self._do("Select all", selection.select_all)

    def select_none(self) -> None:
        """Select nothing."""
        self._do("Select none", selection.select_none)

    def invert_selection(self) -> None:
        """Invert the selection."""
        self._do("Invert selection", selection.invert_selection)

    def select_rect(self, rect: Rect) -> None:
        """Select a rectangle that was typed in."""
        self._do("Rectangle selection", lambda d: selection.select_rect(d, rect))

    def mask_from_selection(self) -> None:
        """Copy the selection to the edit mask."""
        if self._session.document.selection is None:
            self._refuse("Mask from selection", "Nothing is selected.", "Select a place first.")
            return
        self._do("Mask from selection", lambda d: d.replace(mask=d.selection, selection=None))

    def selection_from_mask(self) -> None:
        """Copy the edit mask to the selection."""
        self._do("Selection from mask", lambda d: d.replace(selection=d.mask) if d.mask else d)

    def clear_mask(self) -> None:
        """Clear the edit mask."""
        self._do("Clear mask", lambda d: d.replace(mask=None) if d.mask is not None else d)

    def invert(self, what: Edited | None) -> None:
        """Invert the current mask or selection; an empty edit mask becomes full."""
        if what is None:
            error = StudioError("There is no mask to invert.", NO_MASK_HINT)
            self.refused.emit(error, ("layers", "Invert mask"))
        elif what is Edited.LAYER_MASK:
            self._do("Invert layer mask", lambda d: mask_edits.invert(d, what))
        elif what is Edited.SELECTION:
            self._do("Invert selection", lambda d: mask_edits.invert(d, what))
        else:
            self._do("Invert mask", lambda d: mask_edits.invert(d, what))

    def fill_outline(self, what: Edited | None) -> None:
        """Fill the areas enclosed by lines of the current mask or selection."""
        if what is None:
            error = StudioError("There is no outline to fill.", NO_MASK_HINT)
            self.refused.emit(error, ("layers", "Fill the outline"))
        else:
            self._do("Fill the outline", lambda d: mask_edits.fill_outlines(d, what))

    # Canvas

    def extend_canvas(self, left: int, top: int, right: int, bottom: int) -> None:
        """Make the canvas larger or smaller on each side."""
        self._do("Canvas size", lambda d: canvas.extend_canvas(d, left, top, right, bottom))

    def resize_canvas(
        self, width: int, height: int, anchor: tuple[float, float], dpi: float
    ) -> None:
        """Set the size and the density of the canvas around ``anchor`` (0..1 on each axis)."""

        def change(document: Document) -> Document:
            sized = canvas.resize_canvas(document, width, height, anchor)
            return sized if sized.dpi == dpi else sized.replace(dpi=dpi)

        self._do("Canvas size", change)

    def crop(self) -> None:
        """Crop the canvas to the selection."""
        self._do("Crop", canvas.crop_canvas)


def _unlocked(document: Document, layer_ids: Sequence[str], keeps: str = "") -> Document:
    """Return the document; StudioError if one of the layers is locked.

    ``keeps`` is INSIDE for commands that do not change the children of groups, ALL for commands
    that change no layer's content and only show, name, copy or order them.
    """
    if keeps != ALL:
        check_unlocked(document, layer_ids, inside=keeps != INSIDE)
    return document


def _ids(document: Document) -> tuple[str, ...]:
    return tuple(layer.id for layer in document.layers)


def _merged_down(document: Document, layer_id: str) -> Document:
    below = operations.below(document, layer_id)
    return merge.merge_down(_unlocked(document, (below,) if below else ()), layer_id)


def _with_settings(document: Document, layer_id: str, changes: Mapping[str, Any]) -> Document:
    layer = document.find(layer_id)
    if layer is None:
        return document
    check_unlocked(document, [layer_id])
    return document.update(kind_of(layer).with_settings(layer, changes))


def _as_control(document: Document, layer_id: str, kind: str) -> Document:
    layer = document.find(layer_id)
    if not isinstance(layer, RasterLayer):
        raise StudioError(
            "Only a pixel layer can become a control layer.", "Pick such a layer first."
        )
    return document.update(as_control(layer, kind))
