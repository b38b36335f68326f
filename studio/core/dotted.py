"""Names of functions and classes in tables of rows, resolved when they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def resolve(name: str) -> Any:
    """Return the object that "module:name" stands for; its module is imported on first use."""
    module, attribute = name.split(":")
    return getattr(import_module(module), attribute)
