"""Objects of a picture: the copy that is encoded, and the masks of clicks and boxes on it.

The engine encodes the copy once (kind "encode"); all else is plain numpy and runs in any thread.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.prepare import visible_rgb
from studio.edit.request import Pixels
from studio.photos.network_masks import loaded_network
from studio.retouch.matting import refine_alpha
from studio.retouch.object_edges import Frame, best_correction, best_of, refined
from studio.retouch.object_masks import Embedding, Floats, ObjectDecoder, Prompt
from studio.retouch.subject_network import person_edge

ASSET = "mobile-sam"
STRIP = 16 << 20
"""Pixels of the picture that are composited at a time."""
FINEST = 36_000_000
"""Pixels: the edges of an object with a larger box are found on a reduced copy."""
SURROUNDINGS = 0.15
"""What the networks for people see around a person, over the longer side."""
LEAST_SCORE = 0.5
"""Smallest predicted IoU of a mask that is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectPicture:
    """A copy of ``region`` of the visible picture, (h, w, 3) uint8, at most 1024 pixels long.

    ``digest`` identifies the pixels and the size of the region.
    """

    region: Rect
    pixels: Pixels = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class EncodedPicture:
    """A region of a document and its embedding."""

    region: Rect
    embedding: Embedding = field(repr=False)

    @property
    def frame(self) -> Frame:
        """The region in the encoder's square."""
        return Frame(self.region.width, self.region.height)


@dataclass(frozen=True, slots=True)
class Clicks:
    """What the artist pointed at, in document pixels, fractions included.

    A point is (x, y, True if on the object), ``box`` (left, top, right, bottom).
    """

    points: tuple[tuple[float, float, bool], ...] = ()
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FoundObjects:
    """The masks offered for some clicks, from the smallest to the largest.

    ``logits`` are (256, 256) float32 each, ``scores`` predicted IoU; ``first`` is the index of the
    one to choose first.
    """

    picture: EncodedPicture
    clicks: Clicks
    logits: tuple[Floats, ...] = field(repr=False)
    scores: tuple[float, ...]
    first: int

    @property
    def is_clear(self) -> bool:
        """Whether the chosen mask is probably an object."""
        return self.scores[self.first] >= LEAST_SCORE and bool((self.logits[self.first] > 0).any())


@lru_cache(maxsize=1)
def decoder() -> ObjectDecoder:
    """Return the decoder of the installed weights; StudioError if they are missing or damaged."""
    return ObjectDecoder.load(asset_path(ASSET))


def object_picture(
    document: Document, region: Rect | None = None, progress: Progress | None = None
) -> ObjectPicture:
    """Return the copy of the visible picture to encode; composited in strips, to save memory.

    StudioError if the region has no pixels of the canvas, or only one colour.
    """
    where = (document.rect if region is None else region).intersect(document.rect)
    if where.is_empty:
        raise StudioError("The picture is empty.", "Open a picture first.")
    progress = progress or Progress()
    frame = Frame(where.width, where.height)
    height, width = (
        max(1, round(where.height * frame.scale)),
        max(1, round(where.width * frame.scale)),
    )
    factor = max(1, math.floor(1 / frame.scale))
    rows = max(factor, STRIP // where.width // factor * factor)
    strips = []
    for top in range(where.y, where.bottom, rows):
        progress.check()
        strip = visible_rgb(
            document, Rect.from_edges(where.x, top, where.right, min(top + rows, where.bottom))
        )
        strips.append(_reduced(strip, factor))
    whole = np.concatenate(strips)
    if whole.shape[:2] != (height, width):
        how = cv2.INTER_AREA if whole.shape[1] > width else cv2.INTER_LINEAR
        whole = np.asarray(cv2.resize(whole, (width, height), interpolation=how), np.uint8)
    if (whole == whole[0, 0]).all():
        raise StudioError(
            "There is nothing to select: the picture has one colour.",
            "Open a photo, or show its layer.",
        )
    digest = hashlib.sha256(whole.tobytes())
    digest.update(repr((where.width, where.height)).encode())
    return ObjectPicture(where, whole, digest.hexdigest())


def find_objects(
    picture: EncodedPicture, clicks: Clicks, earlier: Floats | None = None
) -> FoundObjects:
    """Return the masks of clicks; ``earlier`` are the logits of a mask that they correct.

    One point may mean a part or the whole, so that three masks are offered. Without ``earlier``,
    the first point on the object is decoded by itself, and the others correct its mask. A box has
    one mask. StudioError if the weights are missing.
    """
    first = next((one for one in clicks.points if one[2]), None)
    if earlier is None and clicks.box is None and len(clicks.points) > 1 and first is not None:
        alone = find_objects(picture, Clicks((first,)))
        earlier = alone.logits[alone.first]
    frame, corner = picture.frame, picture.region
    inner = [(x - corner.x, y - corner.y, inside) for x, y, inside in clicks.points]
    points = tuple((*frame.to_square(x, y), inside) for x, y, inside in inner)
    box = None
    if clicks.box is not None:
        left, top, right, bottom = clicks.box
        box = (
            *frame.to_square(left - corner.x, top - corner.y),
            *frame.to_square(right - corner.x, bottom - corner.y),
        )
    decoded = decoder().decode(picture.embedding, Prompt(points, box, earlier))
    if box is not None:
        return FoundObjects(picture, clicks, (decoded.logits[0],), (float(decoded.scores[0]),), 0)
    shown = frame.crop(decoded.logits)
    offered = range(1, 4) if earlier is None else range(4)
    order = sorted(offered, key=lambda i: int((shown[i] > 0).sum()))
    scores = tuple(float(decoded.scores[i]) for i in order)
    if earlier is None:
        chosen = best_of([shown[i] for i in order], scores, shown[0])
    else:
        cells = [(*frame.cell(x, y), inside) for x, y, inside in inner]
        chosen = best_correction([shown[i] for i in order], scores, frame.crop(earlier), cells)
    return FoundObjects(picture, clicks, tuple(decoded.logits[i] for i in order), scores, chosen)


def object_mask(
    document: Document, picture: EncodedPicture, logits: Floats
) -> tuple[Raster, Notice | None]:
    """Return a mask (one channel, document pixels) with its edges on those of the photo.

    The notice says if the edges were found on a reduced copy, because the object is very large.
    """
    corner = picture.region
    box = picture.frame.box(logits)
    if box.is_empty:
        return Raster(channels=1), None
    factor = max(1, math.ceil(math.sqrt(box.area / FINEST)))
    place = box.shift(corner.x, corner.y)
    if factor == 1:
        alpha = refined(logits, visible_rgb(document, place), box, picture.frame)
        return Raster.from_array(alpha, place.x, place.y), None
    frame = Frame(-(-corner.width // factor), -(-corner.height // factor))
    small = Rect.from_edges(
        box.x // factor, box.y // factor, -(-box.right // factor), -(-box.bottom // factor)
    )
    guide = object_guide(document, place, small)
    alpha = refined(logits, guide, small, frame)
    full = cv2.resize(alpha, (place.width, place.height), interpolation=cv2.INTER_LINEAR)
    said = notice(
        "The object is very large: its edge was found on a copy at 1/{factor} of the size.",
        factor=factor,
    )
    return Raster.from_array(np.asarray(full, np.uint8), place.x, place.y), said


def person_mask(document: Document, mask: Raster) -> Raster | None:
    """Return the mask of a chosen person with the soft edge of the hair, in document pixels.

    ``mask`` is that of ``object_mask``. None if it is not of a person, the networks for people are
    missing or damaged, or the person is very large. It takes a second or more for people.
    """
    box = mask.bounds()
    margin = math.ceil(SURROUNDINGS * max(box.width, box.height))
    region = box.expand(margin).intersect(document.rect)
    if box.is_empty or region.area > FINEST:
        return None
    image = visible_rgb(document, region)
    rough = np.ascontiguousarray(mask.read(region)[:, :, 0])
    try:
        person = person_edge(image, rough, loaded_network)
    except StudioError:
        return None
    if person is None:
        return None
    return Raster.from_array(refine_alpha(image, person), region.x, region.y)


def object_guide(document: Document, place: Rect, small: Rect) -> NDArray[np.uint8]:
    """Return the visible picture of ``place`` at the size of ``small``, composited in strips."""
    rows = max(1, STRIP // place.width)
    strips: list[Pixels] = []
    done = 0
    for top in range(place.y, place.bottom, rows):
        bottom = min(top + rows, place.bottom)
        pixels = visible_rgb(document, Rect.from_edges(place.x, top, place.right, bottom))
        share = round(small.height * (bottom - place.y) / place.height) - done
        if share > 0:
            size = small.width, share
            strips.append(
                np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
            )
            done += share
    return np.asarray(np.concatenate(strips), np.uint8)


def _reduced(pixels: Pixels, factor: int) -> Pixels:
    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = max(1, width // factor), max(1, height // factor)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def touches_border(found: FoundObjects) -> bool:
    """Whether the chosen object of a part of the picture may go on beyond its border."""
    there = found.picture.frame.crop(found.logits[found.first]) > 0
    edges = (there[0], there[-1], there[:, 0], there[:, -1])
    return any(bool(edge.any()) for edge in edges)


def replace_index(found: FoundObjects, index: int) -> FoundObjects:
    """Return the same objects with another one chosen."""
    return replace(found, first=index)
