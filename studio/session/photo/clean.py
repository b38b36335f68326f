"""The preview of "Clean": a small part of the visible picture, cleaned in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.core.geometry import Rect
from studio.edit.photo_tools import PhotoResult
from studio.session.jobs import Job

if TYPE_CHECKING:
    from studio.session.session import Session

KIND = "clean-preview"
SIDE = 200
"""Longest side of the preview in pixels: three seconds on two cores."""


def preview_part(visible: Rect, canvas: Rect) -> Rect:
    """Return the square in the middle of the visible part that the preview shows."""
    seen = visible.intersect(canvas)
    seen = canvas if seen.is_empty else seen
    width, height = min(SIDE, seen.width), min(SIDE, seen.height)
    x, y = seen.x + (seen.width - width) // 2, seen.y + (seen.height - height) // 2
    return Rect(x, y, width, height)


def preview(session: Session, part: Rect) -> Job:
    """Queue the preview of a part of the picture; its result's image is cleaned in full."""
    return session.photo.run(KIND, region=part)


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Change nothing: the dialog shows the preview."""
