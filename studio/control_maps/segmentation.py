"""Makes segmentation maps for ControlNets: classes and colours, superpixels, and a score.

The palette is that of ADE20K's 150 classes (Zhou et al. 2017, "Scene Parsing through ADE20K
Dataset") in the order and colours of MMSegmentation and of controlnet_aux's ``ade_palette``, which
the public segmentation ControlNets were trained on. "skyscraper" is left out: there it has the same
colour as "road".
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.control_maps.edges import at_side

Pixels = NDArray[np.uint8]
Labels = NDArray[np.int32]
ClassMap = NDArray[np.int16]
Colour = tuple[int, int, int]

NOTHING = -1
"""The class of pixels nearer to black than to any class colour, where nothing is painted."""


@dataclass(frozen=True, slots=True)
class SegmentClass:
    """The class of a segment: ``index`` is ADE20K's, 0..149, ``colour`` its sRGB, 0..255."""

    id: str
    label: str
    index: int
    colour: Colour


CLASSES: Mapping[str, SegmentClass] = {
    row.id: row
    for row in (
        SegmentClass("wall", "Wall", 0, (120, 120, 120)),
        SegmentClass("building", "Building", 1, (180, 120, 120)),
        SegmentClass("sky", "Sky", 2, (6, 230, 230)),
        SegmentClass("floor", "Floor", 3, (80, 50, 50)),
        SegmentClass("tree", "Tree", 4, (4, 200, 3)),
        SegmentClass("ceiling", "Ceiling", 5, (120, 120, 80)),
        SegmentClass("road", "Road", 6, (140, 140, 140)),
        SegmentClass("bed", "Bed", 7, (204, 5, 255)),
        SegmentClass("window", "Window", 8, (230, 230, 230)),
        SegmentClass("grass", "Grass", 9, (4, 250, 7)),
        SegmentClass("cabinet", "Cabinet", 10, (224, 5, 255)),
        SegmentClass("sidewalk", "Sidewalk", 11, (235, 255, 7)),
        SegmentClass("person", "Person", 12, (150, 5, 61)),
        SegmentClass("earth", "Earth", 13, (120, 120, 70)),
        SegmentClass("door", "Door", 14, (8, 255, 51)),
        SegmentClass("table", "Table", 15, (255, 6, 82)),
        SegmentClass("mountain", "Mountain", 16, (143, 255, 140)),
        SegmentClass("plant", "Plant", 17, (204, 255, 4)),
        SegmentClass("curtain", "Curtain", 18, (255, 51, 7)),
        SegmentClass("chair", "Chair", 19, (204, 70, 3)),
        SegmentClass("car", "Car", 20, (0, 102, 200)),
        SegmentClass("water", "Water", 21, (61, 230, 250)),
        SegmentClass("painting", "Painting", 22, (255, 6, 51)),
        SegmentClass("sofa", "Sofa", 23, (11, 102, 255)),
        SegmentClass("shelf", "Shelf", 24, (255, 7, 71)),
        SegmentClass("house", "House", 25, (255, 9, 224)),
        SegmentClass("sea", "Sea", 26, (9, 7, 230)),
        SegmentClass("mirror", "Mirror", 27, (220, 220, 220)),
        SegmentClass("rug", "Rug", 28, (255, 9, 92)),
        SegmentClass("field", "Field", 29, (112, 9, 255)),
        SegmentClass("fence", "Fence", 32, (255, 184, 6)),
        SegmentClass("rock", "Rock", 34, (255, 41, 10)),
        SegmentClass("lamp", "Lamp", 36, (224, 255, 8)),
        SegmentClass("column", "Column", 42, (255, 8, 41)),
        SegmentClass("sign", "Sign", 43, (255, 5, 153)),
        SegmentClass("sand", "Sand", 46, (160, 150, 20)),
        SegmentClass("fireplace", "Fireplace", 49, (250, 10, 15)),
        SegmentClass("path", "Path", 52, (255, 31, 0)),
        SegmentClass("stairs", "Stairs", 53, (255, 224, 0)),
        SegmentClass("pillow", "Pillow", 57, (0, 235, 255)),
        SegmentClass("river", "River", 60, (11, 200, 200)),
        SegmentClass("bridge", "Bridge", 61, (255, 82, 0)),
        SegmentClass("flower", "Flower", 66, (255, 0, 0)),
        SegmentClass("book", "Book", 67, (255, 163, 0)),
        SegmentClass("hill", "Hill", 68, (255, 102, 0)),
        SegmentClass("bench", "Bench", 69, (194, 255, 0)),
        SegmentClass("palm", "Palm", 72, (0, 82, 255)),
        SegmentClass("boat", "Boat", 76, (173, 255, 0)),
        SegmentClass("bus", "Bus", 80, (255, 0, 245)),
        SegmentClass("light", "Light", 82, (255, 173, 0)),
        SegmentClass("truck", "Truck", 83, (255, 0, 20)),
        SegmentClass("tower", "Tower", 84, (255, 184, 184)),
        SegmentClass("airplane", "Airplane", 90, (0, 255, 82)),
        SegmentClass("clothes", "Clothes", 92, (0, 112, 255)),
        SegmentClass("bottle", "Bottle", 98, (0, 255, 10)),
        SegmentClass("ship", "Ship", 103, (255, 235, 0)),
        SegmentClass("fountain", "Fountain", 104, (8, 184, 170)),
        SegmentClass("waterfall", "Waterfall", 113, (0, 224, 255)),
        SegmentClass("tent", "Tent", 114, (112, 224, 255)),
        SegmentClass("food", "Food", 120, (255, 204, 0)),
        SegmentClass("animal", "Animal", 126, (255, 0, 122)),
        SegmentClass("bicycle", "Bicycle", 127, (255, 245, 0)),
        SegmentClass("lake", "Lake", 128, (10, 190, 212)),
        SegmentClass("sculpture", "Sculpture", 132, (255, 255, 0)),
        SegmentClass("vase", "Vase", 135, (0, 255, 204)),
        SegmentClass("flag", "Flag", 149, (92, 0, 255)),
    )
}
"""The classes an artist needs by id, the commonest of ADE20K first."""

WORK_SIDE = 1536
"""Superpixels of larger photos are computed at this longer side; models gain nothing from more."""

CELL = 4
"""The levels in a cell of the colour table; class colours are more than two cells apart."""

PLACE_WEIGHT = 0.25
"""The weight of the picture's full extent in grouping, relative to that of black to white."""

LEVELS = 256 // CELL

STRIP = 64
"""The number of rows processed at a time where a whole photo would need large copies."""


def superpixels(image: Pixels, count: int = 600) -> Labels:
    """Return (h, w) int32 labels 0..n - 1 of small segments of one colour in (h, w, 3) uint8 sRGB.

    By a watershed from seeds on a grid (Meyer 1992), each moved to the flattest point of its cell
    as in waterpixels (Machairas et al. 2015). n is about ``count``, and never more than there are
    pixels. Large photos are divided at a longer side of WORK_SIDE.
    """
    height, width = image.shape[:2]
    small = at_side(image, WORK_SIDE)
    labels = _flooded(small, max(1, count))
    if small.shape[:2] == (height, width):
        return labels
    rows = np.arange(height) * labels.shape[0] // height
    columns = np.arange(width) * labels.shape[1] // width
    return np.asarray(labels.take(columns, axis=1).take(rows, axis=0), np.int32)


def _flooded(image: Pixels, count: int) -> Labels:
    height, width = image.shape[:2]
    # Grain would make borders everywhere; the median preserves the real ones.
    calm = np.ascontiguousarray(cv2.medianBlur(np.ascontiguousarray(image), 5))
    gradient = cv2.morphologyEx(
        cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
    )
    side = max(1.0, math.sqrt(height * width / count))
    down = min(height, max(1, round(height / side)))
    across = min(width, max(1, round(width / side)))
    seeds = np.zeros((height, width), np.int32)
    y, x = _flattest(np.asarray(gradient, np.uint8), down, across)
    seeds[y, x] = np.arange(1, down * across + 1)
    # OpenCV's watershed does not label the outermost pixels.
    seeds = np.pad(seeds, 1)
    framed = np.asarray(cv2.copyMakeBorder(calm, 1, 1, 1, 1, cv2.BORDER_REPLICATE), np.uint8)
    cv2.watershed(framed, seeds)
    inner = np.maximum(seeds[1:-1, 1:-1], 0).astype(np.float32)
    while not inner.all():
        # Border pixels between two segments go to one of them; labels are exact in float32.
        grown = np.asarray(cv2.dilate(inner, np.ones((3, 3), np.uint8)), np.float32)
        inner = np.where(inner > 0, inner, grown)
    return inner.astype(np.int32) - 1


def _flattest(gradient: Pixels, down: int, across: int) -> tuple[Labels, Labels]:
    """Return y and x of the pixel of least gradient in each cell of a grid, cell by cell."""
    height, width = gradient.shape
    rows = np.arange(down + 1) * height // down
    columns = np.arange(across + 1) * width // across
    y, x = np.empty((2, down, across), np.int32)
    for row in range(down):
        for column in range(across):
            # Only the middle half of a cell: two adjacent seeds would make a sliver.
            top, bottom = _middle(rows[row], rows[row + 1])
            left, right = _middle(columns[column], columns[column + 1])
            at = int(gradient[top:bottom, left:right].argmin())
            y[row, column] = top + at // (right - left)
            x[row, column] = left + at % (right - left)
    return y.reshape(-1), x.reshape(-1)


def _middle(start: int, end: int) -> tuple[int, int]:
    margin = (end - start) // 4
    return int(start + margin), int(end - margin)


def group_segments(image: Pixels, labels: Labels, count: int) -> Labels:
    """Return (h, w) int32 labels 0..n - 1, n <= ``count``, of superpixels grouped by colour.

    Groups are clusters of k-means (Lloyd 1982, by OpenCV) over CIELAB and, with a small weight, the
    position; the same picture gives the same groups. Label 0 is the largest group.
    """
    sizes = np.bincount(labels.reshape(-1))
    count = min(count, len(sizes))
    if count <= 1:
        return np.zeros_like(labels)
    cv2.setRNGSeed(len(sizes))  # k-means++ picks its first centres at random
    features = _features(image, labels, sizes)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-4)
    start = np.zeros((len(sizes), 1), np.int32)
    _, group, _ = cv2.kmeans(features, count, start, stop, 5, cv2.KMEANS_PP_CENTERS)
    group = np.asarray(group, np.int32).reshape(-1)
    order = np.argsort(-np.bincount(group, sizes, count), kind="stable")
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count)
    return np.asarray(rank[group][labels], np.int32)


def _features(image: Pixels, labels: Labels, sizes: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return (n, 5) float32: the mean CIELAB of each superpixel and its position, about 0..1."""
    # Means of a subset of the pixels are as good and need no copy of a large photo.
    pace = max(1, math.isqrt(labels.size // 1_000_000))
    thin = np.ascontiguousarray(labels[::pace, ::pace])
    colours = cv2.cvtColor(
        np.ascontiguousarray(image[::pace, ::pace]).astype(np.float32) / 255, cv2.COLOR_RGB2LAB
    )
    y, x = np.indices(thin.shape, np.float32)
    longer = max(thin.shape)
    flat = thin.reshape(-1)
    total = np.maximum(np.bincount(flat, minlength=len(sizes)), 1)
    columns = [colours[:, :, channel].reshape(-1) / 100 for channel in range(3)]
    columns += [part.reshape(-1) * (PLACE_WEIGHT / longer) for part in (y, x)]
    means = [np.bincount(flat, column, len(sizes)) / total for column in columns]
    return np.ascontiguousarray(np.stack(means, axis=1), np.float32)


def colour_segments(groups: Labels) -> Pixels:
    """Return groups 0..n - 1 in class colours, (h, w, 3) uint8, each in a different one.

    The classes are placeholders until the artist assigns the real ones: the largest group gets the
    commonest class of ADE20K, and so on. n is at most the number of classes.
    """
    table = np.zeros((1, 256, 3), np.uint8)
    table[0, : len(CLASSES)] = [row.colour for row in CLASSES.values()]
    grey = cv2.cvtColor(groups.astype(np.uint8), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.LUT(grey, table), np.uint8)


def fill_segments(
    picture: Pixels, labels: Labels, points: Iterable[tuple[float, float]], colour: Colour
) -> Pixels:
    """Return a map (h, w, 3) uint8 with the superpixels under some points filled with a colour.

    ``labels`` are (h, w) int32 of the same size; points are x, y in pixels, those outside are
    ignored.
    """
    height, width = labels.shape
    chosen = np.zeros(int(labels.max(initial=0)) + 1, np.bool_)
    for x, y in points:
        if 0 <= x < width and 0 <= y < height:
            chosen[labels[int(y), int(x)]] = True
    out = picture.copy()
    if chosen.any():
        out[chosen[labels]] = colour
    return out


def nearest_class(colour: Colour) -> SegmentClass:
    """Return the class whose colour is nearest to an sRGB one, 0..255."""
    return min(CLASSES.values(), key=lambda row: math.dist(row.colour, colour))


def class_map(picture: Pixels) -> ClassMap:
    """Return ADE20K's class numbers (h, w) int16 of a map (h, w, 3) uint8, NOTHING where black.

    A colour between classes, from JPEG or a soft brush, counts as the nearest class.
    """
    table = _table()
    out = np.empty(picture.shape[:2], np.int16)
    for top in range(0, len(out), STRIP):
        cells = picture[top : top + STRIP] // CELL
        out[top : top + STRIP] = table[cells[:, :, 0], cells[:, :, 1], cells[:, :, 2]]
    return out


@functools.cache
def _table() -> ClassMap:
    """Return the class of every cell of the colour cube, (64, 64, 64) int16."""
    known = [(NOTHING, (0, 0, 0)), *((row.index, row.colour) for row in CLASSES.values())]
    level = np.arange(LEVELS, dtype=np.float32) * CELL + (CELL - 1) / 2
    least = np.full((LEVELS,) * 3, np.inf, np.float32)
    table = np.full((LEVELS,) * 3, NOTHING, np.int16)
    for index, (red, green, blue) in known:
        away = (
            ((level - red) ** 2)[:, None, None]
            + ((level - green) ** 2)[:, None]
            + (level - blue) ** 2
        )
        nearer = away < least
        table[nearer] = index
        np.minimum(least, away, out=least)
    return table


def mean_iou(found: ClassMap, truth: ClassMap) -> float:
    """Return the mean intersection over union of two class maps (h, w), 0..1.

    The mean is over the classes in either map; pixels with NOTHING in ``truth`` are ignored
    (Everingham et al. 2010). NaN if it has NOTHING everywhere; ValueError if sizes differ.
    """
    if found.shape != truth.shape:
        raise ValueError(f"maps of {found.shape} and {truth.shape} cannot be compared")
    size = 2 + int(max(found.max(initial=NOTHING), truth.max(initial=NOTHING)))
    pairs = np.zeros(size * size, np.intp)
    for top in range(0, len(truth), STRIP):
        mine, theirs = (part[top : top + STRIP].astype(np.intp) + 1 for part in (found, truth))
        pairs += np.bincount((theirs * size + mine).reshape(-1), minlength=size * size)
    # A pixel with NOTHING found is a miss for its class, not a class of its own.
    table = pairs.reshape(size, size)[1:]
    both = table[:, 1:].diagonal()
    either = table.sum(axis=1) + table[:, 1:].sum(axis=0) - both
    present = either > 0
    if not present.any():
        return math.nan
    return float((both[present] / either[present]).mean())
