"""Tiles: shared, read-only, dropped when empty, the same pixels wherever they are moved."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest
from reference_compositor import noise

from studio.core.geometry import Rect
from studio.document.raster import TILE, Raster

AROUND = Rect(-400, -300, 1100, 1000)


def test_what_is_written_is_read() -> None:
    pixels = noise(np.random.default_rng(0), 300, 270)
    raster = Raster.from_array(pixels, -20, 130)
    assert np.array_equal(raster.read(Rect(-20, 130, 300, 270)), pixels)
    around = raster.read(AROUND)
    around[430:700, 380:680] = 0
    assert not around.any()


def test_a_write_shares_what_it_does_not_touch() -> None:
    old = Raster.from_array(noise(np.random.default_rng(1), 700, 700))
    new = old.write(300, 300, np.full((10, 10, 4), 77, np.uint8))
    assert new.changed_tiles(old) == {(1, 1)} == old.changed_tiles(new)
    assert all(new.tile(key) is tile for key, tile in old.tiles.items() if key != (1, 1))
    same = new.write(300, 300, np.full((10, 10, 4), 77, np.uint8))
    assert same.changed_tiles(new) == set()


def test_changed_tiles_sees_those_that_came_and_went() -> None:
    dot = np.full((1, 1, 4), 9, np.uint8)
    first = Raster().write(0, 0, dot).write(600, 0, dot)
    second = Raster({(0, 0): first.tiles[0, 0]}).write(0, 600, dot)
    assert second.changed_tiles(first) == {(2, 0), (0, 2)} == first.changed_tiles(second)


def test_a_tile_that_turns_default_is_dropped() -> None:
    for default in (0, 255):
        raster = Raster(channels=1, default=default)
        dot = raster.write(5, 5, np.full((3, 3, 1), 100, np.uint8))
        assert dot.write(5, 5, np.full((3, 3, 1), default, np.uint8)).tiles == {}


def test_tiles_are_read_only_and_contiguous() -> None:
    big = np.zeros((TILE, 2 * TILE, 4), np.uint8)
    raster = Raster({(0, 0): big[:, :TILE]})
    tile = raster.tiles[0, 0]
    assert tile.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        tile[0, 0] = 1
    with pytest.raises(ValueError, match="a tile must be"):
        raster.with_tiles({(0, 0): np.zeros((TILE, TILE, 3), np.uint8)})
    with pytest.raises(ValueError, match="expected 4 channels"):
        raster.write(0, 0, np.zeros((2, 2, 1), np.uint8))


@pytest.mark.parametrize("offset", [(0, 0), (256, -512), (13, 250), (-300, 7), (-256, 1)])
@pytest.mark.parametrize("default", [0, 200])
def test_shifted_moves_every_pixel(offset: tuple[int, int], default: int) -> None:
    pixels = noise(np.random.default_rng(2), 333, 222, 1)
    raster = Raster.from_array(pixels, -30, 40, default=default)
    moved = raster.shifted(*offset)
    assert np.array_equal(moved.read(AROUND.shift(*offset)), raster.read(AROUND))
    assert moved.bounds() == raster.bounds().shift(*offset)
    if offset[0] % TILE == 0 and offset[1] % TILE == 0:
        assert {id(t) for t in moved.tiles.values()} == {id(t) for t in raster.tiles.values()}


def test_filled_shares_one_array() -> None:
    raster = Raster.filled(Rect(-10, 5, 1000, 900), 255)
    pixels = raster.read(Rect(-20, 0, 1100, 1000))[:, :, 0]
    assert pixels[5:905, 10:1010].min() == 255
    assert np.count_nonzero(pixels) == 1000 * 900
    assert len({id(tile) for tile in raster.tiles.values()}) < len(raster.tiles)
    assert Raster.filled(Rect(0, 0, 0, 9), 255).tiles == {}


def test_bounds_are_tight() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        x, y = (int(n) for n in rng.integers(-900, 900, 2))
        u, v = (int(n) for n in rng.integers(-900, 900, 2))
        dot = np.full((1, 1, 4), 200, np.uint8)
        raster = Raster().write(x, y, dot).write(u, v, dot)
        box = Rect.from_edges(min(x, u), min(y, v), max(x, u) + 1, max(y, v) + 1)
        assert raster.bounds() == box == raster.bounds()
    faint = Raster.from_array(np.array([[[9, 9, 9, 0]]], np.uint8))
    assert faint.bounds().is_empty
    assert Raster().bounds().is_empty


def test_pickled_rasters_come_back() -> None:
    raster = Raster.from_array(noise(np.random.default_rng(4), 50, 50), 300, 2)
    twin = pickle.loads(pickle.dumps(raster))  # our own bytes
    assert np.array_equal(twin.read(AROUND), raster.read(AROUND))
    assert not twin.tiles[1, 0].flags.writeable


def test_a_snapshot_costs_only_its_own_tiles() -> None:
    raster = Raster.from_array(np.full((2048, 2048, 4), 3, np.uint8))
    dab = np.full((8, 8, 4), 5, np.uint8)
    raster.write(0, 0, dab)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        snapshots = [raster.write(256 * (n % 8), 256 * (n // 8), dab) for n in range(10)]
        used = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert len(snapshots) == 10
    assert used < 10 * TILE * TILE * 4 * 1.15
