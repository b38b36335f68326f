"""From photos to a training request, and back to the very same one from the plan on disk."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.catalog.subjects import FILE, RUN, UNET, Subject, write_subject
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.edit.training import TrainRequest, TrainSettings
from studio.photos.photos import MOST, crop_to_subject, find_subject
from studio.session.photos import load_photo
from studio.session.subject_photos import (
    CAPTION,
    PlannedPhoto,
    cut_out,
    plan_photo,
    subject_of,
    with_mask,
    write_thumbnail,
)
from studio.session.subjects import SubjectLibrary
from studio.session.training_plans import PLAN, load_plan, make_request, read_plan, write_plan

NAME = "mika"
SETTINGS = TrainSettings(steps=7, rank=3, rate=0.002, prior="none", seed=5)


@pytest.fixture
def library(tmp_path: Path) -> SubjectLibrary:
    """An empty library in a folder of its own."""
    return SubjectLibrary(tmp_path / "subjects")


def photo_file(path: Path, seed: int, side: int = 200, place: tuple[int, int] = (90, 80)) -> Path:
    """Write a photo: a red ball with a stripe on soft noise."""
    noise = np.random.default_rng(seed).integers(80, 200, (5, 6, 3), np.uint8)
    picture = cv2.resize(noise, (side, side * 3 // 4), interpolation=cv2.INTER_CUBIC)
    cv2.circle(picture, place, side // 5, (30, 30, 220), -1)
    cv2.line(picture, (place[0] - 20, place[1]), (place[0] + 20, place[1]), (255, 255, 255), 6)
    assert cv2.imwrite(str(path), picture)
    return path


def photos(folder: Path, count: int = 3) -> list[PlannedPhoto]:
    found = []
    for number in range(count):
        photo = load_photo(photo_file(folder / f"foto ñ {number}.png", number))
        found.append(plan_photo(photo, subject_of(photo)))
    return found


def asked(
    library: SubjectLibrary, taken: list[PlannedPhoto], settings: TrainSettings = SETTINGS
) -> TrainRequest:
    return make_request(NAME, "ball", taken, "starter", settings, library)


def same(one: TrainRequest, other: TrainRequest) -> bool:
    """Whether two requests are byte for byte alike, so that checkpoints of one count for both."""
    return _parts(one) == _parts(other)


def _parts(request: TrainRequest) -> list[object]:
    taken = [
        (p.image.shape, p.image.tobytes(), None if p.mask is None else p.mask.tobytes(), p.caption)
        for p in request.photos
    ]
    told = request.settings.to_dict()
    return [request.name, request.kind, request.folder, request.model, sorted(told.items()), taken]


def test_photo_is_cut_to_its_subject(library: SubjectLibrary, tmp_path: Path) -> None:
    photo = photos(tmp_path, 1)[0]
    made = asked(library, [photo]).photos[0]
    assert photo.mask is not None and made.mask is not None
    image, mask = crop_to_subject(photo.image, photo.mask)
    assert (made.image == image).all() and (made.mask == mask).all()
    assert made.image.shape[0] == made.image.shape[1] < 150
    middle = made.image.shape[0] // 2
    assert made.mask[middle, middle] == 255 and made.mask[0, 0] == 0
    assert "{subject}" in made.caption


def test_subject_at_the_edge_is_padded_and_the_rest_counts_for_nothing(tmp_path: Path) -> None:
    tall = np.zeros((40, 200, 3), np.uint8)
    tall[:, 20:180] = (200, 60, 40)
    mask = np.zeros((40, 200), np.uint8)
    mask[:, 20:180] = 255
    photo = with_mask(PlannedPhoto(tall, Rect(0, 0, 200, 40)), mask)
    made = photo.cut()
    image, shape = crop_to_subject(tall, mask)
    assert made.mask is not None
    assert (made.image == image).all() and (made.mask == shape).all()
    assert made.image.shape[0] == made.image.shape[1] and made.mask[0].max() == 0
    whole = PlannedPhoto(tall, Rect(-10, -10, 220, 60)).cut()
    assert whole.mask is not None and whole.mask[0, 0] == 0 and whole.mask[20, 100] == 255
    assert (cut_out(tall, Rect(-10, -10, 220, 60), "edge")[0, 30] == tall[0, 20]).all()


def test_photo_without_a_subject_counts_as_a_whole(tmp_path: Path) -> None:
    flat = tmp_path / "flat.png"
    assert cv2.imwrite(str(flat), np.full((90, 120, 3), 128, np.uint8))
    photo = load_photo(flat)
    made = plan_photo(photo, find_subject(photo.image))
    assert made.mask is None and made.box == Rect(0, 0, 120, 90)
    assert made.cut().mask is None and made.cut().image.shape == (90, 120, 3)
    for full in (np.full((90, 120), 255, np.uint8), np.zeros((90, 120), np.uint8)):
        assert with_mask(replace(made, mask=full), full).mask is None


def test_plan_brings_the_request_back_byte_for_byte(
    library: SubjectLibrary, tmp_path: Path
) -> None:
    taken = photos(tmp_path)
    # One has no file, one no mask, one a caption of its own.
    taken[0] = replace(taken[0], source=None)
    taken[1] = with_mask(taken[1], np.full(taken[1].image.shape[:2], 255, np.uint8))
    taken[2] = replace(taken[2], caption="{subject} y «ñandú» 犬")
    request = asked(library, taken)
    write_plan(request, taken)
    folder = Path(request.folder)
    assert library.unfinished() == (folder,)
    assert read_plan(folder).name == NAME and read_plan(folder).settings == SETTINGS
    assert same(load_plan(folder), request)
    assert load_plan(folder).photos[1].mask is None


def test_files_are_not_copied_but_pictures_without_one_are(
    library: SubjectLibrary, tmp_path: Path
) -> None:
    taken = photos(tmp_path)
    taken[0] = replace(taken[0], source=None)
    write_plan(asked(library, taken), taken)
    run = library.folder_of(NAME) / RUN
    kept = {file.name for file in run.iterdir()}
    assert kept == {PLAN, "photo-1.png", "mask-1.png", "mask-2.png", "mask-3.png"}
    sources = [entry.get("source") for entry in json.loads((run / PLAN).read_text())["photos"]]
    assert sources == [None, *(str(tmp_path / f"foto ñ {n}.png") for n in (1, 2))]


def test_second_plan_leaves_nothing_of_the_first(library: SubjectLibrary, tmp_path: Path) -> None:
    taken = [replace(photo, source=None) for photo in photos(tmp_path)]
    write_plan(asked(library, taken), taken)
    second = asked(library, taken[:1])
    write_plan(second, taken[:1])
    run = library.folder_of(NAME) / RUN
    assert {file.name for file in run.iterdir()} == {PLAN, "photo-1.png", "mask-1.png"}
    assert same(load_plan(library.folder_of(NAME)), second)


def test_vanished_or_changed_photos_are_named(library: SubjectLibrary, tmp_path: Path) -> None:
    taken = photos(tmp_path)
    write_plan(asked(library, taken), taken)
    folder, file = library.folder_of(NAME), tmp_path / "foto ñ 1.png"
    kept = file.read_bytes()
    file.unlink()
    with pytest.raises(StudioError, match=r"foto ñ 1\.png, used to train mika"):
        load_plan(folder)
    photo_file(file, 99)
    with pytest.raises(StudioError, match="has changed since"):
        load_plan(folder)
    # Cut smaller than the box, which then lies outside.
    assert cv2.imwrite(str(file), np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(StudioError, match="has changed since"):
        load_plan(folder)
    file.write_bytes(b"no picture")
    with pytest.raises(StudioError, match="foto"):
        load_plan(folder)
    file.write_bytes(kept)
    assert len(load_plan(folder).photos) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda run: (run / PLAN).write_text("{"),
        lambda run: (run / PLAN).unlink(),
        lambda run: (run / PLAN).write_text('{"name": "mika"}'),
        lambda run: (run / "mask-2.png").unlink(),
        lambda run: (run / "mask-2.png").write_bytes(b"nothing"),
        lambda run: (
            shutil.copy(run / "mask-3.png", run / "mask-2.png")
            and cv2.imwrite(str(run / "mask-2.png"), np.zeros((3, 3), np.uint8))
        ),
        lambda run: (run / "photo-1.png").unlink(),
        lambda run: (run / PLAN).write_text((run / PLAN).read_text().replace('"box"', '"bix"')),
    ],
)
def test_damaged_plan_says_so(library: SubjectLibrary, tmp_path: Path, damage: object) -> None:
    taken = photos(tmp_path)
    taken[0] = replace(taken[0], source=None)
    write_plan(asked(library, taken), taken)
    damage(library.folder_of(NAME) / RUN)  # type: ignore[operator]
    with pytest.raises(StudioError, match="cannot be read") as caught:
        load_plan(library.folder_of(NAME))
    assert "teach the subject again" in str(caught.value)


def test_plan_cannot_lead_out_of_its_folder(library: SubjectLibrary, tmp_path: Path) -> None:
    taken = [replace(photos(tmp_path, 1)[0], source=None)]
    write_plan(asked(library, taken), taken)
    run = library.folder_of(NAME) / RUN
    shutil.move(run / "photo-1.png", tmp_path / "photo-1.png")
    text = (run / PLAN).read_text().replace("photo-1.png", "../../../photo-1.png")
    (run / PLAN).write_text(text)
    with pytest.raises(StudioError, match="cannot be read"):
        load_plan(library.folder_of(NAME))


def test_request_is_refused_with_a_reason(library: SubjectLibrary, tmp_path: Path) -> None:
    taken = photos(tmp_path, 1)
    with pytest.raises(StudioError, match="no photos to learn from"):
        asked(library, [])
    with pytest.raises(StudioError, match="too many to learn from"):
        asked(library, taken * (MOST + 1))
    with pytest.raises(StudioError, match="cannot be the name"):
        make_request("a b", "ball", taken, "starter", SETTINGS, library)
    with pytest.raises(StudioError, match="has no kind"):
        make_request(NAME, "  ", taken, "starter", SETTINGS, library)
    with pytest.raises(StudioError, match="Textual inversion trains an embedding"):
        asked(library, taken, TrainSettings(method="textual_inversion", train_text_encoder=True))
    assert not library.root.exists()
    assert make_request(f" {NAME} ", " red   ball ", taken, "starter", SETTINGS, library).kind == (
        "red ball"
    )


def test_folder_that_cannot_be_written_is_named(library: SubjectLibrary, tmp_path: Path) -> None:
    taken = photos(tmp_path, 1)
    library.root.parent.mkdir(exist_ok=True)
    library.root.write_text("a file where the folder should be")
    with pytest.raises(StudioError, match="cannot be written to"):
        write_plan(asked(SubjectLibrary(library.root), taken), taken)


def test_thumbnail_shows_the_subject(library: SubjectLibrary, tmp_path: Path) -> None:
    request = asked(library, photos(tmp_path))
    folder = Path(request.folder)
    folder.mkdir(parents=True)
    (folder / UNET).write_bytes(b"")
    subject = Subject(NAME, "ball", NAME, "dreambooth", "", "starter", 1, folder, (UNET,))
    write_subject(subject)
    assert (folder / FILE).is_file()
    write_thumbnail(subject, request.photos)
    picture = cv2.imread(str(subject.thumbnail), cv2.IMREAD_UNCHANGED)
    assert picture is not None and picture.shape[2] == 4
    side = picture.shape[0]
    blue, green, red, alpha = picture[side // 2, side * 3 // 4]
    assert red > 150 > max(blue, green) and alpha == 255
    assert picture[0, 0, 3] == 0
    write_thumbnail(replace(subject, folder=tmp_path), ())
    assert not (tmp_path / subject.thumbnail.name).exists()


def test_captions_have_a_place_for_the_name() -> None:
    assert "{subject}" in CAPTION
