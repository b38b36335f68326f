"""The artist's settings: one JSON file that is replaced as a whole."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError


class Settings:
    """Named JSON values; an unreadable file is kept as a backup and the defaults apply.

    ``notice`` is then an English sentence about it, else None. ``path``
    None keeps the values in memory only.

    What another process wrote meanwhile counts, so that an open window and a command do not undo
    each other's values.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        self._unsaved: dict[str, Any] = {}
        """Values that could not be written, for example to a full disk."""
        self._stamp: tuple[int, ...] = ()
        self.notice: str | None = None
        if path is not None and path.exists():
            self._read(path)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, ``default`` if it is missing or of another type than the default."""
        self._refresh()
        value = self._values.get(name, default)
        if default is None or type(value) is type(default):
            return value
        if type(default) is float and type(value) is int:
            return float(value)
        return default

    def set(self, name: str, value: Any) -> None:
        """Store a JSON-ready value on the disk; StudioError if that fails."""
        self._refresh()
        if name in self._values and self._values[name] == value:
            return
        # A value that is not JSON is a bug, raised before the file or other values change.
        text = json.dumps({**self._values, name: value}, indent=1, ensure_ascii=False)
        self._values[name] = value
        if self._path is not None:
            self._unsaved[name] = value
            _write(self._path, text)
            self._unsaved = {}
            self._stamp = _stamp(self._path)

    def _refresh(self) -> None:
        """Take over the file if another process replaced it; one that is gone changes nothing."""
        if self._path is None:
            return
        stamp = _stamp(self._path)
        if not stamp or stamp == self._stamp:
            return
        content = _content(self._path)
        if content is not None:
            self._values = {**content, **self._unsaved}
            self._stamp = stamp

    def _read(self, path: Path) -> None:
        self._stamp = _stamp(path)
        content = _content(path)
        if content is not None:
            self._values = content
            return
        broken = path.with_suffix(".broken")
        with contextlib.suppress(OSError):
            path.replace(broken)
        self.notice = f"The settings could not be read; the file is kept as {broken.name}."


def _content(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what changes if the file is replaced, () if there is none."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _write(path: Path, text: str) -> None:
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8"
        ) as file:
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StudioError(
            "The settings cannot be saved ({reason}).",
            "They apply until you close Lienzo; free some disk space.",
            reason=error.strerror or str(error),
        ) from error
