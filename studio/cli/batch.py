"""``lienzo batch``: a recipe run on every photo of a folder."""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import logging
import multiprocessing
import os
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from studio.core.errors import Cancelled, StudioError
from studio.core.settings import Settings
from studio.document.io import formats
from studio.session.batch import outputs, photos_in, read_recipe, run_file, step_tools
from studio.session.jobs import InlineRunner
from studio.session.session import Session

LOG = logging.getLogger(__name__)
ENDING = ".png"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "recipe",
        metavar="RECIPE",
        help='such as "clean noise=50; enlarge scale=2", a JSON file of steps, or a document whose'
        " generative layers are made again",
    )
    parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="with photos in it")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="for the results, made if needed"
    )
    parser.add_argument(
        "--format", default=ENDING, metavar="ENDING", help=f"of the results (default: {ENDING})"
    )
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="photos at a time (default: 1)"
    )
    parser.add_argument(
        "--again", action="store_true", help="make results that are already there once more"
    )


def run(options: argparse.Namespace) -> int:
    """Run the command; 1 if any photo failed."""
    if options.recipe == "list":
        return _list()
    if options.folder is None or options.out is None:
        raise StudioError("There is no folder.", "Name the photos' folder, and --out FOLDER.")
    read_recipe(options.recipe)
    photos = photos_in(options.folder)
    ending = options.format if options.format.startswith(".") else f".{options.format}"
    formats.format_for(Path(f"name{ending}"))
    files = outputs(photos, options.out, ending)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(
            "The folder {path} cannot be made ({reason}).",
            "Name another one with --out.",
            path=str(options.out),
            reason=error.strerror,
        ) from error
    todo = []
    for photo, file in zip(photos, files, strict=True):
        # Files are written atomically, so that one which exists is complete.
        if file.exists() and not options.again:
            print(f"{photo.name}: already there, {file}", flush=True)
        else:
            todo.append((photo, file))
    workers = max(1, min(options.workers, len(todo), os.cpu_count() or 1))
    try:
        if workers == 1:
            failed = _in_turn(options.recipe, todo)
        else:
            failed = _apart(options.recipe, todo, workers)
    except (Cancelled, KeyboardInterrupt):
        made = sum(file.exists() for _, file in todo)
        print(f"cancelled: {made} made; the same command makes the others", flush=True)
        return 1
    done = len(todo) - failed
    print(f"{done} made, {len(photos) - len(todo)} already there, {failed} failed")
    return 1 if failed else 0


def _list() -> int:
    for name, row in step_tools().items():
        settings = ", ".join(f"{one.id}={one.default}" for one in row.settings)
        print(f"{name}: {row.label}" + (f" ({settings})" if settings else ""))
    return 0


def _in_turn(recipe: str, todo: list[tuple[Path, Path]]) -> int:
    return sum(not _tell(photo, file, _one(recipe, photo, file)) for photo, file in todo)


def _apart(recipe: str, todo: list[tuple[Path, Path]], workers: int) -> int:
    """Run photos in processes of their own; a process that dies fails its photo only."""
    failed, left = 0, list(todo)
    while left:
        waiting: dict[Future[tuple[str, float]], tuple[Path, Path]] = {}
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_one_thread) as pool:
            try:
                waiting = {pool.submit(_one, recipe, *pair): pair for pair in left}
                for future in concurrent.futures.as_completed(waiting):
                    pair = waiting[future]
                    failed += not _tell(*pair, future.result())
                    left.remove(pair)
            except BrokenProcessPool:
                # Which photo it was is not known, so that the rest is done one at a time.
                if workers == 1:
                    print(f"{left[0][0].name}: the process that worked on it ended", flush=True)
                    failed += 1
                    left.pop(0)
                workers = 1
            except KeyboardInterrupt:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return failed


def _one_thread() -> None:
    """Let each process use one core, since as many run as the artist asked for."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def _one(recipe: str, photo: Path, file: Path) -> tuple[str, float]:
    """Run the recipe on one photo; return the error's text, "" if there is none, and seconds."""
    started = time.monotonic()
    try:
        run_file(_session, read_recipe(recipe), photo, file)
    except StudioError as error:
        return str(error), time.monotonic() - started
    except Exception as error:
        # A bug with one photo is no reason to lose the others.
        LOG.exception("%s failed", photo)
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        said = StudioError(
            "An unexpected error ended the work on this photo ({reason}).",
            "The log has the details.",
            reason=reason,
        )
        return str(said), time.monotonic() - started
    return "", time.monotonic() - started


@functools.cache
def _runner() -> InlineRunner:
    """Return the engine of this process, which keeps its networks from file to file."""
    from studio.catalog.hashes import kept_hashes
    from studio.engine.engine import Engine

    return InlineRunner(Engine(hashes=kept_hashes()))


def _session() -> Session:
    return Session(_runner(), Settings(None))


def _tell(photo: Path, file: Path, outcome: tuple[str, float]) -> bool:
    error, seconds = outcome
    print(
        f"{photo.name}: {error}" if error else f"{photo.name}: {file} ({seconds:.1f} s)", flush=True
    )
    return not error
