"""Makes recipes safe to share: models and adapters by name and hash, never by local path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PATHS = ("model", "path")
"""Fields of recipes and of control layers that may hold a path of the artist's machine."""

_FOLDERS = re.compile(r"^.*[\\/]", re.DOTALL)


def file_name(path: str) -> str:
    """Return the last part of a path of any system, without the folders that lead to it."""
    return _FOLDERS.sub("", path.rstrip("\\/"))


def shareable(recipe: Any) -> Any:
    """Return a recipe, or a part of one, with names in place of paths."""
    if isinstance(recipe, Mapping):
        return {
            key: file_name(one) if key in PATHS and isinstance(one, str) else shareable(one)
            for key, one in recipe.items()
        }
    return [shareable(one) for one in recipe] if isinstance(recipe, list | tuple) else recipe
