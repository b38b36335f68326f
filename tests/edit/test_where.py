"""One rule for the place that is meant, and the way from a recipe to settings and back."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.raster import Raster
from studio.edit.prepare import mask_request
from studio.edit.request import Task
from studio.edit.settings import EditSettings
from studio.edit.where import Kind, place_of
from studio.session.jobs import InlineRunner
from studio.session.session import Session
from studio.ui.prompt.reference_sources import SessionReferences
from studio.ui.prompt.region_sources import SessionPlaces

CANVAS = Rect(0, 0, 400, 300)
WIDE = Rect(50, 50, 200, 150)


def photo() -> Document:
    y, x = np.mgrid[0:300, 0:400]
    return document_from_array(np.dstack([x % 256, y % 256, (x + y) % 256]).astype(np.uint8), "p")


def box(rect: Rect, value: int = 255) -> Raster:
    return Raster.from_array(np.full((rect.height, rect.width), value, np.uint8), rect.x, rect.y)


def covered(raster: Raster | None) -> Rect:
    assert raster is not None
    return raster.bounds()


@pytest.mark.parametrize(
    ("mask", "selection", "kind", "where"),
    [
        (None, None, Kind.NOWHERE, None),
        (WIDE, None, Kind.MASK, WIDE),
        (None, WIDE, Kind.SELECTION, WIDE),
        (Rect(60, 60, 90, 80), WIDE, Kind.MASK, Rect(60, 60, 90, 80)),
        (Rect(0, 0, 150, 150), WIDE, Kind.BOTH, Rect(50, 50, 100, 100)),
        (Rect(300, 220, 60, 60), WIDE, Kind.SELECTION, WIDE),
        # A stray dot, outside and inside.
        (Rect(390, 290, 5, 5), WIDE, Kind.SELECTION, WIDE),
        (Rect(100, 100, 9, 9), WIDE, Kind.SELECTION, WIDE),
        # The same dot is meant if it is all there is, or no small part of the selection.
        (Rect(100, 100, 9, 9), None, Kind.MASK, Rect(100, 100, 9, 9)),
        (Rect(100, 100, 9, 9), Rect(95, 95, 30, 30), Kind.MASK, Rect(100, 100, 9, 9)),
        # What lies outside the canvas is nowhere.
        (Rect(500, 0, 50, 50), None, Kind.NOWHERE, None),
        (Rect(500, 0, 50, 50), WIDE, Kind.SELECTION, WIDE),
    ],
)  # fmt: skip
def test_mask_selection_regions_and_references_mean_the_same_place(
    mask: Rect | None, selection: Rect | None, kind: Kind, where: Rect | None
) -> None:
    document = photo().replace(
        mask=box(mask) if mask else None, selection=box(selection) if selection else None
    )
    place = place_of(document)
    assert place.kind is kind
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    session.history.amend(document)
    sources = SessionPlaces(session), SessionReferences(session)
    if where is None:
        assert place.raster is None and not sources[0].is_meant()
        return
    request = mask_request(document, EditSettings(), Task.FILL)
    assert request.mask is not None
    edited = Raster.from_array(request.mask, request.region.x, request.region.y)
    assert covered(edited) == covered(place.raster) == where
    assert covered(sources[1].where()) == where
    assert covered(sources[0].take(clear=True)) == where
    left = session.document
    assert [getattr(left, part) for part in place.parts] == [None] * len(place.parts)


def test_a_soft_selection_limits_the_mask_by_its_opacity() -> None:
    document = photo().replace(mask=box(Rect(40, 40, 100, 100)), selection=box(WIDE, 100))
    place = place_of(document)
    assert place.kind is Kind.BOTH and place.raster is not None
    assert place.raster.read(Rect(100, 100, 1, 1))[0, 0, 0] == 100
