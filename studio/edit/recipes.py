"""Versions of recipes: the stored requests of generative layers and of results.

``EditRequest.to_recipe`` writes ``VERSION``. An older recipe is migrated by one function per
version; of a newer one the known fields are read, and the stored mapping itself is never rewritten,
so that saving the document again keeps the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.document.results import requests_of

VERSION = 3
"""The version that this program writes. Raise it and add a row to ``MIGRATIONS`` if a field changes
its name or meaning; a new field with a default needs neither."""

Recipe = dict[str, Any]


def _from_0(recipe: Recipe) -> Recipe:
    """Keep the fields: recipes without a version number have those of version 1."""
    return recipe


def _from_1(recipe: Recipe) -> Recipe:
    """Give whole pictures the usual mask blur and padding.

    Up to version 1 a request for a whole picture stored meaningless numbers there.
    """
    if recipe.get("task") == "generate":
        recipe |= {"mask_blur": 6, "padding": 32}
    return recipe


def _from_2(recipe: Recipe) -> Recipe:
    """Leave fills as the model makes them: up to version 2 nothing was matched to the photo."""
    if recipe.get("task") in ("fill", "replace", "extend"):
        recipe |= {"match_fill": False}
    return recipe


MIGRATIONS: Mapping[int, Callable[[Recipe], Recipe]] = {0: _from_0, 1: _from_1, 2: _from_2}
"""By version: the function that migrates a copy of a recipe to the next version."""


def version_of(recipe: Mapping[str, Any]) -> int:
    """Return the version of a recipe, 0 if it has none; ValueError if it is invalid."""
    found = recipe.get("version", 0)
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise ValueError(f"version {found}")
    return found


def migrate_recipe(recipe: Mapping[str, Any]) -> Recipe:
    """Return a copy of a recipe migrated to ``VERSION``; a newer one stays as it is.

    ValueError, KeyError or TypeError if it is damaged.
    """
    found = dict(recipe)
    for version in range(version_of(recipe), VERSION):
        found = {**MIGRATIONS[version](found), "version": version + 1}
    return found


def is_newer(recipe: Mapping[str, Any]) -> bool:
    """Whether a newer program wrote a recipe."""
    try:
        return version_of(recipe) > VERSION
    except ValueError:
        return False


def newer_notice(document: Document) -> Notice | None:
    """Return a notice if a newer program wrote recipes of a document, else None."""
    if not any(map(is_newer, _recipes(document))):
        return None
    return notice(
        "A newer version of Lienzo made parts of this document. What this version does not know of"
        " their recipes is kept, but has no effect here."
    )


def _recipes(document: Document) -> Iterator[Mapping[str, Any]]:
    for layer in document.walk():
        if isinstance(layer, GenerativeLayer):
            yield layer.recipe
    for request in requests_of(document.results):
        yield request.recipe
