"""The subject's mask, box, crop, caption and thumbnail; nothing makes them fail."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from photo_scenes import GROUNDS, HEIGHT, WIDTH, creature, finished, ground, iou, placed, scene

from studio.control_maps.pose_edit import preset
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.document.raster import Pixels
from studio.photos.captions import COLOURS, background_colour, colour_name
from studio.photos.masks import find_subject, masked_subject
from studio.photos.photos import (
    check_photos,
    crop_to_subject,
    propose_caption,
    subject_box,
    subject_mask,
    thumbnail,
)


@pytest.mark.parametrize("kind", GROUNDS)
def test_the_mask_is_the_thing(kind: str) -> None:
    found = [
        (subject_mask(image), mask) for image, mask in (scene(seed, kind) for seed in range(6))
    ]
    scores = [iou(one, mask) for one, mask in found]
    assert np.mean(scores) > 0.93 and min(scores) > 0.8
    assert all(set(np.unique(one)) <= set(range(256)) for one, _ in found)


def test_a_small_thing_off_the_middle_is_found_to_its_edge() -> None:
    for seed, size in enumerate((190, 190, 90)):
        large = cv2.resize(ground("grained", seed), (WIDTH * 3, HEIGHT * 3))
        picture, mask = placed(large, creature(seed), size, (300 + 150 * seed, 930))
        assert iou(subject_mask(finished(picture, seed)), mask) > 0.985


def test_of_two_things_the_one_that_stands_out_more_is_the_subject() -> None:
    back = ground("plain", 1)
    faint = tuple(float(level) * 0.86 for level in back.mean(axis=(0, 1)))
    cv2.circle(back, (250, 200), 70, faint, -1, cv2.LINE_AA)
    cv2.circle(back, (430, 200), 70, (20, 60, 220), -1, cv2.LINE_AA)
    assert Rect(350, 120, 160, 160).contains(subject_box(finished(back)))


def test_what_has_the_colour_of_the_ground_inside_a_thing_belongs_to_it() -> None:
    back = ground("plain", 3)
    picture, _ = placed(back, creature(3), 260, (260, 200))
    cv2.circle(picture, (260, 235), 22, back[235, 260].tolist(), -1)
    assert (subject_mask(finished(picture))[225:245, 250:270] == 255).all()


def test_the_box_is_around_the_thing_and_the_whole_where_there_is_none() -> None:
    image, mask = scene(4)
    rows, columns = np.nonzero(mask > 127)
    box = subject_box(image)
    for found, truth in (
        (box.x, columns.min()), (box.right, columns.max() + 1),
        (box.y, rows.min()), (box.bottom, rows.max() + 1),
    ):  # fmt: skip
        assert abs(found - truth) <= 6
    assert subject_box(np.full((50, 80, 3), 9, np.uint8)) == Rect(0, 0, 80, 50)


def test_a_rectangle_chooses_between_two_things() -> None:
    one, first = placed(ground("plain", 1), creature(1), 200, (140, 200))
    both, second = placed(one, creature(8), 190, (390, 200))
    image = finished(both)
    for mask in (first, second):
        rows, columns = np.nonzero(mask > 127)
        hint = Rect.from_edges(
            int(columns.min()) - 8, int(rows.min()) - 8, int(columns.max()) + 9, int(rows.max()) + 9
        )
        assert iou(subject_mask(image, hint), mask) > 0.9
    # The mask stays within it, and the soft edge of the mask nearly.
    rows, columns = np.nonzero(first > 127)
    middle = int(columns.mean())
    half = subject_mask(image, Rect(0, 0, middle, HEIGHT))
    assert half[:, :middle].any() and not (half[:, middle + 8 :] > 127).any()
    # Where nothing stands out in it, the rectangle is the mask.
    empty = find_subject(np.full((60, 90, 3), 80, np.uint8), Rect(10, 20, 30, 25))
    assert not empty.found and empty.box == Rect(10, 20, 30, 25)
    assert (empty.mask > 0).sum() == 30 * 25


def test_a_skeleton_finds_the_person_beside_what_is_brighter() -> None:
    joints = preset("standing", 90, 40, 300)
    person = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    shirt, skin = (70, 90, 120, 255), (190, 150, 130, 255)
    for start, end in ((1, 8), (1, 11), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9),
                       (9, 10), (11, 12), (12, 13)):  # fmt: skip
        a, b = (tuple(int(v) for v in joints[i, :2]) for i in (start, end))
        cv2.line(person, a, b, shirt, 26, cv2.LINE_AA)
    cv2.circle(person, tuple(int(v) for v in joints[0, :2]), 24, skin, -1, cv2.LINE_AA)
    share = person[:, :, 3:] / 255
    back = ground("plain", 3) * (1 - share) + person[:, :, :3] * share
    picture, _ = placed(back, creature(2), 230, (380, 220))
    image = finished(picture)
    truth = person[:, :, 3]
    assert iou(subject_mask(image), truth) < 0.3
    assert iou(subject_mask(image, joints=joints), truth) > 0.75
    found = subject_box(image, joints)
    assert Rect(60, 10, 240, 370).contains(found)


def test_alpha_is_the_mask() -> None:
    image, mask = scene(2)
    rgba = np.dstack((image, mask))
    assert (subject_mask(rgba) == mask).all()
    # All opaque says nothing, all transparent neither.
    assert iou(subject_mask(np.dstack((image, np.full_like(mask, 255)))), mask) > 0.9
    assert subject_mask(np.dstack((image, np.zeros_like(mask)))).shape == mask.shape
    assert (masked_subject(np.zeros((5, 6), np.uint8)).mask == 255).all()


SIZES = ((1, 1), (1, 2), (1, 400), (400, 1), (3, 2000), (16, 16), (17, 900), (90, 20))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("channels", [3, 4])
def test_nothing_is_too_small_too_thin_or_too_flat(size: tuple[int, int], channels: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*size, channels)).astype(np.uint8)
    joints = preset("standing", 0, 0, size[0])
    for image in (noise, np.zeros_like(noise), np.full_like(noise, 255)):
        for subject in (
            find_subject(image),
            find_subject(image, Rect(-3, -3, 9, 9)),
            find_subject(image, Rect(5000, 0, 9, 9)),
            find_subject(image, joints=joints),
            find_subject(image, joints=joints * 0),
        ):
            assert subject.mask.shape == size and subject.mask.any() and not subject.box.is_empty
            square, shape = crop_to_subject(image, subject.mask)
            assert square.shape[:2] == shape.shape and square.shape[0] == square.shape[1]
            assert propose_caption(image[:, :, :3], subject.mask).count("{subject}") == 1
            assert thumbnail(image[:, :, :3], subject.mask, 24).shape == (24, 24, 4)
        assert len(check_photos([image, image])) == 2


def test_the_same_photo_gives_the_same_mask() -> None:
    image, _ = scene(5, "grained")
    first = subject_mask(image)
    cv2.setRNGSeed(77)
    assert (subject_mask(image) == first).all()


def test_the_crop_is_square_holds_the_subject_and_is_never_larger_than_it_was() -> None:
    image = np.random.default_rng(0).integers(0, 256, (200, 300, 3)).astype(np.uint8)
    mask = np.zeros((200, 300), np.uint8)
    mask[60:120, 240:290] = 255
    square, shape = crop_to_subject(image, mask, 0.1)
    assert square.shape == (72, 72, 3) and shape.shape == (72, 72)
    assert shape.sum() == mask.sum()
    # It was moved into the frame, so that all of it is a piece of the photo.
    rows, columns = np.nonzero(mask)
    at = np.argwhere((image == square[0, 0]).all(axis=2))
    assert any((image[y : y + 72, x : x + 72] == square).all() for y, x in at)
    assert rows.size and columns.size


def test_beyond_the_frame_the_edge_is_repeated_and_not_learned() -> None:
    image = np.random.default_rng(0).integers(0, 256, (100, 300, 3)).astype(np.uint8)
    mask = np.zeros((100, 300), np.uint8)
    mask[:, 50:270] = 255
    square, shape = crop_to_subject(image, mask)
    assert square.shape == (220, 220, 3)
    assert (square[:60] == square[60]).all() and (square[160:] == square[159]).all()
    assert (square[60:160] == image[:, 50:270]).all()
    assert not shape[:60].any() and not shape[160:].any() and (shape[60:160] == 255).all()
    # Without a mask all of the photo counts, and still not what is beyond it.
    whole, said = crop_to_subject(image, np.zeros_like(mask))
    assert whole.shape == (300, 300, 3) and said.sum() == 255 * 100 * 300


def test_the_margin_is_around_the_subject() -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    mask = np.zeros((400, 400), np.uint8)
    mask[150:250, 180:220] = 255
    for margin, side in ((0.0, 100), (0.1, 120), (0.5, 200)):
        square, shape = crop_to_subject(image, mask, margin)
        assert square.shape[0] == side
        rows, columns = np.nonzero(shape)
        assert abs((rows.min() + rows.max()) / 2 - side / 2) <= 1
        assert abs((columns.min() + columns.max()) / 2 - side / 2) <= 1


def test_a_plain_background_is_named_and_others_are_not() -> None:
    words = json.loads(resource("starter", "vocabulary.json").read_text("utf-8"))["en"]["words"]
    known = {*words, "orange"}
    thing = creature(4)
    for name, shade in COLOURS:
        back = np.broadcast_to(np.array(shade, np.float32), (HEIGHT, WIDTH, 3)).copy()
        back += np.linspace(-8, 8, WIDTH, dtype=np.float32)[None, :, None]
        picture, mask = placed(back, thing, 200, (260, 200))
        assert background_colour(finished(picture), mask) == name
        assert colour_name(shade) == name and name in known
    image, mask = placed(
        np.full((HEIGHT, WIDTH, 3), (245, 150, 50), np.float32), thing, 200, (260, 200)
    )
    assert propose_caption(finished(image), mask) == "a photo of {subject} on an orange background"
    blue = np.full((60, 60, 3), (74, 138, 228), np.uint8)
    half = np.zeros((60, 60), np.uint8)
    half[:, 30:] = 255
    assert propose_caption(blue, half) == "a photo of {subject} on a blue background"
    assert propose_caption(blue, np.full((60, 60), 255, np.uint8)) == "a photo of {subject}"
    two = blue.copy()
    two[:30] = (222, 62, 58)
    assert propose_caption(two, half) == "a photo of {subject}"
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    assert propose_caption(noise, half) == "a photo of {subject}"


def test_a_thumbnail_is_a_disc_of_the_subject() -> None:
    image = np.full((300, 400, 3), 30, np.uint8)
    mask = np.zeros((300, 400), np.uint8)
    mask[100:200, 250:350] = 255
    image[mask > 0] = (200, 40, 40)
    disc = thumbnail(image, mask, 48)
    square = thumbnail(image, mask, 48, round_=False)
    for picture in (disc, square):
        assert picture.shape == (48, 48, 4) and picture.dtype == np.uint8
        assert (picture[24, 24] == (200, 40, 40, 255)).all()
        assert picture[0, 0, 3] == 0 and picture[24, 1, 3] == 255
    assert disc[6, 6, 3] < 255 and square[6, 6, 3] == 255
    partly: Pixels = disc[:, :, 3]
    assert ((partly > 0) & (partly < 255)).any()
