"""The Style tool in a session: its painting, its place, its preview and its layer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.catalog.photo_tools import PHOTO_TASKS
from studio.catalog.settings import Value
from studio.catalog.styles import PAINTING
from studio.control_maps.edges import at_side
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.layer import GenerativeLayer
from studio.document.raster import Pixels
from studio.edit.photo_tools import PhotoResult, photo_edit
from studio.edit.prepare import recipe_of
from studio.edit.request import Task
from studio.edit.settings import settings_of
from studio.edit.steering import Reference
from studio.edit.styling import PAINTING_SIDE
from studio.session.jobs import Job
from studio.session.photo.style_source import StyleSource
from studio.session.sources import visible_rgb_of

if TYPE_CHECKING:
    from studio.session.session import Session

PREVIEW = "style-preview"


def read_painting(path: Path) -> Pixels:
    """Return a painting as it is kept with recipes, (h, w, 3) uint8.

    StudioError if the file is not a picture.
    """
    return kept_painting(visible_rgb_of(path))


def kept_painting(picture: Pixels) -> Pixels:
    """Return a picture (h, w, 3) uint8 in the size that is kept with recipes."""
    return at_side(picture, PAINTING_SIDE)


def submit(
    session: Session,
    values: Mapping[str, Value],
    painting: Pixels | None = None,
    source: StyleSource | None = None,
) -> Job:
    """Queue a style; its layer waits in the tray. StudioError for invalid settings.

    Without ``source`` its place is that of every edit, or else the whole picture.
    """
    pictures = _pictures(values, painting)
    if source is None:
        return session.photo.submit(Task.RESTYLE, values, pictures=pictures)
    request = photo_edit(source.document, Task.RESTYLE, values, mask=source.mask, pictures=pictures)
    request = request.replace(image=source.pixels(request.region))
    return session.photo.queue_edit(request, PHOTO_TASKS[Task.RESTYLE.value].label)


def rerun(
    session: Session,
    layer_id: str,
    values: Mapping[str, Value],
    painting: Pixels | None = None,
) -> Job:
    """Queue the regeneration of a layer of the Style tool with other settings.

    StudioError for invalid settings, and for a layer that is gone or locked.
    """
    layer = session.document.find(layer_id)
    if not isinstance(layer, GenerativeLayer):
        raise StudioError("The layer was deleted meanwhile.", "Make a new one.")
    settings = settings_of(recipe_of(layer), layer.name, layer.x, layer.y)
    checked = PHOTO_TASKS[Task.RESTYLE.value].checked(values)
    sampling = replace(settings.sampling, seed=0, variations=1, extras=checked)
    pictures = tuple(Reference(one) for one in _pictures(values, painting))
    return session.rerun(layer_id, replace(settings, sampling=sampling, references=pictures))


def made_with(layer: GenerativeLayer) -> tuple[dict[str, Value], Pixels | None] | None:
    """Return the settings and the painting of a layer; None if another tool made it.

    StudioError if the recipe cannot be read.
    """
    recipe = recipe_of(layer)
    if recipe.task is not Task.RESTYLE:
        return None
    painting = recipe.references[0].image if recipe.references else None
    return PHOTO_TASKS[Task.RESTYLE.value].checked(recipe.sampling.extras), painting


def preview(
    session: Session,
    source: StyleSource,
    values: Mapping[str, Value],
    painting: Pixels | None,
    part: Rect,
) -> Job:
    """Queue the preview of a part of a source, in pixels of the size at which it is painted."""
    strokes = str(values["strokes"])
    pictures = _pictures(values, painting)
    return session.photo.run(
        PREVIEW,
        {"style": values["style"]},
        region=source.region,
        picture=lambda: source.picture(strokes),
        extras={
            "part": (part.x, part.y, part.width, part.height),
            "painting": pictures[0] if pictures else None,
        },
    )


def land(session: Session, job: Job, result: PhotoResult) -> None:
    """Change nothing: the dialog shows the preview."""


def _pictures(values: Mapping[str, Value], painting: Pixels | None) -> tuple[Pixels, ...]:
    if values.get("style") != PAINTING:
        return ()
    if painting is None:
        raise StudioError(
            "The style is that of a painting, but there is none.",
            "Choose a painting, or one of the presets.",
        )
    return (painting,)
