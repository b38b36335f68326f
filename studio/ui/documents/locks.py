"""Locks of open files, stored beside the settings: a file is open in one window only."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile


class FileLock:
    """Holds the lock of at most one file; locks of dead processes are ignored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: QLockFile | None = None
        self.path: Path | None = None

    def take(self, path: Path) -> bool:
        """Lock a file and release the previous one; False if another process has it open."""
        path = path.resolve()
        if path == self.path:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        lock = QLockFile(str(self._folder / f"{name}.lock"))
        lock.setStaleLockTime(0)
        free = lock.tryLock(0)
        self.release()
        if free:
            self._lock, self.path = lock, path
        return free

    def release(self) -> None:
        """Release the file."""
        if self._lock is not None:
            self._lock.unlock()
        self._lock, self.path = None, None
