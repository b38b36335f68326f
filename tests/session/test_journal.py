from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio.control_maps.pose_edit import preset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.control import pose_layer
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, GroupLayer, LayerMask, RasterLayer
from studio.document.metadata import FileMetadata
from studio.document.raster import Raster
from studio.session import journal as journal_module
from studio.session.journal import Journal, forget, recoverable


def rich_document() -> Document:
    random = np.random.default_rng(5)
    pixels = random.integers(0, 256, (300, 400, 4), dtype=np.uint8)
    mask = LayerMask(Raster.from_array(pixels[:, :, 0], -20, 30, default=255), enabled=False)
    made = GenerativeLayer(
        name="osito ✨",
        raster=Raster.from_array(pixels, 100, 50),
        recipe={"prompt": "a teddy bear", "sampling": {"seed": 4}},
        recipe_mask=Raster.from_array(pixels[:, :, 1], 90, 40),
        recipe_pictures=(Raster.from_array(pixels[:50]), Raster.from_array(pixels[:, :, 2])),
        opacity=0.25,
        blend=BlendMode.SCREEN,
        x=-7,
        y=9,
    )
    person = preset("waving", 30, 40, 200)
    person[3, 2] = 0
    pose = pose_layer([person], Rect(0, 0, 640, 480), "pose")
    pose = pose.replace(control=pose.control.replace(strength=0.7, end=0.5, used=False), x=4)
    group = GroupLayer(name="g", children=(made, RasterLayer(name="empty"), pose), mask=mask)
    photo = RasterLayer(name="photo", raster=Raster.from_array(pixels), locked=True, visible=False)
    return Document(
        width=640,
        height=480,
        layers=(photo, group),
        active=made.id,
        selection=Raster.from_array(np.full((300, 300), 255, np.uint8)),
        mask=Raster.from_array(pixels[:, :, 2], 3, 4),
        profile=b"icc",
        metadata=FileMetadata(exif=b"EXIF" * 9, iptc=b"IPTC", texts={"workflow": "{}", "ñ": "熊"}),
        dpi=118.11,
    )


def assert_same(a: Document, b: Document) -> None:
    assert (a.width, a.height, a.active, a.profile) == (b.width, b.height, b.active, b.profile)
    assert (a.origin, a.dpi) == (b.origin, b.dpi)
    for name in ("exif", "xmp", "iptc", "texts"):
        assert getattr(a.metadata, name) == getattr(b.metadata, name)
    pairs = list(zip(a.walk(), b.walk(), strict=True))
    for one, other in pairs:
        assert type(one) is type(other)
        for name in ("id", "name", "visible", "opacity", "blend", "locked", "x", "y"):
            assert getattr(one, name) == getattr(other, name)
        for name in ("raster", "recipe_mask"):
            assert_same_raster(getattr(one, name, None), getattr(other, name, None))
        assert (one.mask is None) == (other.mask is None)
        if one.mask is not None and other.mask is not None:
            assert one.mask.enabled == other.mask.enabled
            assert_same_raster(one.mask.raster, other.mask.raster)
        assert getattr(one, "recipe", None) == getattr(other, "recipe", None)
        assert getattr(one, "control", None) == getattr(other, "control", None)
        kept = [getattr(layer, "recipe_pictures", ()) for layer in (one, other)]
        for first, second in zip(*kept, strict=True):
            assert_same_raster(first, second)
    assert_same_raster(a.selection, b.selection)
    assert_same_raster(a.mask, b.mask)


def assert_same_raster(a: Raster | None, b: Raster | None) -> None:
    assert (a is None) == (b is None)
    if a is not None and b is not None:
        assert a.tiles.keys() == b.tiles.keys()
        assert (a.channels, a.default) == (b.channels, b.default)
        assert all((a.tiles[key] == b.tiles[key]).all() for key in a.tiles)


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_is_alive", lambda folder: False)


@pytest.mark.usefixtures("dead")
def test_everything_of_a_document_comes_back(tmp_path: Path) -> None:
    document = rich_document()
    journal = Journal(tmp_path)
    journal.record(document, "Edit", Path("a.ora"), clean=False)
    journal.close(keep=True)
    (found,) = recoverable(tmp_path)
    assert_same(found.document, document)
    assert (found.path, found.label) == (Path("a.ora"), "Edit")
    forget(found)
    assert recoverable(tmp_path) == []


@pytest.mark.usefixtures("dead")
def test_a_torn_last_line_costs_only_itself(tmp_path: Path) -> None:
    document = rich_document()
    journal = Journal(tmp_path)
    journal.record(document, "first", None, clean=False)
    journal.record(document.replace(mask=None), "second", None, clean=False)
    journal.close(keep=True)
    steps = journal.folder / "steps"
    steps.write_bytes(steps.read_bytes()[:-40])
    (found,) = recoverable(tmp_path)
    assert found.label == "first"
    assert_same(found.document, document)


def test_a_living_process_keeps_its_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.record(rich_document(), "Edit", None, clean=False)
    assert recoverable(tmp_path) == [] and journal.folder.is_dir()
    journal.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("dead")
def test_what_is_saved_is_not_offered(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.record(rich_document(), "Save", Path("a.ora"), clean=True)
    journal.close(keep=True)
    assert recoverable(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("dead")
def test_a_journal_that_cannot_be_read_stays_on_disk(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.record(rich_document(), "Edit", None, clean=False)
    journal.close(keep=True)
    (journal.folder / "tiles").write_bytes(b"short")
    assert recoverable(tmp_path) == []
    assert journal.folder.is_dir()


@pytest.mark.usefixtures("dead")
def test_wasted_space_is_given_back_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "COMPACT_FLOOR", 1 << 20)
    random = np.random.default_rng(2)
    journal = Journal(tmp_path)
    layer = RasterLayer(name="paint")
    document = Document(width=256, height=256, layers=(layer,))
    for number in range(40):
        pixels = random.integers(0, 256, (256, 256, 4), dtype=np.uint8)
        document = document.update(layer.replace(raster=Raster.from_array(pixels)))
        journal.record(document, str(number), None, clean=False)
    assert (journal.folder / "tiles").stat().st_size < 20 * 256 * 256 * 4
    assert len(list(tmp_path.iterdir())) == 1
    journal.close(keep=True)
    (found,) = recoverable(tmp_path)
    assert found.label == "39"
    assert_same(found.document, document)


def test_one_dab_writes_only_its_tile(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1024, 1024, 4), dtype=np.uint8)
    layer = RasterLayer(raster=Raster.from_array(pixels))
    document = Document(width=1024, height=1024, layers=(layer,))
    journal = Journal(tmp_path)
    journal.record(document, "Open", None, clean=False)
    before = (journal.folder / "tiles").stat().st_size
    dab = layer.replace(raster=layer.raster.write(10, 10, pixels[:20, 5:25]))
    journal.record(document.update(dab), "Dab", None, clean=False)
    assert (journal.folder / "tiles").stat().st_size - before == 256 * 256 * 4
    journal.close()


def test_a_disk_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(StudioError, match="journal cannot be written"):
        Journal(blocked)


WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.session.jobs import InlineRunner
from studio.session.session import Session
from studio.core.settings import Settings

root = Path(sys.argv[1])
session = Session(InlineRunner(None), Settings(root / "settings.json"), root / "journal")
session.new(700, 500)
layer = RasterLayer(name="paint")
session.edit("Add layer", lambda old: old.insert(layer))
random = np.random.default_rng(9)
for number in range(1000000):
    dab = random.integers(1, 256, (40, 40, 4), dtype=np.uint8)
    x, y = (int(v) for v in random.integers(0, 400, 2))
    def paint(old):
        now = old.find(layer.id)
        return old.update(now.replace(raster=now.raster.write(x, y, dab)))
    session.edit(f"Dab {number}", paint)
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_kill_9_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last >= 25:
            break
    os.kill(process.pid, signal.SIGKILL)
    last = max([last, *(int(line) for line in process.stdout if line.endswith("\n"))])
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    (found,) = recoverable(tmp_path / "journal")
    number = int(found.label.split()[1])
    assert number >= last
    expected = Raster()
    random = np.random.default_rng(9)
    for _ in range(number + 1):
        dab = random.integers(1, 256, (40, 40, 4), dtype=np.uint8)
        x, y = (int(v) for v in random.integers(0, 400, 2))
        expected = expected.write(x, y, dab)
    (layer,) = found.document.layers
    assert isinstance(layer, RasterLayer)
    whole = Rect(0, 0, 700, 500)
    assert (layer.raster.read(whole) == expected.read(whole)).all()
    steps = (found.folder / "steps").read_bytes().splitlines()
    assert json.loads(steps[0])["label"] == "New"


BEGINNER = """
import sys
from pathlib import Path
from studio.core.settings import Settings
from studio.document.new_document import new_document
from studio.document.operations import add_layer
from studio.session.jobs import InlineRunner
from studio.session.session import Session

root = Path(sys.argv[1])
session = Session(InlineRunner(None), Settings(None), root / "journal")
session.begin(new_document(700, 500, 118.11, (10, 20, 30)))
if sys.argv[2] == "touched":
    session.edit("New layer", lambda old: add_layer(old, "Layer 2"))
print("there", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
@pytest.mark.parametrize("state", ["untouched", "touched"])
def test_a_new_document_is_recovered_once_it_was_touched(tmp_path: Path, state: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", BEGINNER, str(tmp_path), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    assert process.stdout.readline() == "there\n"
    os.kill(process.pid, signal.SIGKILL)
    process.stdout.close()
    process.stdin.close()
    process.wait()
    found = recoverable(tmp_path / "journal")
    if state == "untouched":
        assert not found
        return
    (document,) = [one.document for one in found]
    assert (document.width, document.height, document.dpi) == (700, 500, 118.11)
    assert [layer.name for layer in document.layers] == ["Background", "Layer 2"]
    assert document.layers[0].bounds() == document.rect
