"""The settings of an edit as options of the command line, generated from their schema."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from studio.catalog.settings import COMMON, Kind, Setting, Value, checked_extras
from studio.core.errors import StudioError

if TYPE_CHECKING:
    from studio.catalog.families.spec import FamilySpec
    from studio.catalog.model_spec import ModelSpec
    from studio.edit.settings import EditSettings

EVERYWHERE = ("seed", "steps", "cfg_scale", "sampler", "schedule", "variations")
"""Settings of every generated picture; the others concern a photo."""
PHOTO = ("denoise", "mask_blur", "padding", "match_fill")
OF_MODEL = ("steps", "cfg_scale", "sampler", "schedule")
"""Settings for which each model has its own defaults."""
EXTRA = "extra_"
"""Prefix of the parsed options that only some families have."""


def flag(setting: Setting) -> str:
    """Return the option of a setting, such as --cfg-scale."""
    return "--" + setting.id.replace("_", "-")


def add_settings(parser: argparse.ArgumentParser, names: Iterable[str], **defaults: Value) -> None:
    """Add options of ``COMMON``; an omitted one is None in the parsed options."""
    for name in names:
        setting = COMMON[name]
        # The samplers depend on the model's family, so the engine checks their names.
        kind = str if setting.kind is Kind.CHOICE else _reader(setting)
        usual = defaults.get(name, "the model's own" if name in OF_MODEL else setting.default)
        if setting.kind is Kind.SWITCH:
            _add_switch(parser, setting)
            continue
        parser.add_argument(
            flag(setting),
            type=kind,
            default=defaults.get(name),
            help=f"{_help(setting)} (default: {usual})",
        )


def _add_switch(parser: argparse.ArgumentParser, setting: Setting) -> None:
    """Add a pair of options such as --match-fill and --no-match-fill."""
    action = argparse.BooleanOptionalAction
    usual = "on" if setting.default else "off"
    said = f"{setting.tip or setting.name} (default: {usual})".replace("%", "%%")
    parser.add_argument(flag(setting), action=action, default=None, help=said)


def add_family_settings(parser: argparse.ArgumentParser, rows: Iterable[FamilySpec]) -> None:
    """Add settings that only some families have; values are parsed once the model is known.

    Two families may have different ranges for a setting of the same name.
    """
    found: dict[str, tuple[Setting, list[str]]] = {}
    for row in rows:
        for setting in row.settings:
            found.setdefault(setting.id, (setting, []))[1].append(row.label)
    for setting, labels in found.values():
        said = f"{_help(setting)}; of {', '.join(labels)}"
        dest = EXTRA + setting.id
        parser.add_argument(flag(setting), dest=dest, default=None, metavar="VALUE", help=said)


def _help(setting: Setting) -> str:
    """Return the tip of a setting with its allowed values, escaped for argparse."""
    said = setting.tip or setting.name
    if setting.kind in (Kind.WHOLE, Kind.NUMBER):
        if setting.minimum is not None and setting.maximum is not None:
            said += f"; {setting.minimum} to {setting.maximum}"
    elif setting.choices:
        said += f"; one of {', '.join(one.id for one in setting.choices)}"
    elif setting.kind is Kind.SWITCH:
        said += "; yes or no"
    return said.replace("%", "%%")


def _reader(setting: Setting) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        try:
            return setting.parse(text)
        except StudioError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def given(options: argparse.Namespace) -> dict[str, Value]:
    """Return the settings of ``COMMON`` given on the command line."""
    values = {name: getattr(options, name, None) for name in COMMON}
    return {name: value for name, value in values.items() if value is not None}


def given_extras(options: argparse.Namespace, row: FamilySpec, model: str) -> dict[str, Value]:
    """Return the family's own settings given on the command line.

    StudioError for a setting that the family of ``model`` (a name) does not have, and for an
    invalid value.
    """
    texts = {
        name.removeprefix(EXTRA): str(value)
        for name, value in vars(options).items()
        if name.startswith(EXTRA) and value is not None
    }
    known = {one.id: one for one in row.settings}
    checked_extras({name: text for name, text in texts.items() if name not in known}, (), model)
    return {name: known[name].parse(text) for name, text in texts.items()}


def edit_settings(
    options: argparse.Namespace, spec: ModelSpec, usual: Mapping[str, Value]
) -> EditSettings:
    """Return the settings of an edit: those of the command line, else the model's defaults.

    ``usual`` are the command's defaults for settings for which the model has none.
    """
    from studio.catalog.families.table import family
    from studio.edit.request import Sampling
    from studio.edit.settings import EditSettings

    row, values = family(spec.family), given(options)
    sampler = str(values.get("sampler", ""))
    suited = spec.suited_to(sampler) if sampler in row.samplers else spec.first_settings
    merged = {**usual, **asdict(suited), **values}
    names = {one.name for one in fields(Sampling)}
    extras = {**getattr(options, "like_extras", {}), **given_extras(options, row, spec.name)}
    sampling = replace(
        Sampling(extras=extras), **{name: merged[name] for name in names & merged.keys()}
    )
    settings = EditSettings(
        prompt=options.prompt,
        negative_prompt=getattr(options, "negative_prompt", ""),
        model=options.model,
        sampling=sampling,
    )
    beside = {one.name for one in fields(EditSettings)} & merged.keys()
    return replace(settings, **{name: merged[name] for name in beside})
