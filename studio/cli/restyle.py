"""``lienzo restyle``: paints a photo in the style of a preset or of a painting."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from studio.catalog.settings import Value
from studio.catalog.styles import PAINTING, PRESETS, STROKES
from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, write_out
from studio.cli.editing import run as run_edit
from studio.cli.photo_session import photo_session
from studio.core.errors import StudioError
from studio.document.raster import Pixels
from studio.session.photo import style


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo restyle``."""
    names = ", ".join(one.id for one in PRESETS)
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    parser.add_argument(
        "--style", required=True, metavar="NAME|FILE", help=f"a painting, or a preset: {names}"
    )
    parser.add_argument(
        "--amount", type=float, default=1.0, help="0 (the photo) to 1 (painted); default: 1"
    )
    parser.add_argument(
        "--strokes",
        choices=tuple(STROKES),
        default="medium",
        help="how large they are (default: medium)",
    )
    parser.add_argument(
        "--keep-colours", action="store_true", help="take only light and dark from the style"
    )
    parser.add_argument("--quality", type=in_range("quality"), default=92, help="of JPEG and WebP")
    arguments_of_metadata(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps layers")


def run(options: argparse.Namespace) -> int:
    """Run ``lienzo restyle``."""
    check_out(options.out)
    name, painting = named_style(options.style)
    values: dict[str, Value] = {
        "style": name,
        "amount": options.amount,
        "strokes": options.strokes,
        "keep_colours": options.keep_colours,
    }
    session = photo_session()
    session.open(options.photo)
    run_edit(session, lambda: style.submit(session, values, painting))
    write_out(session, options)
    return 0


def named_style(text: str) -> tuple[str, Pixels | None]:
    """Return a preset and None, or ``PAINTING`` and the picture of a file.

    StudioError for a name that is neither, and for a file that is no picture.
    """
    if text in _ids():
        return text, None
    if not Path(text).expanduser().is_file():
        raise StudioError(
            "There is no style and no picture called {name}.",
            "Name a painting, or one of: {names}.",
            name=text,
            names=", ".join(_ids()),
        )
    return PAINTING, style.read_painting(Path(text).expanduser())


def _ids() -> Sequence[str]:
    return [one.id for one in PRESETS]
