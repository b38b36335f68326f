"""The thumbnails of the presets: painted by the program from a photo of its own, and kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from studio.catalog.styles import PRESETS
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.paths import data_dir, resource
from studio.document.raster import Pixels
from studio.session.jobs import Job
from studio.session.sources import visible_rgb_of

if TYPE_CHECKING:
    from studio.session.session import Session

KIND = "style-thumbnails"
SAMPLE = "sample-coffee.jpg"
SIZE = (168, 112)
"""Width and height in pixels: twice the size at which they are shown."""


def submit(session: Session) -> Job:
    """Queue the thumbnails; the result has them as ``thumbnails`` (26, h, w, 3) uint8."""
    return session.photo.run(KIND, region=Rect(0, 0, *SIZE), picture=_sample)


def _sample() -> Pixels:
    """Return the photo, (h, w, 3) uint8: a thing of a few large shapes."""
    photo = visible_rgb_of(resource("samples", SAMPLE))
    height, width = photo.shape[:2]
    wide = min(width, round(height * SIZE[0] / SIZE[1]))
    left = (width - wide) // 2
    part = photo[:, left : left + wide]
    return np.asarray(cv2.resize(part, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def kept_file() -> Path:
    """Return the file in which the thumbnails are kept, one below the other."""
    return data_dir() / "style-thumbnails.png"


def kept_thumbnails() -> Pixels | None:
    """Return the thumbnails (26, h, w, 3) uint8; None if they are not made yet or damaged."""
    width, height = SIZE
    try:
        data = np.frombuffer(kept_file().read_bytes(), np.uint8)
        found = cv2.imdecode(data, cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        return None
    if found is None or found.shape != (len(PRESETS) * height, width, 3):
        return None
    sheet = np.asarray(found[:, :, ::-1], np.uint8)
    return np.ascontiguousarray(sheet).reshape(len(PRESETS), height, width, 3)


def keep_thumbnails(made: Pixels) -> None:
    """Keep the thumbnails; a disk that is full only means that they are made again."""
    sheet = made.reshape(-1, *made.shape[2:])[:, :, ::-1]
    done, data = cv2.imencode(".png", sheet)
    if not done:
        return
    try:
        kept_file().parent.mkdir(parents=True, exist_ok=True)
        write_file(kept_file(), data.tobytes())
    except (OSError, StudioError):
        return
