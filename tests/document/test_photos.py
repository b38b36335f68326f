"""Photos of a subject are told from each other and from bad ones, on both sides of each limit."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from photo_scenes import HEIGHT, WIDTH, bricks, creature, finished, ground, placed, sample, scene
from PIL import Image

from studio.core.errors import Cancelled
from studio.core.progress import Progress
from studio.document.raster import Pixels
from studio.photos.masks import whole
from studio.photos.photos import (
    BAD,
    WARN,
    PhotoReport,
    check_photos,
    check_set,
    chosen,
    find_subject,
    masked_subject,
)

FINE = 256
"""A resolution at which none of the scenes is too small."""


def kinds(image: Pixels) -> tuple[str, ...]:
    return check_photos([image], resolution=FINE)[0].kinds


def looked_at_whole(images: list[Pixels], resolution: int = FINE) -> tuple[PhotoReport, ...]:
    """Check photos without looking for their subjects, where those have no part in it."""
    return check_photos(images, subjects=[whole(one) for one in images], resolution=resolution)


def whole_kinds(image: Pixels) -> tuple[str, ...]:
    return looked_at_whole([image])[0].kinds


def blurred(image: Pixels, sigma: float) -> Pixels:
    """Blur by a sigma in pixels of a picture whose longer side is 512."""
    wide = sigma * max(image.shape) / 512
    return np.asarray(cv2.GaussianBlur(image, (0, 0), wide), np.uint8)


def compressed(image: Pixels, quality: int = 50) -> Pixels:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


def sharp_pictures() -> list[Pixels]:
    drawn = [scene(seed, ("plain", "grained")[seed % 2])[0] for seed in range(8)]
    return [*drawn, *(sample(name) for name in ("coffee", "cat", "astronaut"))]


def test_good_photos_of_one_thing_have_no_finding() -> None:
    thing = creature(3)
    turned = [
        scene(seed, kind, thing=thing)[0] for seed, kind in enumerate(["plain", "grained"] * 2)
    ]
    assert [report.kinds for report in check_photos(turned, resolution=FINE)] == [()] * 4
    assert all(report.keep for report in check_photos(turned, resolution=FINE))


def test_blurred_photos_are_told_from_sharp_ones() -> None:
    for image in sharp_pictures():
        assert "blurred" not in whole_kinds(image)
        assert "blurred" in whole_kinds(blurred(image, 3))
        (heavy,) = looked_at_whole([blurred(image, 7)])
        assert not heavy.keep


def test_a_little_blur_is_a_warning_and_much_of_it_is_bad() -> None:
    image = sample("coffee")
    for sigma, severity in ((2, WARN), (2.5, BAD), (9, BAD)):
        (report,) = looked_at_whole([blurred(image, sigma)])
        assert [one.severity for one in report.findings if one.kind == "blurred"] == [severity]


def test_a_blur_counts_the_same_however_many_pixels_there_are() -> None:
    for image in (sample("coffee"), scene(1)[0]):
        large = cv2.resize(image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
        assert "blurred" not in whole_kinds(np.asarray(large, np.uint8))
        assert "blurred" in whole_kinds(blurred(np.asarray(large, np.uint8), 3))
    # A picture that was enlarged from a few pixels is blurred.
    tiny = cv2.resize(sample("coffee"), (90, 60), interpolation=cv2.INTER_AREA)
    grown = cv2.resize(tiny, (900, 600), interpolation=cv2.INTER_CUBIC)
    assert "blurred" in whole_kinds(np.asarray(grown, np.uint8))


def test_the_subject_is_what_has_to_be_sharp() -> None:
    image, mask = scene(2, "grained")
    inside = (mask > 0)[:, :, None]
    soft = blurred(image, 5)
    assert "blurred" not in kinds(np.where(inside, image, soft))
    hazy_thing = creature(2)
    hazy_thing = np.asarray(cv2.GaussianBlur(hazy_thing, (0, 0), 6), np.uint8)
    smeared, _ = placed(ground("plain", 2), hazy_thing, 240, (260, 200))
    # What is sharp around it is not the subject.
    noise = np.random.default_rng(1).normal(0, 40, (HEIGHT, WIDTH, 3))
    smeared[:, :60] += noise[:, :60]
    smeared[:40] += noise[:40]
    assert "blurred" in kinds(finished(smeared))


@pytest.mark.parametrize("change", ["jpeg", "smaller", "mirrored", "lighter", "cropped", "both"])
def test_copies_are_recognised(change: str) -> None:
    def changed(image: Pixels) -> Pixels:
        height, width = image.shape[:2]
        if change == "jpeg":
            return compressed(image)
        if change == "smaller":
            return np.asarray(cv2.resize(image, None, fx=0.4, fy=0.4), np.uint8)
        if change == "lighter":
            return np.clip(image * 1.15 + 10, 0, 255).astype(np.uint8)
        if change in ("cropped", "both"):
            image = image[height // 12 :, : -(width // 12)]
        return np.ascontiguousarray(image[:, ::-1] if change != "cropped" else image)

    for image in (sample("coffee"), sample("cat"), scene(4, "grained")[0]):
        pair = looked_at_whole([image, changed(image)], 64)
        copies = [report for report in pair if "duplicate" in report.kinds]
        assert len(copies) == 1 and not copies[0].keep


def test_other_photos_are_no_copies() -> None:
    thing, back = creature(5), ground("plain", 5)
    poses = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        place = (WIDTH / 2 + rng.uniform(-60, 60), HEIGHT / 2 + rng.uniform(-50, 50))
        picture, _ = placed(back, thing, rng.uniform(180, 280), place, 35 * (seed - 2))
        poses.append(finished(picture, seed))
    pictures = [*poses, *sharp_pictures()]
    assert not any("duplicate" in report.kinds for report in looked_at_whole(pictures))


def test_of_two_copies_the_sharper_one_is_kept() -> None:
    image = sample("coffee")
    soft = blurred(image, 1.2)
    first, second = looked_at_whole([soft, image])
    assert "duplicate" in first.kinds and "duplicate" not in second.kinds
    (finding,) = [one for one in first.findings if one.kind == "duplicate"]
    assert finding.other == 1 and str(finding.notice).endswith("photo 2.")
    first, second = looked_at_whole([image, soft])
    assert "duplicate" in second.kinds and "duplicate" not in first.kinds
    three = looked_at_whole([image, image, image])
    assert ["duplicate" in report.kinds for report in three] == [False, True, True]


def test_of_two_copies_the_larger_one_is_kept() -> None:
    """Made small, a photo looks the sharper for it."""
    for image in (sample("coffee"), sample("cat"), scene(4, "grained")[0]):
        small = np.asarray(cv2.resize(image, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA))
        for pair, kept in (((image, small), 0), ((small, image), 1)):
            reports = looked_at_whole(list(pair), 64)
            assert ["duplicate" in report.kinds for report in reports] == [kept == 1, kept == 0]


def test_two_things_are_more_than_one() -> None:
    for kind in ("plain", "grained"):
        for seed in range(2):
            one, _ = placed(ground(kind, seed), creature(seed), 200, (140, 200))
            both, _ = placed(one, creature(seed + 20), 190, (390, 200), 10)
            assert "several" in kinds(finished(both, seed))
            assert "several" not in kinds(finished(one, seed))
            # Something small beside it is no second subject.
            trifle, _ = placed(one, creature(seed + 20), 60, (390, 200), 10)
            assert "several" not in kinds(finished(trifle, seed))


def test_a_photo_of_nothing_has_no_subject_and_counts_whole() -> None:
    flat = np.full((300, 400, 3), 128, np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    grained = [finished(ground("grained", seed), seed) for seed in range(3)]
    slopes = [finished(ground("plain", seed), seed) for seed in range(3)]
    y, x = np.indices((HEIGHT, WIDTH), np.float32)
    glow = 110 + 80 * np.exp(-((x - 260) ** 2 + (y - 200) ** 2) / (2 * 80**2))
    lamp = finished(np.asarray(glow[:, :, None] * np.array((1, 0.9, 0.8)), np.float32))
    for image in (flat, noise, lamp, *grained, *slopes, bricks(3), bricks(4)):
        (report,) = check_photos([image], resolution=FINE)
        assert "no_subject" in report.kinds and not report.subject.found
        assert (report.subject.mask == 255).all()
    assert "no_subject" not in kinds(scene(1)[0])


def test_another_thing_among_the_photos_is_noticed() -> None:
    lights = (1.0, 0.75, 1.1, 0.85)  # the same thing in another light is the same
    shots = [scene(seed, "plain", thing=creature(0)) for seed in range(4)]
    shots = [
        (np.clip(image * light, 0, 255).astype(np.uint8), mask)
        for (image, mask), light in zip(shots, lights, strict=True)
    ]
    shots += [scene(7, "plain", thing=creature(other)) for other in (1, 9)]

    def strange(*numbers: int) -> list[bool]:
        images = [shots[number][0] for number in numbers]
        subjects = [masked_subject(shots[number][1]) for number in numbers]
        reports = check_photos(images, subjects=subjects, resolution=FINE)
        return ["different" in report.kinds for report in reports]

    assert strange(0, 1, 2, 3) == [False] * 4
    for other in (4, 5):
        assert strange(0, 1, other) == [False, False, True]
        assert strange(0, 1, 2, 3, other) == [False] * 4 + [True]
    # Of two nobody can say which one is the other.
    assert strange(0, 5) == [False, False]


def test_dark_photos_are_told_from_dark_things() -> None:
    for seed in range(2):
        image = scene(seed)[0]
        assert "dark" not in kinds(image)
        assert "dark" in kinds((image * 0.08).astype(np.uint8))
    black = creature(0)
    black[:, :, :3] //= 16
    assert "dark" not in kinds(scene(0, thing=black)[0])


def test_burnt_out_photos_are_told_from_white_walls() -> None:
    image, mask = scene(6)
    burnt = np.clip(image * 3.0 + 60, 0, 255).astype(np.uint8)
    (report,) = check_photos([burnt], subjects=[masked_subject(mask)], resolution=FINE)
    assert "bright" in report.kinds
    wall = np.where((mask > 0)[:, :, None], image, 255).astype(np.uint8)
    assert "bright" not in kinds(image) and "bright" not in kinds(wall)


def test_how_small_is_too_small_follows_from_the_model() -> None:
    image, mask = scene(3, part=(0.7, 0.71))
    known = [masked_subject(mask)]
    severities = {}
    for resolution in (256, 600, 768, 1280):
        (report,) = check_photos([image], subjects=known, resolution=resolution)
        severities[resolution] = [one.severity for one in report.findings if one.kind == "small"]
    assert severities == {256: [], 600: [WARN], 768: [WARN], 1280: [BAD]}
    # The frame is large enough, the thing in it is not.
    far = scene(3, part=(0.2, 0.21))[0]
    (report,) = check_photos([far], resolution=512)
    assert report.kinds == ("small",) and report.keep


def test_a_known_subject_is_not_looked_for() -> None:
    image, mask = scene(1)
    half = np.zeros_like(mask)
    half[:, : WIDTH // 2] = 255
    (report,) = check_photos([image], subjects=[masked_subject(half)], resolution=FINE)
    assert (report.subject.mask == half).all()
    cut = np.dstack((image, mask))
    (report,) = check_photos([cut], resolution=FINE)
    assert (report.subject.mask == mask).all() and report.kinds == ()


def test_what_is_said_of_all_photos_together() -> None:
    good = check_photos([scene(1)[0]], resolution=FINE)[0]
    bad = check_photos([blurred(scene(1)[0], 7)], resolution=FINE)[0]
    assert [one.kind for one in check_set([good])] == ["one"]
    assert [one.kind for one in check_set([good, bad])] == ["one"]
    assert check_set([good] * 3) == check_set([good] * 20) == ()
    (many,) = check_set([good] * 200)
    assert many.kind == "many" and "200" in str(many.notice)
    assert [one.kind for one in check_set([bad])] == ["none"]
    assert [one.kind for one in check_set([])] == ["none"]


def test_of_many_photos_the_sharpest_are_taken() -> None:
    image = scene(1)[0]
    softer = [blurred(image, sigma) for sigma in (0.8, 0.5, 0.1, 0.3)]
    reports: list[PhotoReport] = [looked_at_whole([one])[0] for one in softer]
    bad = looked_at_whole([blurred(image, 7)])[0]
    assert chosen([bad, *reports], 2) == (3, 4)
    assert chosen([bad, *reports]) == (1, 2, 3, 4)
    assert chosen([bad]) == ()


def test_checking_can_be_cancelled_between_photos() -> None:
    progress = Progress(lambda event: progress.cancel() if event.fraction > 0.3 else None)
    with pytest.raises(Cancelled):
        check_photos([scene(0)[0]] * 3, progress=progress)


def test_photographs_of_scikit_image() -> None:
    from skimage import data

    pictures = [getattr(data, name)() for name in ("coffee", "chelsea", "rocket", "astronaut")]
    for image in pictures:
        assert "blurred" not in whole_kinds(image)
        assert "blurred" in whole_kinds(blurred(image, 3))
    assert not any("duplicate" in report.kinds for report in looked_at_whole(pictures))
    for name in ("grass", "gravel"):
        texture = np.repeat(getattr(data, name)()[:, :, None], 3, axis=2)
        assert not find_subject(texture).found
