"""Find by words, and the order of the tray by a prompt: jobs and what becomes of the results."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.catalog.clip import house_clip, missing_clip, public_clips
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice, translatable
from studio.core.settings import Settings
from studio.edit.cutouts import selected
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job
from studio.session.photo.subject import check_place
from studio.session.session import Session
from studio.session.tray import TrayItem
from studio.session.whereabouts import model_folders

FIND, ORDER = translatable("Find by words"), translatable("Order by prompt")
COMPARE = translatable("Compare two pictures")
INSTALL = "Install Lienzo again; its file is part of the program."
PUBLIC = "public_clip"
"""The setting by which a public CLIP in the artist's folders takes the place of the one that
ships."""
EDGE = 224
"""Pixels along the edge of a picture that is compared."""


def clip_folder(settings: Settings) -> str:
    """Return the folder of the CLIP to use, "" for the one that ships."""
    if not settings.get(PUBLIC, True):
        return ""
    found = public_clips(model_folders(settings))
    return str(found[0].folder) if found else ""


def unavailable(settings: Settings) -> Notice | None:
    """Return the reason why pictures and words cannot be compared, None if they can."""
    reason = missing_clip(house_clip())
    # The folders are looked through only if that is needed.
    return reason if reason is None or not clip_folder(settings) else None


def find_by_words(session: Session, prompt: str, mode: str = "replace") -> Job:
    """Queue the selection of the prompt's place in the visible picture; ``mode`` as of a selection.

    StudioError without a picture, a prompt or the files.
    """
    if not session.document.layers:
        raise StudioError("There is no picture.", "Open a photo first.")
    values = _values(session, prompt)
    return session.photo.run("find-words", values, extras={"mode": mode}, label=FIND)


def order_by_prompt(session: Session, prompt: str) -> Job:
    """Queue the order of the results by how well they fit a prompt; StudioError without results."""
    items = session.tray.items
    if not items:
        raise StudioError("There are no results to order.", "Generate some first.")
    values = _values(session, prompt)
    tall = below_each_other([item.image for item in items])
    extras = {"items": tuple(item.id for item in items)}
    return session.photo.run(
        "rank-words",
        values,
        region=Rect(0, 0, EDGE, tall.shape[0]),
        picture=lambda: tall,
        extras=extras,
        label=ORDER,
    )


def below_each_other(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return pictures (h, w, 3) as squares below one another, (n * EDGE, EDGE, 3)."""
    squares = [
        cv2.resize(np.ascontiguousarray(one[..., :3]), (EDGE, EDGE), interpolation=cv2.INTER_AREA)
        for one in pictures
    ]
    return np.asarray(np.concatenate(squares), np.uint8)


def land_find(session: Session, job: Job, result: PhotoResult) -> None:
    """Select the place; StudioError if the picture has changed."""
    assert result.mask is not None
    mask, request = result.mask, result.request
    check_place(session, job)
    mode = str(request.extras.get("mode", "replace"))
    session.edit(FIND, lambda old: selected(old, mask, request.region, mode))


def land_rank(session: Session, job: Job, result: PhotoResult) -> None:
    """Show the results in their new order, the best first, and select it."""
    likeness = result.arrays["likeness"].tolist()
    items = tuple(result.request.extras["items"])
    session.tray.order(dict(zip(items, likeness, strict=True)))


def compare_with_result(session: Session, item: TrayItem) -> Job:
    """Queue the likeness of a result to what the canvas shows in its place."""
    reason = unavailable(session.settings)
    if reason is not None:
        raise StudioError(reason.message, INSTALL, **reason.values)
    before = item.request.image
    if before is None:
        raise StudioError("This result has no picture before it.", "Choose a fill or a change.")
    tall = below_each_other([item.image, before])
    return session.photo.run(
        "compare-pictures",
        {"clip": clip_folder(session.settings)},
        region=Rect(0, 0, EDGE, tall.shape[0]),
        picture=lambda: tall,
        label=COMPARE,
    )


def land_compare(session: Session, job: Job, result: PhotoResult) -> None:
    """Show how alike the two pictures are."""
    percent = round(100 * float(result.arrays["likeness"][0]))
    session.noticed.emit(notice("The two pictures are alike by {percent} %.", percent=percent))


def _values(session: Session, prompt: str) -> dict[str, str | int | float | bool]:
    if not prompt.strip():
        raise StudioError("There is no prompt.", "Type what to look for, such as: a red car")
    reason = unavailable(session.settings)
    if reason is not None:
        raise StudioError(reason.message, INSTALL, **reason.values)
    return {"prompt": prompt.strip(), "clip": clip_folder(session.settings)}
