"""Checks training photos of a subject: reports the faults of each photo and of the set."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.document.io.pictures import on_white
from studio.photos.captions import propose_caption
from studio.photos.checks import (
    Fingerprint,
    Sharpness,
    Signature,
    clipped_part,
    fingerprint,
    hash_distance,
    is_dark,
    overlap,
    sharpness,
    signature,
    signature_distance,
)
from studio.photos.crops import crop_to_subject, thumbnail
from studio.photos.masks import (
    Subject,
    find_subject,
    masked_subject,
    subject_box,
    subject_mask,
)

__all__ = [
    "BAD",
    "WARN",
    "PhotoFinding",
    "PhotoReport",
    "Subject",
    "check_photos",
    "check_set",
    "chosen",
    "crop_to_subject",
    "find_subject",
    "masked_subject",
    "propose_caption",
    "subject_box",
    "subject_mask",
    "thumbnail",
]

Pixels = NDArray[np.uint8]

WARN, BAD = "warn", "bad"
"""Severities: worth a look; better left out."""

FEW, MOST = 5, 20
"""The number of photos that is enough for a subject; the most that training accepts."""

BLURRED = 2.75
"""The sharpness ratio of a photo that is blurred; sharp ones have 4.3 and more, those blurred by a
sigma of 2 pixels at 512 have 3 and less."""

SMEARED = 1.9
"""The sharpness ratio of a photo blurred by a sigma of about 3 pixels or more."""

FAINT, FAINTER = 5.0, 2.5
"""The detail of photos so blurred that only grain is left."""

HASH_NEAR = 24
"""Hashes this close are compared by pixels; all but copies and crops are 30 apart."""

COPY_CORRELATION, COPY_SPOT = 0.94, 0.95
"""The least correlation of a copy with its original, and its largest local difference."""

CLEARLY = 1.1
"""From this ratio on a copy counts as larger, or sharper."""

ANOTHER_PIECE = 0.3
"""A further salient piece counts as another subject from this share of the subject on."""

OTHER_SUBJECT = 0.45
"""The distance of a subject's colours from those of the others; the same one has 0.2 in the
median."""

OTHER_TIMES = 1.5
"""The least ratio of that distance to the distances among the others."""

OVEREXPOSED, BURNT = 0.3, 0.7
"""Shares of the subject that are burnt out: for a warning; for leaving the photo out."""

SMALL, TOO_SMALL = 0.75, 0.5
"""The longer side over the model's resolution: for a warning; for leaving the photo out."""


@dataclass(frozen=True, slots=True)
class PhotoFinding:
    """One finding about a photo, or about the whole set.

    ``kind`` is "small", "blurred", "duplicate", "no_subject", "several", "different", "dark" or
    "bright"; of a whole set "one", "many" or "none". ``severity`` is WARN or BAD. ``other`` is the
    index of the photo that this one is a copy of.
    """

    kind: str
    severity: str
    notice: Notice
    other: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PhotoReport:
    """The findings about a photo, its subject, and the subject's sharpness."""

    subject: Subject = field(repr=False)
    sharpness: Sharpness
    findings: tuple[PhotoFinding, ...] = ()

    @property
    def keep(self) -> bool:
        """Whether to train on it unless the artist decides otherwise."""
        return all(finding.severity != BAD for finding in self.findings)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its findings."""
        return tuple(finding.kind for finding in self.findings)


def check_photos(
    images: Sequence[Pixels],
    *,
    subjects: Sequence[Subject | None] | None = None,
    resolution: int = 512,
    progress: Progress | None = None,
) -> tuple[PhotoReport, ...]:
    """Check photos, (h, w, 3 or 4) uint8 sRGB each, and return a report on each.

    ``subjects`` are those already known, for instance from a painted mask; a None is searched
    for. ``resolution`` is the side, in pixels, at which the model will be trained.
    """
    reporter = progress or Progress()
    known = subjects if subjects is not None else [None] * len(images)
    found: list[Subject] = []
    sharp: list[Sharpness] = []
    marks: list[Fingerprint] = []
    looks: list[Signature | None] = []
    alone: list[list[PhotoFinding]] = []
    for number, (image, given) in enumerate(zip(images, known, strict=True)):
        reporter.report(number / len(images), "Checking the photos")
        rgb = on_white(image) if image.shape[2] == 4 else image
        subject = given if given is not None else find_subject(image)
        found.append(subject)
        sharp.append(sharpness(rgb, subject.box))
        marks.append(fingerprint(rgb))
        looks.append(signature(*_cut(rgb, subject)) if subject.found else None)
        alone.append(_alone(rgb, subject, sharp[-1], resolution))
    sizes = [max(subject.box.width, subject.box.height) for subject in found]
    for number, finding in _duplicates(marks, sharp, sizes, reporter):
        alone[number].append(finding)
    for number in _strangers(looks):
        alone[number].append(_different())
    reporter.report(1.0, "Checking the photos")
    return tuple(
        PhotoReport(subject, clear, tuple(findings))
        for subject, clear, findings in zip(found, sharp, alone, strict=True)
    )


def check_set(reports: Sequence[PhotoReport], most: int = MOST) -> tuple[PhotoFinding, ...]:
    """Return the findings about the whole set; none if it has three to ``most`` photos."""
    kept = sum(report.keep for report in reports)
    if not kept:
        return (PhotoFinding("none", BAD, notice("There are no photos to learn from yet.")),)
    if kept == 1:
        text = notice(
            "One photo works, but its pose will come back in every picture; 3 to {few} from"
            " different sides are better.",
            few=FEW,
        )
        return (PhotoFinding("one", WARN, text),)
    if kept > most:
        text = notice(
            "{count} photos are more than necessary: 3 to {few} are enough. Training "
            "uses the {most} sharpest.",
            count=kept,
            few=FEW,
            most=most,
        )
        return (PhotoFinding("many", WARN, text),)
    return ()


def chosen(reports: Sequence[PhotoReport], most: int = MOST) -> tuple[int, ...]:
    """Return the indices of the photos to train on: those to keep, the sharpest if there are many.

    Empty if no photo is worth keeping.
    """
    kept = [number for number, report in enumerate(reports) if report.keep]
    kept.sort(key=lambda number: -reports[number].sharpness.ratio)
    return tuple(sorted(kept[:most]))


def _cut(rgb: Pixels, subject: Subject) -> tuple[Pixels, Pixels]:
    box = subject.box
    rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
    return np.ascontiguousarray(rgb[rows, columns]), np.ascontiguousarray(
        subject.mask[rows, columns]
    )


def _alone(rgb: Pixels, subject: Subject, sharp: Sharpness, resolution: int) -> list[PhotoFinding]:
    """Return the findings about one photo by itself."""
    findings = [*_small(rgb, subject, resolution), *_blurred(sharp)]
    if not subject.found:
        text = notice(
            "No subject was found; the whole photo is used. Paint the mask, or choose "
            "another photo."
        )
        findings.append(PhotoFinding("no_subject", WARN, text))
    elif len(subject.pieces) > 1 and subject.pieces[1] >= ANOTHER_PIECE:
        text = notice("Several things stand out; the mask contains the most prominent. Check it.")
        findings.append(PhotoFinding("several", WARN, text))
    if is_dark(rgb, subject.mask):
        findings.append(PhotoFinding("dark", WARN, notice("It is too dark.")))
    clipped = clipped_part(rgb, subject.mask)
    if clipped >= OVEREXPOSED:
        text = notice(
            "It is overexposed: {percent} % of the subject has no detail left.",
            percent=round(clipped * 100),
        )
        findings.append(PhotoFinding("bright", BAD if clipped >= BURNT else WARN, text))
    return findings


def _small(rgb: Pixels, subject: Subject, resolution: int) -> list[PhotoFinding]:
    height, width = rgb.shape[:2]
    side, longer = max(width, height), max(subject.box.width, subject.box.height)
    if side < resolution * SMALL:
        text = notice(
            "It is too small: {width} x {height} pixels; the model trains at {side}.",
            width=width,
            height=height,
            side=resolution,
        )
        severity = BAD if side < resolution * TOO_SMALL else WARN
        return [PhotoFinding("small", severity, text)]
    if longer < resolution * TOO_SMALL:
        text = notice(
            "The subject is small in it: {size} pixels; the model trains at {side}.",
            size=longer,
            side=resolution,
        )
        return [PhotoFinding("small", WARN, text)]
    return []


def _blurred(sharp: Sharpness) -> list[PhotoFinding]:
    if not sharp.measured or (sharp.ratio >= BLURRED and sharp.detail >= FAINT):
        return []
    if sharp.ratio < SMEARED or sharp.detail < FAINTER:
        return [PhotoFinding("blurred", BAD, notice("It is blurred."))]
    return [PhotoFinding("blurred", WARN, notice("It is a little blurred."))]


def _duplicates(
    marks: Sequence[Fingerprint],
    sharp: Sequence[Sharpness],
    sizes: Sequence[int],
    progress: Progress,
) -> list[tuple[int, PhotoFinding]]:
    """Return the worse one of each pair of copies, once each.

    That is the clearly smaller one, else the less sharp one. ``sizes`` are those of the subjects.
    """
    found: dict[int, PhotoFinding] = {}
    for later in range(1, len(marks)):
        progress.check()
        for earlier in range(later):
            if earlier in found or not _is_copy(marks[earlier], marks[later]):
                continue
            worse, better = later, earlier
            # Compression blurs a copy, so that only a clear difference counts. A photo scaled
            # down looks sharper.
            larger = sizes[later] / max(1, sizes[earlier])
            sharper = sharp[later].ratio > CLEARLY * sharp[earlier].ratio
            if larger > CLEARLY or (sharper and larger * CLEARLY > 1):
                worse, better = earlier, later
            text = notice("It is nearly the same as photo {number}.", number=better + 1)
            found[worse] = PhotoFinding("duplicate", BAD, text, better)
            if worse == later:
                break
    return sorted(found.items())


def _is_copy(one: Fingerprint, other: Fingerprint) -> bool:
    if hash_distance(one, other) > HASH_NEAR:
        return False
    correlation, spot = overlap(one, other)
    return correlation >= COPY_CORRELATION and spot <= COPY_SPOT


def _strangers(looks: Sequence[Signature | None]) -> list[int]:
    """Return the photos whose subject differs in colour from the rest; none out of two."""
    seen = [(number, look) for number, look in enumerate(looks) if look is not None]
    if len(seen) < 3:
        return []
    # For an even number the lower median: if half of the others are alike, it is alike.
    away = [
        statistics.median_low(
            signature_distance(look, other) for number, other in seen if number != mine
        )
        for mine, look in seen
    ]
    usual = statistics.median(away)
    return [
        seen[place][0]
        for place, distance in enumerate(away)
        if distance >= OTHER_SUBJECT and distance >= OTHER_TIMES * usual
    ]


def _different() -> PhotoFinding:
    text = notice("It seems to show something other than the other photos.")
    return PhotoFinding("different", WARN, text)
