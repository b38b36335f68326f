"""The command ``lienzo select``: the mask of a thing from points or a box."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.objects import (
    Clicks,
    EncodedPicture,
    find_objects,
    object_mask,
    object_picture,
    person_mask,
    replace_index,
)
from studio.edit.photo_tools import photo_request
from studio.retouch.object_masks import Embedding

SIZES = {"smallest": 0, "middle": 1, "largest": 2}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument(
        "--point",
        action="append",
        default=[],
        type=_point,
        metavar="X,Y[:-]",
        help="a pixel on the thing, with :- one that is not; again for more",
    )
    parser.add_argument(
        "--box", type=_box, metavar="X,Y,W,H", help="a rectangle around the thing, in pixels"
    )
    parser.add_argument(
        "--size",
        choices=("best", *SIZES),
        default="best",
        help="which of the three things at a single point, a part or the whole (default: best)",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="MASK", help="PNG or another picture, in grey"
    )


def run(options: argparse.Namespace) -> int:
    """Write the mask, white on the thing, in the size of the photo."""
    out: Path = options.out
    formats.format_for(out)
    if not out.absolute().parent.is_dir():
        raise StudioError(
            "There is no folder {path}.",
            "Create it first, or choose another one.",
            path=str(out.parent),
        )
    if options.box is None and not any(inside for _, _, inside in options.point):
        raise StudioError(
            "No thing was named.", "Give --point X,Y on the thing, or --box X,Y,W,H around it."
        )
    opened = formats.open_document(options.photo)
    for said in opened.notices:
        print(f"lienzo: {said}", file=sys.stderr)
    mask = select(opened.document, Clicks(tuple(options.point), options.box), options.size)
    grey = np.dstack([mask, mask, mask, np.full_like(mask, 255)])
    layer = RasterLayer(name=out.stem, raster=Raster.from_array(np.ascontiguousarray(grey)))
    height, width = mask.shape
    formats.save_document(Document(width=width, height=height, layers=(layer,)), out)
    print(f"{out}: {(mask >= 128).mean():.1%} of the picture")
    return 0


def select(document: Document, clicks: Clicks, size: str = "best") -> NDArray[np.uint8]:
    """Return the mask (h, w) uint8 of a thing; StudioError if there is no clear one."""
    from studio.engine.engine import Engine

    _check(document, clicks)
    picture = object_picture(document)
    request = photo_request(
        document, "encode", region=picture.region, picture=lambda: picture.pixels
    )
    embedding = Embedding(Engine().run(request).arrays["embedding"])
    found = find_objects(EncodedPicture(picture.region, embedding), clicks)
    if size in SIZES and len(found.logits) > 1:
        found = replace_index(found, SIZES[size])
    if not found.is_clear:
        raise StudioError(
            "No clear object was found there.",
            "Name another point on the thing, or a box around it.",
        )
    mask, said = object_mask(document, found.picture, found.logits[found.first])
    if said is not None:
        print(f"lienzo: {said}", file=sys.stderr)
    mask = person_mask(document, mask) or mask
    return np.ascontiguousarray(mask.read(document.rect)[:, :, 0])


def _check(document: Document, clicks: Clicks) -> None:
    """Raise StudioError for a place outside the picture."""
    for x, y, _ in clicks.points:
        if not (0 <= x < document.width and 0 <= y < document.height):
            raise _outside(document)
    if clicks.box is not None:
        left, top, right, bottom = clicks.box
        if left < 0 or top < 0 or right > document.width or bottom > document.height:
            raise _outside(document)


def _outside(document: Document) -> StudioError:
    return StudioError(
        "The place is outside the picture, which has {width} x {height} pixels.",
        "Count from the top left corner, which is 0,0.",
        width=document.width,
        height=document.height,
    )


def _point(text: str) -> tuple[float, float, bool]:
    numbers, _, sign = text.partition(":")
    x, y = _numbers(numbers, 2)
    if sign not in ("", "+", "-"):
        raise argparse.ArgumentTypeError(f"{text}: after the colon comes + or -")
    return x, y, sign != "-"


def _box(text: str) -> tuple[float, float, float, float]:
    x, y, width, height = _numbers(text, 4)
    if width <= 0 or height <= 0:
        raise argparse.ArgumentTypeError(f"{text}: the box is empty")
    return x, y, x + width, y + height


def _numbers(text: str, count: int) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) != count or not all(map(math.isfinite, values)):
        raise argparse.ArgumentTypeError(f"{text}: {count} numbers with commas between them")
    return values
