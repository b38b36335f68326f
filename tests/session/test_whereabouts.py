"""Weights that a file names without folders are found by hash, then by name, or missed by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from painter import Painter, painted_session
from safetensors.numpy import save

from studio.catalog.hashes import Hashes, kept_hashes
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.control import Control, control_layer
from studio.document.layer import GenerativeLayer
from studio.edit.identity import add_hashes
from studio.edit.request import AdapterUse, EditRequest, ReferenceUse, Task
from studio.session.session import Session
from studio.session.whereabouts import found_again


def weights(path: Path, value: float = 1.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save({"x": np.full((8, 8), value, np.float32)}))
    return path


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter, tmp_path: Path) -> Iterator[Session]:
    session = painted_session(painter, tmp_path / "journal")
    yield session
    session.close()


@pytest.fixture
def heard(session: Session) -> list[Notice]:
    heard: list[Notice] = []
    session.noticed.connect(heard.append)
    return heard


def saved_with(session: Session, lora: Path, file: Path) -> None:
    """Save a document whose layer was made with a LoRA, as the engine names it."""
    session.edit_settings = replace(
        session.edit_settings, adapters=(AdapterUse("lora", str(lora)),)
    )
    request = add_hashes(session.request(Task.FILL), Hashes())
    layer = GenerativeLayer(name="Made", recipe=request.to_recipe())
    session.edit("Made", lambda old: old.insert(layer))
    session.save(file)


def recipe(session: Session) -> EditRequest:
    layer = next(one for one in session.document.walk() if isinstance(one, GenerativeLayer))
    return EditRequest.from_recipe(layer.recipe)


def test_a_file_that_was_moved_and_renamed_is_found_by_its_hash(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    lora = weights(tmp_path / "old" / "ink.safetensors")
    weights(tmp_path / "new" / "other.safetensors", 2.0)
    saved_with(session, lora, tmp_path / "a.ora")
    moved = tmp_path / "new" / "inks" / "wash.safetensors"
    moved.parent.mkdir()
    lora.rename(moved)
    session.settings.set("model_folders", [str(tmp_path / "new")])
    session.open(tmp_path / "a.ora")
    assert not heard and recipe(session).adapters[0].path == "ink.safetensors"
    found, told = found_again(recipe(session), session.settings, tmp_path / "subjects")
    assert [use.path for use in found.adapters] == [str(moved)] and not told
    assert kept_hashes().known(moved) == found.adapters[0].file


def test_the_hash_counts_more_than_the_name(session: Session, tmp_path: Path) -> None:
    lora = weights(tmp_path / "old" / "ink.safetensors")
    saved_with(session, lora, tmp_path / "a.ora")
    right = tmp_path / "new" / "b" / "x.safetensors"
    wrong = weights(tmp_path / "new" / "a" / "ink.safetensors", 2.0)
    right.parent.mkdir()
    lora.rename(right)
    kept_hashes().of(right)
    kept_hashes().of(wrong)
    session.settings.set("model_folders", [str(tmp_path / "new")])
    found, _ = found_again(recipe(session), session.settings, tmp_path / "subjects")
    assert found.adapters[0].path == str(right)


def test_a_file_of_that_name_alone_is_taken_with_a_notice(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    lora = weights(tmp_path / "old" / "ink.safetensors")
    saved_with(session, lora, tmp_path / "a.ora")
    lora.unlink()
    other = tmp_path / "new" / "ink.safetensors"
    other.parent.mkdir()
    other.write_bytes(save({"x": np.zeros((9, 9), np.float32)}))
    session.settings.set("model_folders", [str(tmp_path / "new")])
    session.open(tmp_path / "a.ora")
    layer = next(one for one in session.document.walk() if isinstance(one, GenerativeLayer))
    request, told = found_again(recipe(session), session.settings, tmp_path / "subjects")
    assert request.adapters[0].path == str(other) and request.adapters[0].file is None
    assert [str(one) for one in told] == [
        "ink.safetensors is not the file that this was made with."
    ]
    assert isinstance(layer, GenerativeLayer)


def test_what_is_missing_is_named_on_opening_and_when_it_is_needed(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    lora = weights(tmp_path / "old" / "ink.safetensors")
    saved_with(session, lora, tmp_path / "a.ora")
    lora.unlink()
    session.open(tmp_path / "a.ora")
    assert [str(one) for one in heard] == [
        "Made with ink.safetensors, which are not in your model folders. The layers stay as they "
        "are but cannot be generated again."
    ]
    with pytest.raises(StudioError, match=r"ink\.safetensors, which this result"):
        found_again(recipe(session), session.settings, tmp_path / "subjects")


@pytest.mark.parametrize(
    "path", ["/home/somebody/models/ink.safetensors", r"D:\loras\ink.safetensors"]
)
def test_the_path_of_an_old_file_is_a_name(path: str, tmp_path: Path) -> None:
    old = {
        "version": 1, "task": "fill", "prompt": "a cat", "region": [0, 0, 8, 8], "sampling": {},
        "adapters": [{"kind": "lora", "path": path, "weight": 0.5, "options": {}, "newer": 1}],
    }  # fmt: skip
    request = EditRequest.from_recipe(old)
    assert request.adapters == (AdapterUse("lora", path, 0.5),)
    lora = weights(tmp_path / "loras" / "ink.safetensors")
    settings = Settings(None)
    settings.set("model_folders", [str(tmp_path)])
    found, told = found_again(request, settings, tmp_path / "subjects")
    assert found.adapters[0].path == str(lora) and not told


def test_networks_of_controls_and_references_are_found_as_well(tmp_path: Path) -> None:
    for name in ("scribbles", "faces"):
        weights(tmp_path / name / "model.safetensors")
        (tmp_path / name / "config.json").write_text("{}")
    picture = np.zeros((8, 8, 3), np.uint8)
    base = EditRequest.from_recipe(
        {"task": "generate", "prompt": "x", "region": [0, 0, 8, 8], "sampling": {}}
    )
    request = base.replace(references=(ReferenceUse(picture, model="/gone/faces"),))
    settings = Settings(None)
    settings.set("model_folders", [str(tmp_path)])
    found, _ = found_again(request, settings, tmp_path / "subjects")
    assert found.references[0].model == str((tmp_path / "faces").resolve())


def test_a_control_layer_is_saved_without_the_folder_of_its_network(
    session: Session, heard: list[Notice], tmp_path: Path
) -> None:
    layer = control_layer("canny", np.zeros((200, 300, 3), np.uint8), "Edges")
    layer = layer.replace(control=Control(kind="canny", model="/home/somebody/nets/scribbles"))
    session.edit("Control", lambda old: old.insert(layer))
    session.save(tmp_path / "a.ora")
    assert b"somebody" not in (tmp_path / "a.ora").read_bytes()
    session.open(tmp_path / "a.ora")
    assert "scribbles" in str(heard[0])
