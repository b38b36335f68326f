"""Draws what the journeys put into photographs, so that its licence is Lienzo's own.

The photographs are those of scikit-image: coffee (Rachel Michetti, CC0), rocket (SpaceX, CC0),
astronaut (NASA, public domain), camera (Lav Varshney, CC0) and gravel (CC0).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data
from starter_recipe.people import Person, draw_person

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Point = tuple[float, float]

RED, STALK, LEAF = (226, 38, 44), (110, 70, 40), (86, 190, 70)
DOLL = {"kind": "girl", "top": "yellow", "bottom": "green"}
SIDE = 420
DOLL_PHOTOS = (("standing", 1), ("pointing", 2), ("walking", 3), ("waving", 4))
"""What the doll does in each photo, and the seed that says how exactly."""


def photograph(name: str) -> Pixels:
    """Return a photograph of scikit-image, (h, w, 3)."""
    photo = np.asarray(getattr(data, name)(), np.uint8)
    return photo if photo.ndim == 3 else np.repeat(photo[..., None], 3, 2)


def apple_on_table(centre: Point = (505, 110), radius: float = 52) -> Pixels:
    """Return the photo of a cup of coffee, (400, 600, 3), with an apple beside the cup."""
    photo = photograph("coffee").astype(np.float32)
    size, (x, y) = photo.shape[:2], centre

    def oval(across: float, down: float, wide: float, high: float, turn: float) -> Pixels:
        mask = np.zeros(size, np.uint8)
        middle = round(x + across * radius), round(y + down * radius)
        axes = round(wide * radius), round(high * radius)
        cv2.ellipse(mask, middle, axes, turn, 0, 360, 255, -1, cv2.LINE_AA)
        return mask

    shade = cv2.GaussianBlur(oval(0.1, 0.86, 0.9, 0.2, 0), (0, 0), radius * 0.12)
    photo = photo * (1 - 0.6 / 255 * shade.astype(np.float32))[..., None]
    halves = np.maximum(oval(-0.36, 0, 0.68, 0.9, -6), oval(0.36, 0, 0.68, 0.9, 6))
    photo = over(photo, halves, RED, 0.55)
    photo = over(photo, oval(0.05, -0.92, 0.07, 0.24, 14), STALK, 0.1)
    return np.asarray(over(photo, oval(0.38, -1.0, 0.34, 0.16, -22), LEAF, 0.3), np.uint8)


def over(photo: Floats, mask: Pixels, colour: tuple[int, int, int], gloss: float) -> Floats:
    """Lay a rounded shape of one colour over a photo, lit from the upper left."""
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    thick = max(float(depth.max()), 1.0)
    height = thick * np.sqrt(np.clip(1 - (1 - np.clip(depth / thick, 0, 1)) ** 2, 0, 1))
    height = cv2.GaussianBlur(height, (0, 0), thick / 14 + 1)
    across = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=0.25)
    light = (0.45 * across + 0.6 * down + 0.66) / np.sqrt(across**2 + down**2 + 1)
    light = np.clip(light, 0, 1)[..., None]
    paint = np.asarray(colour, np.float32) * (0.55 + 0.55 * light) + light**24 * gloss * 110
    cover = cv2.GaussianBlur(mask, (0, 0), 1.2).astype(np.float32)[..., None] / 255
    return np.asarray(photo * (1 - cover) + np.clip(paint, 0, 255) * cover, np.float32)


def doll_photos() -> list[Pixels]:
    """Return four photos, (420, 420, 3), of one doll in front of four places."""
    places = (
        photograph("rocket")[10:240, 300:560],
        photograph("astronaut")[40:310, 250:512],
        photograph("camera")[100:400, 250:512],
        (photograph("gravel")[:260, :260] * np.array([0.9, 0.8, 0.7])).astype(np.uint8),
    )
    pairs = zip(places, DOLL_PHOTOS, strict=True)
    return [_doll_photo(place, action, seed) for place, (action, seed) in pairs]


def _doll_photo(place: Pixels, action: str, seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    doll = Person(**DOLL, action=action, skirt=False, skin=1, hair=4, long_hair=True)
    sprite = draw_person(rng, doll).sprite.astype(np.float32)
    ground = cv2.resize(place, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    # Out of focus, as what lies behind a subject is.
    ground = cv2.GaussianBlur(ground, (0, 0), 3)
    scale = rng.uniform(1.25, 1.45)
    across, down = rng.uniform(-25, 25), rng.uniform(-10, 15)
    move = SIDE / 2 - 128 * scale
    way = np.array([[scale, 0, move + across], [0, scale, move + down]], np.float32)
    laid = cv2.warpAffine(sprite, way, (SIDE, SIDE), flags=cv2.INTER_CUBIC)
    cover = np.clip(laid[..., 3:] / 255, 0, 1)
    grain = rng.normal(0, 3, ground.shape)
    return np.clip(laid[..., :3] + ground * (1 - cover) + grain, 0, 255).astype(np.uint8)


def save(image: Pixels, path: str) -> None:
    """Write a picture (h, w, 3)."""
    cv2.imwrite(path, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
