"""The Style tool in a session: what it paints, its recipe, and painting again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from kept import pixels
from painter import Painter

from studio.catalog.settings import Value, all_values
from studio.catalog.styles import PAINTING, SETTINGS
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.selection import select_rect
from studio.edit.request import EditRequest
from studio.session.photo import style, style_thumbnails
from studio.session.photo.style_source import LAYER, PICTURE, SELECTION, scopes, source_of
from studio.session.session import Session

BLUE = np.full((6, 9, 3), (0, 0, 250), np.uint8)


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter) -> Session:
    made = Session(painter, Settings(None))
    made.new(240, 160)
    made.edit("Photo", lambda old: old.insert(RasterLayer(raster=full(240, 160, (20, 200, 60)))))
    disc = np.zeros((50, 60, 4), np.uint8)
    disc[10:40, 10:50] = (250, 10, 10, 255)
    disc[8:10, 10:50] = (250, 10, 10, 90)
    thing = RasterLayer(id="thing", name="Thing", raster=Raster.from_array(disc, 100, 60))
    made.edit("Thing", lambda old: old.insert(thing))
    return made


def full(width: int, height: int, colour: tuple[int, int, int]) -> Raster:
    return Raster.filled(Rect(0, 0, width, height), (*colour, 255), 4)


def values(**changes: Value) -> dict[str, Value]:
    return all_values({}, SETTINGS) | changes


def asked(painter: Painter) -> EditRequest:
    request = painter.jobs[-1].request
    assert isinstance(request, EditRequest)
    return request


def test_only_what_exists_can_be_painted(session: Session) -> None:
    assert scopes(session.document) == (PICTURE, LAYER)
    session.edit("Select", lambda old: select_rect(old, Rect(5, 5, 20, 20)))
    assert scopes(session.document) == (PICTURE, LAYER, SELECTION)
    session.edit("Add", lambda old: old.insert(RasterLayer(name="empty")))
    assert scopes(session.document) == (PICTURE, SELECTION)


def test_the_whole_picture_is_painted_though_something_is_selected(
    session: Session, painter: Painter
) -> None:
    session.edit("Select", lambda old: select_rect(old, Rect(5, 5, 20, 20)))
    style.submit(session, values(), source=source_of(session.document, PICTURE))
    assert asked(painter).region == session.document.rect
    mask = asked(painter).mask
    assert mask is not None and mask.min() == 255
    style.submit(session, values(), source=source_of(session.document, SELECTION))
    mask = asked(painter).mask
    assert mask is not None and (mask > 0).sum() == 400


def test_a_layer_is_painted_in_its_own_colours_and_shape(
    session: Session, painter: Painter
) -> None:
    cover = RasterLayer(raster=full(240, 160, (255, 255, 255)))
    session.edit("Cover", lambda old: old.insert(cover).replace(active="thing"))
    before = pixels(session.document)
    style.submit(session, values(), source=source_of(session.document, LAYER))
    request = asked(painter)
    assert request.image is not None and request.mask is not None
    there = request.mask > 0
    assert there.sum() == 32 * 40 and (request.image[there] == (250, 10, 10)).all()
    assert set(np.unique(request.mask)) == {0, 90, 255}
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    # It lies right above the layer, below the one that covers both.
    assert session.document.layers.index(layer) == 2
    assert np.array_equal(pixels(session.document), before)


def test_the_preview_shows_the_pixels_that_are_painted(session: Session) -> None:
    rng = np.random.default_rng(2)
    noise = cv2.GaussianBlur(rng.integers(0, 256, (1500, 2600, 3), np.uint8), (0, 0), 5)
    rgba = np.dstack([noise, np.full((1500, 2600), 255, np.uint8)])
    session.new(2600, 1500)
    session.edit("Photo", lambda old: old.insert(RasterLayer(raster=Raster.from_array(rgba))))
    source, part = source_of(session.document, PICTURE), Rect(511, 300, 200, 140)
    for strokes in ("medium", "broad", "fine"):
        whole = source.picture(strokes)
        assert whole.shape[1::-1] == source.size(strokes)
        wanted = whole[part.y : part.bottom, part.x : part.right]
        made = source.part(strokes, part)
        assert made.shape == wanted.shape and np.abs(made.astype(int) - wanted).mean() < 3


def test_a_layer_is_painted_again_with_other_settings(session: Session, painter: Painter) -> None:
    source = source_of(session.document, PICTURE)
    style.submit(session, values(style=PAINTING, amount=0.4), BLUE, source)
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer)
    found = style.made_with(layer)
    assert found is not None and found[0] == values(style=PAINTING, amount=0.4)
    assert found[1] is not None and np.array_equal(found[1], BLUE)
    style.rerun(session, layer.id, values(style="mosaic", strokes="broad"))
    again = asked(painter)
    assert again.sampling.extras == values(style="mosaic", strokes="broad")
    assert not again.references and again.region == session.document.rect
    assert session.tray.items[0].target == layer.id
    other = np.full((9, 6, 3), 7, np.uint8)
    style.rerun(session, layer.id, values(style=PAINTING), other)
    assert np.array_equal(asked(painter).references[0].image, other)
    session.edit("Delete", lambda old: old.remove(layer.id))
    with pytest.raises(StudioError, match="deleted"):
        style.rerun(session, layer.id, values())


def test_a_painting_is_asked_for(session: Session) -> None:
    source = source_of(session.document, PICTURE)
    with pytest.raises(StudioError, match="painting"):
        style.submit(session, values(style=PAINTING), None, source)
    with pytest.raises(StudioError, match="painting"):
        style.preview(session, source, values(style=PAINTING), None, Rect(0, 0, 9, 9))


def test_thumbnails_are_kept_and_damaged_ones_made_again(home: object) -> None:
    assert style_thumbnails.kept_thumbnails() is None
    rng = np.random.default_rng(4)
    width, height = style_thumbnails.SIZE
    made = rng.integers(0, 256, (26, height, width, 3), np.uint8)
    style_thumbnails.keep_thumbnails(made)
    kept = style_thumbnails.kept_thumbnails()
    assert kept is not None and np.array_equal(kept, made)
    for data in (b"", b"no picture", style_thumbnails.kept_file().read_bytes()[:4000]):
        style_thumbnails.kept_file().write_bytes(data)
        assert style_thumbnails.kept_thumbnails() is None
