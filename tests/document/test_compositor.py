"""The compiled compositor against the formulas, tiles against the whole, the cache against both."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from reference_compositor import noise, reference, some_document

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import GroupLayer, LayerMask, RasterLayer
from studio.document.raster import TILE, Pixels, Raster
from studio.document.render.compositor import EMPTY, Compositor, composite


def solid(rgba: tuple[int, int, int, int], width: int = 256, height: int = 256) -> RasterLayer:
    pixels = np.full((height, width, 4), rgba, np.uint8)
    return RasterLayer(raster=Raster.from_array(pixels))


def premultiplied(straight: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    result = straight / 255.0
    result[:, :, :3] *= result[:, :, 3:]
    return result


@pytest.mark.parametrize("seed", range(4))
def test_groups_masks_offsets_and_opacities_match_the_formula(seed: int) -> None:
    document = some_document(np.random.default_rng(seed), aligned=seed % 2 == 0)
    expected = reference(document, document.rect)
    found = composite(document, document.rect)
    shown = found[:, :, 3] > 0
    assert np.abs(found - expected * 255)[shown].max() <= 1.0
    assert np.array_equal(shown, np.floor(expected[:, :, 3] * 255 + 0.5) > 0) or (
        np.abs(found[:, :, 3] - expected[:, :, 3] * 255).max() <= 0.51
    )


def test_layer_order_counts() -> None:
    red, blue = solid((255, 0, 0, 255)), solid((0, 0, 255, 255))
    spot = Rect(3, 3, 1, 1)
    up = Document(width=9, height=9, layers=(red, blue))
    assert composite(up, spot)[0, 0].tolist() == [0, 0, 255, 255]
    down = up.replace(layers=(blue, red))
    assert composite(down, spot)[0, 0].tolist() == [255, 0, 0, 255]
    assert composite(down, spot, skip=frozenset({red.id}))[0, 0].tolist() == [0, 0, 255, 255]


def test_a_group_blends_as_one() -> None:
    paper = solid((200, 100, 50, 255))
    dark = solid((100, 100, 100, 255)).replace(blend=BlendMode.MULTIPLY)
    alone = Document(width=9, height=9, layers=(paper, GroupLayer(children=(dark,))))
    # Inside an isolated group there is nothing to multiply with.
    assert composite(alone, Rect(0, 0, 1, 1))[0, 0].tolist() == [100, 100, 100, 255]
    passed = GroupLayer(children=(solid((100, 100, 100, 255)),), blend=BlendMode.MULTIPLY)
    multiplied = alone.replace(layers=(paper, passed))
    assert composite(multiplied, Rect(0, 0, 1, 1))[0, 0].tolist() == [78, 39, 20, 255]


def test_a_single_layer_comes_back_byte_for_byte() -> None:
    pixels = noise(np.random.default_rng(3), 300, 300)
    pixels[pixels[:, :, 3] == 0] = 0
    layer = RasterLayer(raster=Raster.from_array(pixels, 5, -7), x=-5, y=7)
    document = Document(width=300, height=300, layers=(layer,))
    assert np.array_equal(composite(document, document.rect), pixels)


def test_outside_the_canvas_is_nothing() -> None:
    document = Document(width=10, height=10, layers=(solid((1, 2, 3, 255), 600, 600),))
    found = composite(document, Rect(-5, -6, 30, 40))
    assert (found[6:16, 5:15, 3] == 255).all()
    assert np.count_nonzero(found[:, :, 3]) == 100
    view = Compositor()
    view.update(document)
    assert np.count_nonzero(view.tile((0, 0))[:, :, 3]) == 100
    assert view.tile((1, 0)) is EMPTY
    assert view.tile((0, 0), 2)[:2, :2, 3].tolist() == [[255, 255], [255, 255]]


def test_a_part_equals_the_same_part_of_the_whole() -> None:
    document = some_document(np.random.default_rng(5))
    whole = composite(document, document.rect)
    part = Rect(37, 51, 240, 211)
    assert np.array_equal(composite(document, part), whole[51:262, 37:277])


def test_tiles_stitched_equal_the_whole() -> None:
    document = some_document(np.random.default_rng(6))
    whole = premultiplied(composite(document, document.rect))
    view = Compositor()
    for x, y in view.update(document):
        part = whole[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE]
        found = view.tile((x, y))[: part.shape[0], : part.shape[1]] / 255.0
        # Colour, alpha and their product are each rounded once.
        assert np.abs(found - part).max() <= 1.51 / 255.0


def test_what_is_below_an_opaque_tile_is_not_read() -> None:
    top = solid((9, 8, 7, 255), 512, 512)
    below = tuple(solid((50, 60, 70, 255), 512, 512) for _ in range(3))
    document = Document(width=512, height=512, layers=(*below, top))
    view = Compositor()
    view.update(document)
    assert view.tile((1, 1)) is top.raster.tile((1, 1))
    assert view.nbytes == 0
    moved = document.update(top.replace(x=100, y=-30))
    expected = reference(moved, moved.rect)
    assert np.abs(composite(moved, moved.rect) - expected * 255).max() <= 0.51


def test_a_disabled_mask_and_an_empty_one() -> None:
    hidden = LayerMask(Raster(channels=1))
    layer = solid((1, 2, 3, 255)).replace(mask=hidden)
    document = Document(width=8, height=8, layers=(layer,))
    assert not composite(document, document.rect).any()
    shown = document.update(layer.replace(mask=LayerMask(hidden.raster, enabled=False)))
    assert composite(shown, shown.rect)[0, 0].tolist() == [1, 2, 3, 255]


def test_deep_groups() -> None:
    layer: RasterLayer | GroupLayer = solid((10, 20, 30, 200))
    for _ in range(40):
        layer = GroupLayer(children=(layer,))
    document = Document(width=4, height=4, layers=(layer,))
    assert composite(document, document.rect)[0, 0].tolist() == [10, 20, 30, 200]


def test_the_pyramid_is_the_area_average() -> None:
    document = some_document(np.random.default_rng(8))
    view = Compositor()
    view.update(document)
    base = np.zeros((512, 512, 4))
    for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
        base[y * TILE : (y + 1) * TILE, x * TILE : (x + 1) * TILE] = view.tile((x, y))
    for level in range(1, 7):
        step = 2**level
        size = 512 // step
        mean = base.reshape(size, step, size, step, 4).mean(axis=(1, 3))
        side = min(size, TILE)
        found = view.tile((0, 0), level)[:side, :side]
        assert np.abs(found - mean[:side, :side]).max() <= 0.5 * level + 0.01
        if size < TILE:
            assert not view.tile((0, 0), level)[size:].any()


def test_a_dab_makes_only_its_tile_again() -> None:
    rng = np.random.default_rng(9)
    layers = tuple(RasterLayer(raster=Raster.from_array(noise(rng, 1024, 1024))) for _ in range(3))
    document = Document(width=1024, height=1024, layers=layers)
    view = Compositor()
    assert view.update(document) == {(x, y) for x in range(4) for y in range(4)}
    assert view.update(document) == set()
    before = {
        (level, x, y): view.tile((x, y), level)
        for level in range(3)
        for x in range(4 >> level)
        for y in range(4 >> level)
    }
    raster = layers[1].raster.write(600, 300, np.full((20, 20, 4), 255, np.uint8))
    painted = document.update(layers[1].replace(raster=raster))
    assert view.update(painted) == {(2, 1)}
    fresh = Compositor()
    fresh.update(painted)
    touched = {(0, 2, 1), (1, 1, 0), (2, 0, 0)}
    for (level, x, y), old in before.items():
        now = view.tile((x, y), level)
        assert (now is old) == ((level, x, y) not in touched)
        assert np.array_equal(now, fresh.tile((x, y), level))


def test_undone_changes_come_back_in_the_pyramid() -> None:
    first = some_document(np.random.default_rng(10))
    second = first.replace(layers=first.layers[:-3])
    view = Compositor()
    view.update(first)
    before = view.tile((0, 0), 3).copy()
    view.update(second)
    assert not np.array_equal(view.tile((0, 0), 3), before)
    view.update(first)
    assert np.array_equal(view.tile((0, 0), 3), before)


def test_another_size_forgets_everything() -> None:
    document = Document(width=600, height=300, layers=(solid((5, 5, 5, 255), 600, 300),))
    view = Compositor()
    view.update(document)
    view.tile((1, 0))
    small = document.replace(width=300, height=300)
    assert view.update(small) == {(x, y) for x in range(3) for y in range(2)}
    assert not view.tile((1, 0))[:, 44:].any()
    assert view.tile((2, 0)) is EMPTY


def test_the_cache_keeps_its_budget_and_the_pixels() -> None:
    rng = np.random.default_rng(11)
    layer = RasterLayer(raster=Raster.from_array(noise(rng, 2048, 1024)))
    document = Document(width=2048, height=1024, layers=(layer,))
    tile = TILE * TILE * 4
    view, roomy = Compositor(budget=6 * tile), Compositor()
    view.update(document)
    roomy.update(document)
    for level in (0, 3, 1, 0, 2):
        for x in range(-(-8 >> level)):
            for y in range(-(-4 >> level)):
                assert np.array_equal(view.tile((x, y), level), roomy.tile((x, y), level))
                assert view.nbytes <= 7 * tile
    raster = layer.raster.write(1000, 500, np.zeros((100, 100, 4), np.uint8))
    changed = document.update(layer.replace(raster=raster))
    view.update(changed)
    roomy.update(changed)
    assert np.array_equal(view.tile((0, 0), 3), roomy.tile((0, 0), 3))


def test_prepare_makes_what_tile_returns() -> None:
    document = some_document(np.random.default_rng(12)).replace(width=1500, height=1300)
    view, other = Compositor(), Compositor()
    keys = view.update(document)
    other.update(document)
    view.prepare(keys)
    view.prepare([(0, 0), (1, 0)], 2)
    for key in keys:
        assert np.array_equal(view.tile(key), other.tile(key))
    assert np.array_equal(view.tile((0, 0), 2), other.tile((0, 0), 2))


def test_tiles_cannot_be_written() -> None:
    view = Compositor()
    view.update(some_document(np.random.default_rng(13)))
    for level in range(3):
        with pytest.raises(ValueError, match="read-only"):
            view.tile((0, 0), level)[0, 0] = 1


def test_importing_the_compositor_does_not_import_numba() -> None:
    code = (
        "import sys, studio.document.render.compositor, studio.document.render.brush\n"
        "import studio.document.merge\n"
        "assert 'numba' not in sys.modules and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_loops_compile_where_no_cache_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    from studio.document.render import compiling

    real = numba.njit

    def refuse(*args: object, **options: object) -> object:
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*args, **options)

    monkeypatch.setattr(numba, "njit", refuse)
    assert compiling.compile_loop(lambda value: value + 1)(2) == 3
