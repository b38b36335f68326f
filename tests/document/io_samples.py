"""Documents and comparisons that the tests of the file formats share."""

from __future__ import annotations

import numpy as np

from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.layer import (
    ControlLayer,
    GenerativeLayer,
    GroupLayer,
    Layer,
    LayerMask,
    RasterLayer,
)
from studio.document.raster import Pixels, Raster
from studio.document.render.compositor import composite

RECIPE = {
    "version": 1,
    "task": "fill",
    "prompt": "a teddy bear, ñandú 熊",
    "negative_prompt": "blurry",
    "region": [16, 8, 128, 96],
    "model": "starter",
    "sampling": {
        "steps": 20,
        "cfg_scale": 7.0,
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "seed": 42,
        "denoise": 1.0,
        "variations": 4,
    },
    "mask_blur": 8,
    "padding": 32,
    "adapters": [],
}


def noise(height: int, width: int, channels: int = 4, seed: int = 0) -> Pixels:
    """Return random pixels."""
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def photo(height: int = 90, width: int = 130) -> Pixels:
    """Return a smooth opaque RGBA picture, as lossy formats like it."""
    y, x = np.mgrid[0:height, 0:width]
    bands = [x * 255 / width, y * 255 / height, (x + y) * 255 / (width + height)]
    pixels = np.full((height, width, 4), 255, dtype=np.uint8)
    pixels[:, :, :3] = np.stack(bands, axis=-1).round()
    return pixels


def rich_document() -> Document:
    """Return a document with every kind of layer and everything that a file must keep."""
    base = RasterLayer(name="Foto", raster=Raster.from_array(photo(300, 400)))
    multiply = RasterLayer(
        name="毛 ñ 😀",
        blend=BlendMode.MULTIPLY,
        opacity=0.4,
        x=-30,
        y=250,
        locked=True,
        raster=Raster.from_array(noise(80, 90, seed=1), 7, -5),
    )
    made = GenerativeLayer(
        name="a teddy bear",
        x=120,
        y=40,
        raster=Raster.from_array(noise(96, 128, seed=2), -11, 300),
        mask=LayerMask(Raster.from_array(noise(60, 60, 1, seed=3), 0, 310, default=255)),
        recipe=RECIPE,
        recipe_mask=Raster.from_array(noise(40, 50, 1, seed=4), 30, 20),
        recipe_pictures=(
            Raster.from_array(opaque(noise(33, 44, seed=11))),
            Raster.from_array(noise(40, 50, 1, seed=12)),
        ),
    )
    hidden = RasterLayer(
        name="hidden",
        visible=False,
        mask=LayerMask(Raster.from_array(noise(50, 50, 1, seed=5)), enabled=False),
        raster=Raster.from_array(noise(50, 50, seed=6)),
    )
    empty = RasterLayer(name="empty", x=5, y=6)
    overlay = RasterLayer(
        name="overlay",
        blend=BlendMode.OVERLAY,
        raster=Raster.from_array(noise(100, 100, seed=7), 200, 100),
    )
    inner = GroupLayer(
        name="inner",
        opacity=0.5,
        blend=BlendMode.SCREEN,
        expanded=False,
        children=(overlay, empty),
    )
    outer = GroupLayer(
        name="outer",
        x=3,
        y=-2,
        mask=LayerMask(Raster.from_array(noise(120, 150, 1, seed=8), 180, 90)),
        children=(inner, hidden),
    )
    return Document(
        width=400,
        height=300,
        layers=(base, multiply, made, outer),
        active=made.id,
        selection=Raster.from_array(noise(30, 30, 1, seed=9), 40, 50),
        mask=Raster.from_array(noise(20, 20, 1, seed=10), 300, 200),
    )


def opaque(pixels: Pixels) -> Pixels:
    """Return RGBA pixels without transparency."""
    return np.dstack([pixels[:, :, :3], np.full(pixels.shape[:2], 255, np.uint8)])


def picture(document: Document) -> Pixels:
    """Return the composite of the canvas."""
    return composite(document, document.rect)


def assert_rasters(a: Raster | None, b: Raster | None) -> None:
    """Every pixel that either raster stores is the same in both."""
    assert (a is None) == (b is None)
    if a is None or b is None:
        return
    assert (a.channels, a.default) == (b.channels, b.default)
    box = a.tile_bounds.union(b.tile_bounds)
    first, second = a.read(box), b.read(box)
    if a.channels == 4:  # The colour of what is fully transparent lies outside the file's box.
        first, second = first * (first[:, :, 3:] > 0), second * (second[:, :, 3:] > 0)
    assert np.array_equal(first, second)


def assert_layers(a: Layer, b: Layer) -> None:
    """Both layers are the same in everything that is kept, children included."""
    assert type(a) is type(b)
    for name in ("id", "name", "visible", "opacity", "blend", "locked", "x", "y"):
        assert getattr(a, name) == getattr(b, name), name
    assert (a.mask is None) == (b.mask is None)
    if a.mask is not None and b.mask is not None:
        assert a.mask.enabled == b.mask.enabled
        assert_rasters(a.mask.raster, b.mask.raster)
    if isinstance(a, RasterLayer) and isinstance(b, RasterLayer):
        assert_rasters(a.raster, b.raster)
    if isinstance(a, GenerativeLayer) and isinstance(b, GenerativeLayer):
        assert a.recipe == b.recipe
        assert_rasters(a.recipe_mask, b.recipe_mask)
        for one, other in zip(a.recipe_pictures, b.recipe_pictures, strict=True):
            assert_rasters(one, other)
    if isinstance(a, ControlLayer) and isinstance(b, ControlLayer):
        assert a.control == b.control
    if isinstance(a, GroupLayer) and isinstance(b, GroupLayer):
        assert a.expanded == b.expanded
        assert len(a.children) == len(b.children)
        for first, second in zip(a.children, b.children, strict=True):
            assert_layers(first, second)
