"""OpenRaster files whose end is missing: what is there opens, with a notice."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from io_samples import picture, rich_document

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.io.formats import Opened, open_document, save_document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    path = tmp_path / "whole.ora"
    save_document(rich_document(), path)
    return path.read_bytes()


def place(data: bytes, entry: str) -> int:
    """Return where the header of an entry begins."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.getinfo(entry).header_offset


def opened(tmp_path: Path, data: bytes) -> Opened:
    path = tmp_path / "cut.ora"
    path.write_bytes(data)
    return open_document(path)


def test_without_the_directory_all_is_there(tmp_path: Path, whole: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        found = opened(tmp_path, whole[: archive.start_dir])
    assert "cut off" in str(found.notices[0]) and len(found.notices) == 1
    assert np.array_equal(picture(found.document), picture(rich_document()))
    names = [one.name for one in rich_document().walk()]
    assert [one.name for one in found.document.walk()] == names


def test_without_the_list_of_layers_the_merged_picture_opens(tmp_path: Path, whole: bytes) -> None:
    found = opened(tmp_path, whole[: place(whole, "stack.xml") + 20])
    assert "list of layers" in str(found.notices[1])
    assert len(found.document.layers) == 1
    assert np.array_equal(picture(found.document), picture(rich_document()))


def test_without_that_the_pictures_of_the_layers_open(tmp_path: Path, whole: bytes) -> None:
    found = opened(tmp_path, whole[: place(whole, "mergedimage.png")])
    shown = [one for one in found.document.walk() if isinstance(one, RasterLayer)]
    assert len(shown) > 1 and any(not one.bounds().is_empty for one in shown)


def test_a_list_that_comes_first_keeps_the_layers_that_are_there(tmp_path: Path) -> None:
    pixels = np.full((40, 50, 4), 255, np.uint8)
    layers = tuple(RasterLayer(name=name, raster=Raster.from_array(pixels)) for name in "ab")
    save_document(Document(width=50, height=40, layers=layers), tmp_path / "a.ora")

    class Pipe(io.BytesIO):
        """Cannot seek: a zip that is written to it has the sizes after the contents."""

        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    target = Pipe()
    with zipfile.ZipFile(tmp_path / "a.ora") as source, zipfile.ZipFile(target, "w") as archive:
        data = [info.filename for info in source.infolist() if info.filename.startswith("data/")]
        for entry in ("mimetype", "stack.xml", *data):
            kind = zipfile.ZIP_STORED if entry == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(entry), kind)
    whole = target.getvalue()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        last = archive.infolist()[-1].header_offset
    found = opened(tmp_path, whole[:last])
    assert len(found.document.layers) == 1
    assert found.document.layers[0].name in "ab"
    assert any("left out" in str(one) or "read" in str(one) for one in found.notices)


@pytest.mark.parametrize("length", [10, 60, 120])
def test_with_nothing_left_it_is_refused(tmp_path: Path, whole: bytes, length: int) -> None:
    with pytest.raises(StudioError, match=r"damaged|cut off"):
        opened(tmp_path, whole[:length])
