"""The settings of an edit as data: what each is called, which values it takes, what it is for.

The form, the command line, recipes and the metadata of pictures are made from these rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from studio.core.errors import StudioError

Value = float | int | str | bool


class Kind(Enum):
    """What a setting takes: a whole number, a number, yes or no, one of its choices, or text."""

    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a setting of ``Kind.CHOICE`` and what the artist sees."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``label`` and ``tip`` are English and translated by the window.

    ``minimum``, ``maximum`` and ``step`` are those of a number; None means without a bound, and
    a step of 1 or of 0.01. ``id`` is the key in ``Sampling.extras`` of what only some families
    have, and the name of the field otherwise.
    """

    id: str
    label: str
    kind: Kind
    default: Value
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[Choice, ...] = ()
    tip: str = ""

    def check(self, value: object) -> Value:
        """Return ``value`` in the type of the setting; StudioError for one that it cannot take."""
        if self.kind is Kind.SWITCH and isinstance(value, bool):
            return value
        if self.kind is Kind.TEXT and isinstance(value, str):
            return value
        if self.kind is Kind.CHOICE and value in [one.id for one in self.choices]:
            return str(value)
        if self.kind in (Kind.WHOLE, Kind.NUMBER):
            number = _number(value)
            if number is not None and self._holds(number):
                return int(number) if self.kind is Kind.WHOLE else float(number)
        raise self._refusal(value)

    def parse(self, text: str) -> Value:
        """Return the value that a text says, such as an argument; StudioError if it says none."""
        if self.kind is Kind.SWITCH:
            known = {"yes": True, "true": True, "on": True, "no": False, "false": False}
            return self.check({**known, "off": False}.get(text.strip().lower(), text))
        if self.kind in (Kind.WHOLE, Kind.NUMBER):
            try:
                return self.check(int(text) if self.kind is Kind.WHOLE else float(text))
            except ValueError:
                raise self._refusal(text) from None
        return self.check(text)

    def _holds(self, number: float) -> bool:
        if self.kind is Kind.WHOLE and number != int(number):
            return False
        low = -math.inf if self.minimum is None else self.minimum
        high = math.inf if self.maximum is None else self.maximum
        return low <= number <= high

    def _refusal(self, value: object) -> StudioError:
        if self.kind is Kind.CHOICE:
            return StudioError(
                "{setting} cannot be {value}.",
                "Choose one of: {choices}.",
                setting=self.label,
                value=value,
                choices=", ".join(one.id for one in self.choices),
            )
        if self.kind is Kind.SWITCH:
            return StudioError(
                "{setting} cannot be {value}.", "Say yes or no.", setting=self.label, value=value
            )
        if self.kind is Kind.TEXT:
            return StudioError(
                "{setting} cannot be {value}.", "Give a text.", setting=self.label, value=value
            )
        return StudioError(
            "{setting} cannot be {value}.",
            "Give a number from {least} to {most}.",
            setting=self.label,
            value=value,
            least="-∞" if self.minimum is None else self.minimum,
            most="∞" if self.maximum is None else self.maximum,
        )


def _number(value: object) -> int | float | None:
    """Return a finite number, None for anything else; a bool is no number here."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def checked_extras(
    extras: Mapping[str, Value], settings: Iterable[Setting], model: str
) -> dict[str, Value]:
    """Return ``Sampling.extras`` in the types of a family's ``settings``.

    StudioError for a value that a setting cannot take, and for a setting that the family of
    ``model`` (a name for the artist) does not have.
    """
    known = {one.id: one for one in settings}
    for name in extras:
        if name not in known:
            raise StudioError(
                "The model {model} has no setting called {name}.",
                "Leave it out, or choose another model.",
                model=model,
                name=name,
            )
    return {name: known[name].check(value) for name, value in extras.items()}


def all_values(extras: Mapping[str, Value], settings: Iterable[Setting]) -> dict[str, Value]:
    """Return the value of each setting: that of ``extras``, or its default."""
    return {one.id: extras.get(one.id, one.default) for one in settings}
