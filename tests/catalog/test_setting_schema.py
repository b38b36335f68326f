"""What a row of a settings schema takes, and what it refuses."""

from __future__ import annotations

import pickle

import pytest

from studio.catalog.settings import Choice, Kind, Setting, Value, all_values, checked_extras
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.edit.request import EditRequest, Sampling, Task

GUIDANCE = Setting("rescale", "Rescale", Kind.NUMBER, 0.0, 0.0, 1.0, 0.05)
TOP_K = Setting("top_k", "Top k", Kind.WHOLE, 50, 1, 1000, 1)
FAST = Setting("fast", "Fast", Kind.SWITCH, False)
MODE = Setting(
    "mode", "Mode", Kind.CHOICE, "plain", choices=(Choice("plain", "Plain"), Choice("apg", "APG"))
)
STYLE = Setting("style", "Style", Kind.TEXT, "")
ALL = (GUIDANCE, TOP_K, FAST, MODE, STYLE)


@pytest.mark.parametrize(
    ("setting", "value", "kept"),
    [
        (GUIDANCE, 1, 1.0),
        (GUIDANCE, 0.25, 0.25),
        (TOP_K, 12, 12),
        (TOP_K, 12.0, 12),
        (FAST, True, True),
        (MODE, "apg", "apg"),
        (STYLE, "any: text", "any: text"),
    ],
)
def test_values_are_taken_in_the_type_of_the_setting(
    setting: Setting, value: Value, kept: Value
) -> None:
    found = setting.check(value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (GUIDANCE, 1.01),
        (GUIDANCE, -0.01),
        (GUIDANCE, float("nan")),
        (GUIDANCE, "0.5"),
        (GUIDANCE, True),
        (TOP_K, 1.5),
        (TOP_K, 0),
        (TOP_K, False),
        (FAST, 1),
        (FAST, "yes"),
        (MODE, "other"),
        (MODE, 1),
        (STYLE, 3),
    ],
)
def test_other_values_are_refused_by_the_name_of_the_setting(
    setting: Setting, value: object
) -> None:
    with pytest.raises(StudioError) as refused:
        setting.check(value)
    assert setting.label in str(refused.value)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("setting", "text", "value"),
    [
        (GUIDANCE, "0.5", 0.5),
        (TOP_K, "7", 7),
        (FAST, "Yes", True),
        (FAST, "off", False),
        (MODE, "apg", "apg"),
        (STYLE, " x ", " x "),
    ],
)
def test_texts_are_read(setting: Setting, text: str, value: Value) -> None:
    found = setting.parse(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("setting", "text"),
    [(GUIDANCE, "much"), (GUIDANCE, "inf"), (TOP_K, "7.5"), (FAST, "perhaps"), (MODE, "")],
)
def test_texts_that_say_no_value_are_refused(setting: Setting, text: str) -> None:
    with pytest.raises(StudioError):
        setting.parse(text)


def test_extras_of_a_family_are_checked_and_unknown_ones_refused() -> None:
    given: dict[str, Value] = {"rescale": 1, "fast": True}
    assert checked_extras(given, ALL, "Toy") == {"rescale": 1.0, "fast": True}
    with pytest.raises(StudioError, match="The model Toy has no setting called eta"):
        checked_extras({"eta": 0.5}, ALL, "Toy")
    with pytest.raises(StudioError, match="Rescale cannot be 3"):
        checked_extras({"rescale": 3}, ALL, "Toy")


def test_what_is_not_given_has_its_default() -> None:
    assert all_values({"top_k": 3}, ALL) == {
        "rescale": 0.0,
        "top_k": 3,
        "fast": False,
        "mode": "plain",
        "style": "",
    }


def test_extras_survive_a_recipe_and_a_pickle() -> None:
    sampling = Sampling(extras={"rescale": 0.5, "fast": True, "mode": "apg"})
    request = EditRequest(
        task=Task.GENERATE, prompt="a fox", region=Rect(0, 0, 64, 64), sampling=sampling
    )
    again = EditRequest.from_recipe(request.to_recipe())
    assert again.sampling == sampling
    assert pickle.loads(pickle.dumps(sampling)) == sampling
    assert hash(sampling) == hash(Sampling())
