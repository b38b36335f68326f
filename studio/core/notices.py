"""Sentences for the artist which are no errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Notice:
    """An English template in ``str.format`` syntax, which the window translates, and its values."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


def translatable(text: str) -> str:
    """Return ``text`` as it is; marks a literal in a table that the window translates later."""
    return text


def notice(message: str, **values: object) -> Notice:
    """Return a notice of a literal English template."""
    return Notice(message, values)
