"""The Style tool in a session: its painting and its layer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from studio.catalog.settings import Value
from studio.catalog.styles import PAINTING
from studio.control_maps.edges import at_side
from studio.core.errors import StudioError
from studio.document.raster import Pixels
from studio.edit.request import Task
from studio.edit.styling import PAINTING_SIDE
from studio.session.jobs import Job
from studio.session.sources import visible_rgb_of

if TYPE_CHECKING:
    from studio.session.session import Session


def read_painting(path: Path) -> Pixels:
    """Return a painting as it is kept with recipes, (h, w, 3) uint8.

    StudioError if the file is not a picture.
    """
    return at_side(visible_rgb_of(path), PAINTING_SIDE)


def submit(session: Session, values: Mapping[str, Value], painting: Pixels | None = None) -> Job:
    """Queue a style; its layer waits in the tray. StudioError for invalid settings."""
    is_painting = values.get("style") == PAINTING
    if is_painting and painting is None:
        raise StudioError(
            "The style is that of a painting, but there is none.",
            "Choose a painting, or one of the presets.",
        )
    pictures = (painting,) if is_painting and painting is not None else ()
    return session.photo.submit(Task.RESTYLE, values, pictures=pictures)
