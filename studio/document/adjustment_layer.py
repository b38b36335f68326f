"""The layer that changes the colours of all below it, and what can be done with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.geometry import Rect
from studio.document.adjustments.table import find_adjustment
from studio.document.document import Document
from studio.document.layer import EVERYWHERE, Layer, LayerMask


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class AdjustmentLayer(Layer):
    """Changes the colours below it; in an isolated group only those inside the group.

    ``adjustment`` is a row of ``ADJUSTMENTS``, ``values`` its parameters. ValueError or TypeError
    for a value that is none.
    """

    adjustment: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the values, and add the defaults of those that are missing."""
        row = find_adjustment(self.adjustment)
        object.__setattr__(self, "values", row.checked(self.values))

    def bounds(self) -> Rect:
        """Return that the layer may change every pixel."""
        return EVERYWHERE


def add_adjustment(
    document: Document, adjustment: str, name: str, values: Mapping[str, Any] | None = None
) -> Document:
    """Return the document with an active adjustment layer above the active layer.

    A selection becomes its mask.
    """
    mask = None if document.selection is None else LayerMask(document.selection)
    layer = AdjustmentLayer(name=name, adjustment=adjustment, values=values or {}, mask=mask)
    return document.insert(layer, above=document.active)


def with_settings(layer: Layer, changes: Mapping[str, Any]) -> Layer:
    """Return an adjustment layer with some of its values changed."""
    assert isinstance(layer, AdjustmentLayer)
    return layer.replace(values={**layer.values, **changes})
