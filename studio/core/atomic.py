"""Atomic saving that cannot lose the old file: temporary file, fsync, read back, rename."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.core.errors import StudioError

Check = Callable[[BinaryIO], None]
"""Reads a written file back; raises StudioError unless it matches the saved content."""

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR}


def replace_file(path: Path, write: Callable[[BinaryIO], Check]) -> None:
    """Replace the file ``path`` with the output of ``write``, or leave everything as it was.

    ``write`` gets a seekable stream of an empty file in the same folder and returns a check, which
    then reads the file back. On any error, the old file stays and the temporary one is removed.
    Raises StudioError for errors of the disk; others pass through.
    """
    # A link stays a link: its target is replaced.
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        try:
            with open(temporary, "x+b") as stream:
                check = write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            with open(temporary, "rb") as stream:
                check(stream)
            if target.exists():
                shutil.copymode(target, temporary)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise _refused(path, error) from error


def write_file(path: Path, content: bytes) -> None:
    """Replace a file with ``content`` like ``replace_file``; StudioError likewise."""

    def write(stream: BinaryIO) -> Check:
        stream.write(content)

        def check(written: BinaryIO) -> None:
            if written.seek(0, os.SEEK_END) != len(content):
                raise OSError(errno.EIO, os.strerror(errno.EIO))

        return check

    replace_file(path, write)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its renames are journalled.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot sync a folder; the file itself is safe.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _refused(path: Path, error: OSError) -> StudioError:
    values = {"name": path.name, "folder": str(path.parent)}
    if error.errno in _FULL:
        return StudioError(
            "{name} was not saved: the disk is full.",
            "Free some space or save to another disk; the file on disk has not changed.",
            **values,
        )
    if error.errno in _FORBIDDEN:
        return StudioError(
            "{name} was not saved: {folder} cannot be written to.",
            "Save to a folder of your own; the file on disk has not changed.",
            **values,
        )
    if error.errno in _NO_FOLDER:
        return StudioError(
            "{name} was not saved: there is no folder {folder}.",
            "Choose a folder that exists.",
            **values,
        )
    return StudioError(
        "{name} was not saved: {reason}.",
        "The file on disk has not changed.",
        reason=error.strerror or str(error) or type(error).__name__,
        **values,
    )
