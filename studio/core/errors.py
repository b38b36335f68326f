"""Errors that are shown to the artist."""

from __future__ import annotations


class StudioError(Exception):
    """An error that the artist can understand and act on; any other exception is a bug.

    ``message`` and ``hint`` are English templates in ``str.format`` syntax. The window looks the
    templates up in its translation before it fills in ``values``; ``str(error)`` is the filled-in
    English text.
    """

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        self.message = message
        self.hint = hint
        self.values = values
        super().__init__(message, hint)

    def __str__(self) -> str:
        text = self.message.format(**self.values)
        return f"{text} {self.hint.format(**self.values)}" if self.hint else text

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.hint, self.values)


def _rebuild(
    kind: type[StudioError], message: str, hint: str, values: dict[str, object]
) -> StudioError:
    return kind(message, hint, **values)


class Cancelled(Exception):
    """The artist asked for the running work to stop; not an error."""
