"""Installs assets: downloads their archives, verifies, converts, and writes the notices."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from studio.core.assets.convert import convert
from studio.core.assets.download import DiskFull, Unreachable, disk_full, download, verify
from studio.core.assets.places import (
    SUMS,
    State,
    asset,
    asset_state,
    assets_folder,
    listed_sums,
)
from studio.core.assets.table import ARCHIVES, Archive, Asset, Member
from studio.core.errors import StudioError
from studio.core.paths import resource
from studio.core.progress import Progress

DOWNLOADS = ".downloads"
"""Folder, in that of the assets, of archives whose assets are not all installed yet."""
NOTICE = "NOTICE"
OLD_SECONDS = 3600
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}


def fetch_assets(
    ids: Iterable[str], progress: Progress, given: Path | None = None
) -> dict[str, StudioError]:
    """Install the assets that are missing or damaged; returns the reason of each that failed.

    Each archive is downloaded once, or taken from the folder ``given``. It is kept until all of
    its assets that were asked for are installed; so a later call resumes. ``Cancelled`` passes
    through; what is installed by then stays.
    """
    wanted = [asset(id) for id in ids if asset_state(id) is not State.INSTALLED]
    archives = list(dict.fromkeys(row.archive for row in wanted))
    total = sum(ARCHIVES[name].bytes for name in archives)
    failed: dict[str, StudioError] = {}
    hopeless: dict[str, StudioError] = {}
    done = 0
    for name in archives:
        archive = ARCHIVES[name]
        part = progress.sub(done / total, archive.bytes / total)
        rows = [row for row in wanted if row.archive == name]
        if archive.kind in hopeless:
            failed |= {row.id: hopeless[archive.kind] for row in rows}
            continue
        errors = _fetch_archive(archive, rows, part, given)
        failed |= errors
        for error in errors.values():
            if isinstance(error, DiskFull):
                hopeless |= {one.kind: error for one in ARCHIVES.values()}
            elif isinstance(error, Unreachable):
                hopeless[archive.kind] = error
        done += archive.bytes
    return failed


def _fetch_archive(
    archive: Archive, rows: list[Asset], progress: Progress, given: Path | None
) -> dict[str, StudioError]:
    failed: dict[str, StudioError] = {}
    try:
        with _sentences():
            folder = assets_folder()
            kept = folder / DOWNLOADS
            kept.mkdir(parents=True, exist_ok=True)
            _remove_old(folder)
            _remove_old(kept)
            path = _obtain(archive, kept, given, progress.sub(0, 0.9))
    except StudioError as error:
        return {row.id: error for row in rows}
    for number, row in enumerate(rows):
        progress.report(0.9 + 0.1 * number / len(rows), "Unpacking")
        try:
            with _sentences():
                _install(row, path, folder)
        except StudioError as error:
            failed[row.id] = error
    with contextlib.suppress(OSError):
        # Not the artist's own copy; and one that has not what it should is of no use either.
        if path.parent == kept and not any(isinstance(one, DiskFull) for one in failed.values()):
            path.unlink()
        kept.rmdir()
    progress.report(1.0, "Unpacking")
    return failed


def _obtain(archive: Archive, kept: Path, given: Path | None, progress: Progress) -> Path:
    """Return the verified archive, from ``given``, from an earlier call, or downloaded."""
    if given is not None:
        path = given / archive.file
        if not path.is_file():
            raise StudioError("{folder} has no {name}.", folder=str(given), name=archive.file)
        verify(archive, path)
        return path
    path = kept / archive.file
    if path.is_file():
        try:
            verify(archive, path)
            return path
        except StudioError:
            path.unlink()
    return download(archive, kept, progress)


def _install(row: Asset, path: Path, folder: Path) -> None:
    """Put one asset from its archive in place, with all its files or not at all."""
    with tempfile.TemporaryDirectory(prefix=".work-", dir=folder) as name:
        work = Path(name)
        made = work / row.id
        made.mkdir()
        with _opened(path) as read:
            for member in row.members:
                _take(member, read, made, work)
            if row.licence_member:
                with read(row.licence_member) as source:
                    (made / "LICENSE").write_bytes(source.read())
        (made / NOTICE).write_text(notice_of(row), encoding="utf-8")
        _write_sums(made)
        target = folder / row.id
        # A previous installation is removed with the work folder.
        if target.exists():
            os.replace(target, work / "before")
        os.replace(made, target)


def _take(member: Member, read: Callable[[str], IO[bytes]], made: Path, work: Path) -> None:
    raw = work / Path(member.path).name
    digest = hashlib.sha256()
    with read(member.path) as source, raw.open("wb") as file:
        while block := source.read(1 << 20):
            digest.update(block)
            file.write(block)
    if digest.hexdigest() != member.sha256:
        raise StudioError(
            "{name} is not the file that Lienzo is tested with: its checksum differs.",
            name=raw.name,
        )
    if not member.convert:
        os.replace(raw, made / member.target)
        return
    convert(member.convert, raw, made / member.target)
    # safetensors writes files that nobody else may read, not even those of a program folder.
    shutil.copymode(raw, made / member.target)
    raw.unlink()


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Callable[[str], IO[bytes]]]:
    """Give a function that opens a member of a wheel or of a tar archive, without unpacking it."""
    try:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                yield wheel.open
            return
        with tarfile.open(path) as archive:
            yield lambda name: _from_tar(archive, name)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise StudioError(
            "{name} has not what it should ({reason}).", name=path.name, reason=str(error)
        ) from error


def _from_tar(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file


def notice_of(row: Asset) -> str:
    """Return the text of an asset's notice, with its whole licence."""
    archive = ARCHIVES[row.archive]
    members = ", ".join(member.path for member in row.members)
    changed = [member.target for member in row.members if member.convert]
    text = f"{row.name}\n\n{row.credit}\n\n"
    text += f"Taken from: {members}\nin {archive.file} of {archive.package} {archive.version}"
    text += f" ({archive.kind}), sha256 {archive.sha256}.\n"
    if any(name.endswith(".safetensors") for name in changed):
        text += "Changed for Lienzo: stored as safetensors, kernels rounded to half precision.\n"
    elif changed:
        text += f"Changed for Lienzo: the same content, stored as {' and '.join(changed)}.\n"
    if row.licence_member:
        text += "LICENSE is the licence of that package.\n"
    licence = resource("licences", f"{row.licence}.txt").read_text(encoding="utf-8")
    return f"{text}\nLicence of the weights: {row.licence}\n\n{row.copyright}\n\n{licence}"


def renew_notices(ids: Iterable[str]) -> None:
    """Write the notices again that an earlier version of Lienzo has written, if that is possible.

    Assets that are not intact or that came with the program are left alone.
    """
    for row in map(asset, ids):
        folder = assets_folder() / row.id
        path = folder / NOTICE
        if NOTICE not in listed_sums(folder) or asset_state(row.id) is not State.INSTALLED:
            continue
        with contextlib.suppress(OSError):
            if path.read_text(encoding="utf-8") != notice_of(row):
                path.write_text(notice_of(row), encoding="utf-8")
                (folder / SUMS).unlink()
                _write_sums(folder)


def _write_sums(folder: Path) -> None:
    sums = ""
    for file in sorted(folder.iterdir()):
        sums += f"{_synced_digest(file)}  {file.name}\n"
    (folder / SUMS).write_text(sums, encoding="utf-8")
    _synced_digest(folder / SUMS)


def _synced_digest(path: Path) -> str:
    """Return the sha256 of a file that is then on the disk."""
    with path.open("r+b") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def _remove_old(folder: Path) -> None:
    """Remove what killed runs left; a run that is at work now has touched its folder lately."""
    for path in folder.iterdir():
        if path.name.startswith((".part-", ".work-")):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > OLD_SECONDS:
                    shutil.rmtree(path)


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn errors of the disk into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full() from error
        if error.errno in _FORBIDDEN:
            raise StudioError(
                "{folder} cannot be written to.",
                "Give yourself the right to write there, or name another folder in {variable}.",
                folder=str(assets_folder()),
                variable="LIENZO_ASSETS",
            ) from error
        raise StudioError("{reason}.", reason=str(error)) from error


def by_reason(failed: Mapping[str, StudioError]) -> dict[str, list[str]]:
    """Return the ids of failed assets by their reason, in the given order."""
    reasons: dict[str, list[str]] = {}
    for id, error in failed.items():
        reasons.setdefault(str(error), []).append(id)
    return reasons
