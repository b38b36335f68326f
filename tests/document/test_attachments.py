"""Inversions beside a document: bounded, kept by ORA and by undo, no part of the picture."""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from io_samples import rich_document
from safetensors.numpy import load, save

from studio.core.errors import StudioError
from studio.document import attachments as module
from studio.document.attachments import (
    add_attachment,
    is_key,
    is_whole,
    limit_attachments,
    remove_attachment,
)
from studio.document.changes import changes
from studio.document.document import Document
from studio.document.history import History
from studio.document.io.common import MemoryBudget
from studio.document.io.formats import open_document, save_document
from studio.document.layer import RasterLayer

FOLDER = "lienzo/inversions/"


def key(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def inversion(number: int, size: int = 64) -> bytes:
    return save({"latents": np.full((4, 4, size), number, np.float32)})


def three() -> dict[str, bytes]:
    return {key(i): inversion(i) for i in range(3)}


def saved(path: Path, attachments: dict[str, bytes]) -> Path:
    save_document(rich_document().replace(attachments=attachments), path)
    return path


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, found: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, data, zipfile.ZIP_DEFLATED)
    return path


# The mapping


def test_the_oldest_go_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COUNT", 3)
    kept: module.Attachments = {}
    for number in range(5):
        before = kept
        kept = add_attachment(kept, key(number), inversion(number))
        assert before is not kept
    assert list(kept) == [key(2), key(3), key(4)]


def test_the_oldest_go_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    one = len(inversion(0))
    monkeypatch.setattr(module, "MAX_BYTES", 2 * one + 10)
    kept = limit_attachments(three())
    assert list(kept) == [key(1), key(2)] and module.total(kept) == 2 * one
    monkeypatch.setattr(module, "MAX_BYTES", one - 1)
    assert add_attachment({}, key(0), inversion(0)) == {}
    kept = {key(1): b"small"}
    assert add_attachment(kept, key(0), inversion(0)) is kept


def test_one_that_is_used_again_is_the_newest() -> None:
    kept = add_attachment(three(), key(0), inversion(0))
    assert list(kept) == [key(1), key(2), key(0)]
    assert add_attachment(kept, key(0), inversion(0)) is kept
    assert remove_attachment(kept, key(9)) is kept
    assert list(remove_attachment(kept, key(2))) == [key(1), key(0)]


def test_what_a_key_and_a_whole_file_are() -> None:
    assert is_key(key(1))
    assert not any(map(is_key, ("", key(1)[1:], key(1).upper(), f"../{key(1)[3:]}", key(1) + "\n")))
    whole = inversion(1)
    assert is_whole(whole)
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    assert not any(map(is_whole, (b"", whole[:7], whole[: header - 1], b"\x80\x04" + whole)))


# Undo, redo, looks


def test_undo_and_redo_keep_them_and_they_are_no_step() -> None:
    history = History(Document(width=20, height=20))
    for name in ("a", "b"):
        with history.edit(name) as edit:
            edit.document = edit.document.insert(RasterLayer(name=name))
    history.undo()
    before, told = history.document, []
    history.changed.connect(lambda new, old: told.append((new, old)))
    history.attach(three())
    assert [entry.label for entry in history.entries] == ["Open", "a", "b"]
    assert history.position == 1 and told == [(history.document, before)]
    assert changes(history.document, before) == ()
    for step in (history.redo, history.undo, history.undo):
        step()
        assert list(history.document.attachments) == list(three())
    history.go_to(2)
    assert [layer.name for layer in history.document.layers] == ["a", "b"]
    with history.edit("c") as edit:
        edit.document = edit.document.insert(RasterLayer(name="c"))
    assert list(history.document.attachments) == list(three())


def test_the_bytes_of_undo_stay_right() -> None:
    document = rich_document()
    history = History(document)
    with history.edit("Remove") as edit:
        edit.document = edit.document.replace(layers=())
    spent = history.nbytes(), history.undo_nbytes()
    history.attach(three())
    assert (history.nbytes(), history.undo_nbytes()) == spent
    history.undo()
    with history.edit("Other") as edit:
        edit.document = edit.document.replace(selection=None)
    assert history.nbytes() == document.nbytes()


def test_not_while_an_edit_runs() -> None:
    history = History(Document(width=20, height=20))
    with history.edit("Drag"), pytest.raises(RuntimeError):
        history.attach(three())
    assert not history.document.attachments


def test_a_document_with_them_can_be_pickled() -> None:
    document = Document(width=2, height=2, attachments=three())
    assert pickle.loads(pickle.dumps(document)).attachments == three()
    assert "latents" not in repr(document)


# ORA


def test_ora_keeps_them_in_their_order(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ora", three())
    opened = open_document(path)
    assert opened.notices == ()
    assert list(opened.document.attachments.items()) == list(three().items())
    assert entries(path)[f"{FOLDER}{key(1)}.safetensors"] == inversion(1)
    save_document(opened.document, tmp_path / "b.ora")
    assert open_document(tmp_path / "b.ora").document.attachments == three()


@pytest.mark.parametrize("damage", [b"", b"not safetensors", inversion(1)[:9]])
def test_a_damaged_one_is_left_out_with_a_notice(tmp_path: Path, damage: bytes) -> None:
    path = saved(tmp_path / "a.ora", three())
    found = entries(path)
    found[f"{FOLDER}{key(1)}.safetensors"] = damage
    opened = open_document(rewritten(path, found))
    assert list(opened.document.attachments) == [key(0), key(2)]
    (said,) = opened.notices
    assert said.values["name"] == "a.ora" and "damaged" in said.message
    assert len(opened.document.layers) == len(rich_document().layers)


def test_one_whose_checksum_is_wrong_is_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ora", three())
    data = path.read_bytes()
    place = data.index(inversion(2)) + len(inversion(2)) - 8
    path.write_bytes(data[:place] + b"\xff" + data[place + 1 :])
    opened = open_document(path)
    assert list(opened.document.attachments) == [key(0), key(1)] and len(opened.notices) == 1


def test_names_that_are_no_keys_are_left_out(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.ora", {})
    found = entries(path)
    for name in ("nonsense", "../../evil", key(1).upper()):
        found[f"{FOLDER}{name}.safetensors"] = inversion(1)
    opened = open_document(rewritten(path, found))
    assert opened.document.attachments == {} and len(opened.notices) == 1


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the entries that are unpacked from now on."""
    names: list[str] = []
    whole = zipfile.ZipFile.read

    def noted(self: zipfile.ZipFile, info: zipfile.ZipInfo | str) -> bytes:
        names.append(info if isinstance(info, str) else info.filename)
        return whole(self, info)

    monkeypatch.setattr(zipfile.ZipFile, "read", noted)
    return names


def test_too_large_a_one_is_never_unpacked(tmp_path: Path, read: list[str]) -> None:
    path = saved(tmp_path / "a.ora", {key(0): inversion(0)})
    found = entries(path)
    name = f"{FOLDER}{key(1)}.safetensors"
    # 65 MB that lie as 65 kB in the file.
    found[name] = save({"latents": np.zeros((65, 1024, 256), np.float32)})
    rewritten(path, found)
    read.clear()
    opened = open_document(path)
    assert list(opened.document.attachments) == [key(0)] and len(opened.notices) == 1
    assert name not in read and f"{FOLDER}{key(0)}.safetensors" in read


def test_more_than_are_kept_are_not_all_read(tmp_path: Path, read: list[str]) -> None:
    path = saved(tmp_path / "a.ora", {})
    found = entries(path)
    found |= {f"{FOLDER}{key(i)}.safetensors": inversion(i) for i in range(20)}
    rewritten(path, found)
    read.clear()
    opened = open_document(path)
    assert list(opened.document.attachments) == [key(i) for i in range(12, 20)]
    assert len(opened.notices) == 1
    assert sum(name.startswith(FOLDER) for name in read) == 8


def test_without_memory_for_them_the_layers_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.ora", three())
    monkeypatch.setattr(MemoryBudget, "take_bytes", lambda self, count: False)
    opened = open_document(path)
    assert opened.document.attachments == {} and len(opened.notices) == 1
    assert len(opened.document.layers) == len(rich_document().layers)


def test_the_budget_counts_what_it_gives() -> None:
    budget = MemoryBudget("a.ora")
    left = budget._left
    assert budget.take_bytes(100) and budget._left == left - 100
    assert not budget.take_bytes(left) and budget._left == left - 100


def test_a_save_that_writes_another_byte_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.ora", {})
    before = path.read_bytes()
    written = zipfile.ZipFile.writestr

    def careless(self: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        written(self, info, data[:-1] if info.filename.startswith(FOLDER) else data)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", careless)
    with pytest.raises(StudioError, match="read back"):
        saved(path, three())
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a.psd", "a.png", "a.webp", "a.jpg"])
def test_other_formats_leave_them_out(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path / name, three())
    assert b"latents" not in path.read_bytes()
    assert open_document(path).document.attachments == {}


def test_what_is_read_is_what_the_engine_takes(tmp_path: Path) -> None:
    found = open_document(saved(tmp_path / "a.ora", three())).document.attachments
    for number, data in enumerate(found.values()):
        assert (load(data)["latents"] == number).all()
    with zipfile.ZipFile(io.BytesIO((tmp_path / "a.ora").read_bytes())) as archive:
        info = archive.getinfo(f"{FOLDER}{key(0)}.safetensors")
    assert info.compress_type == zipfile.ZIP_STORED
