"""The list of everything in the model folders: facts, search, fit, and hundreds of files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from corpus import corpus
from corpus_files import write_safetensors
from corpus_loras import attention, kohya
from corpus_unets import SD1, SDXL, checkpoint, diffusers
from corpus_vaes import ldm_vae

import studio.catalog.recognise.scan as scan
from studio.catalog.library import Entry, list_library
from studio.catalog.models import STARTER, model_folder, survey
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.scan import Scanner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree with a model folder, adapters for two bases, a VAE and a damaged file."""
    top = tmp_path / "models"
    shutil.copytree(model_folder(STARTER), top / "own")
    about = {"modelspec.license": "openrail", "modelspec.title": "Old ink"}
    sd1 = kohya(attention(diffusers(SD1)))
    write_safetensors(top / "loras" / "ink.safetensors", sd1, metadata=about)
    write_safetensors(top / "loras" / "dog.safetensors", kohya(attention(diffusers(SDXL))))
    write_safetensors(top / "vae" / "sharp.safetensors", ldm_vae(), "BF16")
    (top / "checkpoints").mkdir()
    (top / "checkpoints" / "half.safetensors").write_bytes(b"x")
    return top


def listed(folder: Path, scanner: Scanner | None = None) -> dict[str, Entry]:
    specs, problems = survey([folder])
    found = list_library([folder], scanner or Scanner(), specs, problems)
    # The copy of the starter has its name; the one in the box comes first.
    return {one.name: one for one in reversed(found)}


def test_everything_is_listed_with_what_is_known(folder: Path) -> None:
    found = listed(folder)
    starter = next(one for one in found.values() if one.id == STARTER)
    ink = found["ink"]
    assert starter.is_model and starter.size > 10**6 and starter.base
    assert (ink.kind, ink.precision, ink.licence) == (Kind.LORA, "fp16", "openrail")
    assert "Stable Diffusion" in ink.base and ink.size == ink.path.stat().st_size
    assert found["sharp"].precision == "bf16" and found["sharp"].kind is Kind.VAE
    assert found["half"].error is not None and "damaged" in str(found["half"].error)
    names = list(reversed(found))
    assert found[names[0]].id == STARTER and found[names[-1]].error is not None


def test_a_model_folder_and_its_twin_are_both_there(folder: Path) -> None:
    found = list_library([folder], Scanner(), survey([folder])[0])
    own = [one for one in found if one.path == folder / "own"]
    assert len(own) == 1 and own[0].spec is not None and own[0].id == str(folder / "own")


def test_search_family_and_kind_narrow_it(folder: Path) -> None:
    found = listed(folder)

    def names(text: str = "", family: str = "", kind: str = "") -> set[str]:
        return {name for name, one in found.items() if one.matches(text, family, kind)}

    assert names("INK") == {"ink"} == names("old ink") and names("bf16") == {"sharp"}
    assert names("ink dog") == set() and names(kind="lora") == {"ink", "dog"}
    assert names(family="stable_diffusion_xl", kind="lora") == {"dog"}
    assert "ink" in names(family="stable_diffusion") and "dog" not in names(
        family="stable_diffusion"
    )


def test_adapters_for_another_base_have_the_reason(folder: Path) -> None:
    found = listed(folder)
    model = next(one.spec for one in found.values() if one.id == STARTER)
    error = found["dog"].fit(model).error
    assert error is not None and "Stable Diffusion XL" in str(error)
    assert found["dog"].fit(None).error is None
    assert found["half"].fit(model).error is found["half"].error
    assert next(one for one in found.values() if one.id == STARTER).fit(model).error is None


def test_five_hundred_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = list(corpus())[:500]
    for number, case in enumerate(cases):
        case.write(tmp_path / f"{number:03}")
    cache = tmp_path / "cache.json"
    found = list_library([tmp_path], Scanner(cache), ())
    assert len(found) > 300

    def refuse(path: Path) -> None:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr(scan, "recognise_file", refuse)
    again = list_library([tmp_path], Scanner(cache), ())
    assert [(one.id, one.finding) for one in again] == [(one.id, one.finding) for one in found]


def test_a_model_in_one_file_keeps_its_place(tmp_path: Path) -> None:
    file = write_safetensors(tmp_path / "dream.safetensors", checkpoint(SD1, "1", ldm_vae()))
    specs, problems = survey([file])
    found = list_library([file], Scanner(), specs, problems)
    (dream,) = [one for one in found if one.path == file]
    assert dream.kind is Kind.MODEL and dream.is_model is (len(specs) == 2)
    assert dream.is_model or dream.error is not None, "the reason is there if it cannot run"
