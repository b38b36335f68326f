"""What lies in a folder is recognised, or refused with the reason, without torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.catalog.families.table import FAMILIES
from studio.catalog.families.unet import unet_facts
from studio.catalog.generations import SYSTEMS
from studio.catalog.models import STARTER, find_models, identify, survey
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.catalog.samplers import SAMPLERS
from studio.core.errors import StudioError

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "scheduler": ["diffusers", "DDIMScheduler"],
}
UNET = {
    "in_channels": 4,
    "cross_attention_dim": 16,
    "sample_size": 64,
    "block_out_channels": [32, 64, 64, 64],
}
VAE = {"latent_channels": 4, "block_out_channels": [32, 32, 32, 32]}


def put(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of the right layout with weights of one tensor each."""
    model = tmp_path / "models" / "portrait"
    put(model / "model_index.json", INDEX)
    put(model / "unet" / "config.json", UNET)
    put(model / "vae" / "config.json", VAE)
    put(model / "text_encoder" / "config.json", {"hidden_size": 16})
    put(model / "scheduler" / "scheduler_config.json", {"prediction_type": "v_prediction"})
    put(model / "tokenizer" / "vocab.json", {})
    (model / "tokenizer" / "merges.txt").write_text("#version: 0.2\n")
    weights = {"weight": np.zeros((5, 7), np.float32)}
    for part, name in (
        ("unet", "diffusion_pytorch_model"),
        ("vae", "diffusion_pytorch_model"),
        ("text_encoder", "model"),
    ):
        save_file(weights, model / part / f"{name}.safetensors")
    return model


def test_a_model_in_diffusers_layout_is_recognised(folder: Path) -> None:
    spec = identify(folder)
    assert spec.family in FAMILIES
    assert spec.name == "portrait"
    assert spec.native_size == 512
    assert spec.size_multiple == 64
    assert spec.min_size <= spec.native_size <= spec.max_size
    assert unet_facts(spec).prediction_type == "v_prediction"
    assert spec.parameters == 3 * 35
    assert not unet_facts(spec).has_fill_conv and not unet_facts(spec).can_fill
    assert spec == identify(str(folder))


def test_lienzo_json_and_the_fill_convolution_count(folder: Path) -> None:
    put(folder / "lienzo.json", {"native_size": 128, "size_multiple": 8, "min_size": 96})
    conv = {"weight": np.zeros((32, 9, 3, 3), np.float16), "bias": np.zeros(32, np.float16)}
    save_file(conv, folder / "fill_conv_in.safetensors")
    spec = identify(folder)
    assert (spec.native_size, spec.size_multiple, spec.min_size) == (128, 8, 96)
    assert unet_facts(spec).has_fill_conv and unet_facts(spec).can_fill
    save_file({"weight": np.zeros((8, 9, 3, 3), np.float16)}, folder / "fill_conv_in.safetensors")
    with pytest.raises(StudioError, match="fill_conv_in"):
        identify(folder)


def test_defaults_that_are_not_in_the_tables_become_usable_ones(folder: Path) -> None:
    put(folder / "lienzo.json", {"defaults": {"sampler": "ddim", "schedule": "karras"}})
    defaults = identify(folder).defaults
    assert defaults.sampler == "ddim"
    assert defaults.schedule in SAMPLERS["ddim"].schedules


def test_changed_weights_make_another_spec(folder: Path) -> None:
    before = identify(folder)
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    save_file({"weight": np.ones((6, 7), np.float32)}, file)
    after = identify(folder)
    changed = {
        one.name for one in fields(after) if getattr(after, one.name) != getattr(before, one.name)
    }
    assert changed == {"fingerprint", "weight_bytes", "components"}
    assert after.weight_bytes == before.weight_bytes + 4 * (42 - 35), "6 x 7 numbers for 5 x 7"


def test_the_fp16_variant_and_shards_are_found(folder: Path) -> None:
    unet = folder / "unet"
    whole = unet / "diffusion_pytorch_model.safetensors"
    whole.rename(unet / "diffusion_pytorch_model.fp16.safetensors")
    assert identify(folder).component("unet").variant == "fp16"
    (unet / "diffusion_pytorch_model.fp16.safetensors").unlink()
    for number in (1, 2):
        save_file({"w": np.zeros(3, np.float32)}, unet / f"part-{number}.safetensors")
    names = {"a": "part-1.safetensors", "b": "part-2.safetensors"}
    put(unet / "diffusion_pytorch_model.safetensors.index.json", {"weight_map": names})
    assert len(identify(folder).component("unet").files) == 2
    (unet / "part-2.safetensors").unlink()
    with pytest.raises(StudioError, match=r"part-2\.safetensors is missing"):
        identify(folder)


@pytest.mark.parametrize(
    ("pipeline", "said"),
    [
        ("StableDiffusionXLPipeline", "text_encoder_2"),
        ("KandinskyPipeline", "Kandinsky"),
        ("FluxPipeline", "transformer"),
        ("AudioLDMPipeline", "AudioLDM"),
    ],
)
def test_other_families_are_refused_by_name(folder: Path, pipeline: str, said: str) -> None:
    put(folder / "model_index.json", {**INDEX, "_class_name": pipeline})
    with pytest.raises(StudioError, match=said):
        identify(folder)


def test_what_is_missing_or_does_not_fit_is_named(folder: Path) -> None:
    cases = {
        "unet/config.json": {**UNET, "in_channels": 7},
        "text_encoder/config.json": {"hidden_size": 99},
        "vae/config.json": {**VAE, "latent_channels": 16},
        "model_index.json": {**INDEX, "vae": ["diffusers", "VQModel"]},
    }
    for name, value in cases.items():
        before = (folder / name).read_text()
        put(folder / name, value)
        with pytest.raises(StudioError):
            identify(folder)
        (folder / name).write_text(before)
    identify(folder)
    for name in (
        "unet/config.json",
        "scheduler/scheduler_config.json",
        "tokenizer/merges.txt",
        "text_encoder/model.safetensors",
    ):
        before_bytes = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(StudioError, match=name.rsplit("/", 1)[1]):
            identify(folder)
        (folder / name).write_bytes(before_bytes)


def test_not_a_folder_no_folder_no_index_broken_json(folder: Path, tmp_path: Path) -> None:
    single = tmp_path / "model.safetensors"
    single.write_bytes(b"x")
    with pytest.raises(StudioError, match="is damaged"):
        identify(single)
    with pytest.raises(StudioError, match="no model folder"):
        identify(tmp_path / "nowhere")
    with pytest.raises(StudioError, match=r"model_index\.json"):
        identify(tmp_path)
    (folder / "unet" / "config.json").write_text("{")
    with pytest.raises(StudioError, match="cannot be read"):
        identify(folder)
    (folder / "unet" / "config.json").write_text("[1]")
    with pytest.raises(StudioError, match="cannot be read"):
        identify(folder)


def test_pickles_are_never_read(folder: Path) -> None:
    whole = folder / "vae" / "diffusion_pytorch_model.safetensors"
    whole.rename(folder / "vae" / "diffusion_pytorch_model.bin")
    with pytest.raises(StudioError, match="pickles"):
        identify(folder)


@pytest.mark.parametrize("keep", [0, 4, 40, -1])
def test_cut_weight_files_are_found_by_their_header(folder: Path, keep: int) -> None:
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(StudioError, match="damaged"):
        identify(folder)


def test_a_header_that_lies_is_damage(folder: Path) -> None:
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    for header in (b"[]", b'{"a": 3}', b'{"a": {"shape": [1]}}', b"\xff\xfe"):
        file.write_bytes(len(header).to_bytes(8, "little") + header)
        with pytest.raises(StudioError, match="damaged"):
            read_header(file)
    file.write_bytes((2**62).to_bytes(8, "little") + b"{}")
    with pytest.raises(StudioError, match="damaged"):
        read_header(file)


def test_the_header_counts_the_weights(tmp_path: Path) -> None:
    save_file({"a": np.zeros((2, 3)), "b": np.zeros(())}, tmp_path / "w.safetensors")
    shapes = read_header(tmp_path / "w.safetensors")
    assert shapes == {"a": (2, 3), "b": ()}
    assert count(shapes) == 7


def test_find_models_lists_the_good_and_says_what_is_wrong_with_the_rest(folder: Path) -> None:
    broken = folder.parent / "broken"
    shutil.copytree(folder, broken)
    (broken / "unet" / "config.json").unlink()
    (folder.parent / "something else").mkdir()
    models, problems = survey([folder.parent, folder, folder.parent / "missing"])
    assert [spec.name for spec in models if spec.id != STARTER] == ["portrait"]
    assert broken in [path for path, _error in problems]
    assert [one for one in find_models([folder.parent]) if one.id not in SYSTEMS] == list(models)


def test_the_starter_is_a_model_like_any_other() -> None:
    spec = identify(STARTER)
    assert spec.id == STARTER
    assert unet_facts(spec).has_fill_conv
    assert spec == find_models([])[0]
    assert {**vars_of(spec), "id": ""} == {**vars_of(identify(spec.path)), "id": ""}
    assert spec.defaults.sampler in SAMPLERS


def vars_of(spec: Any) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in type(spec).__dataclass_fields__}


def test_the_catalog_needs_no_torch() -> None:
    code = (
        "import sys\n"
        "from studio.catalog import families, models, samplers, tokens, vocabulary\n"
        "models.find_models([])\n"
        "bad = {'torch', 'diffusers', 'transformers', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(f'imported {bad}' if bad else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
