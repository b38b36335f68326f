"""The benchmarks' photographs: clean masks, clicks inside them, exact pairs."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


@pytest.fixture(scope="module")
def photo_set() -> ModuleType:
    path = Path(__file__).parents[1] / "benchmarks" / "photo_set.py"
    spec = importlib.util.spec_from_file_location("photo_set", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["photo_set"] = module
    spec.loader.exec_module(module)
    return module


def test_twenty_photos_carry_a_licence_and_things(photo_set: ModuleType) -> None:
    photos = photo_set.photos()
    assert len(photos) == 20
    assert len({photo.pixels().tobytes() for photo in photos}) == 20
    for photo in photos:
        assert photo.author and photo.source and photo.objects
        assert photo.licence.startswith(("CC0", "CC BY", "public domain", "no known copyright"))
        assert 300 <= max(photo.pixels().shape[:2]) <= 800
    assert sum(photo.path.stat().st_size for photo in photos) < 2_500_000


def test_sixty_clicks_lie_inside_masks_of_some_size(photo_set: ModuleType) -> None:
    clicks = photo_set.clicks()
    assert len(clicks) == 60
    for click in clicks:
        mask = click.thing.mask()
        assert mask.shape == click.photo.pixels().shape[:2]
        assert 0.005 < mask.mean() < 0.8
        assert click.first != click.second
        for x, y in (click.first, click.second):
            assert mask[int(y), int(x)] == 1.0


def test_a_mask_has_smooth_edges_and_overlaps_itself(photo_set: ModuleType) -> None:
    mask = photo_set.photos()[0].thing("bowl").mask()
    assert ((mask > 0) & (mask < 1)).any()
    assert photo_set.overlap(mask, mask) == 1.0
    assert photo_set.overlap(np.uint8(255) * (mask > 0.5), mask) == pytest.approx(1.0, abs=0.01)
    assert photo_set.overlap(np.zeros(mask.shape, bool), mask) == 0.0


def test_thirty_removals_change_nothing_outside_their_mask(photo_set: ModuleType) -> None:
    removals = photo_set.removals()
    assert len(removals) == 30
    for removal in removals:
        clean, pasted, mask = removal.make()
        assert clean.shape == pasted.shape == (*mask.shape, 3)
        assert removal.ground.name != removal.photo.name
        np.testing.assert_array_equal(pasted[mask == 0], clean[mask == 0])
        assert 0.005 < (mask > 0).mean() < 0.25
        inside = np.abs(pasted.astype(int) - clean)[mask > 0].mean()
        assert inside > 10, removal.name
        np.testing.assert_array_equal(removal.make()[1], pasted)
