"""The one rule that determines the place of an edit, a reference or a region prompt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.raster import Raster

STRAY_SIDE = 24
"""A mask no larger than this, in document pixels, may be a slip of the brush..."""
STRAY_SHARE = 0.01
"""...if it covers less than this fraction of a selection made as well."""


class Kind(Enum):
    """The source of the place."""

    MASK = "mask"
    SELECTION = "selection"
    BOTH = "both"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The place in force; ``raster`` is a mask of the document, None for ``Kind.NOWHERE``.

    ``ignored`` is "mask" or "selection" if that exists but is not used, else "".
    """

    kind: Kind
    raster: Raster | None = field(default=None, repr=False)
    ignored: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The fields of the document that the place comes from."""
        by_kind = {Kind.MASK: ("mask",), Kind.SELECTION: ("selection",), Kind.NOWHERE: ()}
        return by_kind.get(self.kind, ("mask", "selection"))


def place_of(document: Document) -> Place:
    """Return the place in force in a document.

    It is the painted mask, limited by the selection as the brush is. If there is only one of them,
    it is that one. If they do not intersect, or if the mask is a stray dot beside a large
    selection, it is the selection, because its outline is what the artist sees.
    """
    mask = _inside(document.mask, document.rect)
    selection = _inside(document.selection, document.rect)
    if document.mask is None or mask.is_empty:
        if document.selection is None or selection.is_empty:
            return Place(Kind.NOWHERE)
        return Place(Kind.SELECTION, document.selection)
    if document.selection is None or selection.is_empty:
        return Place(Kind.MASK, document.mask)
    common = mask.intersect(selection)
    if common.is_empty:
        return Place(Kind.SELECTION, document.selection, "mask")
    painted, selected = (_plane(raster, common) for raster in (document.mask, document.selection))
    both = np.minimum(painted, selected)
    if not both.any() or _is_stray(document, mask, selection):
        return Place(Kind.SELECTION, document.selection, "mask")
    if np.array_equal(both, painted) and selection.contains(mask):
        return Place(Kind.MASK, document.mask)
    return Place(Kind.BOTH, Raster.from_array(both, common.x, common.y))


def _is_stray(document: Document, mask: Rect, selection: Rect) -> bool:
    if max(mask.width, mask.height) > STRAY_SIDE or document.mask is None:
        return False
    if document.selection is None:
        return False
    painted = int((_plane(document.mask, mask) > 0).sum())
    selected = int((_plane(document.selection, selection) > 0).sum())
    return painted < STRAY_SHARE * selected


def _inside(raster: Raster | None, canvas: Rect) -> Rect:
    return Rect(0, 0, 0, 0) if raster is None else raster.bounds().intersect(canvas)


def _plane(raster: Raster, rect: Rect) -> NDArray[np.uint8]:
    return np.ascontiguousarray(raster.read(rect)[:, :, 0])
