"""Photos are read from files, folders, layers and the selection; what is wrong is a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress
from studio.document.control import control_layer
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.selection import select_polygon, select_rect
from studio.photos.photos import masked_subject
from studio.session.photos import (
    LARGEST_SIDE,
    MOST_FILES,
    LoadedPhoto,
    PhotoProblem,
    gone,
    layer_photo,
    load_photo,
    load_photos,
    selection_photo,
)

SAMPLES = ("sample-astronaut.jpg", "sample-cat.jpg", "sample-coffee.jpg")


def picture(path: Path, colour: tuple[int, int, int] = (200, 30, 30)) -> Path:
    Image.new("RGB", (40, 30), colour).save(path)
    return path


def photos_of(found: list[LoadedPhoto | PhotoProblem]) -> list[LoadedPhoto]:
    return [one for one in found if isinstance(one, LoadedPhoto)]


def test_the_shipped_photos_are_read_as_they_are() -> None:
    found = photos_of(load_photos(resource("samples", name) for name in SAMPLES))
    assert [photo.name for photo in found] == [Path(name).stem for name in SAMPLES]
    for photo, name in zip(found, SAMPLES, strict=True):
        with Image.open(resource("samples", name)) as image:
            assert np.array_equal(photo.image, np.asarray(image.convert("RGB")))
        assert photo.mask is None and photo.path == resource("samples", name)


def test_photos_are_turned_upright_and_made_small(tmp_path: Path) -> None:
    pixels = np.zeros((300, 3000, 3), np.uint8)
    pixels[:, :1500] = (200, 0, 0)
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    image.save(tmp_path / "a.png", exif=exif)
    photo = load_photo(tmp_path / "a.png")
    assert photo.image.shape == (LARGEST_SIDE, 154, 3)
    assert (photo.width, photo.height) == (300, 3000)
    assert (photo.image[:700] == (200, 0, 0)).all() and not photo.image[-700:].any()


def test_the_alpha_of_a_cut_out_is_its_mask(tmp_path: Path) -> None:
    pixels = np.zeros((60, 80, 4), np.uint8)
    pixels[10:40, 20:70] = (0, 120, 0, 255)
    Image.fromarray(pixels).save(tmp_path / "cut.png")
    photo = load_photo(tmp_path / "cut.png")
    assert photo.mask is not None and np.array_equal(photo.mask, pixels[:, :, 3])
    assert (photo.image[0, 0] == 255).all() and (photo.image[20, 30] == (0, 120, 0)).all()
    assert masked_subject(photo.mask).box == Rect(20, 10, 50, 30)
    pixels[:, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "nothing.png")
    assert load_photo(tmp_path / "nothing.png").mask is None


def test_bad_files_are_sentences_in_their_place(tmp_path: Path) -> None:
    good = picture(tmp_path / "good.png")
    (tmp_path / "text.jpg").write_text("no picture", "utf-8")
    (tmp_path / "empty.png").write_bytes(b"")
    whole = resource("samples", SAMPLES[0]).read_bytes()
    (tmp_path / "half.jpg").write_bytes(whole[:100])
    names = ("good.png", "missing.png", "text.jpg", "empty.png", "half.jpg")
    found = load_photos(tmp_path / name for name in names)
    assert isinstance(found[0], LoadedPhoto) and found[0].path == good
    for problem, name in zip(found[1:], names[1:], strict=True):
        assert isinstance(problem, PhotoProblem) and problem.name == name
        assert name in str(problem.error)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (problem,) = load_photos([tmp_path / "pipe.png"])
    assert isinstance(problem, PhotoProblem)
    (nothing,) = load_photos([tmp_path])
    assert isinstance(nothing, PhotoProblem) and "no picture" in str(nothing.error)


def test_a_folder_gives_its_pictures_once_each(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "c.webp", ".hidden.png"):
        picture(tmp_path / name)
    (tmp_path / "notes.txt").write_text("none", "utf-8")
    (tmp_path / "within").mkdir()
    picture(tmp_path / "within" / "d.png")
    (tmp_path / "loop.png").symlink_to(tmp_path / "loop.png")
    (tmp_path / "again.png").symlink_to(tmp_path / "b.png")
    found = load_photos([tmp_path / "b.png", tmp_path, tmp_path / "a.JPG"])
    assert [photo.name for photo in photos_of(found)] == ["b", "a", "c"]
    (left,) = [one for one in found if isinstance(one, PhotoProblem)]
    assert len(found) == 4 and "loop.png, notes.txt, within" in str(left.error)
    (empty,) = load_photos([tmp_path / "within" / "d.png" / ".."])
    assert isinstance(empty, PhotoProblem)


def test_more_files_than_anyone_needs_are_left_out(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 7):
        Image.new("RGB", (2, 2), (number, 0, 0)).save(tmp_path / f"{number:03}.png")
    found = load_photos([tmp_path])
    assert len(photos_of(found)) == MOST_FILES and len(found) == MOST_FILES + 1
    last = found[-1]
    assert isinstance(last, PhotoProblem) and last.path == tmp_path and "7" in str(last.error)


def test_reading_can_be_cancelled_between_photos_and_tells_how_far_it_is(tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{number}.png") for number in range(4)]
    told: list[float] = []
    load_photos(paths, Progress(lambda event: told.append(event.fraction)))
    assert told == sorted(told) and told[-1] == 1.0 and {0.0, 0.25, 0.5, 0.75} <= set(told)
    progress = Progress(lambda event: progress.cancel() if event.fraction > 0.3 else None)
    with pytest.raises(Cancelled):
        load_photos(paths, progress)


def test_the_originals_stay_where_they_are_and_as_they_are(tmp_path: Path, home: Path) -> None:
    path = picture(tmp_path / "a.png")
    before, at_home = path.read_bytes(), set(home.rglob("*"))
    (photo,) = photos_of(load_photos([tmp_path]))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    assert set(home.rglob("*")) == at_home
    assert not photo.is_gone and gone([photo]) == ()
    path.unlink()
    assert photo.is_gone and gone([photo]) == (photo,)
    assert photo.image.shape == (30, 40, 3)


def document() -> tuple[Document, str]:
    """Return a grey canvas with a hidden red disc-like layer on it, and that layer's id."""
    red = np.zeros((20, 30, 4), np.uint8)
    red[2:18, 3:27] = (255, 0, 0, 255)
    below = RasterLayer(raster=Raster.filled(Rect(0, 0, 160, 120), 255, 4))
    thing = RasterLayer(raster=Raster.from_array(red, 50, 60), visible=False, name="disc")
    return Document(width=160, height=120, layers=(below, thing)), thing.id


def test_a_layer_is_a_photo_with_its_alpha() -> None:
    base, disc = document()
    photo = layer_photo(base, disc)
    assert photo.image.shape == (16, 24, 3) and (photo.image == (255, 0, 0)).all()
    assert photo.mask is None and photo.path is None and photo.name == "disc"
    ring = np.zeros((20, 20, 4), np.uint8)
    ring[:, 5:15] = ring[5:15] = (0, 0, 255, 255)
    layer = RasterLayer(raster=Raster.from_array(ring, 150, 0), name="ring")
    cross = layer_photo(base.insert(layer), layer.id)
    # Only what is on the canvas counts.
    assert cross.mask is not None and np.array_equal(cross.mask, ring[:, :10, 3])


def test_layers_without_pixels_are_sentences() -> None:
    base, _ = document()
    empty = RasterLayer(raster=Raster(), name="bare")
    depth = control_layer("depth", np.full((120, 160, 3), 10, np.uint8), "depth")
    with pytest.raises(StudioError, match="is empty"):
        layer_photo(base.insert(empty), empty.id)
    # A control layer is no part of the picture.
    for document_, layer_id in ((base.insert(depth), depth.id), (base, "gone")):
        with pytest.raises(StudioError, match="no such pixel layer"):
            layer_photo(document_, layer_id)


def test_the_selection_is_the_mask_of_what_is_visible_in_it() -> None:
    base, _ = document()
    with pytest.raises(StudioError, match="Nothing is selected"):
        selection_photo(base, "Selection")
    square = selection_photo(select_rect(base, Rect(10, 20, 30, 40)), "Selection")
    assert square.image.shape == (40, 30, 3) and square.mask is None
    half = selection_photo(select_polygon(base, [(10, 20), (50, 20), (10, 60)]), "Selection")
    assert half.image.shape == (40, 40, 3) and half.mask is not None
    shape: Pixels = half.mask
    assert shape[2, 2] == 255 and shape[-2, -2] == 0
