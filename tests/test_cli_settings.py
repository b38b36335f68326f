"""Options of the command line are made from the settings schema, a family's own ones too."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace

import pytest

from studio.catalog.families.spec import FamilySpec
from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.catalog.settings import COMMON, Choice, Kind, Setting, Value
from studio.cli.main import _parser
from studio.cli.setting_options import (
    EVERYWHERE,
    PHOTO,
    add_family_settings,
    add_settings,
    edit_settings,
    flag,
    given_extras,
)
from studio.core.errors import StudioError
from studio.edit.request import Sampling

RESCALE = Setting("rescale", "Rescale", Kind.NUMBER, 0.0, 0.0, 1.0, tip="Less contrast")
FAST = Setting("fast", "Fast", Kind.SWITCH, False)
MODE = Setting(
    "mode", "Mode", Kind.CHOICE, "plain", choices=(Choice("plain", "P"), Choice("apg", "A"))
)
OTHERS: dict[str, Value] = {
    "seed": 2**63,
    "steps": 9,
    "cfg_scale": 3.5,
    "sampler": "euler",
    "schedule": "karras",
    "variations": 3,
    "denoise": 0.35,
    "mask_blur": 11,
    "padding": 300,
    "match_fill": False,
}


@pytest.fixture
def toy() -> FamilySpec:
    """A family with three settings of its own."""
    return replace(family("stable_diffusion"), label="Toy", settings=(RESCALE, FAST, MODE))


def parsed(*arguments: str, rows: tuple[FamilySpec, ...] = ()) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--prompt", default="a fox")
    parser.add_argument("--model", default="starter")
    add_settings(parser, (*EVERYWHERE, *PHOTO))
    add_family_settings(parser, rows)
    return parser.parse_args(arguments)


def option(name: str) -> tuple[str, ...]:
    if OTHERS[name] is False:
        return (flag(COMMON[name]).replace("--", "--no-"),)
    return flag(COMMON[name]), str(OTHERS[name])


def test_each_setting_of_the_schema_has_an_option() -> None:
    assert sorted((*EVERYWHERE, *PHOTO)) == sorted(COMMON) == sorted(OTHERS)
    assert {one.name for one in fields(Sampling)} - {"extras"} <= set(COMMON)
    parser = _parser(())
    (commands,) = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    assert {flag(COMMON[name]) for name in OTHERS} <= set(
        commands.choices["edit"]._option_string_actions
    )


@pytest.mark.parametrize("name", OTHERS)
def test_a_given_setting_reaches_the_edit_and_the_others_keep_what_suits(name: str) -> None:
    spec = identify("starter")
    plain = edit_settings(parsed(), spec, {})
    made = edit_settings(parsed(*option(name)), spec, {})
    for one in OTHERS.keys() - {name}:
        if name == "sampler" and one in ("steps", "cfg_scale", "schedule"):
            continue  # The model has other defaults for another sampler.
        assert _value(made, one) == _value(plain, one), one
    assert _value(made, name) == OTHERS[name] != _value(plain, name)


def _value(settings: object, name: str) -> object:
    sampling = settings.sampling  # type: ignore[attr-defined]
    return getattr(sampling if hasattr(sampling, name) else settings, name)


def test_a_random_seed_that_is_asked_for_is_no_missing_one() -> None:
    assert parsed().seed is None and parsed("--seed", "-1").seed == -1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--steps", "0"),
        ("--steps", "2.5"),
        ("--padding", "-1"),
        ("--cfg-scale", "nan"),
        ("--seed", "-2"),
        ("--denoise", "1.1"),
        ("--variations", "many"),
    ],
)
def test_a_value_out_of_its_range_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    with pytest.raises(SystemExit):
        parsed(option, value)
    said = capsys.readouterr().err
    assert option in said and "Give a number from" in said


def test_a_family_brings_its_options(toy: FamilySpec) -> None:
    options = parsed("--rescale", "1", "--fast", "yes", "--mode", "apg", rows=(toy,))
    assert given_extras(options, toy, "Toy") == {"rescale": 1.0, "fast": True, "mode": "apg"}
    assert given_extras(parsed(rows=(toy,)), toy, "Toy") == {}


def test_another_family_refuses_them_in_a_sentence(toy: FamilySpec) -> None:
    options = parsed("--rescale", "0.5", rows=(toy,))
    plain = replace(toy, settings=())
    with pytest.raises(StudioError, match="The model Bare has no setting called rescale"):
        given_extras(options, plain, "Bare")
    with pytest.raises(StudioError, match="Rescale cannot be 7"):
        given_extras(parsed("--rescale", "7", rows=(toy,)), toy, "Toy")


def test_help_names_what_an_option_takes(
    toy: FamilySpec, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parsed("--help", rows=(toy,))
    said = " ".join(capsys.readouterr().out.split())
    assert "Less contrast; 0.0 to 1.0; of Toy" in said
    assert "one of plain, apg" in said and "(default: the model's own)" in said
