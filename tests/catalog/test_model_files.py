"""Single files as models: what they are, what they lack, where the rest is, and how fast."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpus_case import ORIGINAL
from corpus_files import write_safetensors
from corpus_shapes import Shapes, under
from corpus_unets import SD1, SD2, SDXL, SSD_1B, checkpoint, clip_l, diffusers, open_clip, sgm
from corpus_vaes import ldm_vae

from studio.catalog.configurations import part_config, scheduler_config
from studio.catalog.families.unet import unet_facts
from studio.catalog.model_spec import ModelSpec
from studio.catalog.models import identify, survey
from studio.catalog.recognise.remember import Choices
from studio.core.errors import StudioError
from studio.core.paths import resource

pytestmark = pytest.mark.needs_asset("clip-tokenizer")


def whole(kind: str, **changes: Any) -> Shapes:
    """Return the tensors of a complete checkpoint of true size."""
    unet, text = {"sd-1": (SD1, "1"), "sd-2": (SD2, "2"), "sdxl": (SDXL, "xl")}[kind]
    return checkpoint(replace(unet, **changes), text, ldm_vae())


def put(folder: Path, name: str, shapes: Shapes, **options: Any) -> Path:
    """Write a file without weights and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_safetensors(path, shapes, "F16", options.pop("metadata", {}), options)


def said(model: Path) -> str:
    """Return the sentence with which a model is refused."""
    with pytest.raises(StudioError) as caught:
        identify(model)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["sd-1", "sd-2", "sdxl"])
def test_the_shapes_of_a_true_model_agree_with_the_shipped_configurations(
    kind: str, tmp_path: Path
) -> None:
    spec = identify(put(tmp_path, f"{kind}.safetensors", whole(kind)))
    for part in (component.name for component in spec.components):
        shipped = json.loads((resource("model_configs", kind, part) / "config.json").read_text())
        measured = spec.configurations.changes[part] if spec.configurations else {}
        assert len(measured) >= 6
        for name, value in measured.items():
            # OpenCLIP-H's projection, which 2.x does not use, is 512 wide only in its folder.
            if name in shipped and (part, name) != ("text_encoder", "projection_dim"):
                assert value == shipped[name] or name == "sample_size", (part, name)


def test_what_the_header_decides_is_in_the_configurations(tmp_path: Path) -> None:
    inpainting = identify(put(tmp_path, "fill.safetensors", whole("sd-1", inputs=9)))
    assert unet_facts(inpainting).fills_only
    instruct = identify(put(tmp_path, "p2p.safetensors", whole("sd-1", inputs=8)))
    assert instruct.variant == "1.x instruct" and unet_facts(instruct).instructs_only
    pruned = identify(put(tmp_path, "ssd.safetensors", checkpoint(SSD_1B, "xl", ldm_vae())))
    assert pruned.variant == "base"
    config = part_config(pruned, "unet")
    assert config["mid_block_type"] != "UNetMidBlock2DCrossAttn"
    assert config["transformer_layers_per_block"] != [1, 2, 10]
    velocity = put(tmp_path, "noob.safetensors", {**whole("sdxl"), "v_pred": (0,), "ztsnr": (0,)})
    schedule = scheduler_config(identify(velocity))
    assert schedule["prediction_type"] == "v_prediction"
    assert schedule["rescale_betas_zero_snr"] is True
    assert identify(velocity).variant == "v-prediction"


@pytest.mark.parametrize(
    ("name", "kind", "sampler", "steps"),
    [
        ("dreamshaperXL_lightningDPMSDE", "sdxl", "euler", 6),
        ("realvis turbo", "sdxl", "euler_a", 6),
        ("any_lcm", "sd-1", "lcm", 6),
        ("Hyper-SDXL-8steps", "sdxl", "tcd", 8),
        ("dreamshaper_8", "sd-1", "dpmpp_2m", 20),
        ("juggernautXL", "sdxl", "dpmpp_2m", 30),
    ],
)
def test_the_name_of_a_distilled_model_sets_its_defaults(
    name: str, kind: str, sampler: str, steps: int, tmp_path: Path
) -> None:
    found = identify(put(tmp_path, f"{name}.safetensors", whole(kind))).defaults
    assert (found.sampler, found.steps) == (sampler, steps)
    assert (found.cfg_scale == 1.0) == (steps < 20)


def test_the_artists_answer_counts(tmp_path: Path) -> None:
    file = put(tmp_path, "merge.safetensors", whole("sdxl"))
    assert unet_facts(identify(file)).prediction_type == "epsilon"
    Choices().remember(file, {"prediction_type": "v_prediction", "zero_terminal_snr": "yes"})
    assert unet_facts(identify(file)).prediction_type == "v_prediction"
    assert scheduler_config(identify(file))["rescale_betas_zero_snr"] is True


def bare(kind: str) -> Mapping[str, Any]:
    """Return a UNet alone, with the prefix of Stability's code."""
    return under(ORIGINAL, sgm({"sd-1": SD1, "sdxl": SDXL}[kind]))


def test_parts_are_found_where_comfyui_keeps_them(tmp_path: Path) -> None:
    model = put(tmp_path / "models" / "diffusion_models", "sd15.safetensors", bare("sd-1"))
    assert "no Stable Diffusion VAE, CLIP-L text encoder" in said(model)
    assert "vae/vae-ft-mse" in said(model) and "text_encoders/clip_l.safetensors" in said(model)
    vae = put(tmp_path / "models" / "VAE", "anything.safetensors", ldm_vae())
    assert "no CLIP-L text encoder" in said(model) and "vae/" not in said(model)
    text = put(tmp_path / "models" / "text_encoders", "clip_l.safetensors", clip_l())
    spec = identify(model)
    assert [one.files[0] for one in spec.components] == [model, vae, text]
    assert spec.weight_bytes == sum(file.stat().st_size for file in (model, vae, text))
    assert {str(vae), str(text)} < {entry[0] for entry in spec.fingerprint}


def test_both_encoders_of_xl_are_told_apart(tmp_path: Path) -> None:
    model = put(tmp_path, "xl.safetensors", diffusers(SDXL))
    put(tmp_path, "sdxl_vae.safetensors", ldm_vae())
    second = put(tmp_path / "clip", "a.safetensors", open_clip(32, 1280))
    assert "no CLIP-L text encoder" in said(model)
    first = put(tmp_path / "clip", "b.safetensors", clip_l())
    spec = identify(model)
    assert spec.component("text_encoder").files == (first,)
    assert spec.component("text_encoder_2").files == (second,)


def test_an_autoencoder_of_the_models_name_replaces_the_one_inside(tmp_path: Path) -> None:
    model = put(tmp_path, "old.safetensors", whole("sd-1"))
    own = put(tmp_path, "old.vae.safetensors", ldm_vae())
    assert identify(model).component("vae").files == (own,)
    assert identify(model).component("unet").files == (model,)


def test_what_is_no_model_has_a_sentence(tmp_path: Path) -> None:
    lora = put(
        tmp_path,
        "style.safetensors",
        {"lora_unet_mid_block_attentions_0_proj_in.lora_down.weight": (4, 1280),
         "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight": (1280, 4)},
    )  # fmt: skip
    assert "not a model" in said(lora) and "lora" in said(lora)
    unknown = put(tmp_path, "odd.safetensors", {"something.weight": (3, 3)})
    assert "does not know" in said(unknown)
    cut = put(tmp_path, "cut.safetensors", whole("sd-1"))
    with cut.open("r+b") as file:
        file.truncate(cut.stat().st_size - 1)
    assert "damaged" in said(cut)
    pickle = tmp_path / "old.ckpt"
    pickle.write_bytes(b"\x80\x02}q\x00.")
    assert str(pickle) in said(pickle) or "pickle" in said(pickle).lower()
    zipped = tmp_path / "renamed.safetensors"
    zipped.write_bytes(b"PK\x03\x04" + bytes(64))
    assert str(zipped) in said(zipped)


def test_a_folder_like_comfyuis_is_listed_without_its_parts(tmp_path: Path) -> None:
    models = tmp_path / "ComfyUI" / "models"
    put(models / "checkpoints" / "sub", "a.safetensors", whole("sd-1"))
    put(models / "vae", "v.safetensors", ldm_vae())
    put(models / "loras", "odd.safetensors", {"something.weight": (3, 3)})
    (models / "checkpoints" / "b.safetensors").write_bytes(b"x")
    for top in (tmp_path / "ComfyUI", models, models / "checkpoints"):
        specs, problems = survey([top])
        assert [one.name for one in specs[1:]] == ["a"]
        assert [path.name for path, _ in problems] == ["b.safetensors"]
    specs, problems = survey([models / "checkpoints" / "sub" / "a.safetensors"])
    assert [one.name for one in specs[1:]] == ["a"] and not problems


def test_a_hundred_files_cost_no_more_than_each_alone(tmp_path: Path) -> None:
    shapes = {"sd-1": whole("sd-1"), "sdxl": whole("sdxl")}
    first = {kind: put(tmp_path, f"{kind}.safetensors", one) for kind, one in shapes.items()}
    for number in range(98):
        source = first["sdxl" if number % 2 else "sd-1"]
        (tmp_path / f"m{number}.safetensors").symlink_to(source)
    begun = time.process_time()
    once = identify(first["sdxl"])
    alone = time.process_time() - begun
    begun = time.process_time()
    specs: tuple[ModelSpec, ...] = survey([tmp_path])[0]
    assert len(specs) == 101
    # The header is read and recognised once, and the largest alone is larger than the mean.
    assert time.process_time() - begun < 3 * 100 * alone
    begun = time.process_time()
    assert identify(first["sdxl"]) == once
    assert time.process_time() - begun < alone
