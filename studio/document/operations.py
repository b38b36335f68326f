"""The operations of the layers panel: order, groups, copies, moves; each Document -> Document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer, RasterLayer, new_id


def change_layer(document: Document, layer_id: str, **changes: Any) -> Document:
    """Return the document with some fields of a layer changed; the same one if none differs."""
    layer = document.find(layer_id)
    if layer is None or all(getattr(layer, name) == value for name, value in changes.items()):
        return document
    return document.update(layer.replace(**changes))


def add_layer(document: Document, name: str = "") -> Document:
    """Return the document with an empty, active layer above the previously active one."""
    return document.insert(RasterLayer(name=name), above=document.active)


def delete_layer(document: Document, layer_id: str) -> Document:
    """Return the document without a layer and its children."""
    return document.remove(layer_id) if document.find(layer_id) is not None else document


def duplicate_layer(document: Document, layer_id: str, name: str | None = None) -> Document:
    """Return the document with an active copy right above a layer; the pixels are shared."""
    layer = document.find(layer_id)
    if layer is None:
        return document
    twin = _fresh(layer)
    return document.insert(twin if name is None else twin.replace(name=name), above=layer_id)


def move_layer(document: Document, layer_id: str, dx: int, dy: int) -> Document:
    """Return the document with a layer moved by dx, dy pixels, with its mask and children."""
    layer = document.find(layer_id)
    if layer is None or (dx == 0 and dy == 0):
        return document
    return document.update(shift_layer(layer, dx, dy))


def shift_layer(layer: Layer, dx: int, dy: int) -> Layer:
    """Return a layer moved by dx, dy pixels, with its mask and children."""
    if isinstance(layer, GroupLayer):
        children = tuple(shift_layer(child, dx, dy) for child in layer.children)
        return layer.replace(x=layer.x + dx, y=layer.y + dy, children=children)
    return layer.replace(x=layer.x + dx, y=layer.y + dy)


def place_layer(
    document: Document, layer_id: str, index: int, parent: str | None = None
) -> Document:
    """Return the document with a layer moved to the children of ``parent``.

    ``index`` counts from the bottom among the others there; ``parent`` None is the top level.
    StudioError if a group would end up inside itself, or if ``parent`` is not a group.
    """
    return place_layers(document, [layer_id], index, parent)


def place_layers(
    document: Document, layer_ids: Iterable[str], index: int, parent: str | None = None
) -> Document:
    """Return the document with layers moved together to a place among others, in their order.

    As ``place_layer``; a layer inside another one of ``layer_ids`` moves along with that one.
    """
    chosen = outermost(document.layers, set(layer_ids))
    if not chosen:
        return document
    inside = {one.id for layer in chosen for one in _family(layer)}
    if parent in inside:
        raise StudioError("A group cannot be moved into itself.", "Pick another place for it.")
    for layer in chosen:
        document = document.substitute(layer.id, ())
    if parent is None:
        return document.replace(layers=_inserted(document.layers, index, chosen))
    group = document.find(parent)
    if not isinstance(group, GroupLayer):
        raise StudioError("Only a group can hold other layers.", "Pick a group, or make one.")
    return document.update(group.replace(children=_inserted(group.children, index, chosen)))


def below(document: Document, layer_id: str) -> str:
    """Return the layer right below one in the same group, "" if there is none."""
    parent = document.parent_of(layer_id)
    siblings = [one.id for one in (parent.children if parent is not None else document.layers)]
    index = siblings.index(layer_id) if layer_id in siblings else 0
    return siblings[index - 1] if index else ""


def raise_layer(document: Document, layer_id: str) -> Document:
    """Return the document with a layer one step up: past its neighbour, into or out of a group."""
    return _stepped(document, layer_id, up=True)


def lower_layer(document: Document, layer_id: str) -> Document:
    """Return the document with a layer one step down, the opposite of ``raise_layer``."""
    return _stepped(document, layer_id, up=False)


def group_layers(document: Document, layer_ids: Iterable[str], name: str = "Group") -> Document:
    """Return the document with layers in a new, active group in place of the topmost one.

    A layer inside a group of ``layer_ids`` moves along with that group.
    """
    chosen = outermost(document.layers, set(layer_ids))
    if not chosen:
        return document
    group = GroupLayer(name=name, children=tuple(chosen))
    for layer in chosen[:-1]:
        document = document.substitute(layer.id, ())
    return document.substitute(chosen[-1].id, (group,)).replace(active=group.id)


def ungroup(document: Document, layer_id: str) -> Document:
    """Return the document with a group's children in its place; the group's settings are lost."""
    group = document.find(layer_id)
    if not isinstance(group, GroupLayer):
        return document
    document = document.substitute(layer_id, group.children)
    if document.find(document.active) is not None:
        return document
    first = group.children[-1] if group.children else next(iter(document.layers), None)
    return document.replace(active=first.id if first is not None else None)


def _stepped(document: Document, layer_id: str, *, up: bool) -> Document:
    if document.find(layer_id) is None:
        return document
    parent = document.parent_of(layer_id)
    siblings = parent.children if parent is not None else document.layers
    index = next(i for i, one in enumerate(siblings) if one.id == layer_id)
    beside = index + 1 if up else index - 1
    if 0 <= beside < len(siblings):
        neighbour = siblings[beside]
        if isinstance(neighbour, GroupLayer) and neighbour.expanded:
            inside = 0 if up else len(neighbour.children)
            return place_layer(document, layer_id, inside, neighbour.id)
        return place_layer(document, layer_id, beside, parent.id if parent is not None else None)
    if parent is None:
        return document
    above = document.parent_of(parent.id)
    around = above.children if above is not None else document.layers
    place = next(i for i, one in enumerate(around) if one.id == parent.id)
    outside = above.id if above is not None else None
    return place_layer(document, layer_id, place + 1 if up else place, outside)


def _inserted(layers: tuple[Layer, ...], index: int, more: Iterable[Layer]) -> tuple[Layer, ...]:
    index = min(max(index, 0), len(layers))
    return (*layers[:index], *more, *layers[index:])


def _family(layer: Layer) -> Iterator[Layer]:
    """Yield a layer and its descendants."""
    yield layer
    if isinstance(layer, GroupLayer):
        for child in layer.children:
            yield from _family(child)


def _fresh(layer: Layer) -> Layer:
    """Return a copy with new ids, its descendants' included."""
    if isinstance(layer, GroupLayer):
        children = tuple(_fresh(child) for child in layer.children)
        return layer.replace(id=new_id(), children=children)
    return layer.replace(id=new_id())


def outermost(layers: Iterable[Layer], wanted: set[str]) -> list[Layer]:
    """Return the wanted layers, from the bottom, without those inside other wanted ones."""
    found: list[Layer] = []
    for layer in layers:
        if layer.id in wanted:
            found.append(layer)
        elif isinstance(layer, GroupLayer):
            found.extend(outermost(layer.children, wanted))
    return found
