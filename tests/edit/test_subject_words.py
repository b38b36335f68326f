"""Subjects in prompts: found, taken apart, and left alone where they mean nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.catalog.subjects import (
    LORA,
    RUN,
    WORDS,
    Subject,
    check_name,
    name_notice,
    read_subject,
    write_subject,
)
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.edit.request import AdapterUse, EditRequest, RegionUse, Task
from studio.edit.subjects import expand_subjects, subject_uses, tags_in
from studio.session.subjects import SubjectLibrary


def subject(root: Path, name: str, word: str, *files: str) -> Subject:
    """Write a subject's folder."""
    folder = root / name
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).write_bytes(b"")
    made = Subject(name, "dog", word, "lora", "base", "starter", 256, folder, files)
    write_subject(made)
    return made


def ask(prompt: str, *adapters: AdapterUse) -> EditRequest:
    """Return a request for a picture."""
    return EditRequest(
        task=Task.GENERATE, prompt=prompt, region=Rect(0, 0, 64, 64), adapters=adapters
    )


def test_tags_are_found_once_and_in_order() -> None:
    """Whatever their capitals; what is no name is none."""
    assert tags_in(["<Luna> and <sol>, <luna>", "<-x> < luna > <a b>"]) == ("luna", "sol")


def test_a_subject_becomes_its_files_and_words(tmp_path: Path) -> None:
    """In every text of the request; the rest stays."""
    subject(tmp_path, "luna", "sks dog", LORA)
    subject(tmp_path, "sol", "<sol>", WORDS)
    library = SubjectLibrary(tmp_path)
    library.weights["luna"] = 0.5
    region = RegionUse("<sol> there", np.full((64, 64), 255, np.uint8))
    made = library.with_subjects(ask("<Luna> here").replace(regions=(region,)))
    assert [(use.kind, Path(use.path).name, use.weight) for use in made.adapters] == [
        ("subject", "luna", 0.5), ("subject", "sol", 1.0)
    ]  # fmt: skip
    apart = expand_subjects(made)
    assert apart.prompt == "sks dog here" and apart.regions[0].prompt == "<sol> there"
    assert [(use.kind, use.weight) for use in apart.adapters] == [
        ("lora", 0.5), ("textual_inversion", 1.0)
    ]  # fmt: skip
    assert apart.adapters[1].options == {"token": "<sol>"}
    assert made.prompt == "<Luna> here"


def test_at_weight_0_only_the_kind_is_left(tmp_path: Path) -> None:
    """So that nothing of the subject counts."""
    one = subject(tmp_path, "luna", "sks dog", LORA)
    apart = expand_subjects(ask("a <luna>", AdapterUse("subject", str(one.folder), 0.0)))
    assert apart.prompt == "a dog" and all(use.weight == 0 for use in apart.adapters)


def test_an_unknown_subject_is_said(tmp_path: Path) -> None:
    """But not where a file that is given may bring the word itself."""
    with pytest.raises(StudioError, match="mar"):
        subject_uses(["<mar>"], ())
    given = AdapterUse("textual_inversion", "x.safetensors", options={"token": "<mar>"})
    assert subject_uses(["<mar>"], (), given=(given,)) == ()
    assert subject_uses(["<s1>"], (), given=(AdapterUse("lora", "x.safetensors"),)) == ()


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    """A recipe outlives its subject."""
    with pytest.raises(StudioError, match="no usable subject"):
        expand_subjects(ask("<luna>", AdapterUse("subject", str(tmp_path / "luna"))))


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("my luna", "dog", "cannot be"),
        ("", "dog", "cannot be"),
        ("x" * 41, "dog", "cannot be"),
        ("../luna", "dog", "cannot be"),
        ("LUNA", "dog", "already"),
        ("sol", " ", "no kind"),
        ("Dog", "dog", "same word"),
    ],
)
def test_names_that_cannot_be(tmp_path: Path, name: str, kind: str, said: str) -> None:
    """Each with its reason."""
    taken = {"luna": subject(tmp_path, "luna", "sks dog", LORA)}
    with pytest.raises(StudioError, match=said):
        check_name(name, kind, taken)


def test_a_name_may_be_a_word(tmp_path: Path) -> None:
    """The artist hears of it; only the form with brackets means the subject."""
    check_name("luna", "dog", {})
    assert name_notice("Luna", frozenset({"luna"})) is not None
    assert name_notice("luna", frozenset()) is None


def test_folders_of_names_never_meet(tmp_path: Path) -> None:
    """Whatever letters a name has."""
    library = SubjectLibrary(tmp_path)
    names = ["luna", "lúna", "月", "Ñandú", "日"]
    folders = [library.folder_of(name) for name in names]
    assert len(set(folders)) == len(names)
    assert all(folder.parent == tmp_path and folder.name.isascii() for folder in folders)
    assert library.folder_of("LUNA") == library.folder_of("luna")


def test_renaming_keeps_what_it_learned(tmp_path: Path) -> None:
    """The folder and the word of the model stay; a new word is called like the subject."""
    subject(tmp_path, "luna", "<luna> dog", LORA, WORDS)
    library = SubjectLibrary(tmp_path)
    library.rename("luna", "sol")
    assert library.find("sol").word == "<sol> dog"
    assert library.find("sol").folder == tmp_path / "luna"
    library.delete("sol")
    assert library.all() == () and not (tmp_path / "luna").exists()


def test_an_old_name_goes_to_another_folder(tmp_path: Path) -> None:
    """A renamed subject stays what it is when a new one gets the name that it had."""
    subject(tmp_path, "luna", "sks dog", LORA)
    library = SubjectLibrary(tmp_path)
    library.weights["luna"] = 0.5
    recipe = library.with_subjects(ask("a <luna>"))
    library.rename("luna", "bella")
    assert library.weights == {"bella": 0.5}
    assert library.folder_of("bella") == tmp_path / "luna"
    other = library.folder_of("luna")
    assert other != tmp_path / "luna" and other == library.folder_of("Luna")
    # A recipe of that time still means the one that it was made with.
    assert expand_subjects(recipe).prompt == "a sks dog"
    subject(tmp_path, other.name, "ohw dog", LORA)
    write_subject(replace(read_subject(other), name="luna"))
    library.refresh()
    assert [one.name for one in library.all()] == ["bella", "luna"]
    assert library.folder_of("luna") == other


def test_what_a_kill_leaves_in_a_finished_subject_goes(tmp_path: Path) -> None:
    """Between its last two acts, a training has written the subject and not yet cleaned up."""
    one = subject(tmp_path, "luna", "sks dog", LORA)
    (one.folder / RUN).mkdir()
    library = SubjectLibrary(tmp_path)
    assert library.all() and library.unfinished() == () and not (one.folder / RUN).exists()


def test_an_import_leaves_an_unfinished_training_alone(tmp_path: Path) -> None:
    """Its folder is taken."""
    library = SubjectLibrary(tmp_path)
    (tmp_path / "luna" / RUN).mkdir(parents=True)
    file = tmp_path / "luna.safetensors"
    file.write_bytes(b"")
    with pytest.raises(StudioError, match="has not finished"):
        library.import_request(file, "luna", "dog")
