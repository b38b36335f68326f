"""A whole file over HTTP, resumed after any interruption and verified before it gets its name."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

from studio.core.download.http_get import LINKED_SIZE, LINKED_SUM, STALLED, Interrupted, Reply, get
from studio.core.download.state import State, forget, part_of, resume, save, state_of
from studio.core.errors import StudioError
from studio.core.progress import Progress

ATTEMPTS = 5
"""Attempts in a row that bring less than ``SOME`` bytes before the download is given up."""
SOME = 1 << 20
RESTARTS = 3
"""Times that a download begins anew, however much came in between, before it is given up."""
SAVE_BYTES = 32 << 20
"""The state is saved after so many bytes; a killed process loses no more than these."""
RESERVE = 256 << 20
"""Bytes of the disk that stay free."""
REPORT_SECONDS = 0.25
WINDOW_SECONDS = 10.0
MOST_WAIT = 60.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class NeedsAccess(StudioError):
    """The server wants an account or an accepted licence (401, 403)."""


class WrongContent(StudioError):
    """What was downloaded is not what was asked for; it is kept as NAME.bad."""


class NoSpace(StudioError):
    """The disk cannot hold the rest."""


class _Again(Exception):
    """The part does not fit the server's file: begin anew."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the web: its address, and its SHA-256 if that is published.

    ``token`` is the artist's own for this host. ``page`` is named if access is refused.
    """

    url: str
    sha256: str = ""
    token: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """Details of progress: bytes so far, of all (0: not known), per second, and seconds left."""

    done: int
    total: int
    rate: float
    left: float | None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A complete file; ``checked`` is false if no checksum was published for it.

    ``rate`` is in bytes per second, 0 if nothing was transferred.
    """

    path: Path
    size: int
    sha256: str
    checked: bool
    rate: float = 0.0


def download(
    source: Source, target: Path, progress: Progress, stalled: float = STALLED, pause: float = 1.0
) -> Downloaded:
    """Download a file to ``target``, whose folder is created.

    What an earlier call left is resumed. ``Cancelled`` ends it within a second and keeps the part.
    ``pause`` is the seconds before the second attempt, doubled each time. StudioError with the
    reason otherwise; ``target`` exists only once its content is verified.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            return _there_already(source, target, progress)
        with _alone(target):
            return _Download(source, target, progress, stalled, pause).run()
    except OSError as error:
        raise _disk_error(error, target) from error


def _there_already(source: Source, target: Path, progress: Progress) -> Downloaded:
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while block := file.read(SOME):
            progress.report(0.0, "Checking the file")
            digest.update(block)
    found = digest.hexdigest()
    if source.sha256 and found != source.sha256:
        raise StudioError(
            "There is another file called {name} in {folder}.",
            "Move it away or rename it, then try again.",
            name=target.name,
            folder=str(target.parent),
        )
    return Downloaded(target, target.stat().st_size, found, bool(source.sha256))


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Refuse a second download of the same file at the same time, also of another process."""
    lock = target.with_name(f"{target.name}.part.lock")
    with contextlib.suppress(OSError, ValueError):
        # The number of a process that has ended may have been given to a later one.
        pid, started = (float(one) for one in lock.read_text(encoding="utf-8").split())
        with contextlib.suppress(psutil.Error):
            if abs(psutil.Process(int(pid)).create_time() - started) < 2:
                raise StudioError(
                    "{name} is being downloaded already.",
                    "Wait for it, or cancel it in the other window.",
                    name=target.name,
                )
    mine = f"{os.getpid()} {psutil.Process().create_time()}"
    lock.write_text(mine, encoding="utf-8")
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


class _Download:
    def __init__(
        self, source: Source, target: Path, progress: Progress, stalled: float, pause: float
    ) -> None:
        self.source, self.target, self.progress = source, target, progress
        self.stalled, self.pause = stalled, pause
        self.state, self.digest = resume(target, source.url, progress)
        self.recent: deque[tuple[float, int]] = deque()
        self.transferred, self.seconds = 0, 0.0
        self.reported = 0.0

    def run(self) -> Downloaded:
        """Make attempts until the file is complete, then verify and rename it."""
        failures = restarts = 0
        while True:
            before = self.transferred
            try:
                self._attempt()
                break
            except _Again:
                self._begin_anew()
                restarts += 1
                if restarts >= RESTARTS:
                    raise self._unsteady() from None
            except Interrupted as error:
                failures = failures + 1 if self.transferred - before < SOME else 1
                if failures >= ATTEMPTS:
                    raise
                self._wait(self.pause * 2 ** (failures - 1), error)
        return self._finish()

    def _begin_anew(self) -> None:
        forget(self.target)
        self.state, self.digest = State(self.source.url), hashlib.sha256()

    def _unsteady(self) -> StudioError:
        return StudioError(
            "The server's answers about {name} contradict each other.",
            "Try again later, or from another mirror.",
            name=self.target.name,
        )

    def _attempt(self) -> None:
        done = self.state.done
        headers = {}
        if done and self.state.etag:
            headers = {"Range": f"bytes={done}-", "If-Range": self.state.etag}
        elif done and self.state.sha256:
            headers = {"Range": f"bytes={done}-"}
        source = self.source
        with get(source.url, headers, self.progress, source.token, self.stalled) as reply:
            if reply.status == 416 and done:
                if _range(reply)[2] != done or self.state.total not in (0, done):
                    raise _Again
                return
            self._check_status(reply)
            self._check_headers(reply)
            self._body(reply)

    def _check_status(self, reply: Reply) -> None:
        status, name = reply.status, self.target.name
        if status in (200, 206):
            return
        if status in (401, 403):
            raise NeedsAccess(
                "{host} gives {name} only to those who have accepted its licence there.",
                "Accept it on {page} with your account, put a token of that account into the"
                " variable HF_TOKEN, and try again.",
                host=reply.host,
                name=name,
                page=self.source.page or self.source.url,
            )
        if status in (404, 410):
            raise StudioError(
                "{host} has no file {name} any more.",
                "Choose another model, or another mirror.",
                host=reply.host,
                name=name,
            )
        if status in (408, 425, 429) or status >= 500:
            self._wait(_seconds(reply.headers.get("retry-after", "")), None)
            raise Interrupted(
                "{host} is busy ({status}).",
                "Try again later; what has been downloaded is kept.",
                host=reply.host,
                status=status,
            )
        raise StudioError(
            "{host} refuses to send {name} ({status}).",
            "Try another mirror.",
            host=reply.host,
            name=name,
            status=status,
        )

    def _check_headers(self, reply: Reply) -> None:
        """Compare what the server says about the file with the state, and keep it there."""
        state, headers = self.state, reply.headers
        if headers.get("content-type", "").startswith("text/html"):
            raise StudioError(
                "{host} answered with a web page instead of {name}.",
                "Open a page in your browser, in case this network wants you to sign in first.",
                host=reply.host,
                name=self.target.name,
            )
        if headers.get("content-encoding", "identity") != "identity":
            raise self._unsteady()
        sha256 = reply.linked.get(LINKED_SUM, "").strip('"').lower()
        sha256 = sha256 if _SHA256.fullmatch(sha256) else ""
        if self.source.sha256 and sha256 not in ("", self.source.sha256):
            raise StudioError(
                "{host} has another version of {name} than the one that Lienzo knows.",
                "Nothing was downloaded. Try another mirror, or a newer Lienzo.",
                host=reply.host,
                name=self.target.name,
            )
        length = _number(headers.get("content-length", ""))
        if reply.status == 206:
            start, _, total = _range(reply)
            changed = state.sha256 and sha256 and state.sha256 != sha256
            if start != state.done or changed or (state.total and total != state.total):
                raise _Again
        else:
            total = length
            if state.done:
                self._begin_anew()
                state = self.state
        linked = _number(reply.linked.get(LINKED_SIZE, ""))
        if linked and total and linked != total:
            raise self._unsteady()
        state.total = total or linked
        etag = headers.get("etag", "")
        state.etag = "" if etag.startswith("W/") else etag
        state.sha256 = self.source.sha256 or sha256
        whole = state.total or headers.get("transfer-encoding", "") == "chunked"
        if not whole and not state.sha256:
            # Neither a size nor a checksum nor a last chunk would tell a part from the whole.
            raise self._unsteady()

    def _body(self, reply: Reply) -> None:
        state, part = self.state, part_of(self.target)
        self._check_space()
        started, saved = time.monotonic(), state.done
        with part.open("r+b" if state.done else "wb") as file:
            file.seek(state.done)
            file.truncate()
            self._save(file)
            try:
                while block := reply.read():
                    self._write(file, block)
                    if file.tell() - saved >= SAVE_BYTES:
                        saved = file.tell()
                        self._save(file)
                        self._check_space()
            finally:
                self.seconds += time.monotonic() - started
                self._save(file)
        if state.total and state.done < state.total:
            raise Interrupted(
                "The connection ended after {done} of {all} MB of {name}.",
                "Try again; what has been downloaded is kept.",
                done=f"{state.done / 1e6:.1f}",
                all=f"{state.total / 1e6:.1f}",
                name=self.target.name,
            )

    def _write(self, file: BinaryIO, block: bytes) -> None:
        file.write(block)
        self.digest.update(block)
        self.transferred += len(block)
        done = file.tell()
        if self.state.total and done > self.state.total:
            raise _Again
        now = time.monotonic()
        self.recent.append((now, len(block)))
        while now - self.recent[0][0] > WINDOW_SECONDS:
            self.recent.popleft()
        self.progress.check()
        if now - self.reported >= REPORT_SECONDS:
            self.reported = now
            rate = sum(size for _, size in self.recent) / max(now - self.recent[0][0], 0.5)
            total = self.state.total
            left = (total - done) / rate if total and rate else None
            fraction = done / total if total else 0.0
            self.progress.report(fraction, "Downloading", details=Rate(done, total, rate, left))

    def _save(self, file: BinaryIO) -> None:
        save(self.target, self.state, file, self.digest.hexdigest())

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.target.parent).free
        needed = max(self.state.total - self.state.done, 0)
        if free < needed + RESERVE:
            raise NoSpace(
                "{folder} has {free} GB free, but {name} needs {needed} GB more.",
                "Free some space and try again; what has been downloaded is kept.",
                folder=str(self.target.parent),
                free=f"{free / 1e9:.1f}",
                name=self.target.name,
                needed=f"{(needed + RESERVE) / 1e9:.1f}",
            )

    def _wait(self, seconds: float, error: Interrupted | None) -> None:
        until = time.monotonic() + min(seconds, MOST_WAIT)
        while time.monotonic() < until:
            self.progress.report(
                self.state.done / self.state.total if self.state.total else 0.0,
                "Waiting for the connection",
                details=error,
            )
            time.sleep(min(0.1, max(until - time.monotonic(), 0)))

    def _finish(self) -> Downloaded:
        part, target, found = part_of(self.target), self.target, self.digest.hexdigest()
        self.progress.check()
        expected = self.state.sha256
        if expected and found != expected:
            bad = target.with_name(f"{target.name}.bad")
            os.replace(part, bad)
            state_of(target).unlink(missing_ok=True)
            raise WrongContent(
                "{name} arrived with another content than published: its checksum differs.",
                "It was set aside as {bad} and is not used. Try again, or from another mirror.",
                name=target.name,
                bad=bad.name,
            )
        size = part.stat().st_size
        os.replace(part, target)
        state_of(target).unlink(missing_ok=True)
        rate = self.transferred / self.seconds if self.seconds else 0.0
        return Downloaded(target, size, found, bool(expected), rate)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _seconds(text: str) -> float:
    return float(_number(text))


def _range(reply: Reply) -> tuple[int, int, int]:
    """Return first byte, last byte and size of Content-Range (RFC 9110, 14.4), 0 if not given."""
    found = _RANGE.fullmatch(reply.headers.get("content-range", ""))
    first, last, size = (_number(one or "") for one in found.groups()) if found else (-1, -1, 0)
    return first, last, size


def _disk_error(error: OSError, target: Path) -> StudioError:
    if error.errno in _FULL:
        return NoSpace(
            "The disk is full; {name} is not complete.",
            "Free some space and try again; what has been downloaded is kept.",
            name=target.name,
        )
    return StudioError(
        "{folder} cannot be written to ({reason}).",
        "Choose a folder of your own.",
        folder=str(target.parent),
        reason=error.strerror or str(error),
    )
