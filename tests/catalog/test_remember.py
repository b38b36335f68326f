"""The artist's own answers about files: stored by content, always the last word."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from corpus_files import write_safetensors
from corpus_loras import attention, kohya
from corpus_unets import SDXL, checkpoint, diffusers
from corpus_vaes import ldm_vae

from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Certainty, Kind
from studio.catalog.recognise.remember import Choices, fingerprint
from studio.core.errors import StudioError
from studio.core.paths import config_dir


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_safetensors(tmp_path / "merge.safetensors", checkpoint(SDXL, "xl", ldm_vae()))


def test_an_answer_follows_the_file_and_survives_a_restart(model: Path, tmp_path: Path) -> None:
    found = recognise_file(model)
    assert (found.prediction_type, found.certainty) == ("epsilon", Certainty.CERTAIN)
    Choices().remember(model, {"prediction_type": "v_prediction", "zero_terminal_snr": "yes"})
    Choices().remember(model, {"variant": "inpainting"})
    moved = tmp_path / "elsewhere" / "renamed.safetensors"
    moved.parent.mkdir()
    shutil.move(model, moved)
    chosen = Choices().applied(moved, recognise_file(moved))
    assert (chosen.prediction_type, chosen.zero_terminal_snr) == ("v_prediction", True)
    assert (chosen.variant, chosen.certainty) == ("inpainting", Certainty.CHOSEN)
    assert not any(one.field == "prediction_type" for one in chosen.guesses)
    assert Choices().forget(moved)
    assert not Choices().forget(moved)
    assert Choices().applied(moved, found) == found


def test_the_fingerprint_reads_little_and_sees_header_start_and_end(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "a.safetensors", {"w": (3000, 1000)})
    first = fingerprint(path)
    assert fingerprint(shutil.copy(path, tmp_path / "b.safetensors")) == first
    size = path.stat().st_size
    for place in (40, 600_000, size - 5):
        data = bytearray(path.read_bytes())
        data[place] ^= 1
        (tmp_path / "c.safetensors").write_bytes(data)
        assert fingerprint(tmp_path / "c.safetensors") != first
    (tmp_path / "c.safetensors").write_bytes(path.read_bytes()[:-1])
    assert fingerprint(tmp_path / "c.safetensors") != first


def test_a_long_header_belongs_to_the_fingerprint_as_a_whole(tmp_path: Path) -> None:
    shapes = {"w": (4000, 1000)}
    notes = {"note": "x" * 1_500_000}
    first = write_safetensors(tmp_path / "a.safetensors", shapes, metadata=notes)
    notes = {"note": "x" * 1_499_999 + "y"}
    second = write_safetensors(tmp_path / "b.safetensors", shapes, metadata=notes)
    assert first.stat().st_size == second.stat().st_size
    assert fingerprint(first) != fingerprint(second)


def test_no_file_is_read_for_answers_about_others(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_safetensors(tmp_path / "x.safetensors", kohya(attention(diffusers(SDXL))))
    choices = Choices()
    choices.remember(other, {"family": "flux"})
    monkeypatch.setattr("studio.catalog.recognise.remember.fingerprint", lambda path: 1 / 0)
    found = recognise_file(model)
    assert choices.applied(model, found) is found


def test_an_adapter_gets_the_base_that_was_chosen(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "x.safetensors", kohya({"some_layer": (320, 320)}))
    found = recognise_file(path)
    assert (found.kind, found.certainty, found.bases) == (Kind.LORA, Certainty.ASK, ())
    choices = Choices()
    choices.remember(path, {"family": "stable_diffusion"})
    chosen = choices.applied(path, found)
    assert (chosen.family, chosen.bases) == ("stable_diffusion", ("stable_diffusion",))


def test_impossible_answers_are_refused_and_a_damaged_list_is_kept_as_far_as_it_goes(
    model: Path,
) -> None:
    choices = Choices()
    for values in ({"family": "sd9"}, {"kind": "unusable"}, {"size": "3"},
                   {"prediction_type": "x"}):  # fmt: skip
        with pytest.raises(StudioError):
            choices.remember(model, values)
    choices.remember(model, {"family": "flux"})
    file = config_dir() / "model_choices.json"
    rows = json.loads(file.read_text())
    file.write_text(json.dumps({**rows, "a": 3, "b": {"size": 1, "name": "x", "family": "sd9"}}))
    assert Choices().applied(model, recognise_file(model)).family == "flux"
    file.write_text("{broken")
    assert Choices().applied(model, recognise_file(model)).family == "stable_diffusion_xl"


def test_a_damaged_file_stays_unusable(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"\x10\0\0\0\0\0\0\0{")
    choices = Choices()
    choices.remember(path, {"kind": "model", "family": "flux"})
    assert choices.applied(path, recognise_file(path)).kind is Kind.UNUSABLE
