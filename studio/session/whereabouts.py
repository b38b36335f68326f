"""Models and adapters that a file names without their folders, found on this machine again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from studio.catalog.models import STARTER, find_models
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.edit.request import AdapterUse, EditRequest


def model_folders(settings: Settings) -> list[Path]:
    """Return the folders in which the artist keeps models."""
    return [Path(folder) for folder in settings.get("model_folders", [])]


def found_again(request: EditRequest, settings: Settings, subjects: Path) -> EditRequest:
    """Return a request whose bare names are paths again.

    The model is looked up in the artist's model folders, adapters there and among the
    ``subjects``. StudioError if one of them is not there.
    """
    folders = model_folders(settings)
    model = request.model
    if model != STARTER and _is_bare(model):
        specs = [spec.id for spec in find_models(folders) if Path(spec.id).name == model]
        if not specs:
            raise _missing(model)
        model = specs[0]
    adapters = tuple(_adapter(use, folders, subjects) for use in request.adapters)
    if model == request.model and adapters == request.adapters:
        return request
    return request.replace(model=model, adapters=adapters)


def _adapter(use: AdapterUse, folders: Sequence[Path], subjects: Path) -> AdapterUse:
    if not _is_bare(use.path):
        return use
    below = [path for folder in folders for path in (folder, *sorted(folder.glob("*/")))]
    for place in (subjects, *below):
        if (place / use.path).exists():
            return replace(use, path=str(place / use.path))
    raise _missing(use.path)


def _is_bare(name: str) -> bool:
    """Whether a path is a name alone, as a file for others holds it, and names nothing here."""
    return bool(name) and not set(name) & {"/", "\\"} and not Path(name).exists()


def _missing(name: str) -> StudioError:
    return StudioError(
        "{name}, which this result was made with, is not in your model folders.",
        "Add the folder that holds it in the preferences.",
        name=name,
    )
