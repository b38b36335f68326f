"""The blend modes in Photoshop files: read and written as themselves, drawn as psd-tools does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdBlend
from reference_compositor import noise

from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite

MODES = [mode for mode in BlendMode if mode.value.psd and not mode.value.only_groups]
IN_PSD = [mode for mode in BlendMode if mode.value.psd]
DRAWN = [mode for mode in MODES if mode is not BlendMode.DISSOLVE]
"""Those that psd-tools draws; dissolve it shows as normal."""
WIDTH, HEIGHT = 96, 64


def layer(seed: int, **fields: object) -> RasterLayer:
    pixels = noise(np.random.default_rng(seed), WIDTH, HEIGHT)
    return RasterLayer(name=str(seed), raster=Raster.from_array(pixels)).replace(**fields)


def mask(seed: int) -> LayerMask:
    pixels = noise(np.random.default_rng(seed), WIDTH, HEIGHT, 1)
    return LayerMask(Raster.from_array(pixels, default=0))


def document(*layers: Layer) -> Document:
    return Document(width=WIDTH, height=HEIGHT, layers=layers)


def saved(tmp_path: Path, made: Document) -> Path:
    path = tmp_path / "a.psd"
    save_document(made, path)
    return path


def assert_drawn_alike(path: Path, made: Document) -> None:
    """Compare with psd-tools' rendering of the layers, premultiplied, mean within one level."""
    theirs = np.asarray(PSDImage.open(path).composite(force=True).convert("RGBA")) / 255.0
    ours = composite(made, made.rect) / 255.0
    for one in (theirs, ours):
        one[:, :, :3] *= one[:, :, 3:]
    far = np.abs(theirs - ours) * 255
    assert far.mean() < 1.0
    assert (far.max(axis=2) > 4).mean() < 0.02


@pytest.mark.parametrize("mode", DRAWN, ids=lambda mode: mode.value.id)
def test_a_mode_looks_as_psd_tools_draws_it(tmp_path: Path, mode: BlendMode) -> None:
    made = document(layer(1), layer(2, blend=mode, opacity=0.7, mask=mask(3)))
    assert_drawn_alike(saved(tmp_path, made), made)


@pytest.mark.parametrize("mode", DRAWN, ids=lambda mode: mode.value.id)
def test_groups_look_as_psd_tools_draws_them(tmp_path: Path, mode: BlendMode) -> None:
    inside = (layer(4), layer(5, blend=mode, opacity=0.8))
    isolated = GroupLayer(name="i", children=inside, blend=mode, opacity=0.6, mask=mask(6))
    passing = GroupLayer(
        name="p",
        children=(layer(8, blend=mode), layer(9, blend=BlendMode.MULTIPLY, mask=mask(10))),
        blend=BlendMode.PASS_THROUGH,
    )
    made = document(layer(7), isolated, passing)
    assert_drawn_alike(saved(tmp_path, made), made)


@pytest.mark.parametrize("opacity", [1.0, 0.5])
@pytest.mark.parametrize("masked", [False, True])
def test_a_faded_pass_through_group_looks_as_psd_tools_draws_it(
    tmp_path: Path, masked: bool, opacity: float
) -> None:
    passing = GroupLayer(
        name="p",
        children=(layer(8, blend=BlendMode.DIFFERENCE), layer(9, blend=BlendMode.HUE)),
        blend=BlendMode.PASS_THROUGH,
        opacity=opacity,
        mask=mask(10) if masked else None,
    )
    made = document(layer(7), passing)
    assert_drawn_alike(saved(tmp_path, made), made)


@pytest.mark.parametrize("mode", IN_PSD, ids=lambda mode: mode.value.id)
def test_a_mode_is_written_as_itself_and_read_back(tmp_path: Path, mode: BlendMode) -> None:
    above: Layer = layer(2, blend=mode, opacity=100 / 255)
    if mode.value.only_groups:
        above = GroupLayer(children=(layer(2),), blend=mode, opacity=100 / 255, mask=mask(3))
    made = document(layer(1), above)
    path = saved(tmp_path, made)
    assert PSDImage.open(path)[1].blend_mode == PsdBlend(mode.value.psd)
    found = open_document(path)
    assert [one.blend for one in found.document.layers] == [BlendMode.NORMAL, mode]
    assert found.notices == ()
    assert np.array_equal(composite(found.document, made.rect), composite(made, made.rect))


@pytest.mark.parametrize(
    "mode", [one for one in PsdBlend if one != PsdBlend.PASS_THROUGH], ids=lambda one: one.name
)
def test_every_mode_of_a_foreign_file_is_read_as_itself(tmp_path: Path, mode: PsdBlend) -> None:
    top = noise(np.random.default_rng(2), WIDTH, HEIGHT)
    psd = PSDImage.new("RGBA", (WIDTH, HEIGHT))
    psd.create_pixel_layer(Image.fromarray(noise(np.random.default_rng(1), WIDTH, HEIGHT)))
    psd.create_pixel_layer(Image.fromarray(top), blend_mode=mode)
    path = tmp_path / "a.psd"
    psd.save(path)
    found = open_document(path)
    kept = found.document.layers[1]
    assert isinstance(kept, RasterLayer) and kept.blend.value.psd == mode.value
    assert np.array_equal(kept.raster.read(found.document.rect), top)
    assert not any("pixels" in str(one) for one in found.notices)
