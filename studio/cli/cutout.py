"""The command ``lienzo cutout``: a photo without its background."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, run_job, write_out
from studio.cli.photo_session import photo_session
from studio.core.errors import StudioError
from studio.document.layer import RasterLayer
from studio.session.photo.subject import remove_background
from studio.session.session import Session

OPAQUE = (".jpg", ".jpeg")
"""Suffixes of formats without transparency."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="PNG, ORA, ...")
    parser.add_argument(
        "--keep-colours",
        action="store_true",
        help="leave the background's colours in the soft edge; ORA then has one layer with a mask",
    )
    parser.add_argument(
        "--quality", type=in_range("quality"), default=92, help="of WebP, 1 to 100 (default: 92)"
    )
    arguments_of_metadata(parser)


def run(options: argparse.Namespace) -> int:
    """Write the photo with a layer mask that hides all but its subject."""
    check_out(options.out)
    if options.out.suffix.lower() in OPAQUE:
        raise StudioError(
            "JPEG has no transparency, so the background cannot be left out.",
            "Write a .png, .webp, .ora or .psd file.",
        )
    session = photo_session()
    session.open(options.photo)
    pick_pixels(session)
    run_job(session, lambda: remove_background(session, colours=not options.keep_colours))
    write_out(session, options)
    return 0


def pick_pixels(session: Session) -> None:
    """Make the topmost visible layer with pixels active, if the active one has none."""
    document = session.document
    if isinstance(document.active_layer(), RasterLayer):
        return
    for layer in reversed(list(document.walk())):
        if isinstance(layer, RasterLayer) and layer.visible:
            session.amend(document.replace(active=layer.id))
            return
