"""A picture as long as a document may be: each tool works, on a reduced copy if it has to."""

from __future__ import annotations

import numpy as np
import psutil
import pytest
from photo_tool_contract import ASSETS, photo

from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.edit.objects import Clicks
from studio.edit.request import Task
from studio.engine.engine import Engine
from studio.session.jobs import InlineRunner
from studio.session.photo import enlarge
from studio.session.photo.lift import lift
from studio.session.photo.remove import remove
from studio.session.photo.subject import remove_background, select_subject
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder

WIDTH, HEIGHT = 16_384, 2_048
MOST_BYTES = 4_000_000_000
"""Memory that the tools may take beside the picture."""


@pytest.fixture(scope="module")
def panorama() -> Document:
    """Return a long ground with one disc of 900 pixels."""
    ground = photo(2_048, 2_048)
    ground[:, :, :3] = ground[:, ::-1, :3] // 4 + np.array((40, 90, 50), np.uint8)
    pixels = np.tile(ground, (1, WIDTH // 2_048, 1))
    y, x = np.ogrid[0:HEIGHT, 0:WIDTH]
    pixels[(x - 8_000) ** 2 + (y - 1_000) ** 2 < 450**2, :3] = (210, 40, 40)
    layer = RasterLayer(name="Panorama", raster=Raster.from_array(pixels))
    return Document(width=WIDTH, height=HEIGHT, layers=(layer,)).replace(active=layer.id)


@pytest.mark.needs_asset(*ASSETS)
def test_every_tool_works_on_a_panorama(panorama: Document) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    session = Session(InlineRunner(Engine("cpu")), Settings(None))
    session.begin(panorama)
    errors: list[StudioError] = []
    session.failed.connect(errors.append)

    finder = ObjectFinder(session)
    finder.failed.connect(errors.append)
    finder.select(Clicks(((8_000.0, 1_000.0, True),)), "replace", "selection")
    assert not errors and session.document.selection is not None
    bounds = session.document.selection.bounds()
    assert 600 < bounds.width < 1_600 and 600 < bounds.height < 1_600
    place = session.document.selection

    for tool in (lift, remove):
        session.begin(panorama)
        tool(session, place)
        assert not errors, tool
        made = next(x for x in session.document.layers if isinstance(x, GenerativeLayer))
        assert made.bounds().width < 3_000
    for whole in (select_subject, remove_background):
        session.begin(panorama)
        whole(session)
        assert not errors or "Nothing stands out" in str(errors.pop())
    session.begin(panorama)
    session.photo.submit(Task.RESTYLE, {"amount": 1.0, "strokes": "broad"})
    (item,) = session.tray.items
    assert item.layer().bounds() == panorama.rect
    assert process.memory_info().rss - before < MOST_BYTES


def test_an_enlargement_that_is_too_large_is_refused_in_words(panorama: Document) -> None:
    session = Session(InlineRunner(Engine("cpu")), Settings(None))
    session.begin(panorama)
    with pytest.raises(StudioError) as caught:
        enlarge.submit(session, 8 * WIDTH, 8 * HEIGHT)
    assert caught.value.hint and session.document is panorama
