"""The command ``lienzo lift``: a thing of a photo as a layer, and the place behind it filled."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, read_mask, run_job, write_out
from studio.cli.photo_session import photo_session
from studio.cli.select import select
from studio.document.raster import Raster
from studio.edit.objects import Clicks
from studio.session.photo.lift import lift


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--mask", type=Path, metavar="FILE", help="white where the thing is; else the subject"
    )
    chosen.add_argument(
        "--point", type=_pixels, metavar="X,Y", help="a pixel on the thing; else the subject"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps all")
    parser.add_argument(
        "--move",
        type=_pixels,
        default=(0, 0),
        metavar="X,Y",
        help="move the thing by pixels",
    )
    parser.add_argument(
        "--quality", type=in_range("quality"), default=92, help="of JPEG and WebP, 1 to 100"
    )
    arguments_of_metadata(parser)


def run(options: argparse.Namespace) -> int:
    """Write the photo with the two layers above it."""
    check_out(options.out)
    session = photo_session()
    session.open(options.photo)
    mask = None
    if options.mask is not None:
        mask = Raster.from_array(read_mask(options.mask, session.document))
    if options.point is not None:
        x, y = options.point
        mask = Raster.from_array(select(session.document, Clicks(((x + 0.5, y + 0.5, True),))))
    run_job(session, lambda: lift(session, mask))
    dx, dy = options.move
    layer = session.document.active_layer()
    if layer is not None and (dx or dy):
        moved = layer.replace(x=layer.x + dx, y=layer.y + dy)
        session.edit("Move", lambda old: old.update(moved))
    write_out(session, options)
    return 0


def _pixels(text: str) -> tuple[int, int]:
    """Return two whole numbers of pixels from "X,Y"."""
    try:
        x, y = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"two whole numbers such as 40,-20, not {text}") from None
    return x, y
