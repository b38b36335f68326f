"""Runs the photo tools by their rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import cv2

from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS
from studio.core.dotted import resolve
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, EditResult
from studio.engine.loading import is_out_of_memory
from studio.engine.photo.networks import Networks
from studio.engine.validation import validate


def run_photo_tool(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Run a request of one of ``PHOTO_KINDS``; StudioError if it is invalid or lacks an asset."""
    row = PHOTO_KINDS[request.kind]
    row.checked(request.settings)
    if request.region.is_empty:
        raise StudioError("The picture is empty.", "Open a picture first.")
    start = time.perf_counter()
    with _enough_memory(networks):
        result: PhotoResult = resolve(row.engine)(request, progress, networks)
    timings = {**result.timings, "total": time.perf_counter() - start}
    return replace(result, timings=timings)


def run_photo_edit(request: EditRequest, progress: Progress, networks: Networks) -> EditResult:
    """Run an edit of one of ``PHOTO_TASKS``; StudioError if it is invalid or lacks an asset."""
    validate(request)
    row = PHOTO_TASKS[request.task.value]
    row.checked(request.sampling.extras)
    start = time.perf_counter()
    with _enough_memory(networks):
        result: EditResult = resolve(row.engine)(request, progress, networks)
    timings = {**result.timings, "total": time.perf_counter() - start}
    return replace(result, timings=timings)


@contextmanager
def _enough_memory(networks: Networks) -> Iterator[None]:
    """Turn the errors of Python, torch and OpenCV for a lack of memory into a sentence."""
    try:
        yield
    except (MemoryError, RuntimeError, cv2.error) as error:
        is_opencv = getattr(error, "code", 0) == cv2.Error.StsNoMem
        if not is_opencv and not is_out_of_memory(error):
            raise
        networks.clear()
        raise StudioError(
            "There is not enough memory for a picture of this size.",
            "Close other programs, or work on a part of the picture, or on a smaller copy.",
        ) from error
