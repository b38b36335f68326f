"""The things that the judge knows by name."""

from pathlib import Path

import pytest

from studio.catalog import judges
from studio.catalog.judges import judge_labels, missing_judge


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a red car", "car"),
        ("Un COCHE rojo", "car"),
        ("a hot dog on a blue background", "hot dog"),
        ("un árbol", "tree"),
        ("arbol", "tree"),
        ("a puppy", "dog"),
    ],
)
def test_a_text_names_a_thing(text: str, name: str) -> None:
    found = judge_labels().thing(text)
    assert found is not None
    assert name in judge_labels().name(found)


@pytest.mark.parametrize("text", ["", "   ", "quantum chromodynamics", "carpet", "?!"])
def test_no_thing_is_named_by_a_part_of_a_word(text: str) -> None:
    assert judge_labels().thing(text) is None


def test_each_thing_is_found_by_its_name_in_both_languages() -> None:
    labels = judge_labels()
    for language in ("en", "es"):
        for name in labels.all_names(language):
            found = labels.thing(name)
            assert found is not None
            assert labels.name(found, language) == name


def test_a_missing_file_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_judge() == ""
    monkeypatch.setattr(judges, "resource", lambda name: tmp_path / name)
    assert missing_judge() == judges.NO_JUDGE
