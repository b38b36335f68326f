"""A file that replaces another one is on the disk before it takes its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.core.atomic import write_file


def test_the_file_is_synced_before_it_is_renamed_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        done.append("folder" if os.path.isdir(f"/dev/fd/{descriptor}") else "file")
        sync(descriptor)

    def note_replace(old: Path, new: Path) -> None:
        assert old.read_bytes() == b"new" and new.read_bytes() == b"old"
        done.append("rename")
        replace(old, new)

    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)
    write_file(path, b"new")
    assert done == ["file", "rename", *([] if os.name == "nt" else ["folder"])]
    assert path.read_bytes() == b"new" and [one.name for one in tmp_path.iterdir()] == ["a.txt"]
