"""Sources of the places of region prompts, by the rule of ``edit.where``."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from studio.core.errors import StudioError
from studio.document.raster import Raster
from studio.edit.where import place_of
from studio.session.session import Session


class PlaceSource(Protocol):
    """The interface of a document to a box of region prompts."""

    def take(self, *, clear: bool) -> Raster:
        """Return the place that an edit would change now; ``clear`` clears its selection or mask.

        StudioError if nothing is selected or painted.
        """

    def is_meant(self) -> bool:
        """Whether something is selected or painted."""

    def share(self, where: Raster) -> float:
        """Return how much of the picture a place covers, 0..1."""


class SessionPlaces:
    """A session's document as a source of places."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, *, clear: bool) -> Raster:
        """Return the place by the rule of ``edit.where``; ``clear`` clears its source."""
        place = place_of(self._session.document)
        if place.raster is None:
            raise StudioError(
                "Nothing is selected and no mask is painted.",
                "First select or paint the area for the prompt.",
            )
        if clear:
            gone = dict.fromkeys(place.parts)
            self._session.edit("Place of a region", lambda old: old.replace(**gone))
        return place.raster

    def is_meant(self) -> bool:
        """Whether something is selected or painted."""
        return place_of(self._session.document).raster is not None

    def share(self, where: Raster) -> float:
        """Return how much of the picture a place covers, 0..1."""
        document = self._session.document
        box = where.bounds().intersect(document.rect)
        covered = float(where.read(box).sum(dtype=np.int64)) / 255 if not box.is_empty else 0.0
        return covered / document.rect.area
