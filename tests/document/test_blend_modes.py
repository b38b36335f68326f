"""Every blend mode against formulas in float64, in groups and through them too."""

from __future__ import annotations

import numpy as np
import pytest
from blend_reference import FORMULAS, blend
from reference_compositor import noise, reference

from studio.core.geometry import Rect
from studio.document.blend import BlendMode, Form, find_mode
from studio.document.document import Document
from studio.document.layer import GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite

MODES = [mode for mode in BlendMode if not mode.value.only_groups]
EXACT = [mode for mode in MODES if mode is not BlendMode.DISSOLVE]
STEPS = (BlendMode.HARD_MIX, BlendMode.DARKER_COLOUR, BlendMode.LIGHTER_COLOUR)
"""Modes whose formula jumps, so that a value at the jump may fall on the other side."""


def layer(seed: int, size: int = 256, **fields: object) -> RasterLayer:
    pixels = noise(np.random.default_rng(seed), size, size)
    return RasterLayer(raster=Raster.from_array(pixels)).replace(**fields)


def mask(seed: int, size: int = 256) -> LayerMask:
    pixels = noise(np.random.default_rng(seed), size, size, 1)
    return LayerMask(Raster.from_array(pixels, default=200))


def assert_alike(document: Document, *, jumps: bool) -> None:
    """Compare premultiplied: what is nearly transparent has hardly any colour."""
    expected = reference(document, document.rect)
    found = composite(document, document.rect) / 255.0
    one, other = (
        np.concatenate([x[:, :, :3] * x[:, :, 3:], x[:, :, 3:]], axis=2) for x in (found, expected)
    )
    far = np.abs(one - other) * 255
    assert far.mean() <= 0.5
    if jumps:
        assert (far.max(axis=2) > 1.01).mean() < 0.002
    else:
        assert far.max() <= 1.01


@pytest.mark.parametrize("mode", EXACT, ids=lambda mode: mode.value.id)
def test_a_mode_matches_the_published_formula(mode: BlendMode) -> None:
    below, above = layer(1), layer(2, blend=mode, opacity=0.7, mask=mask(3))
    document = Document(width=256, height=256, layers=(below, above))
    assert_alike(document, jumps=mode in STEPS)


@pytest.mark.parametrize("mode", EXACT, ids=lambda mode: mode.value.id)
def test_a_mode_matches_at_every_pair_of_levels(mode: BlendMode) -> None:
    # Backdrop by row and source by column, opaque: all 65,536 pairs with the extremes among them.
    levels = np.arange(256, dtype=np.uint8)
    back, front = (np.full((256, 256, 4), 255, np.uint8) for _ in range(2))
    back[:, :, :3] = levels[:, None, None]
    back[:, :, 1] = 255 - back[:, :, 1]
    front[:, :, :3] = levels[None, :, None]
    front[:, :, 2] //= 2
    layers = (
        RasterLayer(raster=Raster.from_array(back)),
        RasterLayer(raster=Raster.from_array(front), blend=mode),
    )
    document = Document(width=256, height=256, layers=layers)
    expected = blend(back / 255, front / 255, mode)
    far = np.abs(composite(document, document.rect) - expected * 255)
    assert (far.max(axis=2) > 0.6).mean() <= (0.001 if mode in STEPS else 0.0)


@pytest.mark.parametrize("mode", EXACT, ids=lambda mode: mode.value.id)
def test_a_group_blends_by_each_mode(mode: BlendMode) -> None:
    inside = GroupLayer(
        children=(layer(4), layer(5, blend=mode, opacity=0.8)),
        blend=mode,
        opacity=0.6,
        mask=mask(6),
    )
    document = Document(width=256, height=256, layers=(layer(7), inside))
    expected = reference(document, document.rect)
    found = composite(document, document.rect) / 255.0
    far = np.abs(found[:, :, :3] * found[:, :, 3:] - expected[:, :, :3] * expected[:, :, 3:]) * 255
    assert far.mean() <= 0.6
    assert (far.max(axis=2) > 1.5).mean() < 0.01


@pytest.mark.parametrize("opacity", [1.0, 0.6])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("mode", [BlendMode.MULTIPLY, BlendMode.LUMINOSITY])
def test_layers_blend_through_a_pass_through_group(
    mode: BlendMode, masked: bool, opacity: float
) -> None:
    inner = GroupLayer(children=(layer(14, blend=mode),), blend=BlendMode.PASS_THROUGH, opacity=0.9)
    group = GroupLayer(
        children=(layer(11, blend=mode, opacity=0.8), inner, layer(12, blend=BlendMode.SCREEN)),
        blend=BlendMode.PASS_THROUGH,
        opacity=opacity,
        mask=mask(13) if masked else None,
    )
    document = Document(width=256, height=256, layers=(layer(10), group))
    assert_alike(document, jumps=False)
    isolated = document.update(group.replace(blend=BlendMode.NORMAL))
    assert not np.array_equal(
        composite(document, document.rect), composite(isolated, isolated.rect)
    )


def test_a_cover_in_a_pass_through_group_hides_what_is_below() -> None:
    solid = np.full((256, 256, 4), 255, np.uint8)
    cover = RasterLayer(raster=Raster.from_array(solid))
    group = GroupLayer(children=(cover,), blend=BlendMode.PASS_THROUGH)
    document = Document(width=256, height=256, layers=(layer(10), group))
    assert (composite(document, document.rect) == 255).all()
    half = document.update(group.replace(opacity=0.5))
    assert_alike(half, jumps=False)


def test_dissolve_shows_whole_pixels_as_often_as_they_cover() -> None:
    pixels = np.full((256, 256, 4), (10, 200, 30, 255), np.uint8)
    pixels[:, 128:, 3] = 51
    paper = RasterLayer(raster=Raster.from_array(np.full((256, 256, 4), 255, np.uint8)))
    spray = RasterLayer(raster=Raster.from_array(pixels), blend=BlendMode.DISSOLVE, opacity=0.5)
    document = Document(width=256, height=256, layers=(paper, spray))
    found = composite(document, document.rect)
    shown = (found == (10, 200, 30, 255)).all(axis=2)
    assert (shown | (found == 255).all(axis=2)).all()
    assert abs(shown[:, :128].mean() - 0.5) < 0.02
    assert abs(shown[:, 128:].mean() - 0.1) < 0.02
    # No stripes: neighbours are as independent as chance.
    left = shown[:, :128].astype(float) - 0.5
    for dx, dy in ((1, 0), (0, 1), (1, 1)):
        pairs = left[dy:, dx:] * left[: 256 - dy, : 128 - dx]
        assert abs(pairs.mean()) < 0.01


def test_dissolve_is_the_same_for_each_place_however_it_is_asked() -> None:
    spray = layer(20, 600, blend=BlendMode.DISSOLVE, opacity=0.6)
    group = GroupLayer(children=(layer(21, 600),), blend=BlendMode.DISSOLVE, opacity=0.5)
    document = Document(width=600, height=600, layers=(spray, group))
    whole = composite(document, document.rect)
    part = composite(document, Rect(131, 257, 300, 200))
    assert np.array_equal(part, whole[257:457, 131:431])
    # The pattern belongs to the place: a layer that moves goes under it.
    moved = document.replace(layers=(spray.replace(x=5),))
    solid = np.full((64, 64, 4), 255, np.uint8)
    flat = RasterLayer(raster=Raster.from_array(solid), blend=BlendMode.DISSOLVE, opacity=0.5)
    one = Document(width=64, height=64, layers=(flat,))
    other = one.replace(layers=(flat.replace(x=-3, raster=Raster.from_array(solid, 3, 0)),))
    assert np.array_equal(composite(one, one.rect), composite(other, one.rect))
    assert not np.array_equal(composite(moved, moved.rect), whole)


def test_ids_names_and_keys_are_told_apart() -> None:
    rows = [mode.value for mode in BlendMode]
    for field in ("id", "label", "psd", "krita", "gimp"):
        named = [value for row in rows if (value := getattr(row, field))]
        assert len(set(named)) == len(named) and (field == "psd" or len(named) == len(rows)), field
    for mode in BlendMode:
        row = mode.value
        assert len(row.psd) in (0, 4)
        assert find_mode(row.id) is find_mode(f"krita:{row.krita}") is mode
        assert find_mode(f"gimp:{row.gimp}") is mode
        assert row.only_groups or find_mode(row.ora) is mode
    assert find_mode("svg:dst-out") is None
    assert {mode.value.id for mode in BlendMode if mode.value.form is Form.PIXEL} >= {
        "darker-colour", "lighter-colour", "hue", "saturation", "colour", "luminosity",
    }  # fmt: skip
    assert set(FORMULAS) == set(BlendMode)


def test_the_pixels_of_an_untouched_backdrop_stay() -> None:
    # Where the source is transparent, no mode may move the backdrop by a level.
    below = layer(30)
    clear = RasterLayer(raster=Raster.from_array(np.zeros((256, 256, 4), np.uint8)))
    pixels = composite(Document(width=256, height=256, layers=(below,)), Rect(0, 0, 256, 256))
    for mode in MODES:
        layers = (below, clear.replace(blend=mode))
        document = Document(width=256, height=256, layers=layers)
        assert np.array_equal(composite(document, document.rect), pixels)
