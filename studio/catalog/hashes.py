"""Identities of weights files, independent of name and place: SHA-256 hashes, cached by path.

``autov2`` and ``autov3`` are the short forms that A1111 and Civitai use for models and LoRAs:
https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/master/modules/hashes.py
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.catalog.integrity import SUMS, listed_sums
from studio.catalog.models import STARTER, model_folder
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.paths import data_dir
from studio.core.progress import Progress

_CHUNK = 4 << 20
_MOST_KEPT = 5000
_LONGEST_HEADER = 100 << 20
"""Maximum bytes of a safetensors header that the format allows."""
_UNET = "unet/diffusion_pytorch_model.safetensors"


@dataclass(frozen=True, slots=True)
class FileId:
    """The identity of a weights file: SHA-256 and AutoV3 in hexadecimal, and its size in bytes.

    ``autov3`` is empty if it is not a safetensors file. For a folder with several files, ``sha256``
    is the hash of their list and ``size`` their sum.
    """

    sha256: str
    size: int
    autov3: str = ""

    @property
    def autov2(self) -> str:
        """The short form in "Model hash" and "TI hashes": ten digits of the whole file's hash."""
        return self.sha256[:10]

    @classmethod
    def read(cls, values: object) -> FileId | None:
        """Return the identity of a recipe's mapping; None if it has none or a damaged one."""
        if not isinstance(values, Mapping):
            return None
        sha256, size, autov3 = (values.get(name) for name in ("sha256", "size", "autov3"))
        if not (isinstance(sha256, str) and isinstance(size, int) and len(sha256) == 64):
            return None
        return cls(sha256, size, autov3 if isinstance(autov3, str) else "")


Stat = tuple[int, int]
"""Size in bytes and time of change in nanoseconds, for which a cached hash is valid."""


class Hashes:
    """Hashes of weights files, cached in ``file`` by path, size and time.

    ``file`` None keeps them in memory only. The list never leaves the machine.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, tuple[Stat, FileId]] = {}
        if file is not None:
            self._kept = _read(file)

    def of(self, path: Path | str, progress: Progress | None = None) -> FileId | None:
        """Return the identity of a weights file or of a folder with some; None if it has none.

        Reads the whole file the first time. "starter" is the shipped model.
        """
        place = model_folder(str(path))
        try:
            if str(path) == STARTER:
                return _shipped(place)
            found = [self._of_file(one, progress) for one in weights_in(place)]
        except OSError:
            return None
        if len(found) <= 1:
            return found[0] if found else None
        listed = "\n".join(one.sha256 for one in found)
        return FileId(_sha256(listed.encode()), sum(one.size for one in found))

    def known(self, path: Path) -> FileId | None:
        """Return the identity of a file or folder if it is cached, else None."""
        try:
            found = [self._kept_for(one) for one in weights_in(path)]
        except OSError:
            return None
        if not found or None in found:
            return None
        return self.of(path)

    def _of_file(self, path: Path, progress: Progress | None) -> FileId:
        found = self._kept_for(path)
        if found is None:
            stat = _stat(path)
            found = hash_file(path, progress)
            self._kept.pop(_key(path), None)
            self._kept[_key(path)] = stat, found
            self._write()
        return found

    def _kept_for(self, path: Path) -> FileId | None:
        stat, found = self._kept.get(_key(path), (None, None))
        return found if stat == _stat(path) else None

    def _write(self) -> None:
        if self._file is None:
            return
        # Another process may have added rows since.
        self._kept = {**_read(self._file), **self._kept}
        newest = list(self._kept.items())[-_MOST_KEPT:]
        rows = {
            key: [*stat, found.sha256, found.size, found.autov3] for key, (stat, found) in newest
        }
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_file(self._file, json.dumps(rows).encode())
        except (OSError, StudioError):
            # On a full disk, the files are read again after the next program start.
            return


def kept_hashes() -> Hashes:
    """Return the hashes that this machine keeps between program starts."""
    return Hashes(data_dir() / "hashes.json")


def weights_in(path: Path) -> tuple[Path, ...]:
    """Return the files that identify a model or adapter; OSError if there are none.

    For a model's folder that is its UNet, because many models share the rest.
    """
    if not path.is_dir():
        path.stat()
        return (path,)
    if (path / _UNET).is_file():
        return (path / _UNET,)
    return tuple(_safetensors(path / "unet") or _safetensors(path))


def hash_file(path: Path, progress: Progress | None = None) -> FileId:
    """Read a file and return its identity; OSError if it cannot be read."""
    whole, tensors = hashlib.sha256(), hashlib.sha256()
    size, done = path.stat().st_size, 0
    with path.open("rb") as stream:
        start = _header_end(stream.read(8), size)
        stream.seek(0)
        while chunk := stream.read(_CHUNK):
            if progress is not None:
                progress.report(done / max(1, size), "Reading the checksum of the model's files")
            whole.update(chunk)
            if start:
                # AutoV3 skips the header, so that a LoRA keeps its hash if its title changes.
                tensors.update(memoryview(chunk)[max(0, start - done) :])
            done += len(chunk)
    return FileId(whole.hexdigest(), size, tensors.hexdigest()[:12] if start else "")


def _header_end(head: bytes, size: int) -> int:
    """Return the offset of the tensors in a safetensors file; 0 if it is not one."""
    length = int.from_bytes(head, "little") + 8 if len(head) == 8 else 0
    return length if 8 < length <= min(size, _LONGEST_HEADER) else 0


def _shipped(folder: Path) -> FileId | None:
    """Return the identity of the shipped model, as listed in its folder."""
    sha256 = listed_sums(folder).get(_UNET, "")
    file = folder / _UNET
    return FileId(sha256, file.stat().st_size) if (folder / SUMS).is_file() and sha256 else None


def _safetensors(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.safetensors")) if folder.is_dir() else ()


def _key(path: Path) -> str:
    return str(path.absolute())


def _stat(path: Path) -> Stat:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(file: Path) -> dict[str, tuple[Stat, FileId]]:
    try:
        rows: Any = json.loads(file.read_text(encoding="utf-8"))
        return {
            str(key): ((int(size), int(time)), FileId(str(sha), int(total), str(short)))
            for key, (size, time, sha, total, short) in rows.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
