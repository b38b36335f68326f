"""StudioError: the artist's text, kept apart from its values, through pickle as well."""

from __future__ import annotations

import pickle

import pytest

from studio.core.errors import Cancelled, StudioError


def test_text_is_filled_in_and_templates_stay() -> None:
    error = StudioError("The file {name} is empty.", "Choose another than {name}.", name="a.png")
    assert str(error) == "The file a.png is empty. Choose another than a.png."
    assert error.message == "The file {name} is empty."
    assert error.hint == "Choose another than {name}."


def test_without_a_hint_there_is_no_trailing_space() -> None:
    assert str(StudioError("The mask is empty.")) == "The mask is empty."


def test_values_are_never_read_as_templates() -> None:
    error = StudioError("No file {name}.", name="{weird} {0}")
    assert str(error) == "No file {weird} {0}."


class Narrow(StudioError):
    """A subclass, as a room may have one."""


@pytest.mark.parametrize("kind", [StudioError, Narrow])
def test_pickle_keeps_kind_and_text(kind: type[StudioError]) -> None:
    error = kind("Needs {size} MB.", "Close {count} files.", size=12, count=3)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert copy.values == error.values


def test_cancelling_is_no_error_for_the_artist() -> None:
    assert not issubclass(Cancelled, StudioError)
