"""A save that fails leaves the old file as it was, and nothing else."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from io_samples import photo, picture, rich_document
from PIL import Image

from studio.core.atomic import replace_file
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.formats import (
    FORMATS,
    FormatSpec,
    SaveOptions,
    document_from_array,
    open_document,
    save_document,
)
from studio.document.layer import GroupLayer, Layer, RasterLayer

ROOT = Path(__file__).resolve().parents[2]
WRITERS = [spec for spec in FORMATS if spec.can_write]
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no limits of a process")


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def run(script: str, *arguments: object) -> str:
    """Run a script in a fresh process and return what it printed."""
    result = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        env=dict(os.environ, PYTHONPATH=f"{ROOT}:{ROOT / 'tests' / 'document'}"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


FULL = """
import resource, sys
from pathlib import Path
from io_samples import rich_document
from studio.core.errors import StudioError
from studio.document.io.formats import SaveOptions, save_document
folder = Path(sys.argv[1])
document = rich_document()
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
for name in sys.argv[2:]:
    try:
        save_document(document, folder / f"a.{name}", SaveOptions(format=name, lossless=True))
    except StudioError as error:
        print(error.message)
"""


@posix
def test_full_disk(tmp_path: Path) -> None:
    names = [spec.name for spec in WRITERS]
    for name in names:
        (tmp_path / f"a.{name}").write_bytes(b"old " + name.encode())
    printed = run(FULL, tmp_path, *names).splitlines()
    assert printed == ["{name} was not saved: the disk is full."] * len(names)
    assert files(tmp_path) == sorted(f"a.{name}" for name in names)
    for name in names:
        assert (tmp_path / f"a.{name}").read_bytes() == b"old " + name.encode()


FORBIDDEN = """
import os, sys
from pathlib import Path
from io_samples import rich_document
from studio.core.errors import StudioError
from studio.document.io.formats import save_document
document = rich_document()
document.layers  # Everything is imported; now the rights go.
import studio.document.render.compositor, studio.document.io.ora
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    save_document(document, Path(sys.argv[1]) / "a.ora")
except StudioError as error:
    print(error.message)
"""


@posix
def test_folder_that_may_not_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.ora").write_bytes(b"old")
        folder.chmod(0o555)
        try:
            assert run(FORBIDDEN, folder).strip() == (
                "{name} was not saved: {folder} cannot be written to."
            )
            assert files(folder) == ["a.ora"] and (folder / "a.ora").read_bytes() == b"old"
        finally:
            folder.chmod(0o755)


@pytest.mark.parametrize("place", ["missing/a.png", "file/a.png"])
def test_no_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(StudioError, match="there is no folder"):
        save_document(document_from_array(photo(), "a"), tmp_path / place)
    assert files(tmp_path) == ["file"]


def test_target_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(StudioError, match="not saved"):
        save_document(document_from_array(photo(), "a"), tmp_path / "a.png")
    assert files(tmp_path) == ["a.png"]


@pytest.mark.parametrize("name", ["a", "a.txt", "a.tar.gz", "png"])
def test_unknown_extension(tmp_path: Path, name: str) -> None:
    with pytest.raises(StudioError, match=r"\.ora, \.psd, \.png"):
        save_document(document_from_array(photo(), "a"), tmp_path / name)
    assert files(tmp_path) == []


def test_format_option_wins_over_the_extension(tmp_path: Path) -> None:
    save_document(rich_document(), tmp_path / "a.backup", SaveOptions(format="ora"))
    assert open_document(tmp_path / "a.backup").format == "ora"


@pytest.mark.parametrize("extension", [".ora", ".psd"])
def test_an_error_in_the_middle(tmp_path: Path, extension: str) -> None:
    """A bug in a writer, here a kind of layer it does not know, costs no file."""
    document = rich_document()
    path = tmp_path / f"a{extension}"
    save_document(document, path)
    before = path.read_bytes()
    strange = GroupLayer(children=(Layer(name="of no known kind"),))
    with pytest.raises(TypeError):
        save_document(document.replace(layers=(*document.layers, strange)), path)
    assert path.read_bytes() == before and files(tmp_path) == [path.name]


@pytest.mark.parametrize("spec", WRITERS, ids=lambda spec: spec.name)
def test_read_back_finds_damage(spec: FormatSpec) -> None:
    stream = io.BytesIO()
    options = SaveOptions(lossless=True)
    check = spec.load().write(rich_document(), stream, options, Progress())
    good = stream.getvalue()
    check(io.BytesIO(good))
    for length in (0, 10, len(good) // 2, len(good) - 40):
        with pytest.raises(StudioError):
            check(io.BytesIO(good[:length]))


@pytest.mark.parametrize("name", ["ora", "psd", "png", "webp"])
def test_read_back_compares_pixels(name: str) -> None:
    """A sound file that holds another picture is refused too, by one different row."""
    spec = next(spec for spec in FORMATS if spec.name == name)
    document = rich_document()
    first, *rest = document.layers
    assert isinstance(first, RasterLayer)
    box = first.raster.bounds()
    pixels = first.raster.read(box)
    # The same alpha, so that the layer keeps its size and only its picture tells.
    pixels[150, :, :3] ^= pixels[150, :, 3:] >> 7
    raster = first.raster.write(box.x, box.y, pixels)
    other = document.replace(layers=(first.replace(raster=raster), *rest))
    assert (picture(other) != picture(document)).any()
    options = SaveOptions(lossless=True)
    check = spec.load().write(document, io.BytesIO(), options, Progress())
    wrong = io.BytesIO()
    spec.load().write(other, wrong, options, Progress())
    with pytest.raises(StudioError, match="read back"):
        check(wrong)


def test_read_back_of_an_ora_compares_names_and_order_too() -> None:
    document = rich_document()
    first, *rest = document.layers
    spec = next(spec for spec in FORMATS if spec.name == "ora")
    check = spec.load().write(document, io.BytesIO(), SaveOptions(), Progress())
    for layers in ((first.replace(name="another"), *rest), (first.replace(opacity=0.5), *rest)):
        wrong = io.BytesIO()
        spec.load().write(document.replace(layers=layers), wrong, SaveOptions(), Progress())
        with pytest.raises(StudioError, match="read back"):
            check(wrong)


@pytest.mark.parametrize("extension", [".ora", ".psd", ".png"])
def test_a_disk_that_writes_other_bytes_replaces_nothing(
    tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, path = rich_document(), tmp_path / f"a{extension}"
    save_document(document, path)
    before = path.read_bytes()
    sync = os.fsync

    def spoiling(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == len(before):
            os.lseek(descriptor, len(before) // 2, os.SEEK_SET)
            os.write(descriptor, bytes(255 - one for one in before[len(before) // 2 :][:64]))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", spoiling)
    with pytest.raises(StudioError, match="read back"):
        save_document(document, path)
    assert path.read_bytes() == before and files(tmp_path) == [path.name]


def test_read_back_of_an_ora_looks_at_every_picture_in_it() -> None:
    """Each is a sound file of another picture in turn, while all texts are as they were."""
    stream = io.BytesIO()
    spec = next(spec for spec in FORMATS if spec.name == "ora")
    check = spec.load().write(rich_document(), stream, SaveOptions(), Progress())
    with zipfile.ZipFile(stream) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    pictures = [name for name in members if name.endswith(".png")]
    assert len(pictures) > 5
    for name in pictures:
        with Image.open(io.BytesIO(members[name])) as image:
            other = image.point(lambda value: value ^ 1)
        changed, wrong = io.BytesIO(), io.BytesIO()
        other.save(changed, "PNG")
        with zipfile.ZipFile(wrong, "w") as archive:
            for each, data in members.items():
                archive.writestr(each, changed.getvalue() if each == name else data)
        with pytest.raises(StudioError, match="read back"):
            check(wrong)


def test_lossy_read_back_tells_pictures_apart() -> None:
    for name in ("jpeg", "webp"):
        spec = next(spec for spec in FORMATS if spec.name == name)
        check = spec.load().write(rich_document(), io.BytesIO(), SaveOptions(), Progress())
        for pixels in (255 - picture(rich_document()), photo(300, 401)):
            pixels[:, :, 3] = 255
            wrong = io.BytesIO()
            spec.load().write(document_from_array(pixels, "a"), wrong, SaveOptions(), Progress())
            with pytest.raises(StudioError, match="read back"):
                check(wrong)


@pytest.mark.parametrize("quality", [1, 10])
@pytest.mark.parametrize("extension", [".jpg", ".webp"])
def test_lowest_quality_passes_its_own_check(tmp_path: Path, extension: str, quality: int) -> None:
    noisy = np.random.default_rng(0).integers(0, 256, (120, 160, 4), dtype=np.uint8)
    for pixels in (noisy, photo()):
        document = document_from_array(pixels, "a")
        save_document(document, tmp_path / f"a{extension}", SaveOptions(quality=quality))


def test_failed_check_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def write(stream: BinaryIO) -> object:
        stream.write(b"new")

        def check(written: BinaryIO) -> None:
            assert written.read() == b"new" and path.read_bytes() == b"old"
            raise StudioError("no")

        return check

    with pytest.raises(StudioError, match="no"):
        replace_file(path, write)  # type: ignore[arg-type]
    assert path.read_bytes() == b"old" and files(tmp_path) == ["a.bin"]


@posix
def test_rights_and_links_stay(tmp_path: Path) -> None:
    document = document_from_array(photo(), "a")
    real, link = tmp_path / "real.png", tmp_path / "link.png"
    old = os.umask(0o027)
    try:
        save_document(document, real)
    finally:
        os.umask(old)
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    real.chmod(0o604)
    link.symlink_to(real)
    save_document(document, link)
    assert link.is_symlink() and stat.S_IMODE(real.stat().st_mode) == 0o604
    assert files(tmp_path) == ["link.png", "real.png"]


KILLED = """
import os, signal, sys
from pathlib import Path
from io_samples import rich_document
from studio.core.progress import Progress
from studio.document.io.formats import save_document
stop = lambda event: os.kill(os.getpid(), signal.SIGKILL) if event.fraction > 0.4 else None
save_document(rich_document(), Path(sys.argv[1]), progress=Progress(stop))
"""


@posix
def test_killed_while_saving(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(rich_document(), path)
    before = path.read_bytes()
    with pytest.raises(AssertionError):
        run(KILLED, path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("spec", WRITERS, ids=lambda spec: spec.name)
def test_smallest_and_empty_documents(tmp_path: Path, spec: FormatSpec) -> None:
    path = tmp_path / f"a{spec.extensions[0]}"
    for document in (Document(width=1, height=1), Document(width=300, height=2)):
        save_document(document, path)
        assert open_document(path).document.rect == document.rect


def test_webp_limit_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="16383"):
        save_document(Document(width=16384, height=1), tmp_path / "a.webp")
    assert files(tmp_path) == []


@pytest.mark.parametrize("spec", WRITERS, ids=lambda spec: spec.name)
def test_table_is_complete(spec: FormatSpec) -> None:
    module = spec.load()
    assert callable(module.read) and callable(module.write)
    assert all(one.startswith(".") and one == one.lower() for one in spec.extensions)
