"""What the models made is not lost: results in the saved file."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from kept import assert_same_items, marks, pixels
from painter import Painter, painted_session

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.paths import resource
from studio.document.canvas import crop_canvas
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.request import AdapterUse, EditRequest, EditResult, Task
from studio.edit.steering import Reference, Region
from studio.session.session import Session


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


def steer(session: Session) -> None:
    """Ask with a reference, a region prompt and the path of a LoRA."""
    half = Raster.from_array(np.full((200, 150), 255, np.uint8))
    picture = np.random.default_rng(1).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    session.edit_settings = replace(
        session.edit_settings,
        references=(Reference(picture, "leaf", where=half),),
        regions=(Region("moss", half),),
        adapters=(AdapterUse("lora", "/home/artist/loras/ink.safetensors"),),
    )


def test_a_saved_file_brings_the_results_back(session: Session, tmp_path: Path) -> None:
    steer(session)
    session.edit_settings = replace(session.edit_settings, adapters=())
    session.submit(Task.FILL)
    session.submit(Task.FILL)
    session.apply(session.tray.items[1].id)
    items, shown = session.tray.items, pixels(session.document)
    session.save(tmp_path / "a.ora")
    session.new(10, 10)
    session.open(tmp_path / "a.ora")
    assert not session.is_modified and session.tray.selected is None
    assert np.array_equal(pixels(session.document), shown)
    assert_same_items(session.tray.items, items)
    assert marks(session.tray) == [False, True, *[False] * 6]
    session.apply(session.tray.items[0].id)
    layer = session.document.active_layer()
    assert isinstance(layer, GenerativeLayer) and layer.recipe == items[0].layer().recipe
    assert np.array_equal(
        layer.raster.read(layer.raster.bounds()),
        items[0].layer().raster.read(layer.raster.bounds()),
    )


def test_a_cropped_and_saved_file_has_its_results_in_their_places(
    session: Session, tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    session.edit("Crop", lambda old: crop_canvas(old, Rect(60, 50, 200, 140)))
    expected = pixels(session.tray.items[0].placed(session.document))
    session.save(tmp_path / "a.ora")
    session.open(tmp_path / "a.ora")
    assert np.array_equal(pixels(session.tray.items[0].placed(session.document)), expected)


def test_a_saved_file_holds_no_path_of_the_machine(session: Session, tmp_path: Path) -> None:
    steer(session)
    session.edit_settings = replace(session.edit_settings, model=r"C:\Users\artist\models\ink")
    session.tray.add(
        _result(session.request(Task.FILL)),
        frame=session.document.frame,
    )
    session.save(tmp_path / "a.ora")
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name, data in entries.items() if b"artist" in data]
    content = json.loads(entries["lienzo/results.json"])
    recipe = content["requests"][0]["recipe"]
    assert recipe["adapters"][0]["path"] == "ink.safetensors" and recipe["model"] == "ink"


def test_models_of_a_saved_result_are_found_again_or_named(
    session: Session, painter: Painter, tmp_path: Path
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copytree(resource("starter"), folder / "ink", copy_function=os.symlink)
    (folder / "loras").mkdir()
    (folder / "loras" / "wash.safetensors").write_bytes(b"")
    model, lora = str(folder / "ink"), str(folder / "loras" / "wash.safetensors")
    session.edit_settings = replace(
        session.edit_settings, model=model, adapters=(AdapterUse("lora", lora),)
    )
    session.submit(Task.FILL)
    session.save(tmp_path / "a.ora")
    session.open(tmp_path / "a.ora")
    item = session.tray.items[0]
    assert item.request.model == "ink"
    with pytest.raises(StudioError, match=r"ink, which this result .* model folders"):
        session.more_like(item)
    session.settings.set("model_folders", [str(folder)])
    session.more_like(item)
    request = painter.jobs[-1].request
    assert isinstance(request, EditRequest)
    assert Path(request.model) == (folder / "ink").resolve()
    assert [use.path for use in request.adapters] == [lora]


def _result(request: EditRequest) -> EditResult:
    image = np.zeros((request.region.height, request.region.width, 3), np.uint8)
    return EditResult(request=request, images=(image,), seeds=(1,))


def test_other_formats_leave_results_out(session: Session, tmp_path: Path) -> None:
    session.submit(Task.FILL)
    for name in ("a.psd", "a.png"):
        session.export(tmp_path / name)
        assert formats.open_document(tmp_path / name).document.results == ()


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Return a copy of an ORA whose entries were changed; None leaves one out."""
    other = path.with_name("other.ora")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return other


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], int, str]] = {
    "a picture is torn": (
        lambda n, d: d[:50] if n == "lienzo/results/01.png" else d,
        3,
        "Damaged results of other.ora were left out (1).",
    ),
    "a picture is gone": (
        lambda n, d: None if n == "lienzo/results/02.png" else d,
        3,
        "Damaged results of other.ora were left out (1).",
    ),
    "the request's picture is gone": (
        lambda n, d: None if n == "lienzo/results/request00.png" else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the list is torn": (
        lambda n, d: d[:90] if n == "lienzo/results.json" else d,
        0,
        "The results of other.ora are damaged and were left out.",
    ),
    "the list is of a later version": (
        lambda n, d: d.replace(b'"version": 1', b'"version": 2', 1) if "results.j" in n else d,
        0,
        "The results of other.ora are damaged and were left out.",
    ),
    "the ids name files elsewhere": (
        lambda n, d: d.replace(b'"id": "', b'"id": "../../') if "results.j" in n else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the recipe has another size": (
        lambda n, d: d.replace(b'"region": [', b'"region": [0,') if "results.j" in n else d,
        0,
        "Damaged results of other.ora were left out (4).",
    ),
    "the recipe cannot be read": (
        lambda n, d: d.replace(b'"task": "fill"', b'"task": "knit"') if "results.j" in n else d,
        0,
        "Results that cannot be read were left out (4).",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_results_are_left_out_and_the_document_opens(
    session: Session, heard: list[Notice], tmp_path: Path, name: str
) -> None:
    change, left, said = DAMAGES[name]
    session.submit(Task.FILL)
    session.save(tmp_path / "a.ora")
    shown = pixels(session.document)
    session.open(rewritten(tmp_path / "a.ora", change))
    assert np.array_equal(pixels(session.document), shown)
    assert len(session.tray.items) == left
    assert [str(one) for one in heard] == [said]
