"""A camera's photo through edit, save, reopen and export: its data stays, no local path goes along.

Every format that Lienzo writes is searched for the folders of the machine: plainly, in UTF-16, in
entries of archives, in compressed texts and in base64.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from psd_tools import PSDImage
from psd_tools.constants import Resource
from safetensors.numpy import save_file

from studio.catalog.hashes import Hashes, kept_hashes
from studio.cli import main as cli
from studio.core.notices import Notice
from studio.core.paths import resource
from studio.core.settings import Settings
from studio.document.control import control_layer
from studio.document.io import formats
from studio.document.io.colour import shipped_profile
from studio.document.layer import GenerativeLayer
from studio.document.metadata import Keep
from studio.document.raster import Raster
from studio.edit.request import AdapterUse, EditRequest, ReferenceUse, Sampling, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference
from studio.engine.engine import Engine
from studio.session.jobs import InlineRunner
from studio.session.session import Session

sys.path.insert(0, str(Path(__file__).parent / "document"))
from camera import CITY, LATITUDE, MAKER_NOTE, SERIAL, camera_jpeg

FORMATS = (".ora", ".psd", ".png", ".jpg", ".webp")
USER, FOLDER = "quixotilla", "zaragoza-home"
NAMES = ("inkmodel", "wash.safetensors", "zorbik.safetensors", "luna", "edges", "looks")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of an artist, with a model, a LoRA, an embedding, a subject and networks."""
    home = tmp_path / FOLDER / USER
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LIENZO_HOME", str(home / "lienzo"))
    starter, models = resource("starter"), home / "models"
    shutil.copytree(starter, models / "inkmodel", copy_function=os.symlink)
    shutil.copytree(starter / "controlnet-canny", models / "edges")
    shutil.copytree(starter / "ip_adapter", models / "looks")
    shutil.copyfile(starter / "four-step-lora.safetensors", models / "wash.safetensors")
    rows = np.random.default_rng(2).normal(0, 0.5, (2, 256)).astype(np.float32)
    save_file({"emb_params": rows}, models / "zorbik.safetensors")
    taken = ["subjects", "import", str(models / "wash.safetensors"), "--name", "luna"]
    assert cli.main([*taken, "--kind", "dog", "--model", str(models / "inkmodel")]) == 0
    return home


@pytest.fixture
def edited(house: Path) -> Iterator[Session]:
    """The camera's photo with an edit that used all of them, applied, and a result in the tray."""
    photo, models = camera_jpeg(house / "photo.jpg"), house / "models"
    session = Session(InlineRunner(Engine("cpu", hashes=kept_hashes())), Settings(None))
    session.open(photo)
    mask = np.zeros((160, 120), np.uint8)
    mask[40:120, 30:90] = 255
    session.edit("Mask", lambda old: old.replace(mask=Raster.from_array(mask)))
    layer = control_layer("canny", np.zeros((160, 120, 3), np.uint8), "Edges")
    layer = layer.replace(control=replace(layer.control, model=str(models / "edges")))
    session.edit("Control", lambda old: old.insert(layer))
    look = np.full((64, 64, 3), 90, np.uint8)
    session.edit_settings = EditSettings(
        prompt="a <luna> beside a zorbik",
        model=str(models / "inkmodel"),
        sampling=Sampling(steps=2, seed=4, sampler="ddim"),
        adapters=(
            AdapterUse("lora", str(models / "wash.safetensors"), 0.5),
            AdapterUse("textual_inversion", str(models / "zorbik.safetensors")),
        ),
        references=(Reference(look, "look", model=str(models / "looks")),),
    )
    failures: list[BaseException] = []
    session.queue.failed.connect(lambda job, error: failures.append(error))
    session.submit(Task.FILL)
    assert not failures, failures
    session.apply(session.tray.items[0].id)
    yield session
    session.close()


def layers_of(path: Path) -> Iterator[bytes]:
    """Yield all that a file says: its bytes, unpacked archives, compressed texts, base64."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                inside = archive.read(name)
                yield name.encode() + inside
                yield from _texts_of_png(inside)
    yield from _texts_of_png(data)


def _texts_of_png(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"\x89PNG"):
        return
    for found in re.finditer(rb"(....)(zTXt|iTXt|iCCP)", data, re.DOTALL):
        size = int.from_bytes(found[1], "big")
        body = data[found.end() : found.end() + size]
        for start in range(len(body)):
            if body[start : start + 1] == b"\x78":
                try:
                    yield zlib.decompress(body[start:])
                except zlib.error:
                    continue


def leaks(path: Path) -> list[str]:
    """Return the words of the machine's folders that a file says in any way."""
    found = []
    for text in layers_of(path):
        decoded = [text]
        for run in re.findall(rb"[A-Za-z0-9+/]{16,}={0,2}", text):
            decoded.append(base64.b64decode(run[: len(run) // 4 * 4]))
        for word in (USER, FOLDER):
            forms = [word.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be")]
            found += [word for one in decoded for form in forms if form in one]
    return found


def test_the_search_finds_a_path_in_every_hiding_place(tmp_path: Path) -> None:
    word = f"/home/{USER}/x".encode()
    hidden = {
        "plain": word,
        "wide": word.decode().encode("utf-16-be"),
        "base64": base64.b64encode(b"...." + word),
    }
    for name, data in hidden.items():
        (tmp_path / name).write_bytes(b"some bytes " + data)
        assert leaks(tmp_path / name), name
    with zipfile.ZipFile(tmp_path / "zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", word)
    assert leaks(tmp_path / "zip")
    info = PngInfo()
    info.add_text("a", word.decode() * 20, zip=True)
    Image.new("RGB", (3, 3)).save(tmp_path / "a.png", pnginfo=info)
    assert leaks(tmp_path / "a.png")


def test_no_written_file_names_a_folder_of_the_machine(
    house: Path, edited: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Camera data, density and profile come through the whole way, and no path does."""
    recipe = next(one for one in edited.document.walk() if isinstance(one, GenerativeLayer)).recipe
    assert str(house) in str(recipe), "the machine's own copy keeps the paths"
    project = tmp_path / "project.ora"
    edited.save(project)
    again = Session(InlineRunner(Engine("cpu")), Settings(None))
    again.open(project)
    written = [project]
    for end in FORMATS:
        for keep in Keep:
            for name, session in (("first", edited), ("again", again)):
                path = tmp_path / f"{name}-{keep.value}{end}"
                session.export(path, formats.SaveOptions(metadata=keep))
                written.append(path)
    for layout in ("kohya", "diffusers", "peft"):
        path = tmp_path / f"{layout}.safetensors"
        assert cli.main(["subjects", "export", "luna", str(path), "--layout", layout]) == 0
        written.append(path)
    again.close()
    assert {path.name: leaks(path) for path in written if leaks(path)} == {}
    for end in FORMATS:
        check_camera_data(tmp_path / f"again-keep{end}")
    said = project.read_bytes()
    with zipfile.ZipFile(project) as archive:
        said = archive.read("lienzo/document.json") + archive.read("lienzo/results.json")
    for name in NAMES:
        assert name.encode() in said, name
    sha = kept_hashes().of(house / "models" / "wash.safetensors")
    assert sha is not None and sha.sha256.encode() in said
    capsys.readouterr()


def check_camera_data(path: Path) -> None:
    opened = formats.open_document(path).document
    assert opened.dpi == 300 and opened.profile == shipped_profile("adobe-rgb")
    exif = Image.Exif()
    if path.suffix == ".ora":
        exif.load(opened.metadata.exif)
    elif path.suffix == ".psd":
        psd = PSDImage.open(path)
        exif.load(bytes(psd.image_resources.get_data(Resource.EXIF_DATA_1)))
        assert psd.image_resources.get_data(Resource.ICC_PROFILE) == opened.profile
    else:
        with Image.open(path) as image:
            exif = image.getexif()
            assert image.info["icc_profile"] == opened.profile
            assert exif[ExifTags.Base.XResolution] == 300
    base, details = ExifTags.Base, exif.get_ifd(ExifTags.IFD.Exif)
    assert exif[base.Orientation] == 1 and exif[base.Artist] == "Ana"
    assert details[base.BodySerialNumber] == SERIAL and details[base.MakerNote] == MAKER_NOTE
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[2] == LATITUDE
    assert CITY.encode() in opened.metadata.xmp


def test_a_project_is_made_again_where_its_weights_lie_elsewhere(
    house: Path, edited: Session, tmp_path: Path
) -> None:
    project = tmp_path / "project.ora"
    edited.save(project)
    elsewhere = tmp_path / "disk" / "weights"
    elsewhere.parent.mkdir()
    (house / "models").rename(elsewhere)
    renamed = elsewhere / "renamed.safetensors"
    (elsewhere / "wash.safetensors").rename(renamed)
    session = Session(InlineRunner(Engine("cpu")), Settings(None))
    told: list[Notice] = []
    session.noticed.connect(told.append)
    session.open(project)
    assert "not in your model folders" in str(told[-1]) and "wash" in str(told[-1])
    told.clear()
    session.settings.set("model_folders", [str(elsewhere)])
    session.open(project)
    assert not [one for one in told if "not found" in str(one)]
    layer = next(one for one in session.document.walk() if isinstance(one, GenerativeLayer))
    failures: list[BaseException] = []
    session.queue.failed.connect(lambda job, error: failures.append(error))
    session.rerun(layer.id)
    assert not failures, failures
    request = session.tray.items[0].request
    assert isinstance(request, EditRequest)
    assert [use.path for use in request.adapters if use.kind == "lora"] == [str(renamed)]
    assert request.references[0].model == str(elsewhere / "looks")
    session.close()


def test_identities_are_kept_with_the_layer(house: Path, edited: Session) -> None:
    layer = next(one for one in edited.document.walk() if isinstance(one, GenerativeLayer))
    request = EditRequest.from_recipe(layer.recipe)
    fresh = Hashes()
    for use in request.adapters:
        assert use.file is not None and use.file == fresh.of(use.path), use.kind
    assert request.model_file == fresh.of(request.model)
    assert all(isinstance(one, ReferenceUse) for one in request.references)
