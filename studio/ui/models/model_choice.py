"""The last chosen model, kept between starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from studio.catalog.models import STARTER, ModelSpec, model_folder
from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.ui.widgets.translation import tr

SETTING = "model"


def keep_model(settings: Settings, failed: Callable[[StudioError], object], model: str) -> None:
    """Save the id of a chosen model; ``failed`` gets the error if the settings cannot be saved."""
    try:
        settings.set(SETTING, model)
    except StudioError as error:
        failed(error)


def kept_model(settings: Settings) -> str:
    """Return the id of the last chosen model, the starter's if its folder or file is gone."""
    model = str(settings.get(SETTING, STARTER))
    return model if model_folder(model).exists() else STARTER


def missing_text(settings: Settings, specs: Sequence[ModelSpec]) -> str:
    """Return a message if the last chosen model is not among ``specs``, else ""."""
    model = str(settings.get(SETTING, STARTER))
    if model in (STARTER, *(spec.id for spec in specs)):
        return ""
    name = Path(model).name
    return tr("{name}, the model used last, is missing; the included model is used.", name=name)
