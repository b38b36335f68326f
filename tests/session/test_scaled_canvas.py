"""A scaled canvas takes along what waits beside it: results, references and region prompts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from kept import pixels
from painter import Painter

from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.canvas import crop_canvas
from studio.document.image_size import scale_document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference, Region
from studio.session.jobs import Job, Listener
from studio.session.session import Session

LOOK = Reference(np.full((9, 7, 3), 40, np.uint8), "look")


class Blurrer(Painter):
    """Answers each edit with its picture, blurred and tinted: smooth, so that scaling is exact."""

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)
        request = job.request
        assert isinstance(request, EditRequest) and request.image is not None
        made = cv2.GaussianBlur(request.image, (0, 0), 4)
        made[:, :, 0] = 255 - made[:, :, 0]
        listener.on_done(job, EditResult(request=request, images=(made,), seeds=(1,)))


def disc(x: int, y: int, radius: int) -> Raster:
    side = 2 * radius + 1
    drawn = np.zeros((side, side), np.uint8)
    cv2.circle(drawn, (radius, radius), radius, 255, -1)
    return Raster.from_array(drawn, x - radius, y - radius)


@pytest.fixture
def painter() -> Blurrer:
    return Blurrer()


@pytest.fixture
def session(painter: Blurrer, tmp_path: Path) -> Iterator[Session]:
    made = Session(painter, Settings(None), tmp_path / "journal")
    made.new(300, 200)
    rgba = np.full((200, 300, 4), 255, np.uint8)
    across, down = np.meshgrid(np.linspace(0, 200, 300), np.linspace(0, 200, 200))
    rgba[:, :, 0], rgba[:, :, 1] = across, down
    photo = RasterLayer(name="Photo", raster=Raster.from_array(rgba))
    made.edit("Add", lambda old: old.insert(photo).replace(mask=disc(150, 100, 40)))
    region = Region("a red apple", disc(130, 90, 22), reference=LOOK)
    reference = Reference(np.full((5, 5, 3), 9, np.uint8), "part", where=disc(150, 100, 30))
    made.edit_settings = EditSettings(
        "fruit", sampling=Sampling(seed=1), regions=(region,), references=(reference,)
    )
    yield made
    made.close()


def scale(session: Session, width: int, height: int) -> None:
    session.edit("Image size", lambda old: scale_document(old, width, height))


SIZES = ((600, 400), (150, 100), (330, 170), (1, 1))


@pytest.mark.parametrize("size", SIZES)
def test_a_result_is_applied_at_the_new_size(session: Session, size: tuple[int, int]) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    early = scale_document(item.placed(session.document), *size)
    scale(session, *size)
    late = item.placed(session.document)
    assert (late.width, late.height) == size
    difference = np.abs(pixels(late).astype(int) - pixels(early))
    assert difference.mean() < (4 if size == (1, 1) else 1)
    assert np.percentile(difference, 99) < 24
    session.apply(item.id)
    assert np.array_equal(pixels(session.document), pixels(late))


def test_undo_shows_the_result_at_its_first_size(session: Session) -> None:
    session.submit(Task.FILL)
    item = session.tray.items[0]
    before = pixels(item.placed(session.document))
    scale(session, 450, 300)
    large = pixels(item.placed(session.document))
    session.undo()
    assert np.array_equal(pixels(item.placed(session.document)), before)
    session.redo()
    assert np.array_equal(pixels(item.placed(session.document)), large)


def test_a_result_of_the_new_size_fits_after_undo(session: Session) -> None:
    scale(session, 600, 400)
    session.submit(Task.FILL)
    (item,) = session.tray.items
    large = item.placed(session.document)
    session.undo()
    small = item.placed(session.document)
    wanted = scale_document(large, 300, 200)
    difference = np.abs(pixels(small).astype(int) - pixels(wanted))
    assert (small.width, small.height) == (300, 200) and difference.mean() < 1


def test_more_like_it_asks_at_the_new_size(session: Session, painter: Blurrer) -> None:
    session.submit(Task.FILL)
    first = session.tray.items[0].request
    scale(session, 600, 400)
    session.more_like(session.tray.items[0], 1)
    asked = painter.jobs[-1].request
    assert isinstance(asked, EditRequest) and asked.image is not None and asked.mask is not None
    old = first.region
    assert asked.region == Rect(2 * old.x, 2 * old.y, 2 * old.width, 2 * old.height)
    shape = (asked.region.height, asked.region.width)
    assert asked.image.shape == (*shape, 3) and asked.mask.shape == shape
    assert asked.regions[0].mask.shape == shape and asked.mask_blur == 2 * first.mask_blur
    assert session.document.rect.contains(asked.region)


def test_region_prompts_and_references_are_scaled_and_undo_restores_them(
    session: Session,
) -> None:
    region, reference = session.edit_settings.regions[0], session.edit_settings.references[0]
    assert region.where is not None and reference.where is not None
    scale(session, 600, 400)
    larger = session.edit_settings.regions[0].where
    other = session.edit_settings.references[0].where
    assert larger is not None and other is not None
    for made, old in ((larger, region.where), (other, reference.where)):
        box, was = made.bounds(), old.bounds()
        assert abs(box.width - 2 * was.width) <= 6 and abs(box.height - 2 * was.height) <= 6
        assert abs(box.x + box.width / 2 - 2 * (was.x + was.width / 2)) <= 2
    session.undo()
    assert session.edit_settings.regions[0].where is region.where
    assert session.edit_settings.references[0].where is reference.where
    session.redo()
    assert session.edit_settings.regions[0].where is larger


def test_they_follow_a_jump_over_a_crop_and_a_scaling(session: Session) -> None:
    first = session.edit_settings.regions[0].where
    session.edit("Crop", lambda old: crop_canvas(old, Rect(60, 40, 200, 120)))
    scale(session, 400, 240)
    assert first is not None
    moved = session.edit_settings.regions[0].where
    assert moved is not None
    middle = moved.bounds().x + moved.bounds().width / 2
    assert abs(middle - 2 * (130 - 60)) <= 2
    session.history.go_to(session.history.position - 2)
    assert session.edit_settings.regions[0].where is first


def test_a_saved_file_keeps_a_result_of_another_size_in_its_place(
    session: Session, tmp_path: Path
) -> None:
    session.submit(Task.FILL)
    session.edit("Crop", lambda old: crop_canvas(old, Rect(60, 40, 200, 120)))
    scale(session, 400, 240)
    wanted = pixels(session.tray.items[0].placed(session.document)).astype(int)
    session.save(tmp_path / "a.ora")
    session.open(tmp_path / "a.ora")
    made = pixels(session.tray.items[0].placed(session.document))
    assert np.abs(made - wanted).max() <= 2


def test_the_journal_keeps_the_scale(session: Session, tmp_path: Path) -> None:
    session.submit(Task.FILL)
    scale(session, 600, 400)
    wanted = pixels(session.tray.items[0].placed(session.document))
    other = Session(Painter(), Settings(None), tmp_path / "journal")
    (found,) = [one.document for one in other.recoverable()] or [session.document]
    assert found.scale == (2.0, 2.0)
    assert np.array_equal(pixels(session.tray.items[0].placed(found)), wanted)
