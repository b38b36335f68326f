"""Notices for the artist that are not errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Listed:
    """A value of a notice that is a list: each item a name, a term that is translated, or both.

    ``more`` is the number of items omitted at its end.
    """

    items: tuple[tuple[str, str], ...]
    more: int = 0

    def text(self, translate: Callable[[str], str]) -> str:
        """Return the list as text, its terms given through ``translate``."""
        parts = []
        for name, term in self.items:
            term = translate(term) if term else ""
            parts.append(f'"{name}" ({term})' if name and term else f'"{name}"' if name else term)
        return ", ".join(parts) + (f" + {self.more}" if self.more else "")

    def __str__(self) -> str:
        return self.text(str)


@dataclass(frozen=True, slots=True)
class Notice:
    """An English template in ``str.format`` syntax, which the window translates, and its values."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.values)


def translatable(text: str) -> str:
    """Return ``text`` unchanged; marks a literal in a table that the window translates later."""
    return text


def notice(message: str, **values: object) -> Notice:
    """Return a notice of a literal English template."""
    return Notice(message, values)
