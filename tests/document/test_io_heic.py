"""HEIC is decoded in a process of its own: no file ends the program."""

from __future__ import annotations

import io
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from io_samples import photo, picture
from PIL import ExifTags, Image

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.document.io import heic_child
from studio.document.io.apart import DecoderEndedError, apart
from studio.document.io.formats import open_document
from studio.document.io.preview import read_preview


def heic(tmp_path: Path, old: bytes = b"", new: bytes = b"") -> Path:
    """Return a HEIC with camera data, ``old`` replaced by ``new`` in its bytes."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    buffer = io.BytesIO()
    image = Image.fromarray(photo()[:, :, :3])
    pillow_heif.from_pillow(image).save(buffer, quality=90, exif=exif.tobytes())
    data = buffer.getvalue()
    assert old in data
    path = tmp_path / "a.heic"
    path.write_bytes(data.replace(old, new, 1))
    return path


def crash(*_: object) -> None:
    """End the process as a fault in a C library does."""
    os.abort()


def wait(seconds: float) -> None:
    time.sleep(seconds)


def test_camera_data_comes_along(tmp_path: Path) -> None:
    opened = open_document(heic(tmp_path))
    assert opened.metadata["exif"] == {"Make": "Camera"} and not opened.notices


def test_metadata_that_kills_the_decoder_is_left_out(tmp_path: Path) -> None:
    # pi-heif 1.4.0 reads an item type that is no UTF-8 through a null pointer.
    opened = open_document(heic(tmp_path, b"Exif\0", b"E\xeaif\0"))
    assert "camera data" in str(opened.notices[0])
    shown = picture(opened.document)[:, :, :3].astype(int)
    assert np.abs(shown - photo()[:, :, :3]).mean() < 12


def test_a_decoder_that_always_dies_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = heic(tmp_path)
    monkeypatch.setattr(heic_child, "decode", crash)
    with pytest.raises(StudioError, match="cannot be read as HEIF"):
        open_document(path)


def test_a_process_answers_raises_or_dies() -> None:
    assert apart(sorted, [3, 1]) == [1, 3]
    with pytest.raises(OSError, match="division"):
        apart(divmod, 1, 0)
    with pytest.raises(DecoderEndedError):
        apart(os.abort)


def test_cancelling_ends_the_process() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        apart(wait, 3600.0, progress=progress)
    assert not multiprocessing.active_children()


def test_a_preview_is_upright_and_small(tmp_path: Path) -> None:
    preview = read_preview(heic(tmp_path), 50)
    height, width = photo().shape[:2]
    assert (preview.width, preview.height) == (width, height)
    assert max(preview.pixels.shape[:2]) == 50
