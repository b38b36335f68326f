"""The command remove: a thing disappears from a photo."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from studio.cli.arguments import in_range


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo remove``."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--mask", type=Path, metavar="FILE", help="white on the thing to remove")
    place.add_argument(
        "--point", type=point_of, action="append", metavar="X,Y", help="a pixel on it; repeatable"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps layers")
    parser.add_argument(
        "--method",
        choices=("auto", "network", "patches"),
        default="auto",
        help="auto: the first variation by the network, the next by patches, and so on",
    )
    parser.add_argument("--variations", type=int, default=1, help="each a layer (default: 1)")
    parser.add_argument(
        "--margin", type=int, default=-1, help="pixels by which the mask grows (default: by size)"
    )
    parser.add_argument(
        "--quality", type=in_range("quality"), default=92, help="of JPEG and WebP, 1 to 100"
    )
    parser.set_defaults(metadata="keep", srgb=False)


def point_of(text: str) -> tuple[float, float, bool]:
    """Parse "X,Y", a pixel on the thing; argparse's error for anything else."""
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not X,Y in pixels, such as 120,80") from None
    return x, y, True


def run(options: argparse.Namespace) -> int:
    """Run ``lienzo remove``; returns 0."""
    from studio.cli import editing
    from studio.cli.photo_session import photo_session
    from studio.cli.select import select
    from studio.core.limits import check
    from studio.document.document import Document
    from studio.document.raster import Raster
    from studio.edit.objects import Clicks
    from studio.session.photo.remove import remove

    check("variations", options.variations)
    editing.check_out(options.out)
    session = photo_session()
    session.open(options.photo)
    if options.point:
        clicks = Clicks(tuple(options.point))
        mask = Raster.from_array(select(session.document, clicks))
    else:
        mask = Raster.from_array(editing.read_mask(options.mask, session.document))
    values = {"method": options.method, "margin": options.margin}
    editing.run_job(session, lambda: remove(session, mask, values, variations=options.variations))
    for item in session.tray.items[1:]:
        layer = item.layer().replace(visible=False)
        session.edit("Remove", partial(Document.insert, layer=layer))
    session.tray.clear()
    editing.write_out(session, options)
    return 0
