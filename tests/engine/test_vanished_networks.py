"""Networks that vanish or are damaged while the program runs: one sentence, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from photo_tool_contract import ASSETS, PLACES, TOOLS, one_layer, photo

from studio.cli import batch
from studio.cli.main import main
from studio.core.assets import asset_path
from studio.core.assets.places import SUMS, assets_folder
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.edit import objects
from studio.engine.engine import Engine
from studio.session.jobs import InlineRunner
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder

pytestmark = pytest.mark.needs_asset(*ASSETS)

NEEDS = [
    ("select", "nothing", "mobile-sam"),
    ("subject", "nothing", "u2netp"),
    ("cutout", "nothing", "u2netp"),
    ("lift", "nothing", "u2netp"),
    ("lift", "nothing", "migan"),
    ("lift", "a thing", "migan"),
    ("enlarge", "nothing", "realesrgan-x2"),
    ("denoise", "nothing", "realesrgan-x2"),
    ("style", "nothing", "styles"),
]
"""A tool, its place, and a network without which it cannot work."""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of the installed networks, from which each can be taken."""
    folder = tmp_path / "assets"
    for id in ASSETS:
        own = folder / id
        own.mkdir(parents=True)
        for path in (assets_folder() / id).iterdir():
            (own / path.name).symlink_to(path)
    monkeypatch.setenv("LIENZO_ASSETS", str(folder))
    objects.decoder.cache_clear()
    return folder


def session_of(document: Document, engine: Engine) -> tuple[Session, list[StudioError]]:
    session = Session(InlineRunner(engine), Settings(None))
    session.begin(document)
    errors: list[StudioError] = []
    session.failed.connect(errors.append)
    return session, errors


@pytest.mark.parametrize(("tool", "place", "asset"), NEEDS)
def test_a_missing_network_is_one_sentence_with_its_command(
    tool: str, place: str, asset: str, installed: Path
) -> None:
    shutil.rmtree(installed / asset)
    document = one_layer(PLACES[place]())
    session, errors = session_of(document, Engine("cpu"))
    TOOLS[tool](session)
    (error,) = errors
    assert "is not installed" in str(error) and f"assets fetch {asset}" in str(error)
    assert session.document is document and session.queue.is_idle


def test_the_same_program_works_again_once_it_is_back(installed: Path, tmp_path: Path) -> None:
    shutil.move(installed / "migan", tmp_path / "migan")
    engine, document = Engine("cpu"), one_layer(PLACES["a thing"]())
    session, errors = session_of(document, engine)
    TOOLS["lift"](session)
    assert len(errors) == 1 and session.document is document
    shutil.move(tmp_path / "migan", installed / "migan")
    TOOLS["lift"](session)
    assert len(errors) == 1 and len(session.document.layers) == 3


def test_patches_remove_what_the_missing_network_cannot(installed: Path) -> None:
    shutil.rmtree(installed / "migan")
    session, errors = session_of(one_layer(PLACES["one pixel"]()), Engine("cpu"))
    notices: list[str] = []
    session.noticed.connect(lambda said: notices.append(str(said)))
    TOOLS["remove"](session)
    assert not errors and len(session.document.layers) == 2
    assert any("is not installed" in said for said in notices)


def test_a_subject_is_found_without_the_networks_for_people(installed: Path) -> None:
    shutil.rmtree(installed / "modnet")
    shutil.rmtree(installed / "selfie")
    session, errors = session_of(one_layer(), Engine("cpu"))
    TOOLS["subject"](session)
    assert not errors and session.document.selection is not None


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(("tool", "place", "asset"), NEEDS)
def test_a_damaged_network_is_one_sentence(
    tool: str, place: str, asset: str, listed: bool, installed: Path
) -> None:
    for path in (installed / asset).iterdir():
        if path.suffix in (".onnx", ".safetensors"):
            path.unlink()
            path.write_bytes(b"no network at all" * 10)
    if not listed:
        (installed / asset / SUMS).unlink()
    document = one_layer(PLACES[place]())
    session, errors = session_of(document, Engine("cpu"))
    TOOLS[tool](session)
    (error,) = errors
    assert "damaged" in str(error) or "cannot be read" in str(error)
    assert "assets fetch" in str(error) and session.document is document


def test_a_network_that_vanishes_at_the_pointer_is_said_once(installed: Path) -> None:
    session, _ = session_of(one_layer(), Engine("cpu"))
    finder = ObjectFinder(session)
    errors: list[BaseException] = []
    finder.failed.connect(errors.append)
    finder.prepare()
    assert finder.is_ready
    shutil.rmtree(installed / "mobile-sam")
    for x in range(10):
        finder.hover(20.0 + x, 20.0)
    (error,) = errors
    assert "assets fetch mobile-sam" in str(error)


def test_each_photo_of_a_batch_says_that_its_network_is_gone(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        formats.save_document(formats.document_from_array(photo()[:, :, :3], name), folder / name)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(installed / "styles")
    batch._runner.cache_clear()
    assert main(["batch", "restyle", str(folder), "--out", str(out)]) == 1
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split(":")[0] for line in lines[:2]] == ["a.png", "b.png"]
    assert all("assets fetch styles" in line for line in lines[:2]) and "2 failed" in lines[2]
    assert not said.err and not list(out.iterdir())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_files_put_there_by_hand_are_checked_if_their_checksum_is_known(installed: Path) -> None:
    (installed / "migan" / SUMS).unlink()
    assert asset_path("migan").is_file()
    path = installed / "migan" / "migan.onnx"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1])
    with pytest.raises(StudioError, match="damaged"):
        asset_path("migan")
