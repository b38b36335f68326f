"""Depth maps of samples as artists and networks make them: near is white, far is black."""

import cv2
import numpy as np

from starter_recipe import scenes
from starter_recipe.bank import Sample
from studio.control_maps.depth import ground
from studio.document.layer_depth import STEP

PLAIN, TILTED, LAYERS = 0.4, 0.15, 0.15
"""How often the background is one level, a gradient to anywhere, or as the product makes it from
layers; else it is a ground with a horizon."""

BULGED = 0.5
HARD = 0.5
BLURRED = 0.4
STRETCHED = 0.5
STREAM = 5


def depth_map(sample: Sample) -> scenes.Pixels:
    """Return a depth map (n, n, 3) uint8 of a sample: the thing before a background.

    Things are flat or round, sharp or soft, and the range is left or stretched to 0..255 as MiDaS'
    (Ranftl et al. 2020) is: nothing in one picture says how far a thing is, only what is nearer.
    """
    rng = np.random.default_rng((*sample.key, STREAM))
    side = sample.image.shape[0]
    layers, depth = _background(rng, side)
    if sample.alpha is not None:
        depth = _before(rng, sample.alpha, depth, layers)
    if not layers and rng.random() < BLURRED:
        depth = np.asarray(cv2.GaussianBlur(depth, (0, 0), rng.uniform(0.5, 2.5)), np.float32)
    if not layers and rng.random() < STRETCHED:
        low, high = float(depth.min()), float(depth.max())
        if high - low > 0.05:
            depth = (depth - low) / (high - low)
    grey = np.clip(np.rint(depth * 255), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _background(rng: np.random.Generator, side: int) -> tuple[bool, scenes.Floats]:
    """Draw a background (side, side) in 0..1, and whether it is the product's own."""
    draw = rng.random()
    if draw < PLAIN:
        level = rng.uniform(0.0, 0.4) if rng.random() < 0.6 else 0.0
        return False, np.full((side, side), level, np.float32)
    if draw < PLAIN + TILTED:
        middle = np.full(3, rng.uniform(0.1, 0.4), np.float32)
        return False, scenes.gradient(rng, side, middle, rng.uniform(0.1, 0.5))[..., 0]
    made_of_layers = bool(draw < PLAIN + TILTED + LAYERS)
    horizon = 0.0 if made_of_layers else rng.uniform(0.0, 0.75)
    near = 1 - STEP / 255 if made_of_layers else rng.uniform(0.3, 0.85)
    far = 0.0 if made_of_layers else rng.uniform(0.0, 0.15)
    rows = ground(side, side, horizon)[..., 0].astype(np.float32) / 255
    return made_of_layers, (far + rows * np.float32(near - far)).astype(np.float32)


def _before(
    rng: np.random.Generator, alpha: scenes.Floats, depth: scenes.Floats, layers: bool
) -> scenes.Floats:
    """Put what alpha (n, n) covers before a background (n, n) in 0..1."""
    solid = alpha > 0.5
    if not solid.any():
        return depth
    behind = float(depth[solid].max())
    if layers:
        return np.where(solid, np.float32(behind + STEP / 255), depth)
    cover = solid.astype(np.float32) if rng.random() < HARD else alpha
    level = behind + rng.uniform(0.15, 1.0) * (1 - behind)
    thing = np.full_like(depth, level)
    if rng.random() < BULGED:
        edge = behind + (level - behind) * rng.uniform(0.2, 0.8)
        thing = edge + (level - edge) * _bulge(solid)
    return np.asarray(depth * (1 - cover) + thing * cover, np.float32)


def _bulge(solid: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> scenes.Floats:
    """Return a dome (n, n) in 0..1 over a silhouette: 0 at its border, 1 at its middle.

    A circle's dome is its half sphere: height sqrt(1 - (1 - d)^2) at a part d of the way inwards.
    """
    deep = cv2.distanceTransform(solid.astype(np.uint8), cv2.DIST_L2, 5)
    outwards = 1 - deep / max(1.0, float(deep.max()))
    dome = np.sqrt(np.clip(1 - outwards**2, 0, 1))
    return np.asarray(cv2.GaussianBlur(dome, (0, 0), 1.0), np.float32)
