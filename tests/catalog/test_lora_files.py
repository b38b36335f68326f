"""What a LoRA was made for is told from headers alone, and named where it is another base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.catalog.lora_files import (
    base_name,
    check_fit,
    check_lora,
    model_modules,
    text_width,
    unknown_notice,
)
from studio.catalog.models import ModelSpec, identify
from studio.catalog.recognise.lora_keys import Part, Shapes, map_keys
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.catalog.recognise.sgm_names import sgm_names
from studio.core.errors import StudioError

BLOCK = "down_blocks.0.attentions.0.transformer_blocks.0"
FLAT = BLOCK.replace(".", "_")


@pytest.fixture(scope="module")
def starter() -> ModelSpec:
    return identify("starter")


@pytest.fixture(scope="module")
def modules(starter: ModelSpec) -> Mapping[Part, Shapes]:
    return model_modules(starter)


def write(file: Path, shapes: Mapping[str, tuple[int, ...]]) -> Path:
    save_file({key: np.zeros(shape, np.float32) for key, shape in shapes.items()}, file)
    return file


def pair(base: str, down: int = 64, up: int = 64, rank: int = 2) -> dict[str, tuple[int, ...]]:
    return {f"{base}.lora_down.weight": (rank, down), f"{base}.lora_up.weight": (up, rank)}


KEYS = {
    "kohya": (f"lora_unet_{FLAT}_attn2_to_out_0.lora_down.weight", f"{BLOCK}.attn2.to_out.0"),
    "kohya, Stability's names": (
        "lora_unet_input_blocks_1_1_transformer_blocks_0_ff_net_0_proj.lora_up.weight",
        f"{BLOCK}.ff.net.0.proj",
    ),
    "kohya, text": (
        "lora_te_text_model_encoder_layers_5_self_attn_q_proj.alpha",
        "encoder.layers.5.self_attn.q_proj",
    ),
    "kohya, LoCon": (
        "lora_unet_down_blocks_1_resnets_0_conv_shortcut.lora_up.weight",
        "down_blocks.1.resnets.0.conv_shortcut",
    ),
    "diffusers' processors": (
        f"{BLOCK}.attn1.processor.to_out_lora.up.weight",
        f"{BLOCK}.attn1.to_out.0",
    ),
    "diffusers' processors, UNet named": (
        f"unet.{BLOCK}.attn1.processor.to_q_lora.down.weight",
        f"{BLOCK}.attn1.to_q",
    ),
    "diffusers, early text": (
        "text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora.up.weight",
        "encoder.layers.0.self_attn.out_proj",
    ),
    "diffusers": (f"unet.{BLOCK}.attn2.to_k.lora.down.weight", f"{BLOCK}.attn2.to_k"),
    "diffusers, text": (
        "text_encoder.text_model.encoder.layers.0.self_attn.k_proj.lora_linear_layer.up.weight",
        "encoder.layers.0.self_attn.k_proj",
    ),
    "PEFT": (f"unet.{BLOCK}.attn2.to_k.lora_A.weight", f"{BLOCK}.attn2.to_k"),
    "PEFT alone": (f"base_model.model.{BLOCK}.attn2.to_k.lora_B.weight", f"{BLOCK}.attn2.to_k"),
    "PEFT with the adapter's name": (
        f"base_model.model.{BLOCK}.attn2.to_k.lora_B.default.weight",
        f"{BLOCK}.attn2.to_k",
    ),
    "PEFT alone, text": (
        "base_model.model.text_model.encoder.layers.3.mlp.fc1.lora_A.weight",
        "encoder.layers.3.mlp.fc1",
    ),
}


@pytest.mark.parametrize("layout", KEYS)
def test_a_key_of_each_layout_finds_its_module(modules: Mapping[Part, Shapes], layout: str) -> None:
    key, module = KEYS[layout]
    (place,) = map_keys({key: (2, 64)}, {}, modules).places.values()
    assert place.module == module
    assert place.part == ("text_encoder" if module.startswith("encoder.") else "unet")
    role = "alpha" if key.endswith("alpha") else "down" if "down.w" in key or "_A" in key else "up"
    assert place.role == role


def test_stabilitys_names_are_those_of_its_code() -> None:
    # Pairs that diffusers' conversion script for the checkpoints of Stable Diffusion 1.x has.
    known = {
        "conv_in": "input_blocks.0.0",
        "down_blocks.0.resnets.1.conv1": "input_blocks.2.0.in_layers.2",
        "down_blocks.0.downsamplers.0.conv": "input_blocks.3.0.op",
        "down_blocks.2.attentions.1.proj_out": "input_blocks.8.1.proj_out",
        "down_blocks.3.resnets.1.time_emb_proj": "input_blocks.11.0.emb_layers.1",
        "mid_block.resnets.1.conv2": "middle_block.2.out_layers.3",
        "mid_block.attentions.0.proj_in": "middle_block.1.proj_in",
        "up_blocks.0.resnets.2.conv_shortcut": "output_blocks.2.0.skip_connection",
        "up_blocks.0.upsamplers.0.conv": "output_blocks.2.1.conv",
        "up_blocks.1.attentions.0.proj_in": "output_blocks.3.1.proj_in",
        "up_blocks.1.upsamplers.0.conv": "output_blocks.5.2.conv",
        "up_blocks.3.attentions.2.proj_in": "output_blocks.11.1.proj_in",
    }
    everything = [*known, "down_blocks.0.resnets.0.conv1", "mid_block.resnets.0.conv1"]
    found = sgm_names(everything)
    assert {name: found[name] for name in known} == known


@pytest.mark.parametrize(
    ("width", "base"), [(768, "1.x"), (1024, "2.x"), (2048, "XL"), (1280, "1280")]
)
@pytest.mark.parametrize(
    "key",
    [
        f"lora_unet_{FLAT}_attn2_to_k.lora_down.weight",
        f"unet.{BLOCK}.attn2.to_v.lora.down.weight",
        f"{BLOCK}.attn2.processor.to_k_lora.down.weight",
        f"unet.{BLOCK}.attn2.to_k.lora_A.weight",
        "unet:6:down",
    ],
)
def test_another_base_is_named_and_so_is_the_models(
    starter: ModelSpec, tmp_path: Path, width: int, base: str, key: str
) -> None:
    up = key.replace("down", "up").replace("lora_A", "lora_B")
    file = write(tmp_path / "style.safetensors", {key: (4, width), up: (64, 4)})
    assert text_width(read_header(file)) == width
    with pytest.raises(StudioError, match=r"style\.safetensors") as caught:
        check_lora(file, starter)
    assert base in str(caught.value) and base_name(256) in str(caught.value)


def test_text_layers_alone_tell_the_base_too(starter: ModelSpec, tmp_path: Path) -> None:
    name = "lora_te_text_model_encoder_layers_0_self_attn_q_proj"
    with pytest.raises(StudioError, match=r"1\.x"):
        check_lora(write(tmp_path / "a.safetensors", pair(name, 768, 768)), starter)
    second = pair("lora_te2_text_model_encoder_layers_0_self_attn_q_proj", 1280, 1280)
    with pytest.raises(StudioError, match="XL"):
        check_lora(write(tmp_path / "b.safetensors", second), starter)


def test_one_that_fits_passes(starter: ModelSpec, tmp_path: Path) -> None:
    shapes = pair(f"lora_unet_{FLAT}_attn2_to_k", 256) | {f"lora_unet_{FLAT}_attn2_to_k.alpha": ()}
    check_lora(write(tmp_path / "a.safetensors", shapes), starter)
    few = starter.few_step
    assert few is not None
    check_lora(few.file, starter)


BAD = {
    "no LoRA": ({"model.weight": (3, 3)}, "fit"),
    "empty": ({}, "fit"),
    "a module that is not there": (pair("lora_unet_down_blocks_7_conv"), "down_blocks_7"),
    "mostly strangers": (
        pair(f"lora_unet_{FLAT}_attn1_to_q")
        | pair("lora_unet_down_blocks_8_a")
        | pair("lora_unet_down_blocks_9_a"),
        "down_blocks_8",
    ),
    "half a pair": ({f"unet.{BLOCK}.attn1.to_q.lora_A.weight": (2, 64)}, "incomplete"),
    "other sides": (pair(f"lora_unet_{FLAT}_attn1_to_q", 63), "63"),
    "two ranks": (
        {
            f"unet.{BLOCK}.attn1.to_q.lora_A.weight": (2, 64),
            f"unet.{BLOCK}.attn1.to_q.lora_B.weight": (64, 3),
        },
        "attn1.to_q",
    ),
    "LoHa": ({f"lora_unet_{FLAT}_attn1_to_q.hada_w1_a": (64, 2)}, "LoHa"),
    "LoKr": ({f"lora_unet_{FLAT}_attn1_to_q.lokr_w1": (2, 2)}, "LoKr"),
    "DoRA": (
        pair(f"lora_unet_{FLAT}_attn1_to_q") | {f"lora_unet_{FLAT}_attn1_to_q.dora_scale": (64, 1)},
        "DoRA",
    ),
    "Flux": (pair("lora_unet_double_blocks_0_img_attn_qkv"), "Flux"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_a_sentence(starter: ModelSpec, tmp_path: Path, case: str) -> None:
    shapes, said = BAD[case]
    file = write(tmp_path / "style.safetensors", shapes)
    with pytest.raises(StudioError, match=said) as caught:
        check_lora(file, starter)
    assert file.name in str(caught.value)


KNOWN = f"lora_unet_{FLAT}_attn1_to_q"
STRANGE = {
    "bias": {f"{KNOWN}.diff_b": (64,)},
    "norm": {f"lora_unet_{FLAT}_norm1.w_norm": (64,), f"lora_unet_{FLAT}_norm1.b_norm": (64,)},
    "scalar": {f"{KNOWN}.scalar": ()},
    "whole weight": {f"lora_unet_{FLAT}_attn1_to_k.diff": (64, 64)},
    "another module": pair("lora_unet_down_blocks_7_conv"),
    "no name at all": {"x": (1,)},
}


@pytest.mark.parametrize("case", STRANGE)
def test_what_is_strange_beside_a_lora_is_named(
    starter: ModelSpec, modules: Mapping[Part, Shapes], tmp_path: Path, case: str
) -> None:
    shapes = pair(KNOWN) | STRANGE[case]
    file = write(tmp_path / "style.safetensors", shapes)
    check_lora(file, starter)
    keys = check_fit(file, "starter", shapes, {}, modules)
    assert set(keys.unknown) == set(STRANGE[case])
    said = unknown_notice(file, keys)
    assert said is not None and keys.unknown[0] in str(said) and "style" in str(said)
    assert f"{len(STRANGE[case])} of {len(shapes)}" in str(said)
    assert unknown_notice(file, check_fit(file, "starter", pair(KNOWN), {}, modules)) is None


def test_a_cut_file_is_a_sentence(starter: ModelSpec, tmp_path: Path) -> None:
    file = write(tmp_path / "a.safetensors", pair(f"lora_unet_{FLAT}_attn1_to_q"))
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(StudioError, match="damaged"):
        check_lora(file, starter)


def test_metadata_is_read_without_the_weights(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save_file({"x": np.zeros(3, np.float32)}, file, metadata={"ss_network_dim": "4"})
    assert read_metadata(file) == {"ss_network_dim": "4"}
    save_file({"x": np.zeros(3, np.float32)}, file)
    assert read_metadata(file) == {}


ATTENTION = "down_blocks.0.attentions.0.transformer_blocks.0.attn2"
STABLE_DIFFUSION_1 = {
    "diffusers": {
        f"unet.{ATTENTION}.to_k.lora.down.weight": (4, 768),
        f"unet.{ATTENTION}.to_k.lora.up.weight": (320, 4),
    },
    "processors": {
        f"{ATTENTION}.processor.to_k_lora.down.weight": (4, 768),
        f"{ATTENTION}.processor.to_k_lora.up.weight": (320, 4),
    },
    "kohya": {
        f"lora_unet_{ATTENTION.replace('.', '_')}_to_k.lora_down.weight": (4, 768),
        f"lora_unet_{ATTENTION.replace('.', '_')}_to_k.lora_up.weight": (320, 4),
    },
}
"""A key layer of cross attention, whose input is the text, in three layouts."""


@pytest.mark.parametrize("layout", STABLE_DIFFUSION_1)
def test_files_for_stable_diffusion_1_are_known_by_the_width_of_the_text(
    starter: ModelSpec, tmp_path: Path, layout: str
) -> None:
    file = tmp_path / "lora.safetensors"
    shapes = STABLE_DIFFUSION_1[layout]
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, file)
    assert text_width(read_header(file)) == 768
    with pytest.raises(StudioError, match=r"Stable Diffusion 1\.x \(768\)"):
        check_lora(file, starter)
