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
    """Named JSON values; a file that cannot be read is kept beside and the defaults count.

    ``notice`` says so, as an English sentence, when that happened; it is None otherwise. ``path``
    None keeps the values in memory only.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        self.notice: str | None = None
        if path is not None and path.exists():
            self._read(path)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value; ``default`` where it is missing or of another type than the default."""
        value = self._values.get(name, default)
        if default is not None and not isinstance(value, type(default)):
            is_number = isinstance(default, float) and isinstance(value, int)
            return float(value) if is_number and not isinstance(value, bool) else default
        return value

    def set(self, name: str, value: Any) -> None:
        """Keep a JSON-ready value on the disk; StudioError where the disk refuses."""
        if name in self._values and self._values[name] == value:
            return
        self._values[name] = value
        if self._path is not None:
            self._write(self._path)

    def _read(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = None
        if isinstance(content, dict):
            self._values = content
            return
        broken = path.with_suffix(".broken")
        with contextlib.suppress(OSError):
            path.replace(broken)
        self.notice = f"The settings could not be read; the file is kept as {broken.name}."

    def _write(self, path: Path) -> None:
        temporary = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=path.parent, suffix=".tmp", delete=False, encoding="utf-8"
            ) as file:
                temporary = file.name
                json.dump(self._values, file, indent=1, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            raise StudioError(
                "The settings cannot be saved ({reason}).",
                "They count until Lienzo is closed; free some disk space.",
                reason=error.strerror or str(error),
            ) from error
