"""What a LoRA was made for is told from headers alone, and named where it is another base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.catalog.lora_files import (
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
TEXT = "encoder.layers.0.self_attn.q_proj"


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


def of(
    base: str, roles: Mapping[str, tuple[int, ...]], without: str = ""
) -> dict[str, tuple[int, ...]]:
    return {f"{base}.{role}": shape for role, shape in roles.items() if role != without}


LOHA = {
    "hada_w1_a": (64, 2), "hada_w1_b": (2, 64), "hada_w2_a": (64, 2), "hada_w2_b": (2, 64),
}  # fmt: skip

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
    assert base in str(caught.value) and "Starter" in str(caught.value)


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
    "half a LoHa": (of(f"lora_unet_{FLAT}_attn1_to_q", LOHA, without="hada_w2_b"), "incomplete"),
    "half a LoKr": ({f"lora_unet_{FLAT}_attn1_to_q.lokr_w1": (2, 2)}, "incomplete"),
    "half of a LoKr's factor": (
        {
            f"lora_unet_{FLAT}_attn1_to_q.lokr_w1": (2, 2),
            f"lora_unet_{FLAT}_attn1_to_q.lokr_w2_a": (32, 2),
        },
        "incomplete",
    ),
    "one core of Tucker's": (
        of(f"lora_unet_{FLAT}_attn1_to_q", {**LOHA, "hada_t1": (2, 2, 3, 3)}),
        "incomplete",
    ),
    "a magnitude alone": (
        pair(f"lora_unet_{FLAT}_attn1_to_q") | {f"lora_unet_{FLAT}_attn1_to_k.dora_scale": (64, 1)},
        "incomplete",
    ),
    "an alpha alone": (
        pair(f"lora_unet_{FLAT}_attn1_to_q") | {f"lora_unet_{FLAT}_attn1_to_k.alpha": ()},
        "incomplete",
    ),
    "a LoHa of other sides": (
        of(f"lora_unet_{FLAT}_attn1_to_q", {**LOHA, "hada_w1_b": (2, 63)}),
        "attn1.to_q",
    ),
    "a LoKr of other sides": (
        of(f"lora_unet_{FLAT}_attn1_to_q", {"lokr_w1": (4, 4), "lokr_w2": (8, 16)}),
        "attn1.to_q",
    ),
    "a magnitude of other sides": (
        pair(f"lora_unet_{FLAT}_attn1_to_q") | {f"lora_unet_{FLAT}_attn1_to_q.dora_scale": (63, 1)},
        "dora_scale",
    ),
    "a difference of other sides": ({f"lora_unet_{FLAT}_norm1.w_norm": (65,)}, "norm1"),
    "a bias of other sides": (
        pair(f"lora_unet_{FLAT}_attn1_to_q") | {f"lora_unet_{FLAT}_attn1_to_q.diff_b": (3,)},
        "diff_b",
    ),
    "OFT": ({f"lora_unet_{FLAT}_attn1_to_q.oft_blocks": (4, 16, 16)}, "OFT"),
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
    "scalar": {f"{KNOWN}.scalar": ()},
    "the same layer by another name": pair(f"unet.{BLOCK}.attn1.to_q"),
    "another module": pair("lora_unet_down_blocks_7_conv"),
    "no name at all": {"x": (1,)},
}


ACTING = {
    "LoHa": of(KNOWN, {**LOHA, "alpha": ()}),
    "LoKr": of(KNOWN, {"lokr_w1": (4, 2), "lokr_w2_a": (16, 3), "lokr_w2_b": (3, 32)}),
    "DoRA": pair(KNOWN) | {f"{KNOWN}.dora_scale": (64, 1)},
    "DoRA of the inputs": pair(KNOWN) | {f"{KNOWN}.dora_scale": (1, 64)},
    "DoRA of PEFT": {
        f"unet.{BLOCK}.attn1.to_q.lora_A.weight": (2, 64),
        f"unet.{BLOCK}.attn1.to_q.lora_B.weight": (64, 2),
        f"unet.{BLOCK}.attn1.to_q.lora_magnitude_vector": (64,),
    },
    "bias": pair(KNOWN) | {f"{KNOWN}.diff_b": (64,)},
    "bias of PEFT": {
        f"unet.{BLOCK}.attn1.to_q.lora_A.weight": (2, 64),
        f"unet.{BLOCK}.attn1.to_q.lora_B.weight": (64, 2),
        f"unet.{BLOCK}.attn1.to_q.lora_B.bias": (64,),
    },
    "norm": {f"lora_unet_{FLAT}_norm1.w_norm": (64,), f"lora_unet_{FLAT}_norm1.b_norm": (64,)},
    "norm by Stability's name": {
        "lora_unet_input_blocks_1_0_in_layers_0.w_norm": (64,),
        "lora_unet_input_blocks_1_0_in_layers_0.b_norm": (64,),
    },
    "whole weight": {f"lora_unet_{FLAT}_attn1_to_k.diff": (64, 64)},
    "whole weight of a convolution": {"lora_unet_conv_in.diff": (64, 4, 3, 3)},
    "one network alone": {f"lycoris_{FLAT}_attn1_to_q.lokr_w1": (8, 8)}
    | {f"lycoris_{FLAT}_attn1_to_q.lokr_w2": (8, 8)},
}


@pytest.mark.parametrize("case", ACTING)
def test_every_tensor_of_a_relative_of_lora_is_known(
    starter: ModelSpec, modules: Mapping[Part, Shapes], tmp_path: Path, case: str
) -> None:
    check_lora(write(tmp_path / "a.safetensors", ACTING[case]), starter)
    keys = check_fit(tmp_path / "a.safetensors", "starter", ACTING[case], {}, modules)
    assert keys.unknown == () and set(keys.places) == set(ACTING[case])


OTHER_BASES = {
    "Flux, kohya": (pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216), "Flux"),
    "Flux, kohya, with text": (
        pair("lora_te1_text_model_encoder_layers_0_self_attn_q_proj", 768, 768)
        | pair("lora_unet_single_blocks_0_linear1", 3072, 21504),
        "Flux",
    ),
    "Flux, diffusers": (pair("transformer.single_transformer_blocks.0.attn.to_q", 3072), "Flux"),
    "Flux or Qwen": (pair("transformer.transformer_blocks.0.attn.to_q", 3072), "Flux"),
    "Qwen-Image": (pair("transformer_blocks.0.img_mlp.net.2", 12288), "Qwen"),
    "Stable Diffusion 3, kohya": (
        pair("lora_te1_text_model_encoder_layers_0_self_attn_q_proj", 768, 768)
        | pair("lora_unet_joint_blocks_0_x_block_attn_qkv", 1536, 4608),
        "Stable Diffusion 3",
    ),
    "Stable Diffusion 3, diffusers": (
        pair("transformer.transformer_blocks.0.attn.add_k_proj", 1536),
        "Stable Diffusion 3",
    ),
    "PixArt": (pair("transformer.transformer_blocks.0.attn2.to_k", 1152), "PixArt"),
    "Wan": (pair("diffusion_model.blocks.0.self_attn.q", 5120), "Wan"),
    "a transformer of another kind": (pair("transformer_blocks.0.attn.to_q", 99), "DiT"),
    "XL by its UNet": (pair(f"lora_unet_{FLAT}_attn2_to_k", 2048), r"XL"),
    "XL by its second encoder": (pair("text_encoder_2.encoder.layers.0.mlp.fc1", 1280), "XL"),
    "XL by a LoHa": (
        of(
            f"lora_unet_{FLAT}_attn2_to_k", {**LOHA, "hada_w1_b": (2, 2048), "hada_w2_b": (2, 2048)}
        ),
        r"XL",
    ),
    "2.x by a LoKr": (
        of(f"lora_unet_{FLAT}_attn2_to_k", {"lokr_w1": (8, 16), "lokr_w2": (8, 64)}),
        r"2\.x",
    ),
    "1.x by a difference": (of(f"lora_unet_{FLAT}_attn2_to_v", {"diff": (64, 768)}), r"1\.x"),
    "1.x or XL": (
        pair("text_encoder.text_model.encoder.layers.0.self_attn.q_proj", 768, 768),
        r"1\.x / Stable Diffusion XL",
    ),
}


@pytest.mark.parametrize("case", OTHER_BASES)
def test_the_base_is_known_by_rows(starter: ModelSpec, tmp_path: Path, case: str) -> None:
    shapes, said = OTHER_BASES[case]
    with pytest.raises(StudioError, match=f"style.* was made for .*{said}.*Starter"):
        check_lora(write(tmp_path / "style.safetensors", shapes), starter)


SD1 = {"unet": {f"{BLOCK}.attn2.to_k": (320, 768)}, "text_encoder": {TEXT: (768, 768)}}
SD2 = {"unet": {f"{BLOCK}.attn2.to_k": (320, 1024)}, "text_encoder": {TEXT: (1024, 1024)}}
XL = {
    "unet": {f"{BLOCK}.attn2.to_k": (320, 2048)},
    "text_encoder": {TEXT: (768, 768)},
    "text_encoder_2": {TEXT: (1280, 1280)},
}
SMALL_XL = {"unet": {f"{BLOCK}.attn2.to_k": (32, 48)}, "text_encoder_2": {TEXT: (32, 32)}}


def made_for(model: Mapping[Part, Shapes], named: str) -> Mapping[str, tuple[int, ...]]:
    """The header of a LoRA over all layers of a model, in kohya's names."""
    prefix = {"unet": "lora_unet_", "text_encoder": named, "text_encoder_2": "lora_te2_"}
    shapes = {}
    for part, modules in model.items():
        for module, (out, inner) in modules.items():
            old = "" if part == "unet" else "text_model_"
            shapes |= pair(f"{prefix[part]}{old}{module.replace('.', '_')}", inner, out)
    return shapes


@pytest.mark.parametrize("theirs", [0, 1, 2, 3])
@pytest.mark.parametrize("ours", [0, 1, 2, 3])
def test_a_lora_fits_its_own_base_and_no_other(theirs: int, ours: int) -> None:
    models = [(SD1, "lora_te_"), (SD2, "lora_te_"), (XL, "lora_te1_"), (SMALL_XL, "lora_te1_")]
    shapes = made_for(*models[theirs])
    if theirs == ours:
        keys = check_fit(Path("a"), "model", shapes, {}, models[ours][0])
        assert keys.unknown == () and len(keys.places) == len(shapes)
        assert {place.part for place in keys.places.values()} == set(models[ours][0])
        return
    with pytest.raises(StudioError):
        check_fit(Path("a"), "model", shapes, {}, models[ours][0])


def test_the_first_encoder_of_xl_alone_fits_both() -> None:
    shapes = pair(f"text_encoder.text_model.{TEXT}", 768, 768)
    for model in (SD1, XL):
        assert len(check_fit(Path("a"), "model", shapes, {}, model).places) == 2
    alone = pair(f"lora_te_text_model_{TEXT.replace('.', '_')}", 768, 768)
    with pytest.raises(StudioError, match=r"1\.x"):
        check_fit(Path("a"), "model", alone, {}, XL)


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
    with pytest.raises(StudioError, match=r"Stable Diffusion 1\.x"):
        check_lora(file, starter)
