"""Twenty photographs with masks drawn by hand, sixty clicks on them, and thirty removals.

``photos/objects.json`` holds where each photograph comes from, the outlines of its things as
polygons, which were drawn by eye on an enlarged picture, and the clicks inside them.
``photos/removals.json`` holds thirty rows from which a known removal is made: a thing of one photo
is pasted into a crop of another, so that the clean crop is the answer. Everything is deterministic.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent / "photos"
Pixels = NDArray[np.uint8]
Point = tuple[float, float]
SUBPIXELS = 4  # bits of the polygons' coordinates and samples of an edge pixel


@dataclass(frozen=True)
class Thing:
    """One thing of a photo: its outlines in pixels and the clicks inside it."""

    name: str
    polygons: tuple[tuple[Point, ...], ...]
    clicks: tuple[Point, ...]
    shape: tuple[int, int]

    def mask(self) -> NDArray[np.float32]:
        """The area of the thing, (h, w) float32 in 0..1, with smooth edges."""
        height, width = self.shape
        large = np.zeros((height * SUBPIXELS, width * SUBPIXELS), np.uint8)
        for polygon in self.polygons:
            points = np.round(np.array(polygon) * SUBPIXELS).astype(np.int32)
            cv2.fillPoly(large, [points], 255)
        small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / 255.0


@dataclass(frozen=True)
class Photo:
    """A photograph of the set, and what its files say about it."""

    name: str
    path: Path
    title: str
    author: str
    licence: str
    source: str
    objects: tuple[Thing, ...]

    def pixels(self) -> Pixels:
        """The picture, (h, w, 3) uint8 RGB."""
        return _pixels(self.path)

    def thing(self, name: str) -> Thing:
        """The thing of that name; KeyError if there is none."""
        return {thing.name: thing for thing in self.objects}[name]


@dataclass(frozen=True)
class Click:
    """One of the sixty clicks, and the click that would follow it, both inside the thing."""

    photo: Photo
    thing: Thing
    first: Point
    second: Point


@dataclass(frozen=True)
class Removal:
    """A crop of a photo into which a thing of another photo is pasted."""

    name: str
    ground: Photo
    crop: tuple[int, int, int, int]
    photo: Photo
    thing: Thing
    at: Point
    height: int
    flip: bool

    def make(self) -> tuple[Pixels, Pixels, Pixels]:
        """The clean crop and the crop with the thing, (h, w, 3) uint8 RGB, and its mask.

        The mask is (h, w) uint8, 255 wherever the pasted thing changes a pixel.
        """
        left, top, width, height = self.crop
        clean = self.ground.pixels()[top : top + height, left : left + width].copy()
        colours, alpha = self._cut_out()
        tall, wide = alpha.shape
        x, y = round(self.at[0] - wide / 2), round(self.at[1] - tall / 2)
        layer = np.zeros((height, width, 3), np.float32)
        cover = np.zeros((height, width), np.float32)
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + wide, width), min(y + tall, height)
        layer[y0:y1, x0:x1] = colours[y0 - y : y1 - y, x0 - x : x1 - x]
        cover[y0:y1, x0:x1] = alpha[y0 - y : y1 - y, x0 - x : x1 - x]
        mixed = clean * (1.0 - cover[..., None]) + layer * cover[..., None]
        mask = np.where(cover > 0.0, 255, 0).astype(np.uint8)
        pasted = np.where(mask[..., None] > 0, np.rint(mixed).astype(np.uint8), clean)
        return clean, pasted, mask

    def _cut_out(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        mask = self.thing.mask()
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        colours, alpha = self.photo.pixels()[box].astype(np.float32), mask[box]
        width = max(round(alpha.shape[1] * self.height / alpha.shape[0]), 1)
        size = (width, self.height)
        colours = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
        if self.flip:
            colours, alpha = colours[:, ::-1], alpha[:, ::-1]
        return np.asarray(colours, np.float32), np.asarray(alpha, np.float32)


@lru_cache(maxsize=1)
def photos() -> tuple[Photo, ...]:
    """All photographs, in the order of the file."""
    return tuple(_photo(row) for row in _rows("objects.json")["photos"])


def clicks() -> list[Click]:
    """The sixty clicks; the one that follows a click is the thing's next, the first after the last.

    "Two clicks" in the measures means both of them.
    """
    return [
        Click(photo, thing, first, thing.clicks[(index + 1) % len(thing.clicks)])
        for photo in photos()
        for thing in photo.objects
        for index, first in enumerate(thing.clicks)
    ]


def removals() -> list[Removal]:
    """The thirty removals, in the order of the file."""
    named = {photo.name: photo for photo in photos()}
    return [
        Removal(
            f"{row['ground']} without {row['thing']}",
            named[row["ground"]],
            tuple(row["crop"]),
            named[row["photo"]],
            named[row["photo"]].thing(row["thing"]),
            (row["at"][0], row["at"][1]),
            row["height"],
            row["flip"],
        )
        for row in _rows("removals.json")["removals"]
    ]


def overlap(answer: NDArray[Any], truth: NDArray[np.float32]) -> float:
    """Intersection over union of two masks; ``answer`` is bool, 0..255 uint8 or 0..1 float."""
    if answer.dtype == np.bool_:
        chosen = answer
    else:
        chosen = answer >= (128 if answer.dtype == np.uint8 else 0.5)
    wanted = truth >= 0.5
    union = np.logical_or(chosen, wanted).sum()
    return float(np.logical_and(chosen, wanted).sum() / union) if union else 1.0


def _photo(row: dict[str, Any]) -> Photo:
    path = FOLDER / row["file"]
    shape = _pixels(path).shape[:2]
    things = tuple(
        Thing(
            thing["name"],
            tuple(tuple((x, y) for x, y in polygon) for polygon in thing["polygons"]),
            tuple((x, y) for x, y in thing["clicks"]),
            (shape[0], shape[1]),
        )
        for thing in row["objects"]
    )
    return Photo(
        path.stem, path, row["title"], row["author"], row["licence"], row["source"], things
    )


@lru_cache(maxsize=32)
def _pixels(path: Path) -> Pixels:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(path)
    pixels = np.ascontiguousarray(image[..., ::-1])
    pixels.flags.writeable = False
    return pixels.astype(np.uint8, copy=False)


def _rows(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return loaded
