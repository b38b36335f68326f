"""``lienzo clean``: removes noise and JPEG blocks from a photo."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.catalog.photo_tools import CLEAN_SETTINGS
from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, read_mask, write_out
from studio.cli.editing import run as run_edit
from studio.cli.photo_session import photo_session
from studio.core.errors import StudioError
from studio.document.raster import Raster
from studio.edit.request import Task


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo clean``."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    for row in CLEAN_SETTINGS:
        parser.add_argument(f"--{row.id}", type=int, default=None, help=f"{row.tip}; 0 to 100")
    parser.add_argument(
        "--mask", type=Path, metavar="FILE", help="white where the photo may change"
    )
    parser.add_argument("--quality", type=in_range("quality"), default=92, help="of JPEG and WebP")
    arguments_of_metadata(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps layers")


def run(options: argparse.Namespace) -> int:
    """Run ``lienzo clean``."""
    check_out(options.out)
    given = {row.id: getattr(options, row.id) for row in CLEAN_SETTINGS}
    values = {name: 0 if value is None else value for name, value in given.items()}
    if not any(values.values()):
        raise StudioError(
            "Nothing would be cleaned: both amounts are 0.", "Give --noise or --jpeg, 1 to 100."
        )
    session = photo_session()
    session.open(options.photo)
    mask = None
    if options.mask is not None:
        mask = Raster.from_array(read_mask(options.mask, session.document))
    run_edit(session, lambda: session.photo.submit(Task.CLEAN, values, mask=mask))
    write_out(session, options)
    return 0
