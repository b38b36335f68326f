"""What is set for the next edit is in the journal, whole, at the moment it is set."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.catalog.hashes import FileId
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.request import AdapterUse, Sampling, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference, Region
from studio.session import kept_settings
from studio.session.edit_settings import Draft, LayerChange
from studio.session.jobs import InlineRunner
from studio.session.journal import Journal, recoverable
from studio.session.kept_settings import Kept, SettingsFile
from studio.session.session import Session

PICTURE = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def place(x: int) -> Raster:
    mask = np.random.default_rng(abs(x)).integers(1, 256, (7, 9), dtype=np.uint8)
    return Raster.from_array(mask, x, 4)


def whole() -> EditSettings:
    """Return settings in which every field differs from its default, at every depth."""
    reference = Reference(PICTURE, "sky", 0.4, 0.1, 0.8, "subject", place(300), "adapters", False)
    inner = replace(reference, where=None, used=True)
    return EditSettings(
        prompt="a small boat\nwith “sails”",
        negative_prompt="fog",
        model="/models/other",
        sampling=Sampling(9, 3.5, "euler", "karras", 2**60, 0.4, 3, {"rescale": 0.5, "on": True}),
        mask_blur=11,
        padding=300,
        match_fill=False,
        references=(reference, replace(reference, where=None, name="twice", used=True)),
        adapters=(AdapterUse("lora", "/w/ink", 0.6, {"a": 1}, FileId("a" * 64, 7, "b")),),
        regions=(Region("a lighthouse", place(-40), 0.5, inner, 3, False), Region("", Raster(
            channels=1), 1.0, None, 0, True)),
    )  # fmt: skip


def same(one: Any, other: Any, name: str = "") -> None:
    """Compare two values at every depth."""
    if isinstance(one, Raster):
        assert isinstance(other, Raster) and other.bounds() == one.bounds(), name
        assert np.array_equal(other.read(one.bounds()), one.read(one.bounds())), name
    elif isinstance(one, np.ndarray):
        assert np.array_equal(one, other), name
    elif dataclasses.is_dataclass(one):
        assert type(one) is type(other), name
        for part in dataclasses.fields(one):
            same(getattr(one, part.name), getattr(other, part.name), part.name)
    elif isinstance(one, tuple):
        assert len(one) == len(other), name
        for first, second in zip(one, other, strict=True):
            same(first, second, name)
    else:
        assert one == other, name


def test_every_field_is_kept_and_comes_back(tmp_path: Path) -> None:
    settings, plain = whole(), EditSettings()
    for part in dataclasses.fields(EditSettings):
        assert getattr(settings, part.name) != getattr(plain, part.name), part.name
    draft = Draft(settings, Task.REPLACE, frozenset({"steps", "rescale"}))
    change = LayerChange("abc", "Bear", Draft(replace(settings, prompt="before"), Task.EXTEND))
    for kept in (Kept(draft), Kept(draft, change), Kept(Draft())):
        SettingsFile().write(tmp_path, kept)
        same(kept_settings.read(tmp_path), kept)


def test_pictures_are_written_once_and_go_with_what_names_them(tmp_path: Path) -> None:
    file, settings = SettingsFile(), whole()
    file.write(tmp_path, Kept(Draft(settings)))
    folder = tmp_path / kept_settings.FOLDER
    arrays = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npy")}
    assert len(arrays) == 3, "one picture, however often it is used, and two places"
    file.write(tmp_path, Kept(Draft(replace(settings, prompt="x"))))
    assert arrays == {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npy")}
    file.write(tmp_path, Kept(Draft(replace(settings, references=(), regions=()))))
    assert list(folder.glob("*.npy")) == []
    file.write(tmp_path, Kept(Draft(settings)))
    same(kept_settings.read(tmp_path), Kept(Draft(settings)))


def test_what_is_damaged_is_left_out_and_the_rest_comes_back(tmp_path: Path) -> None:
    SettingsFile().write(tmp_path, Kept(Draft(whole())))
    folder = tmp_path / kept_settings.FOLDER
    for path in folder.glob("*.npy"):
        path.write_bytes(b"\x80\x04torn")
    found = kept_settings.read(tmp_path)
    assert found is not None and found.draft.settings.prompt == whole().prompt
    assert found.draft.settings.references == ()
    (folder / kept_settings.FILE).write_text('{"draft": {"settings":')
    assert kept_settings.read(tmp_path) is None
    assert kept_settings.read(tmp_path / "nowhere") is None


def session_in(root: Path) -> Session:
    return Session(InlineRunner(lambda *_: None), Settings(None), root)


PROGRAM = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from test_kept_settings import session_in, whole
from studio.document.document import Document
from studio.edit.request import Task
session = session_in(Path(sys.argv[1]))
session.begin(Document(width=64, height=48))
state = session.edit_state
state.replace(whole(), Task.REPLACE)
for end in range(1, 6):
    state.update(prompt="a big boat"[: 2 * end])
print("typed", flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_kill_right_after_the_last_key_loses_nothing(tmp_path: Path) -> None:
    here = Path(__file__)
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path), str(here.parent), str(here.parents[2])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=dict(os.environ, PYTHONPATH=str(here.parents[2])),
    )  # fmt: skip
    assert running.stdout is not None and running.stdin is not None
    assert running.stdout.readline() == "typed\n"
    running.send_signal(signal.SIGKILL)
    running.wait()
    running.stdout.close()
    running.stdin.close()
    session = session_in(tmp_path)
    (recovered,) = session.recoverable()
    assert recovered.clean
    session.recover(recovered)
    state = session.edit_state
    same(state.settings, replace(whole(), prompt="a big boat"))
    assert state.task is Task.REPLACE and not session.is_modified
    assert session.recoverable() == [], "the living process has taken it over"
    session.close()


def test_an_untouched_document_without_a_prompt_is_not_offered(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.begin(Document(width=64, height=48))
    session.edit_state.choose(steps=9)
    assert session._journal is not None
    session._journal.close(keep=True)
    (session._journal.folder / "owner").write_text('{"pid": 999999999, "started": 0}')
    assert recoverable(tmp_path) == []


def test_another_document_in_its_place_keeps_words_and_forgets_places(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.begin(Document(width=64, height=48))
    session.edit_state.replace(whole())
    session.begin(Document(width=32, height=32))
    settings = session.edit_settings
    assert settings.prompt == whole().prompt
    assert [one.where for one in (*settings.references, *settings.regions)] == [None] * 4
    session.close()


def test_a_disk_that_refuses_is_told_of_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_in(tmp_path)
    session.begin(Document(width=64, height=48))
    told: list[StudioError] = []
    session.failed.connect(told.append)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write = SettingsFile.write
    monkeypatch.setattr(SettingsFile, "write", refuse)
    for word in ("a", "a b", "a boat"):
        session.edit_state.update(prompt=word)
    assert len(told) == 1 and "No space left" in str(told[0])
    monkeypatch.setattr(SettingsFile, "write", write)
    session.edit_state.update(prompt="a boat at sea")
    assert session._journal is not None
    kept = kept_settings.read(session._journal.folder)
    assert kept is not None and kept.draft.settings.prompt == "a boat at sea"
    session.close()


def test_a_journal_that_begins_afresh_takes_the_settings_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_in(tmp_path)
    session.begin(Document(width=64, height=48))
    session.edit_state.replace(whole())
    monkeypatch.setattr(Journal, "_is_wasteful", lambda *_: True)
    assert session._journal is not None
    before = session._journal.folder
    session.edit("Resize", lambda old: old.replace(width=65))
    folder = session._journal.folder
    assert folder != before
    kept = kept_settings.read(folder)
    assert kept is not None
    same(kept.draft.settings, whole())
    session.close()
