"""Recognition of all weights files in folders, with a cache on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio import __version__
from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Finding, Kind, Refusal, refusal
from studio.catalog.recognise.folders import INDEX, recognise_folder
from studio.catalog.recognise.opening import PARTIAL, SUFFIXES
from studio.catalog.recognise.plain import from_plain, to_plain
from studio.catalog.recognise.remember import Choices
from studio.catalog.recognise.shards import SHARD, shards_of
from studio.catalog.recognise.table import ROWS
from studio.catalog.recognise.walk import walk
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.paths import data_dir
from studio.core.progress import Progress

FILE = "recognised.json"
VERSION = 2
"""Raise this if a recogniser's answers change, so that cached ones are asked for again."""
DEEPEST = 8
MOST_KEPT = 20000
SKIPPED = ("__pycache__", "node_modules", "site-packages")
BESIDE = (".yaml", ".yml")

Stamp = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A weights file or a model folder, and what it is; ``size`` in bytes, 0 for a folder."""

    path: Path
    size: int
    finding: Finding


UNREADABLE = refusal("The folder {path} cannot be read ({reason}).", "Check its rights.", path="?")


def closed_folder(path: Path, error: OSError) -> Refusal:
    """Return the refusal of a folder that cannot be read."""
    reason = error.strerror or str(error)
    return Refusal(UNREADABLE.message, UNREADABLE.hint, {"path": str(path), "reason": reason})


class Scanner:
    """Recognises files, and keeps the answers by path, size and time of change.

    ``file`` is where they are kept between program starts; None keeps them in memory only.
    """

    def __init__(self, file: Path | None = None, choices: Choices | None = None) -> None:
        self._file = file
        self._choices = choices
        self._kept: dict[str, tuple[Stamp, Finding]] = {}
        self._read = file is None
        self._changed = False

    def scan(self, folders: Iterable[Path], progress: Progress | None = None) -> tuple[Found, ...]:
        """Return every weights file and model folder in ``folders`` and below, sorted by path.

        Files among ``folders`` are recognised themselves. Folders that cannot be read are in the
        answer as UNUSABLE. Cancelled between two files; what was found so far is kept.
        """
        self._load()
        found: dict[Path, Found] = {}
        problems: list[Found] = []
        try:
            for number, path in enumerate(list(_walk(folders, problems))):
                if progress is not None:
                    progress.report(1 - 0.99**number, "Looking at the models")
                found[path] = self.recognise(path)
        finally:
            self._store()
        return tuple(sorted((*found.values(), *problems), key=lambda one: str(one.path)))

    def recognise(self, path: Path) -> Found:
        """Return what one file or model folder is, with the artist's own answer if there is one."""
        self._load()
        stamp = _stamp(path)
        key = str(path.absolute())
        known = self._kept.get(key)
        if known is not None and stamp and known[0] == stamp:
            finding = known[1]
        else:
            finding = recognise_folder(path) if path.is_dir() else recognise_file(path)
            if stamp:
                self._kept[key] = stamp, finding
                self._changed = True
        if self._choices is not None and not path.is_dir():
            finding = self._choices.applied(path, finding)
        return Found(path, stamp[0] if stamp and not path.is_dir() else 0, finding)

    def _load(self) -> None:
        if not self._read and self._file is not None:
            self._kept = _kept_in(self._file)
            self._read = True

    def _store(self) -> None:
        if self._file is None or not self._changed:
            return
        newest = list(self._kept.items())[-MOST_KEPT:]
        rows = {key: [*stamp, to_plain(finding)] for key, (stamp, finding) in newest}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_file(self._file, json.dumps({"version": _version(), "files": rows}).encode())
            self._changed = False
        except (OSError, StudioError):
            # On a full disk the files are looked at again after the next start.
            return


def kept_scanner() -> Scanner:
    """Return the scanner with this machine's cache and the artist's answers; reads no file yet."""
    return Scanner(data_dir() / FILE, Choices())


def _version() -> str:
    return f"{__version__} {VERSION} {len(ROWS)}"


def _kept_in(file: Path) -> dict[str, tuple[Stamp, Finding]]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        if content["version"] != _version():
            return {}
        rows = content["files"].items()
        return {key: (tuple(map(int, row[:-1])), from_plain(row[-1])) for key, row in rows}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return {}


def _stamp(path: Path) -> Stamp:
    """Return sizes and times of all files that an answer depends on, () if there is no file."""
    try:
        if path.is_dir():
            return tuple(
                part.stat().st_mtime_ns
                for part in (
                    path,
                    path / INDEX,
                    *sorted(one for one in path.iterdir() if one.is_dir()),
                )
            )
        stats = [file.stat() for file in shards_of(path) if file.exists()]
        beside = [path.with_suffix(suffix) for suffix in BESIDE] + [path.parent / "config.json"]
        times = [file.stat().st_mtime_ns if file.is_file() else 0 for file in beside]
        total = sum(one.st_size for one in stats)
        return total, *(one.st_mtime_ns for one in stats), *times
    except OSError:
        return ()


def _walk(folders: Iterable[Path], problems: list[Found]) -> Iterator[Path]:
    """Yield weights files and model folders, each once, and note the folders that are closed."""
    seen: set[tuple[int, int]] = set()
    given: set[Path] = set()
    for folder in folders:
        top = folder.expanduser()
        if not top.is_dir():
            if top not in given:
                yield top
            given.add(top)
            continue
        for path in _below(top, seen, problems):
            if path not in given:
                given.add(path)
                yield path


def _below(top: Path, seen: set[tuple[int, int]], problems: list[Found]) -> Iterator[Path]:
    def closed(error: OSError) -> None:
        path = Path(error.filename or top)
        problems.append(Found(path, 0, Finding(Kind.UNUSABLE, refusal=closed_folder(path, error))))

    for here, folders, files in walk(top, DEEPEST, seen, closed):
        if INDEX in files:
            folders.clear()
            yield here
            continue
        folders[:] = [one for one in folders if one not in SKIPPED]
        yield from (here / one for one in files if is_weights(one, files))


def is_weights(name: str, files: Sequence[str]) -> bool:
    """Whether a name is that of a weights file, and of shards the first one that is there.

    ``files`` are the names in its folder. Downloads that are not finished count.
    """
    lower = name.lower()
    if lower.startswith("."):
        return False
    if lower.endswith(PARTIAL):
        return any(f"{suffix}." in lower for suffix in SUFFIXES)
    if not lower.endswith(SUFFIXES):
        return False
    if SHARD.match(name) is None:
        return True
    shards = [one.name for one in shards_of(Path(name)) if one.name in files]
    return not shards or shards[0] == name
