"""What is not named as changed must look the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from reference_compositor import noise, some_document

from studio.core.geometry import Rect, bounding
from studio.document.blend import BlendMode
from studio.document.changes import changes, is_same, raster_changes
from studio.document.document import Document
from studio.document.layer import GroupLayer, LayerMask, RasterLayer, new_id
from studio.document.raster import Raster, keys_in
from studio.document.render.compositor import Compositor, composite

Change = Callable[[Document, np.random.Generator], Document]


def _pick(document: Document, rng: np.random.Generator) -> RasterLayer:
    layers = [one for one in document.walk() if isinstance(one, RasterLayer)]
    return layers[int(rng.integers(len(layers)))]


def paint(document: Document, rng: np.random.Generator) -> Document:
    layer = _pick(document, rng)
    raster = layer.raster.write(int(rng.integers(200)), 90, noise(rng, 9, 30))
    return document.update(layer.replace(raster=raster))


def paint_mask(document: Document, rng: np.random.Generator) -> Document:
    layer = next(one for one in document.walk() if one.mask is not None and one.mask.enabled)
    assert layer.mask is not None
    raster = layer.mask.raster.write(150, 90, noise(rng, 40, 30, 1))
    return document.update(layer.replace(mask=LayerMask(raster)))


def swap_mask(document: Document, rng: np.random.Generator) -> Document:
    layer = _pick(document, rng)
    mask = None if layer.mask else LayerMask(Raster(channels=1, default=int(rng.integers(256))))
    return document.update(layer.replace(mask=mask))


def move(document: Document, rng: np.random.Generator) -> Document:
    layer = _pick(document, rng)
    return document.update(layer.replace(x=layer.x + int(rng.integers(-40, 40)), y=3))


def look(document: Document, rng: np.random.Generator) -> Document:
    layer = list(document.walk())[int(rng.integers(len(list(document.walk()))))]
    which = int(rng.integers(3))
    if which == 0:
        return document.update(layer.replace(visible=not layer.visible))
    if which == 1:
        return document.update(layer.replace(opacity=layer.opacity * 0.5))
    return document.update(layer.replace(blend=BlendMode.SCREEN))


def reorder(document: Document, rng: np.random.Generator) -> Document:
    order = rng.permutation(len(document.layers))
    return document.replace(layers=tuple(document.layers[i] for i in order))


def remove(document: Document, rng: np.random.Generator) -> Document:
    return document.remove(_pick(document, rng).id)


def insert(document: Document, rng: np.random.Generator) -> Document:
    layer = _pick(document, rng)
    return document.insert(layer.replace(id=new_id(), x=11), above=layer.id)


def into_group(document: Document, rng: np.random.Generator) -> Document:
    group = next(one for one in document.layers if isinstance(one, GroupLayer))
    first = document.layers[0]
    return document.remove(first.id).insert(first, into=group.id)


CHANGES = [paint, paint_mask, swap_mask, move, look, reorder, remove, insert, into_group]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(3))
def test_outside_the_changes_everything_looks_the_same(change: Change, seed: int) -> None:
    rng = np.random.default_rng(seed)
    old = some_document(rng).replace(width=700, height=700)
    new = change(old, rng)
    rects = changes(new, old)
    assert all(new.rect.contains(rect) and not rect.is_empty for rect in rects)
    differs = (composite(new, new.rect) != composite(old, old.rect)).any(axis=2)
    for rect in rects:
        differs[rect.y : rect.bottom, rect.x : rect.right] = False
    assert not differs.any()


@pytest.mark.parametrize("seed", range(3))
def test_a_view_follows_any_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    document = some_document(rng).replace(width=700, height=600)
    view = Compositor()
    view.update(document)
    for step in range(25):
        change = (paint, paint, *CHANGES[:-1])[int(rng.integers(len(CHANGES) + 1))]
        document = change(document, rng)
        view.update(document)
        if step % 3 == 0:  # so that some changes pile up before the view looks
            continue
        fresh = Compositor()
        fresh.update(document)
        for level in (0, 1, 2):
            for key in keys_in(Rect(0, 0, 700 >> level, 600 >> level)):
                assert np.array_equal(view.tile(key, level), fresh.tile(key, level))


def test_a_dab_changes_one_tile() -> None:
    rng = np.random.default_rng(1)
    layer = RasterLayer(raster=Raster.from_array(noise(rng, 600, 600)))
    old = Document(width=600, height=600, layers=(layer,))
    raster = layer.raster.write(300, 20, 255 - layer.raster.read(Rect(300, 20, 5, 5)))
    assert changes(old.update(layer.replace(raster=raster)), old) == (Rect(300, 20, 5, 5),)
    assert changes(old, old) == ()
    much = layer.raster.write(0, 0, noise(rng, 600, 600))
    whole = changes(old.update(layer.replace(raster=much)), old)
    assert bounding(whole) == old.rect
    hidden = old.update(layer.replace(visible=False))
    still_hidden = hidden.update(layer.replace(visible=False, raster=raster))
    assert changes(still_hidden, hidden) == ()


def test_one_layer_moved_in_the_order_changes_only_where_it_is() -> None:
    def blob(x: int) -> RasterLayer:
        return RasterLayer(raster=Raster.from_array(np.full((9, 9, 4), 200, np.uint8), x, 0))

    layers = tuple(blob(256 * i) for i in range(5))
    old = Document(width=2000, height=50, layers=layers)
    new = old.replace(layers=(*layers[1:], layers[0]))
    assert changes(new, old) == (Rect(0, 0, 256, 50),)


def test_names_and_selections_change_nothing_visible() -> None:
    old = some_document(np.random.default_rng(2))
    new = old.update(old.layers[0].replace(name="other"))
    selected = new.replace(selection=Raster.filled(old.rect, 255), active=old.layers[1].id)
    assert changes(selected, old) == ()


def test_another_canvas_changes_both() -> None:
    old = Document(width=100, height=50)
    assert changes(old.replace(width=40, height=80), old) == (Rect(0, 0, 100, 80),)


def test_raster_changes() -> None:
    empty = Raster(channels=1)
    dot = empty.write(300, 10, np.full((2, 2, 1), 255, np.uint8))
    assert raster_changes(dot, dot) == ()
    assert raster_changes(dot, None) == (Rect(256, 0, 256, 256),)
    assert raster_changes(None, dot) == raster_changes(dot, empty) == (Rect(256, 0, 256, 256),)


def test_is_same_compares_fields_by_value_and_tiles_by_identity() -> None:
    old = some_document(np.random.default_rng(3))
    layer = old.layers[0]
    assert isinstance(layer, RasterLayer)
    assert is_same(old.update(layer.replace(raster=layer.raster.with_tiles({}))), old)
    assert not is_same(old.update(layer.replace(name="x")), old)
    assert not is_same(old.replace(mask=Raster(channels=1)), old)
    assert not is_same(old.replace(layers=old.layers[::-1]), old)
