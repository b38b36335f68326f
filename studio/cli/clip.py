"""The command ``lienzo clip``: order pictures by a prompt, find its place, compare two pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.paths import config_dir
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.photo_tools import PhotoResult, photo_request
from studio.edit.prepare import visible_rgb
from studio.session.photo.words import below_each_other, clip_folder

EPILOG = (
    "The CLIP that ships knows the starter's things, in English and Spanish. A CLIPModel of"
    " transformers in one of your model folders takes its place; --clip names another."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = EPILOG
    parts = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    rank = parts.add_parser("rank", help="list pictures, the one that fits the prompt best first")
    rank.add_argument("prompt", metavar="PROMPT")
    rank.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    find = parts.add_parser("find", help="write the mask of the prompt's place in a photo")
    find.add_argument("prompt", metavar="PROMPT")
    find.add_argument("photo", type=Path, metavar="PHOTO")
    find.add_argument("--out", type=Path, required=True, metavar="MASK", help="a picture, in grey")
    find.add_argument("--heat", action="store_true", help="how likely each place is, not a mask")
    like = parts.add_parser("like", help="how alike two pictures are, -1 to 1")
    like.add_argument("pictures", nargs=2, type=Path, metavar="PICTURE")
    for part in (rank, find, like):
        part.add_argument("--clip", type=Path, metavar="FOLDER", help="a folder with another CLIP")


def run(options: argparse.Namespace) -> int:
    """Run one of the three; StudioError for what cannot be read or is not there."""
    return {"rank": _rank, "find": _find, "like": _like}[options.what](options)


def _rank(options: argparse.Namespace) -> int:
    pictures = [visible(path) for path in options.pictures]
    tall = below_each_other(pictures)
    values = {"prompt": options.prompt, "clip": _folder(options)}
    result = _ran("rank-words", values, tall)
    scores = result.arrays["likeness"].tolist()
    pairs = zip(scores, options.pictures, strict=True)
    for score, path in sorted(pairs, key=lambda pair: -pair[0]):
        print(f"{score:6.3f}  {path}")
    return 0


def _find(options: argparse.Namespace) -> int:
    out: Path = options.out
    formats.format_for(out)
    if not out.absolute().parent.is_dir():
        raise StudioError(
            "There is no folder {path}.",
            "Create it first, or choose another one.",
            path=str(out.parent),
        )
    kind = "heat" if options.heat else "mask"
    values = {"prompt": options.prompt, "clip": _folder(options), "result": kind}
    result = _ran("find-words", values, visible(options.photo))
    assert result.mask is not None
    mask = result.mask
    grey = np.dstack([mask, mask, mask, np.full_like(mask, 255)])
    layer = RasterLayer(name=out.stem, raster=Raster.from_array(np.ascontiguousarray(grey)))
    height, width = mask.shape
    formats.save_document(Document(width=width, height=height, layers=(layer,)), out)
    print(f"{out}: {(mask >= 128).mean():.1%} of the picture")
    return 0


def _like(options: argparse.Namespace) -> int:
    tall = below_each_other([visible(path) for path in options.pictures])
    result = _ran("compare-pictures", {"clip": _folder(options)}, tall)
    print(f"{float(result.arrays['likeness'][0]):.3f}")
    return 0


def visible(path: Path) -> NDArray[np.uint8]:
    """Return the visible picture of a file, (h, w, 3) uint8; notices go to stderr."""
    opened = formats.open_document(path)
    for said in opened.notices:
        print(f"lienzo: {said}", file=sys.stderr)
    return visible_rgb(opened.document, opened.document.rect)


def _ran(kind: str, values: dict[str, str], picture: NDArray[np.uint8]) -> PhotoResult:
    from studio.engine.engine import Engine

    height, width = picture.shape[:2]
    document = Document(width=width, height=height)
    request = photo_request(
        document, kind, values, region=Rect(0, 0, width, height), picture=lambda: picture
    )
    result: PhotoResult = Engine().run(request)
    for said in result.notes:
        print(f"lienzo: {said}", file=sys.stderr)
    return result


def _folder(options: argparse.Namespace) -> str:
    if options.clip is not None:
        return str(options.clip)
    return clip_folder(Settings(config_dir() / "settings.json"))
