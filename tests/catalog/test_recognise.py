"""Every weights file that an artist may own is recognised, or refused with the right sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from corpus import corpus
from corpus_case import Case

from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Finding

CASES = tuple(corpus())


@pytest.mark.parametrize("case", CASES, ids=[case.file for case in CASES])
def test_a_file_is_recognised_from_its_header(case: Case, tmp_path: Path) -> None:
    found = recognise_file(case.write(tmp_path))
    wanted = dict(case.expect)
    assert {name: seen(found, name) for name in wanted if name != "says"} == {
        name: value for name, value in wanted.items() if name != "says"
    }
    assert wanted.get("says", "") in str(found.refusal)


def seen(found: Finding, name: str) -> Any:
    """Return a field of a finding under the short names of the corpus."""
    if name == "precision":
        return found.precision.format
    if name in ("scales", "full_multiply"):
        return getattr(found.precision, name)
    if name in ("trigger_words", "resolution", "title", "licence", "thumbnail"):
        return getattr(found.about, name)
    return getattr(found, name)


def test_no_file_of_the_corpus_has_the_name_of_another() -> None:
    names = [case.file for case in CASES]
    assert len(set(names)) == len(names)
