"""Whether a second click corrects the object of the first, or means another one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.edit.objects import EncodedPicture
from studio.retouch.object_edges import CELL
from studio.retouch.object_masks import Floats

KEPT = 0.8
"""Share of the old object that a corrected one has to contain."""
GROWN = 3.0
"""Most areas of the old object that a corrected one may cover."""
LEFT = 0.1
"""Least share of the old object that remains when a part of it was taken away."""


def same_object(old: Floats, new: Floats, picture: EncodedPicture, at: tuple[float, float]) -> bool:
    """Whether the mask of both clicks contains the first object and the second click."""
    before, after = _there(old, picture), _there(new, picture)
    kept = (before & after).sum() >= KEPT * before.sum()
    grown = after.sum() <= GROWN * before.sum()
    return bool(kept and grown and _at(after, picture, at))


def without_point(
    old: Floats, new: Floats, picture: EncodedPicture, at: tuple[float, float]
) -> bool:
    """Whether the second click lies on the object and the new mask leaves it out."""
    before, after = _there(old, picture), _there(new, picture)
    inside = (before & after).sum() >= KEPT * after.sum()
    rest = after.sum() >= LEFT * before.sum()
    return bool(inside and rest and _at(before, picture, at) and not _at(after, picture, at))


def _there(logits: Floats, picture: EncodedPicture) -> NDArray[np.bool_]:
    return np.asarray(picture.frame.crop(logits) > 0)


def _at(there: NDArray[np.bool_], picture: EncodedPicture, at: tuple[float, float]) -> bool:
    per = picture.frame.scale / CELL
    rows, columns = there.shape
    row = int((at[1] - picture.region.y) * per)
    column = int((at[0] - picture.region.x) * per)
    return 0 <= row < rows and 0 <= column < columns and bool(there[row, column])
