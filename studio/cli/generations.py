"""``lienzo generations``: one prompt through several systems, as a sheet with a chart."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from studio.cli.arguments import in_range
from studio.core.atomic import write_file
from studio.core.errors import Cancelled, StudioError
from studio.core.paths import config_dir
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings
from studio.document.shareable import file_name
from studio.session.forecast import memory_text
from studio.session.generations.chart import chart_of
from studio.session.generations.run import ROWS, Column, Comparison, State, unexpected
from studio.session.generations.sheet import (
    ChartWords,
    SheetColumn,
    check_sheet,
    draw_sheet,
    shareable,
    write_sheet,
)
from studio.session.generations.systems import System, chosen_systems, list_systems
from studio.session.jobs import InlineRunner, Job, JobQueue, Request, RequestEngine, Result
from studio.session.whereabouts import model_folders

LOG = logging.getLogger(__name__)
WORDS = ChartWords(
    "Quality, speed and variety: a large circle is varied",
    "seconds a picture, fast at the right",
    "quality, by the held-out judge",
    "No system has both a time and a quality.",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("prompt", metavar="PROMPT", nargs="?", default="", help="for all systems")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the sheet: .png, .jpg or .webp")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures")
    parser.add_argument(
        "--models",
        nargs="+",
        metavar="MODEL",
        help="names of --list, folders or files (default: the built-in systems)",
    )
    parser.add_argument(
        "--seeds", type=int, choices=ROWS, default=2, help="pictures a system (default: 2)"
    )
    parser.add_argument("--seed", type=in_range("seed"), default=1, help="the first (default: 1)")
    parser.add_argument("--list", action="store_true", help="show the systems and their papers")


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 if no system made a picture."""
    systems = list_systems(model_folders(Settings(config_dir() / "settings.json")))
    if options.list:
        return _list(systems)
    if options.out is None and options.json is None:
        raise StudioError(
            "There is nowhere to write the comparison.", "Name a file with --out or --json."
        )
    if options.out is not None:
        check_sheet(options.out)
    if options.models:
        chosen = chosen_systems(options.models, systems)
    else:
        chosen = tuple(one for one in systems if one.is_built_in)
    columns = _compare(options.prompt, chosen, options.seeds, options.seed)
    if options.out is not None:
        write_sheet(_sheet(options.prompt, columns), options.out)
        print(options.out)
    if options.json is not None:
        text = json.dumps(_figures(options.prompt, columns), indent=1, ensure_ascii=False)
        write_file(options.json, text.encode())
        print(options.json)
    return 0 if any(column.results for column in columns) else 1


def _list(systems: Sequence[System]) -> int:
    for one in systems:
        about = one.paper.source if one.paper is not None else ""
        print(f"{one.id}: {one.name}" + (f"  {about}" if about else ""))
        if one.error is not None:
            print(f"  cannot be compared: {one.error}")
    return 0


def _compare(prompt: str, systems: Sequence[System], rows: int, seed: int) -> tuple[Column, ...]:
    """Run the comparison, with a line for each system; ``Cancelled`` after Ctrl+C."""
    from studio.catalog.hashes import kept_hashes
    from studio.engine.engine import Engine

    queue = JobQueue(InlineRunner(_Guarded(Engine(hashes=kept_hashes()))))
    comparison = Comparison(queue)
    told: set[int] = set()

    def tell(column: Column) -> None:
        over = column.state in (State.DONE, State.FAILED)
        if over and (column.judged or column.unjudged or column.error) and id(column) not in told:
            told.add(id(column))
            _clear()
            print(f"{column.system.name}: {', '.join(_lines(column))}", file=sys.stderr)

    queue.progressed.connect(_show)
    comparison.changed.connect(tell)
    comparison.start(prompt, systems, rows, seed)
    _clear()
    comparison.close()
    if any(column.state is State.STOPPED for column in comparison.columns):
        raise Cancelled
    return comparison.columns


class _Guarded:
    """An engine whose bugs fail one system, so that the others have their turn."""

    def __init__(self, engine: RequestEngine) -> None:
        self._engine = engine

    def run(self, request: Request, progress: Progress) -> Result:
        """Run one request; StudioError for a bug."""
        try:
            return self._engine.run(request, progress)
        except (StudioError, Cancelled):
            raise
        except Exception as error:
            LOG.exception("a system failed")
            raise unexpected(error) from error


def _show(job: Job, event: ProgressEvent) -> None:
    if sys.stderr.isatty():
        line = f"\r{job.label}: {event.fraction:4.0%} {job.text}"
        print(line.ljust(79)[:79], end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r" + " " * 79 + "\r", end="", file=sys.stderr)


def _sheet(prompt: str, columns: Sequence[Column]) -> Any:
    shown = [
        SheetColumn(
            one.system.name,
            f"{one.system.paper.year} · {one.system.paper.authors}" if one.system.paper else "",
            tuple(cell.result.images[0] if cell.result else None for cell in one.cells),
            tuple(shareable(line, one.system.place) for line in _lines(one)),
        )
        for one in columns
    ]
    chart = chart_of([(one.system.name, one.figures) for one in columns])
    return draw_sheet(prompt, shown, chart, WORDS)


def _lines(column: Column) -> tuple[str, ...]:
    """Return the captions of a column."""
    if column.error is not None:
        return (str(column.error),)
    figures = column.figures
    lines = []
    if figures.quality is not None:
        lines.append(f"quality {100 * figures.quality:.0f} %")
    if figures.seconds is not None:
        lines.append(f"{figures.seconds:.2f} s a picture")
    if figures.variety is not None:
        lines.append(f"variety {figures.variety:.2f}")
    if figures.peak_bytes:
        lines.append(f"memory {memory_text(figures.peak_bytes)}")
    lines.append(f"{figures.parameters / 1e6:.1f} million weights")
    if column.unjudged is not None:
        lines.append(str(column.unjudged))
    return tuple(lines)


def _figures(prompt: str, columns: Sequence[Column]) -> dict[str, Any]:
    """Return the comparison as JSON: figures in seconds, bytes and shares of 1."""
    found = []
    for one in columns:
        paper = one.system.paper
        found.append(
            {
                "id": file_name(one.system.id),
                "name": one.system.name,
                "paper": asdict(paper) if paper is not None else None,
                "seeds": [cell.seed for cell in one.cells if cell.result is not None],
                "seen": list(one.judged.seen) if one.judged is not None else [],
                "error": shareable(str(one.error), one.system.place) if one.error else None,
                "not_judged": str(one.unjudged) if one.unjudged is not None else None,
                **asdict(one.figures),
            }
        )
    return {"prompt": prompt, "systems": found}
