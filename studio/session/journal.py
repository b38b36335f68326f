"""The recovery journal, from which committed changes survive a killed process.

A journal is a folder: ``tiles`` (raw tiles and attachments, only ever appended), ``steps`` (one
JSON line a commit, with the whole structure of the document and the place of each tile),
``results`` (a file for each one in the tray), ``settings`` (those of the next edit) and ``owner``
(the process). A line is valid only if it is complete, and its tiles were written before it, so that
a torn write loses only itself. Data is handed to the operating system at once, to survive a killed
process; a thread syncs it to the disk, to survive a power cut. Results are written before the line
that names them. Results of one request beyond ``AT_ONCE`` bytes would block the artist's input, so
the thread writes the rest; a kill before that loses only these.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.document.attachments import total
from studio.document.document import Document
from studio.document.raster import Raster
from studio.document.results import Results, limit_results
from studio.session import kept_files, kept_settings, snapshot
from studio.session.kept_settings import Kept, SettingsFile

COMPACT_RATIO = 4
COMPACT_FLOOR = 256 << 20
AT_ONCE = 24 << 20
"""Bytes of pixels that are written before ``record`` returns.

Measured on half of a busy core: 18 ms for four variations of 512 x 512 pixels with their request
(4 MB), 75 ms for four of 1024 x 1024 (17 MB).
"""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A document left by a killed process: ``path`` is its file, or None if never saved.

    ``lost`` is the number of results that cannot be read. ``kept`` are the settings of the next
    edit, None if they cannot be read. If ``clean``, the file at ``path`` holds the whole document,
    and only the settings would be lost.
    """

    folder: Path
    document: Document
    path: Path | None
    label: str
    lost: int = 0
    kept: Kept | None = None
    clean: bool = False


class JournalError(StudioError):
    """The journal cannot be written; the open document is unaffected."""


class Journal:
    """Writes the commits of one open document; one journal a document."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._name = uuid.uuid4().hex
        self._generation = 0
        self._known: dict[int, tuple[NDArray[np.uint8] | bytes, snapshot.Place]] = {}
        self._written = 0
        self._lock = threading.Lock()
        try:
            self._begin()
        except OSError as error:
            raise journal_error(error) from error
        self._results: Results = ()
        self._settings = SettingsFile()
        self._settings_wait = False
        self._trouble: OSError | None = None
        self._given_up = False
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._syncer = threading.Thread(target=self._run, name="journal", daemon=True)
        self._syncer.start()

    @property
    def folder(self) -> Path:
        """The folder of the journal."""
        return self._folder

    def _begin(self) -> None:
        self._folder = self._root / f"{self._name}.{self._generation}"
        self._folder.mkdir(parents=True)
        (self._folder / "owner").write_text(json.dumps(_owner()), encoding="utf-8")
        self._tiles = (self._folder / "tiles").open("ab", buffering=0)
        self._steps = (self._folder / "steps").open("ab", buffering=0)
        self._known.clear()
        self._written = 0

    def record(self, document: Document, label: str, path: Path | None, clean: bool) -> None:
        """Write one commit; ``clean`` means that it equals the file at ``path``.

        StudioError if the disk is full or gone, which does not affect the document itself.
        """
        with self._lock:
            try:
                if self._is_wasteful(document):
                    old = self._folder, self._tiles, self._steps
                    self._generation += 1
                    self._begin()
                    kept_files.carry(old[0], self._folder)
                    kept_settings.carry(old[0], self._folder)
                    self._keep(document.results, clean)
                    self._append(document, label, path, clean)
                    old[1].close()
                    old[2].close()
                    shutil.rmtree(old[0], ignore_errors=True)
                else:
                    self._keep(document.results, clean)
                    self._append(document, label, path, clean)
                if self._trouble is not None:
                    raise self._trouble
            except OSError as error:
                raise journal_error(error) from error
        self._work.put(self._sync)

    def keep_settings(self, kept: Kept) -> None:
        """Write the settings of the next edit; StudioError if the disk is full or gone."""
        with self._lock:
            try:
                self._settings.write(self._folder, kept)
            except OSError as error:
                raise journal_error(error) from error
        if not self._settings_wait:
            self._settings_wait = True
            self._work.put(self._sync_settings)

    def _sync_settings(self) -> None:
        self._settings_wait = False
        # A folder that a new generation replaced meanwhile is gone.
        with contextlib.suppress(OSError):
            kept_settings.sync(self._folder)

    def flush(self) -> bool:
        """Wait until everything recorded is written; False if results could not be written."""
        done = threading.Event()
        self._work.put(done.set)
        done.wait()
        return self._trouble is None

    def _keep(self, results: Results, clean: bool) -> None:
        """Write new results, except those in the document's own file.

        Errors are kept in ``_trouble``; the write is retried with the next commit.
        """
        before, self._trouble = self._trouble, None
        if clean or (before is None and results is self._results):
            return
        old = {one.id for one in self._results} if before is None else set()
        new = tuple(one for one in results if one.id not in old)
        self._results = results
        written: list[Path] = []
        try:
            kept_files.sweep(self._folder, results)
            written = kept_files.write(self._folder, new, most=AT_ONCE, sync=False)
            if not kept_files.are_there(self._folder, new):
                # The thread, which has failed, must continue with them.
                self._trouble = before
        except OSError as error:
            self._trouble = error
        self._work.put(partial(self._write_results, results, written))

    def close(self, *, keep: bool = False) -> None:
        """Stop writing and remove the folder, since its document was saved or discarded."""
        self._given_up = not keep
        self._work.put(None)
        self._syncer.join()
        with self._lock:
            self._tiles.close()
            self._steps.close()
            self._known.clear()
        if not keep:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, raster: Raster, tile: NDArray[np.uint8]) -> snapshot.Place:
        known = self._known.get(id(tile))
        if known is not None:
            return known[1]
        place = snapshot.constant_place(tile)
        if place is None:
            place = self._store(np.ascontiguousarray(tile).data.cast("B"))
        # The tile is kept beside its place so that its id is not reused for another one.
        self._known[id(tile)] = (tile, place)
        return place

    def _file(self, data: bytes) -> snapshot.Place:
        """Store an attachment, once."""
        known = self._known.get(id(data))
        if known is None:
            known = self._known[id(data)] = (data, self._store(data))
        return known[1]

    def _store(self, data: bytes | memoryview) -> snapshot.Place:
        place = {"at": self._written, "size": len(data)}
        _write(self._tiles.fileno(), data)
        self._written += len(data)
        return place

    def _is_wasteful(self, document: Document) -> bool:
        """Whether most of the tile file belongs to no live tile."""
        live = document.nbytes() + total(document.attachments)
        return self._written > max(COMPACT_FLOOR, COMPACT_RATIO * live)

    def _append(self, document: Document, label: str, path: Path | None, clean: bool) -> None:
        line = {
            "label": label,
            "path": str(path) if path else None,
            "clean": clean,
            "document": snapshot.describe(document, self._place, self._file),
        }
        _write(self._steps.fileno(), json.dumps(line).encode("utf-8") + b"\n")

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _write_results(self, results: Results, written: list[Path]) -> None:
        """Write missing results, and sync those ``written`` before to the disk."""
        while not self._given_up:
            folder = self._folder
            try:
                kept_files.write(folder, results)
                kept_files.sync_all(written)
                trouble = None
            except OSError as error:
                trouble = error
            with self._lock:
                # A journal that was restarted meanwhile has another folder.
                if folder == self._folder:
                    self._trouble = trouble
                    return

    def _sync(self) -> None:
        with self._lock:
            descriptors = self._tiles.fileno(), self._steps.fileno()
        # A file that was swapped or closed meanwhile was synced at that time.
        with contextlib.suppress(OSError):
            for descriptor in descriptors:
                os.fsync(descriptor)


def recoverable(root: Path) -> list[Recovered]:
    """Return documents of dead processes with unsaved commits, newest first, skipping broken ones.

    A journal whose last commit is saved in the document's file is removed, unless it has a prompt,
    references or region prompts, which would be lost.
    """
    found: dict[str, tuple[float, Recovered]] = {}
    if not root.is_dir():
        return []
    for folder in sorted(root.iterdir()):
        if not folder.is_dir() or _is_alive(folder):
            continue
        steps = folder / "steps"
        line = _last_line(steps)
        kept = kept_settings.read(folder)
        clean = line is not None and bool(line.get("clean"))
        if line is None or (clean and (kept is None or not kept.has_content)):
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            document = snapshot.restore(line["document"], folder / "tiles")
            names = [str(one) for one in line["document"].get("results", ())]
            document = document.replace(results=limit_results(kept_files.read(folder, names)))
        except (OSError, KeyError, TypeError, ValueError, StudioError):
            # An unreadable journal stays on the disk for a person to examine.
            continue
        lost = len(names) - len(document.results)
        path = Path(line["path"]) if line.get("path") else None
        recovered = Recovered(folder, document, path, str(line.get("label", "")), lost, kept, clean)
        older = found.get(folder.stem)
        if older is not None:
            forget(older[1])
        found[folder.stem] = steps.stat().st_mtime, recovered
    newest_first = sorted(found.values(), key=lambda pair: pair[0], reverse=True)
    return [recovered for _, recovered in newest_first]


def forget(recovered: Recovered) -> None:
    """Remove a journal that was taken over or discarded."""
    shutil.rmtree(recovered.folder, ignore_errors=True)


def journal_error(error: OSError) -> JournalError:
    """Return the error for a journal that cannot be written."""
    return JournalError(
        "The recovery journal cannot be written ({reason}).",
        "Your picture is still open: free some disk space and save it.",
        reason=error.strerror or str(error),
    )


def journal_unreadable(error: OSError) -> StudioError:
    """Return the error for a failed search for documents of killed processes."""
    return StudioError(
        "Lienzo cannot look for documents to recover ({reason}).",
        "They are kept: check the permissions of the journal's folder and start again.",
        reason=error.strerror or str(error),
    )


def _owner() -> dict[str, float]:
    return {"pid": os.getpid(), "started": psutil.Process().create_time()}


def _is_alive(folder: Path) -> bool:
    try:
        owner = json.loads((folder / "owner").read_text(encoding="utf-8"))
        process = psutil.Process(int(owner["pid"]))
        return bool(abs(process.create_time() - float(owner["started"])) < 1.0)
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return False


def _last_line(steps: Path) -> dict[str, Any] | None:
    if not steps.is_file():
        return None
    lines = steps.read_bytes().split(b"\n")[:-1]
    for line in reversed(lines):
        try:
            content = json.loads(line)
        except ValueError:
            continue
        if isinstance(content, dict):
            return content
    return None


def _write(descriptor: int, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
