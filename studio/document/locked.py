"""Enforces one rule for locked layers: no command changes their content.

Pixels, mask, position, opacity, blend mode and control of a locked layer cannot change, and it
cannot be deleted or merged. It can be shown, hidden, renamed, copied, grouped and reordered. A
locked group locks what is inside it. A command over several layers changes all of them or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.layer import GroupLayer, Layer

MOST_NAMES = 4
"""The most locked layers that an error names."""


def locked_among(
    document: Document, layer_ids: Iterable[str], *, inside: bool = True
) -> tuple[Layer, ...]:
    """Return the locked layers that prevent a change of some layers, each once.

    Those are the layers themselves, the groups around them, and, if ``inside``, their children.
    """
    found: dict[str, Layer] = {}
    for layer_id in layer_ids:
        layer = document.find(layer_id)
        if layer is None:
            continue
        around = [layer]
        while (group := document.parent_of(around[-1].id)) is not None:
            around.append(group)
        for one in (*around, *(_children(layer) if inside else ())):
            if one.locked:
                found[one.id] = one
    return tuple(found.values())


def check_unlocked(document: Document, layer_ids: Iterable[str], *, inside: bool = True) -> None:
    """Raise StudioError if a layer, a group around it or, if ``inside``, a child is locked."""
    wanted = tuple(layer_ids)
    locked = locked_among(document, wanted, inside=inside)
    if not locked:
        return
    if [one.id for one in locked] == list(wanted):
        if len(wanted) == 1:
            raise StudioError("The layer is locked.", "Unlock it in the layers panel first.")
        raise StudioError("The layers are locked.", "Unlock them in the layers panel first.")
    names = ", ".join(f"“{one.name}”" for one in locked[:MOST_NAMES])
    more = len(locked) - MOST_NAMES
    raise StudioError(
        "Nothing was changed, because these are locked: {names}",
        "Unlock them in the layers panel, or choose layers without them.",
        names=f"{names} (+{more})" if more > 0 else names,
    )


def _children(layer: Layer) -> Iterator[Layer]:
    if isinstance(layer, GroupLayer):
        for child in layer.children:
            yield child
            yield from _children(child)
