"""Commands on several layers at once; each Document -> Document, one step of the history."""

from __future__ import annotations

from collections.abc import Iterable

from studio.core.errors import StudioError
from studio.document import operations
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.merge import holds_control, rasterize_layers


def together(document: Document, chosen: Iterable[str]) -> tuple[str, ...]:
    """Return the layers that commands act on: the chosen ones if the active one is among them.

    Else the active layer alone, so that only layers shown as chosen are changed.
    """
    there = tuple(one for one in chosen if document.find(one) is not None)
    if document.active is None or document.active in there:
        return there
    return (document.active,)


def outermost(document: Document, layer_ids: Iterable[str]) -> tuple[Layer, ...]:
    """Return the named layers from the bottom, without those inside other named ones."""
    return tuple(operations.outermost(document.layers, set(layer_ids)))


def delete(document: Document, layer_ids: Iterable[str]) -> Document:
    """Return the document without the layers and their children."""
    for layer in outermost(document, layer_ids):
        document = operations.delete_layer(document, layer.id)
    return document


def duplicate(document: Document, layer_ids: Iterable[str]) -> Document:
    """Return the document with a copy above each layer; the copy of the topmost is active."""
    for layer in outermost(document, layer_ids):
        document = operations.duplicate_layer(document, layer.id)
    return document


def move(document: Document, layer_ids: Iterable[str], dx: int, dy: int) -> Document:
    """Return the document with the layers moved by pixels."""
    for layer in outermost(document, layer_ids):
        document = operations.move_layer(document, layer.id, dx, dy)
    return document


def change(document: Document, layer_ids: Iterable[str], **changes: object) -> Document:
    """Return the document with some fields of all the layers changed."""
    for layer_id in layer_ids:
        document = operations.change_layer(document, layer_id, **changes)
    return document


def modes_for(layers: Iterable[Layer]) -> list[BlendMode]:
    """Return the blend modes that all of the layers can have, in the order of the list."""
    groups = all(isinstance(layer, GroupLayer) for layer in layers)
    return [mode for mode in BlendMode if groups or not mode.value.only_groups]


def set_blend(document: Document, layer_ids: Iterable[str], mode: BlendMode) -> Document:
    """Return the document with the blend mode of all the layers changed.

    StudioError for a mode of groups if one of the layers is not a group.
    """
    wanted = tuple(layer_ids)
    found = [layer for one in wanted if (layer := document.find(one)) is not None]
    if mode not in modes_for(found):
        raise StudioError(
            "Only a group can let its layers blend with what lies below it.",
            "Choose groups alone, or another blend mode.",
        )
    return change(document, wanted, blend=mode)


def step(document: Document, layer_ids: Iterable[str], *, up: bool) -> Document:
    """Return the document with the layers one step up or down; they keep their order.

    A layer at the end of its stack also holds back its neighbours among ``layer_ids``.
    """
    chosen = outermost(document, layer_ids)
    for layer in reversed(chosen) if up else chosen:
        parent = document.parent_of(layer.id)
        siblings = parent.children if parent is not None else document.layers
        index = next(i for i, one in enumerate(siblings) if one.id == layer.id)
        beside = index + 1 if up else index - 1
        blocked = 0 <= beside < len(siblings) and siblings[beside] in chosen
        if not blocked:
            stepped = operations.raise_layer if up else operations.lower_layer
            document = stepped(document, layer.id)
    return document


def merge(document: Document, layer_ids: Iterable[str]) -> Document:
    """Return the document with the layers merged into one layer of pixels in the topmost's place.

    Hidden ones add nothing. StudioError for fewer than two, and for control layers.
    """
    chosen = outermost(document, layer_ids)
    if len(chosen) < 2:
        raise StudioError("One layer alone cannot be merged.", "Pick several layers first.")
    if any(holds_control(layer) for layer in chosen):
        raise StudioError(
            "A control layer cannot be merged, because it is not part of the picture.",
            "Move it out of the group, or delete it if you no longer need it.",
        )
    top = chosen[-1]
    merged = RasterLayer(name=top.name, raster=rasterize_layers(list(chosen)))
    for layer in chosen[:-1]:
        document = document.substitute(layer.id, ())
    return document.substitute(top.id, (merged,)).replace(active=merged.id)
