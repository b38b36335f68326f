"""Composes sprites, backgrounds, photographs, shadows and masks into training pictures."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

COLOURS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "black": (24, 24, 28),
    "grey": (150, 152, 156),
    "red": (222, 62, 58),
    "orange": (245, 150, 50),
    "yellow": (250, 218, 84),
    "green": (92, 186, 100),
    "blue": (74, 138, 228),
    "purple": (150, 96, 206),
    "pink": (248, 158, 190),
    "brown": (146, 100, 66),
    "turquoise": (70, 194, 190),
}
MASKS = ("silhouette", "ellipse", "box", "blob")
SIZES = (64, 96, 112)
"""Pixels across a thing that does not fill the frame of 128; all else would be a new picture."""
PLACES = 3
"""How many places such a thing has each way: at the borders and in the middle."""


@dataclass(frozen=True)
class Scene:
    """A picture with one thing in it: (n, n, 3) uint8, and the thing's alpha (n, n) in 0..1."""

    image: Pixels
    alpha: Floats


def sprite_canvas(sprite: Pixels, side: int, size: int, centre: tuple[float, float]) -> Floats:
    """Scale a premultiplied sprite to `size` pixels on an empty (side, side, 4) 0..1 canvas."""
    small = cv2.resize(sprite, (size, size), interpolation=cv2.INTER_AREA)
    canvas = np.zeros((side, side, 4), np.float32)
    top = round(centre[1] - size / 2)
    left = round(centre[0] - size / 2)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(side, top + size), min(side, left + size)
    canvas[y0:y1, x0:x1] = small[y0 - top : y1 - top, x0 - left : x1 - left] / np.float32(255)
    return canvas


def place(
    rng: np.random.Generator, sprite: Pixels, side: int, part: tuple[float, float], flips: bool
) -> Floats:
    """Put a sprite somewhere wholly inside the frame at a random size within `part` of it."""
    size, centre = spot(rng, side, part)
    if flips and rng.random() < 0.5:
        sprite = sprite[:, ::-1]
    return sprite_canvas(sprite, side, size, centre)


def grid_place(
    rng: np.random.Generator, sprite: Pixels, side: int, part: tuple[float, float]
) -> Floats:
    """Put a sprite on the coarse grid of `grid_spot`, never mirrored."""
    size, centre = grid_spot(rng, side, part)
    return sprite_canvas(sprite, side, size, centre)


def cell_canvas(sprite: Pixels, side: int, cell: int) -> Floats:
    """Put a sprite of the smallest size in a cell of the grid, which counts row by row."""
    size = min(SIZES)
    row, column = divmod(cell, PLACES)
    step = (side - size) // (PLACES - 1)
    centre = (column * step + size / 2, row * step + size / 2)
    return sprite_canvas(sprite, side, size, centre)


def grid_spot(
    rng: np.random.Generator, side: int, part: tuple[float, float]
) -> tuple[int, tuple[float, float]]:
    """Draw one of SIZES within `part` of a frame, and a centre (x, y) on a grid of PLACES.

    Corners lie on multiples of 8 pixels, a cell of the latents, so that a thing has the same
    latents wherever it is. With free sizes and places each distinct picture is seen less than
    once, and all of them stay blurred.
    """
    fit = [size for size in SIZES if part[0] * side <= size <= part[1] * side]
    size = int(rng.choice(fit))
    step = (side - size) // (PLACES - 1)
    corner = rng.integers(0, PLACES, 2) * step
    return size, (float(corner[0] + size / 2), float(corner[1] + size / 2))


def spot(
    rng: np.random.Generator, side: int, part: tuple[float, float]
) -> tuple[int, tuple[float, float]]:
    """Draw a size within `part` of a frame and a centre (x, y) that keeps it wholly inside."""
    size = int(side * rng.uniform(*part))
    slack = (side - size) / 2
    shift = np.clip(rng.normal(0.0, 0.35, 2), -1, 1) * slack
    return size, (side / 2 + shift[0], side / 2 + shift[1])


def gradient(rng: np.random.Generator, side: int, colour: Floats, amount: float) -> Floats:
    """Return a (side, side, 3) background in 0..1 that drifts softly around a colour."""
    angle = rng.uniform(0, 2 * np.pi)
    line = np.linspace(-0.5, 0.5, side, dtype=np.float32)
    ramp = np.cos(angle) * line[None, :] + np.sin(angle) * line[:, None]
    tint = rng.normal(0, 0.25, 3).astype(np.float32) + np.float32(1)
    drift = ramp[..., None] * tint * np.float32(amount)
    return np.asarray(np.clip(colour + drift, 0, 1), np.float32)


def named_background(rng: np.random.Generator, side: int, name: str) -> Floats:
    """Return a (side, side, 3) background in 0..1 of a named colour; white is exactly white."""
    colour = np.array(COLOURS[name], np.float32) / 255
    if name == "white":
        return np.full((side, side, 3), 1, np.float32)
    jittered = np.clip(colour + rng.normal(0, 0.03, 3).astype(np.float32), 0, 1)
    return gradient(rng, side, jittered.astype(np.float32), rng.uniform(0, 0.25))


def soft_background(rng: np.random.Generator, side: int) -> Floats:
    """Return a pale (side, side, 3) gradient in 0..1."""
    colour = (1 - rng.uniform(0.03, 0.3) * rng.uniform(0, 1, 3)).astype(np.float32)
    return gradient(rng, side, colour, rng.uniform(0, 0.2))


def photo_crop(rng: np.random.Generator, photo: Pixels, side: int) -> Floats:
    """Cut a random (side, side, 3) piece in 0..1 from a photograph, mirrored half of the time."""
    low = min(photo.shape[:2])
    span = int(rng.uniform(0.55, 1.0) * low)
    top = int(rng.integers(0, photo.shape[0] - span + 1))
    left = int(rng.integers(0, photo.shape[1] - span + 1))
    piece = photo[top : top + span, left : left + span]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    sized = cv2.resize(piece, (side, side), interpolation=cv2.INTER_CUBIC)
    level = rng.uniform(0.85, 1.12)
    return np.clip(sized.astype(np.float32) / 255 * level, 0, 1).astype(np.float32)


def over(thing: Floats, background: Floats) -> Scene:
    """Lay a premultiplied canvas over a background."""
    alpha = thing[..., 3]
    mixed = thing[..., :3] + background * (1 - alpha[..., None])
    image = np.clip(np.rint(mixed * 255), 0, 255).astype(np.uint8)
    return Scene(image, alpha)


def shadow(rng: np.random.Generator, thing: Floats, background: Floats) -> Floats:
    """Darken a background where a thing standing on it would touch the ground."""
    rows, columns = np.nonzero(thing[..., 3] > 0.5)
    if rows.size == 0:
        return background
    side = thing.shape[0]
    width = (columns.max() - columns.min()) / 2
    mark = np.zeros((side, side), np.float32)
    centre = (int(columns.mean()), min(side - 1, int(rows.max())))
    axes = (max(1, int(width * rng.uniform(0.6, 0.95))), max(1, int(width * 0.14)))
    cv2.ellipse(mark, centre, axes, 0, 0, 360, 1.0, -1)
    blurred = cv2.GaussianBlur(mark, (0, 0), side * 0.02)
    strength = rng.uniform(0.15, 0.5)
    return (background * (1 - strength * blurred[..., None])).astype(np.float32)


def mask_around(rng: np.random.Generator, alpha: Floats, kind: str) -> Pixels:
    """Draw a mask of one of the MASKS kinds that covers a thing with some margin.

    Takes alpha (n, n) in 0..1 and returns (n, n) uint8, 1 where the picture is to be painted.
    """
    side = alpha.shape[0]
    solid = (alpha > 0.02).astype(np.uint8)
    rows, columns = np.nonzero(solid)
    mask = np.zeros_like(solid)
    margin = rng.uniform(0.02, 0.09) * side
    x0, x1 = columns.min() - margin, columns.max() + margin
    y0, y1 = rows.min() - margin, rows.max() + margin
    if kind == "box":
        mask[max(0, int(y0)) : int(y1) + 2, max(0, int(x0)) : int(x1) + 2] = 1
    elif kind == "ellipse":
        centre = (round((x0 + x1) / 2), round((y0 + y1) / 2))
        axes = (round((x1 - x0) * 0.62), round((y1 - y0) * 0.62))
        cv2.ellipse(mask, centre, axes, 0, 0, 360, 1, -1)
    elif kind == "blob":
        points = rng.integers(0, rows.size, 10)
        for index in points:
            radius = int(rng.uniform(0.06, 0.16) * side)
            cv2.circle(mask, (int(columns[index]), int(rows[index])), radius, 1, -1)
    grown = cv2.dilate(solid, _disc(max(2, int(margin))))
    return np.maximum(mask, grown)


def free_mask(rng: np.random.Generator, side: int) -> Pixels:
    """Draw a mask (side, side) uint8 of a few strokes that follow nothing in the picture."""
    mask = np.zeros((side, side), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        ends = rng.integers(side // 8, side - side // 8, 4)
        thick = int(rng.uniform(0.12, 0.4) * side)
        cv2.line(mask, (int(ends[0]), int(ends[1])), (int(ends[2]), int(ends[3])), 1, thick)
    return mask


def _disc(radius: int) -> Pixels:
    shape = (2 * radius + 1, 2 * radius + 1)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, shape), np.uint8)
