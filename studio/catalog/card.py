"""A model's card in the artist's language, and its gallery of pictures of its concepts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.catalog.model_spec import BUILT_IN, STARTER, ModelSpec, model_folder
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import StudioError

FILE = "card.json"
LICENCES = "LICENSES.md"


@dataclass(frozen=True, slots=True)
class Gallery:
    """A sheet of square pictures, ``tile`` pixels wide, row after row, in the concepts' order."""

    path: Path
    tile: int
    columns: int


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The card of one model; texts are empty if the model has none.

    ``things`` are the names of its concepts, in the order of the gallery. ``licences`` is a
    Markdown file.
    """

    summary: str = ""
    styles: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    gallery: Gallery | None = None
    licences: Path | None = None


def load_card(spec: ModelSpec, language: str) -> ModelCard:
    """Read the card of a model in ``language``, or in its first language.

    StudioError if one of its files cannot be read.
    """
    vocabulary = Vocabulary.load(spec.id)
    content = _content(spec.path / FILE)
    texts: Mapping[str, Any] = content.get("texts", {})
    own: Mapping[str, Any] = texts.get(language) or next(iter(texts.values()), {})
    things = vocabulary.concepts(language) or vocabulary.concepts()
    licences = spec.path / LICENCES
    if spec.id in BUILT_IN and not licences.is_file():
        # Trained on the same works as the starter.
        licences = model_folder(STARTER) / LICENCES
    try:
        return ModelCard(
            summary=str(own.get("summary", "")),
            styles=tuple(str(one) for one in own.get("styles", ())),
            limits=tuple(str(one) for one in own.get("limits", ())),
            languages=vocabulary.languages,
            things=things,
            gallery=_gallery(spec.path, content.get("gallery")),
            licences=licences if licences.is_file() else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(spec.path / FILE, error) from error


def _gallery(folder: Path, entry: Mapping[str, Any] | None) -> Gallery | None:
    if not entry:
        return None
    path = folder / Path(str(entry["file"])).name
    found = Gallery(path, int(entry["tile"]), int(entry["columns"]))
    return found if path.is_file() and found.tile > 0 and found.columns > 0 else None


def _content(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        content: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    if not isinstance(content, dict) or not isinstance(content.get("texts", {}), dict):
        raise _unreadable(file, ValueError("not a card"))
    return content


def _unreadable(file: Path, error: Exception) -> StudioError:
    return StudioError(
        "The card {path} of the model cannot be read ({reason}).",
        "Copy the model folder again from where you got it.",
        path=str(file),
        reason=str(error),
    )
