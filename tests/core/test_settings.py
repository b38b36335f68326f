"""Settings: what is set is found again, whatever happens to the file meanwhile."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.settings import Settings


def test_values_are_found_by_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    first = Settings(path)
    first.set("theme", "light")
    first.set("recent", ["/tmp/año.png", "b.ora"])
    second = Settings(path)
    assert second.get("theme", "dark") == "light"
    assert second.get("recent", []) == ["/tmp/año.png", "b.ora"]
    assert second.notice is None
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("stored", "default", "seen"),
    [
        ("text", 5, 5),
        (True, 5, 5),
        (5, True, True),
        (5, 0.5, 5.0),
        (None, "dark", "dark"),
        ({"a": 1}, [], []),
        ([1], [], [1]),
    ],
)
def test_a_value_of_a_strange_type_counts_as_missing(
    stored: object, default: object, seen: object
) -> None:
    settings = Settings(None)
    settings.set("x", stored)
    found = settings.get("x", default)
    assert found == seen and type(found) is type(seen)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[1, 2]", b'"text"'])
def test_a_broken_file_is_kept_and_the_defaults_count(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings = Settings(path)
    assert settings.get("theme", "dark") == "dark"
    assert settings.notice and "settings.broken" in settings.notice
    assert (tmp_path / "settings.broken").read_bytes() == content
    settings.set("theme", "light")
    assert Settings(path).get("theme", "dark") == "light"
    assert Settings(path).notice is None


def test_a_failed_write_leaves_the_old_file_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set("zoom", 1)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudioError, match="No space left"):
        settings.set("zoom", 2)
    assert settings.get("zoom", 0) == 2
    assert json.loads(path.read_text()) == {"zoom": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.json"]


def test_a_value_that_is_no_json_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set("zoom", 1)
    with pytest.raises(TypeError):
        settings.set("bad", object())
    assert settings.get("bad") is None
    settings.set("zoom", 2)
    assert json.loads(path.read_text()) == {"zoom": 2}


def test_setting_the_same_again_does_not_write(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set("zoom", 1)
    path.unlink()
    settings.set("zoom", 1)
    assert not path.exists()


def test_what_another_process_wrote_is_kept_and_seen(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    window = Settings(path)
    window.set("theme", "light")
    window.set("model_folders", ["/own"])
    command = Settings(path)
    command.set("model_folders", ["/own", "/fetched"])
    assert window.get("model_folders", []) == ["/own", "/fetched"]
    command.set("mirror", "https://mirror.example")
    window.set("theme", "dark")
    assert json.loads(path.read_text()) == {
        "theme": "dark",
        "model_folders": ["/own", "/fetched"],
        "mirror": "https://mirror.example",
    }


def test_a_value_that_could_not_be_written_outlives_another_process_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    window = Settings(path)
    window.set("zoom", 1)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StudioError):
            window.set("zoom", 2)
    Settings(path).set("theme", "light")
    assert window.get("zoom", 0) == 2 and window.get("theme", "dark") == "light"
    window.set("panels", [1])
    assert json.loads(path.read_text()) == {"zoom": 2, "theme": "light", "panels": [1]}


def test_a_file_that_another_program_broke_does_not_lose_the_values(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    settings = Settings(path)
    settings.set("theme", "light")
    path.write_text("{")
    assert settings.get("theme", "dark") == "light"
    settings.set("zoom", 2)
    assert json.loads(path.read_text()) == {"theme": "light", "zoom": 2}
