"""``lienzo enlarge``: a photo at another size, with the network's detail or by plain resampling."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, run_job, write_out
from studio.cli.photo_session import photo_session
from studio.core.errors import StudioError
from studio.edit.enlarging import DETAIL, HOWS, PICTURE, cost_of, passes, resized
from studio.retouch.resampling import resampler
from studio.session.forecast import duration_text, memory_text
from studio.session.photo import enlarge
from studio.session.session import Session


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo enlarge``."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--scale", type=float, metavar="FACTOR", help="such as 2, 4 or 0.5")
    size.add_argument(
        "--width", type=in_range("width"), help="in pixels; without --height in proportion"
    )
    parser.add_argument("--height", type=in_range("height"), help="in pixels, with --width")
    parser.add_argument(
        "--resample",
        choices=tuple(HOWS),
        default=DETAIL,
        help="detail (default) invents detail by a network; the others need none",
    )
    parser.add_argument("--forecast", action="store_true", help="only say what it would take")
    parser.add_argument("--quality", type=in_range("quality"), default=92, help="of JPEG and WebP")
    arguments_of_metadata(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps layers")


def run(options: argparse.Namespace) -> int:
    """Run ``lienzo enlarge``."""
    check_out(options.out)
    session = photo_session()
    session.open(options.photo)
    width, height = target_size(session, options)
    count = passes((session.document.width, session.document.height), (width, height))
    if options.forecast:
        _print_forecast(session, width, height, options.resample)
        return 0
    if options.resample == DETAIL and count:
        run_job(session, lambda: enlarge.submit(session, width, height))
    else:
        how = resampler("lanczos" if options.resample == DETAIL else options.resample)
        session.edit("Image size", lambda old: resized(old, width, height, how))
    write_out(session, options)
    return 0


def target_size(session: Session, options: argparse.Namespace) -> tuple[int, int]:
    """Return the new width and height in pixels; StudioError for a scale that is no size."""
    old = session.document.width, session.document.height
    if options.scale is not None:
        if not 0 < options.scale <= 1000:
            raise StudioError(
                "{setting} cannot be {value}.",
                "Give a number above 0, such as 2 or 0.5.",
                setting="--scale",
                value=options.scale,
            )
        if options.height is not None:
            raise StudioError("--height goes with --width.", "Leave --scale or --height out.")
        return max(round(old[0] * options.scale), 1), max(round(old[1] * options.scale), 1)
    height = options.height or max(round(old[1] * options.width / old[0]), 1)
    return int(options.width), int(height)


def _print_forecast(session: Session, width: int, height: int, how: str) -> None:
    cost = cost_of(session.document, PICTURE, (width, height))
    text = f"{width} x {height} pixels"
    if how == DETAIL and cost.megapixels:
        seconds = cost.seconds(enlarge.speed(session.settings))
        text += f", about {duration_text(seconds)}, {memory_text(cost.memory)} of memory"
    print(text)
