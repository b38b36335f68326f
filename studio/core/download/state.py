"""How far a download is: the bytes in NAME.part, and what is known about them in NAME.part.json."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.progress import Progress

_BLOCK = 4 << 20


@dataclass(slots=True)
class State:
    """What a part belongs to: address, validator, size (0: not known) and expected SHA-256.

    ``done`` bytes are on the disk, and ``so_far`` is their SHA-256.
    """

    url: str
    etag: str = ""
    total: int = 0
    sha256: str = ""
    done: int = 0
    so_far: str = ""


def part_of(target: Path) -> Path:
    """Return the file that is written until the download is complete."""
    return target.with_name(f"{target.name}.part")


def state_of(target: Path) -> Path:
    """Return the file of the download's state."""
    return target.with_name(f"{target.name}.part.json")


def forget(target: Path) -> None:
    """Remove the part and its state."""
    for path in (part_of(target), state_of(target)):
        with contextlib.suppress(OSError):
            path.unlink()


def save(target: Path, state: State, file: BinaryIO, so_far: str) -> None:
    """Write the state of what ``file`` contains, after its bytes are on the disk.

    An error of the disk is left to the next write of the file itself, which has a sentence.
    """
    with contextlib.suppress(OSError, StudioError):
        file.flush()
        os.fsync(file.fileno())
        state.done, state.so_far = file.tell(), so_far
        write_file(state_of(target), json.dumps(asdict(state), indent=1).encode())


def resume(target: Path, url: str, progress: Progress) -> tuple[State, hashlib._Hash]:
    """Return the state of an earlier call for the same address, and the hash of its bytes.

    Bytes that were written after the state are cut off. If anything does not fit, an empty state is
    returned and the part is removed.
    """
    state, part = _read(target), part_of(target)
    digest = hashlib.sha256()
    if state is None or state.url != url or not part.is_file():
        forget(target)
        return State(url), hashlib.sha256()
    left = state.done
    with part.open("r+b") as file:
        while left and (block := file.read(min(_BLOCK, left))):
            progress.report(0.0, "Checking what has been downloaded")
            digest.update(block)
            left -= len(block)
        if not left and digest.hexdigest() == state.so_far:
            file.truncate(state.done)
            return state, digest
    forget(target)
    return State(url), hashlib.sha256()


def _read(target: Path) -> State | None:
    try:
        values = json.loads(state_of(target).read_text(encoding="utf-8"))
        state = State(**values)
        numbers = (state.total, state.done)
        texts = (state.url, state.etag, state.sha256, state.so_far)
    except (OSError, ValueError, TypeError):
        return None
    usable = all(type(one) is int and one >= 0 for one in numbers)
    return state if usable and all(isinstance(one, str) for one in texts) else None
