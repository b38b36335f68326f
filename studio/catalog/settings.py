"""The settings of an edit as data: their names, ranges and tips.

The form, the command line, recipes and the metadata of pictures are generated from these rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from studio.catalog.samplers import SAMPLERS, SCHEDULES
from studio.core.errors import StudioError
from studio.core.limits import LIMITS
from studio.core.notices import translatable

Value = float | int | str | bool


class Kind(Enum):
    """The type of a setting: a whole number, a number, yes or no, one of its choices, or text."""

    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a setting of ``Kind.CHOICE``, and its label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``label`` and ``tip`` are English and translated by the window.

    ``minimum``, ``maximum`` and ``step`` are those of a number; None means without a bound, and a
    step of 1 or of 0.01. ``id`` is the key in ``Sampling.extras`` if only some families have the
    setting, and the name of the field otherwise. ``term`` is the technical term, used in sentences
    and in the metadata of pictures; "" if it is the label. The form shows a slider from the first
    to the second number of ``slider`` (None: from minimum to maximum), with finer steps at its
    start the larger ``curve`` is, and ``unit`` after the number. ``completions`` returns the texts
    that complete what is typed, for the code of a language.
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
    term: str = ""
    slider: tuple[float, float] | None = None
    curve: float = 1.0
    unit: str = ""
    completions: Callable[[str], tuple[str, ...]] | None = None

    @property
    def name(self) -> str:
        """The technical term, or else the label."""
        return self.term or self.label

    def check(self, value: object) -> Value:
        """Return ``value`` in the type of the setting; StudioError if it is invalid."""
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
        """Parse a value from text, such as an argument; StudioError if it is invalid."""
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
                setting=self.name,
                value=value,
                choices=", ".join(one.id for one in self.choices),
            )
        if self.kind is Kind.SWITCH:
            return StudioError(
                "{setting} cannot be {value}.", "Answer yes or no.", setting=self.name, value=value
            )
        if self.kind is Kind.TEXT:
            return StudioError(
                "{setting} cannot be {value}.", "Enter some text.", setting=self.name, value=value
            )
        return StudioError(
            "{setting} cannot be {value}.",
            "Give a number from {least} to {most}.",
            setting=self.name,
            value=value,
            least="-∞" if self.minimum is None else self.minimum,
            most="∞" if self.maximum is None else self.maximum,
        )


def _number(value: object) -> int | float | None:
    """Return a finite number, None for anything else, including a bool."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _number_setting(
    id: str,
    label: str,
    default: float,
    step: float,
    tip: str,
    slider: tuple[float, float],
    curve: float = 1.0,
    unit: str = "",
) -> Setting:
    limit = LIMITS[id]
    kind = Kind.WHOLE if limit.whole else Kind.NUMBER
    return Setting(id, label, kind, default, limit.least, limit.most, step, (), tip, limit.label,
                   slider, curve, unit)  # fmt: skip


COMMON: Mapping[str, Setting] = {
    one.id: one
    for one in (
        _number_setting(
            "steps", translatable("Steps"), 20, 1,
            translatable("Sampling steps: more steps take longer"), (1, 100), 1.6,
        ),
        _number_setting(
            "cfg_scale", translatable("Follow the prompt"), 7.0, 0.1,
            translatable(
                "CFG scale: how closely the picture follows the prompt; too high gives "
                "harsh colours"
            ), (1, 20),
        ),
        Setting(
            "sampler", "Sampler", Kind.CHOICE, "dpmpp_2m",
            choices=tuple(Choice(one.id, one.label) for one in SAMPLERS.values()),
            tip="The method that turns noise into a picture",
        ),
        Setting(
            "schedule", "Step spacing", Kind.CHOICE, "normal",
            choices=tuple(Choice(one.id, one.label) for one in SCHEDULES.values()),
            tip="Schedule type: how the noise levels are spaced", term="Schedule type",
        ),
        _number_setting(
            "seed", translatable("Seed"), -1, 1,
            translatable("The same seed gives the same picture; -1 picks a new one each time"),
            (-1, 2**32 - 1),
        ),
        _number_setting(
            "denoise", translatable("How much may change"), 1.0, 0.01,
            translatable("Denoising strength: low values keep shapes and colours, 1 "
                         "repaints everything"),
            (0.05, 1),
        ),
        _number_setting(
            "variations", translatable("Variations"), 1, 1,
            translatable("How many pictures are made at a time"), (1, 16),
        ),
        _number_setting(
            "mask_blur", translatable("Soft edge inside"), 6, 1,
            translatable("Mask blur: how far the result fades in from the edge of the mask"),
            (0, 64), 1.0, "px",
        ),
        _number_setting(
            "padding", translatable("Surroundings seen"), 32, 1,
            translatable("Padding: how much of the surroundings the model sees"),
            (0, 256), 1.5, "px",
        ),
        Setting(
            "match_fill", translatable("Match the photo"), Kind.SWITCH, True,
            tip=translatable(
                "Matches the colours and the grain of a fill to the photo around it, since models "
                "shift colours and smooth grain"
            ),
        ),
    )
}  # fmt: skip
"""The settings of every family, by the names of the fields of ``Sampling`` and ``EditSettings``;
the samplers are those of the model's family."""


def checked_extras(
    extras: Mapping[str, Value], settings: Iterable[Setting], model: str
) -> dict[str, Value]:
    """Return ``Sampling.extras`` in the types of a family's ``settings``.

    StudioError for an invalid value, and for a setting that the family of ``model`` (a display
    name) does not have.
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
