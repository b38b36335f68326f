"""``lienzo adjust``: adjustment layers on a picture, or the same on its pixels."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from studio.cli.arguments import arguments_of_metadata, in_range
from studio.cli.editing import check_out, write_out
from studio.cli.photo_session import photo_session
from studio.core.errors import StudioError
from studio.document.adjustment_layer import add_adjustment
from studio.document.adjustments.row import Adjustment
from studio.document.adjustments.table import ADJUSTMENTS

STEP = "Adjust"


class _InOrder(argparse.Action):
    """Collects the adjustments in the order of the command line."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Append the adjustment of this option with its settings."""
        wanted = [*(getattr(namespace, "adjustments", None) or ()), (self.dest, values or "")]
        namespace.adjustments = wanted


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo adjust``: one option a row of the table."""
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    for row in ADJUSTMENTS.values():
        names = ", ".join(one.id for one in row.parameters)
        parser.add_argument(
            f"--{row.id}",
            dest=row.id,
            action=_InOrder,
            nargs="?",
            metavar="NAME=VALUE,...",
            help=f"{row.label}; {names}" if names else row.label,
        )
    parser.add_argument("--quality", type=in_range("quality"), default=92, help="of JPEG and WebP")
    arguments_of_metadata(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps layers")


def parse(row: Adjustment, text: str) -> dict[str, Any]:
    """Return the values of a text such as "black=10,red.gamma=1.2"; StudioError if it is wrong."""
    known = {one.id: one for one in row.parameters}
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = part.partition("=")
        if name not in known or not equals:
            raise StudioError(
                "{row} has no setting {name}.",
                "Write NAME=VALUE with one of: {names}.",
                row=row.id,
                name=part,
                names=", ".join(known) or "-",
            )
        try:
            found[name] = known[name].parse(value)
        except (ValueError, TypeError) as error:
            raise StudioError(
                "{value} is no value for {name} of {row}.",
                "Write a value in its range: {reason}.",
                value=value,
                name=name,
                row=row.id,
                reason=str(error),
            ) from error
    return found


def run(options: argparse.Namespace) -> int:
    """Run ``lienzo adjust``."""
    check_out(options.out)
    wanted = getattr(options, "adjustments", None) or ()
    if not wanted:
        raise StudioError("No adjustment is named.", "Give one such as --levels gamma=1.2.")
    made = [(ADJUSTMENTS[name], parse(ADJUSTMENTS[name], text)) for name, text in wanted]
    session = photo_session()
    session.open(options.photo)
    for row, values in made:
        session.edit(STEP, partial(_added, row=row, values=values))
    write_out(session, options)
    return 0


def _added(document: Any, row: Adjustment, values: dict[str, Any]) -> Any:
    top = document.layers[-1].id if document.layers else None
    return add_adjustment(document.replace(active=top), row.id, row.label, values)
