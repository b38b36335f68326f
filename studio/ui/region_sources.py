"""Where the places of regional prompts come from: the selection, or else the painted mask."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.raster import Raster
from studio.session.session import Session


class PlaceSource(Protocol):
    """What a box of regional prompts asks of the document."""

    def take(self, *, clear: bool) -> Raster:
        """Return the place that is meant now, and end selection or mask if ``clear``.

        StudioError where nothing is meant.
        """

    def is_meant(self) -> bool:
        """Whether a place is meant now."""

    def share(self, where: Raster) -> float:
        """Return how much of the picture a place covers, 0..1."""


class SessionPlaces:
    """A session's document as a source of places."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, *, clear: bool) -> Raster:
        """Return the selection or else the painted mask; ``clear`` ends the one that was taken."""
        name = self._meant()
        if name is None:
            raise StudioError(
                "Nothing is selected and no mask is painted.",
                "Select or paint the place that the words are for first.",
            )
        where: Raster = getattr(self._session.document, name)
        if clear:
            self._session.edit("Place of a region", lambda old: old.replace(**{name: None}))
        return where

    def is_meant(self) -> bool:
        """Whether something is selected or painted."""
        return self._meant() is not None

    def share(self, where: Raster) -> float:
        """Return how much of the picture a place covers, 0..1."""
        document = self._session.document
        box = where.bounds().intersect(document.rect)
        covered = float(where.read(box).sum(dtype=np.int64)) / 255 if not box.is_empty else 0.0
        return covered / document.rect.area

    def _meant(self) -> str | None:
        document = self._session.document
        return next((one for one in ("selection", "mask") if _shows(document, one)), None)


def _shows(document: Document, name: str) -> bool:
    raster: Raster | None = getattr(document, name)
    return raster is not None and not raster.bounds().intersect(document.rect).is_empty
