"""The A1111 text that is written names files by hash, and is read back to the same settings."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file
from test_networks import embedding, lora

from studio.catalog.families import table
from studio.catalog.hashes import Hashes
from studio.catalog.models import STARTER, model_folder
from studio.catalog.settings import COMMON, Kind, Setting, Value
from studio.core.geometry import Rect
from studio.document.io.parameters import format_parameters, parse_parameters
from studio.edit.identity import add_hashes
from studio.edit.request import OFF, AdapterUse, EditRequest, Sampling, Task
from studio.edit.settings import EditSettings
from studio.session.infotext import hashes_in, read_infotext

BASE = EditSettings("before", adapters=(AdapterUse("lora", "/x/old.safetensors"),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lora(tmp_path / "luna.safetensors", "made by kohya")
    lora(tmp_path / "ink.safetensors", "another")
    embedding(tmp_path / "embeddings" / "glow.safetensors")
    return tmp_path


def request(folder: Path, prompt: str = "a cat <lora:luna:0.7>, glow") -> EditRequest:
    uses = (
        AdapterUse("lora", str(folder / "luna.safetensors"), 0.7, {"named": "luna"}),
        AdapterUse("lora", str(folder / "ink.safetensors"), -0.5),
        AdapterUse("textual_inversion", str(folder / "embeddings" / "glow.safetensors")),
        AdapterUse("lora", "/gone/nothing.safetensors", 0.0),
    )
    sampling = Sampling(12, 5.5, "dpmpp_2m", "karras", 2**63, 0.4)
    made = EditRequest(
        task=Task.REPLACE,
        prompt=prompt,
        negative_prompt="blurry",
        region=Rect(0, 0, 128, 96),
        adapters=uses,
        sampling=sampling,
        mask_blur=3,
    )
    return add_hashes(made, Hashes())


def write(folder: Path) -> str:
    return format_parameters(request(folder).to_recipe())


def data_hash(path: Path) -> str:
    """Return the hash of the tensors alone, as A1111 and Civitai know a LoRA."""
    content = path.read_bytes()
    return hashlib.sha256(content[8 + int.from_bytes(content[:8], "little") :]).hexdigest()


def test_it_names_loras_models_and_embeddings_as_a1111_does(folder: Path) -> None:
    text = write(folder)
    parsed = parse_parameters(text)
    assert parsed["Prompt"] == "a cat <lora:luna:0.7>, glow <lora:ink:-0.5>"
    files = {name: folder / f"{name}.safetensors" for name in ("luna", "ink")}
    short = {name: data_hash(file)[:12] for name, file in files.items()}
    assert parsed["Lora hashes"] == f"luna: {short['luna']}, ink: {short['ink']}"
    assert 'Lora hashes: "luna: ' in text, "quoted, as A1111 quotes what has commas"
    whole = hashlib.sha256((folder / "embeddings" / "glow.safetensors").read_bytes()).hexdigest()
    assert parsed["TI hashes"] == f"glow: {whole[:12]}"
    unet = model_folder(STARTER) / "unet" / "diffusion_pytorch_model.safetensors"
    assert parsed["Model hash"] == hashlib.sha256(unet.read_bytes()).hexdigest()[:10]
    assert parsed["Model"] == "starter" and str(folder) not in text


def test_it_is_read_back_to_the_same_settings(folder: Path) -> None:
    asked = request(folder)
    read = read_infotext(format_parameters(asked.to_recipe()), BASE, [folder], Hashes())
    settings = read.settings
    assert read.notices == () and read.size == (128, 96)
    assert settings.sampling == replace(asked.sampling, variations=BASE.sampling.variations)
    assert settings.negative_prompt == "blurry" and settings.mask_blur == 3
    found = [(use.kind, use.path, use.weight) for use in settings.adapters]
    assert found == [(use.kind, use.path, use.weight) for use in asked.adapters[:3]]
    again = format_parameters(
        add_hashes(
            asked.replace(prompt=settings.prompt, adapters=settings.adapters), Hashes()
        ).to_recipe()
    )
    assert again == format_parameters(asked.to_recipe())


def test_renamed_files_are_found_by_hash_whatever_their_header_says(folder: Path) -> None:
    text = write(folder)
    luna = folder / "luna.safetensors"
    save_file(load_file(luna), folder / "moon.safetensors", {"title": "another header"})
    lora(folder / "nothing.safetensors")
    luna.unlink()
    glow = folder / "embeddings" / "glow.safetensors"
    glow.rename(folder / "embeddings" / "shine.safetensors")
    # All LoRAs of these tests have the same tensors, so that any of them is the one.
    for name in ("ink", "nothing"):
        (folder / f"{name}.safetensors").unlink()
    read = read_infotext(text, BASE, [folder], Hashes())
    assert [Path(use.path).stem for use in read.settings.adapters] == ["moon", "moon", "shine"]
    assert read.settings.adapters[2].options["token"] == "glow" and read.notices == ()


def test_what_is_missing_or_another_is_said(folder: Path, tmp_path: Path) -> None:
    text = write(folder).replace("Model: starter", "Model: dreamer").replace("DPM++ 2M", "Zap")
    text = text.replace(parse_parameters(text)["Model hash"], "0123456789")
    (folder / "embeddings" / "glow.safetensors").unlink()
    (folder / "luna.safetensors").unlink()
    save_file({"lora_unet_y.lora_down.weight": load_file(folder / "ink.safetensors").popitem()[1]},
              folder / "luna.safetensors")  # fmt: skip
    (folder / "ink.safetensors").unlink()
    read = read_infotext(text, BASE, [folder], Hashes())
    said = " ".join(map(str, read.notices))
    for words in ("dreamer", "Zap", "called ink", "called glow", "luna is not the file"):
        assert words in said
    assert read.settings.model == BASE.model and read.settings.sampling.sampler == "dpmpp_2m"
    assert [Path(use.path).stem for use in read.settings.adapters] == ["luna"]


def test_texts_of_older_versions_and_odd_numbers(folder: Path) -> None:
    text = "a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: -5, Size: 0x512"
    text += ", Denoising strength: nan"
    read = read_infotext(text, BASE, [], Hashes())
    assert read.settings.sampling.sampler == "euler_a" and read.settings.sampling.seed == -1
    assert read.size is None and read.settings.sampling.denoise == BASE.sampling.denoise
    text = text.replace("Euler a", "DPM++ 2M Karras")
    found = read_infotext(text, BASE, [], Hashes()).settings.sampling
    assert (found.sampler, found.schedule) == ("dpmpp_2m", "karras")
    alone = read_infotext("only a prompt", BASE, [], Hashes())
    assert alone.settings.prompt == "only a prompt" and alone.settings.adapters == ()


def test_lists_of_hashes() -> None:
    assert hashes_in("a: 0123456789AB, b c: 99") == {"a": "0123456789ab", "b c": "99"}
    assert hashes_in("") == {} == hashes_in(",,nothing")


SETTINGS = (
    Setting("rescale", "Rescale", Kind.NUMBER, 0.0, 0.0, 1.0),
    Setting("top_k", "Top k", Kind.WHOLE, 50, 1, 1000),
    Setting("fast", "Fast", Kind.SWITCH, False),
    Setting("note", "Note", Kind.TEXT, ""),
)


@pytest.fixture
def with_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the starter's family settings of its own."""
    rows = dict(table.FAMILIES)
    rows["stable_diffusion"] = replace(rows["stable_diffusion"], settings=SETTINGS)
    monkeypatch.setattr(table, "FAMILIES", rows)


def test_each_setting_of_the_schema_is_in_the_text_and_comes_back(
    folder: Path, with_settings: None
) -> None:
    extras: dict[str, Value] = {
        "rescale": 0.123456789, "top_k": 7, "fast": True, "note": 'ink, "wash": dry'
    }  # fmt: skip
    asked = request(folder)
    asked = asked.replace(sampling=replace(asked.sampling, extras=extras), padding=77)
    read = read_infotext(format_parameters(asked.to_recipe()), BASE, [folder], Hashes())
    assert read.notices == ()
    # Other programs have no term for match_fill; a picture's text leaves it as the artist has it.
    for name in COMMON.keys() - {"variations", "match_fill"}:
        holder = "sampling" if hasattr(asked.sampling, name) else ""
        old, new = (one.sampling if holder else one for one in (asked, read.settings))
        assert getattr(new, name) == getattr(old, name), name
        assert name in read.given, name
    assert read.settings.sampling.extras == extras


def test_a_value_that_a_setting_cannot_take_is_told(folder: Path, with_settings: None) -> None:
    asked = request(folder)
    asked = asked.replace(sampling=replace(asked.sampling, extras={"rescale": 3.0}))
    read = read_infotext(format_parameters(asked.to_recipe()), BASE, [folder], Hashes())
    assert read.settings.sampling.extras == {}
    assert [str(one) for one in read.notices] == ["Rescale cannot be 3.0."]


def test_clip_skip_is_counted_as_other_programs_count_it(folder: Path) -> None:
    asked = request(folder)
    asked = asked.replace(sampling=replace(asked.sampling, extras={"clip_skip": 1}))
    text = format_parameters(asked.to_recipe())
    assert parse_parameters(text)["Clip skip"] == "2"
    theirs = text.replace("clip_skip: 1, ", "").replace(", clip_skip: 1", "")
    for one in (text, theirs):
        read = read_infotext(one, BASE, [folder], Hashes())
        assert read.settings.sampling.extras == {"clip_skip": 1}
    plain = read_infotext(theirs.replace("Clip skip: 2", "Clip skip: 1"), BASE, [folder], Hashes())
    assert plain.settings.sampling.extras == {}


def test_a_lora_that_is_switched_off_is_not_in_the_text(folder: Path) -> None:
    asked = request(folder)
    off = tuple(replace(use, options={**use.options, OFF: True}) for use in asked.adapters[1:2])
    text = format_parameters(asked.replace(adapters=(asked.adapters[0], *off)).to_recipe())
    assert "luna" in text and "ink" not in text
