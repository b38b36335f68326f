"""Transformers and T5 from single files: their names, their values, and a whole SD 3."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, FluxTransformer2DModel, SD3Transformer2DModel
from diffusers.loaders import single_file_utils
from dit_factory import flux_originals, halves_swapped, joined
from safetensors.torch import save_file
from single_factory import State, text_config, vae_names
from single_network import PREFIX, assert_same, loaded_alone
from transformers import CLIPTextModelWithProjection, T5Config, T5EncoderModel

from studio.catalog.families.pipeline import pipeline_facts
from studio.catalog.model_spec import ModelSpec
from studio.catalog.models import identify
from studio.catalog.single.transformer_names import SD3_OUTER
from studio.core.progress import Progress
from studio.engine.device import choose_device
from studio.engine.families.base import family_module


def flux(**changes: Any) -> FluxTransformer2DModel:
    """Return a small transformer of Flux.1."""
    torch.manual_seed(1)
    entries: dict[str, Any] = {
        "in_channels": 16,
        "num_layers": 2,
        "num_single_layers": 2,
        "attention_head_dim": 16,
        "num_attention_heads": 3,
        "joint_attention_dim": 20,
        "pooled_projection_dim": 12,
        "guidance_embeds": True,
        "axes_dims_rope": (4, 6, 6),
    }
    return FluxTransformer2DModel(**{**entries, **changes})


@pytest.mark.parametrize("changes", [{}, {"guidance_embeds": False}, {"out_channels": 4}])
def test_every_tensor_of_flux_arrives(changes: dict[str, Any], tmp_path: Path) -> None:
    source = flux(**changes)
    state = {PREFIX + k: v for k, v in flux_originals(source.state_dict()).items()}
    save_file({name: value.contiguous() for name, value in state.items()}, tmp_path / "f.sft")
    found = loaded_alone(
        tmp_path / "f.sft",
        FluxTransformer2DModel,
        ("flux", "transformer"),
        axes_dims_rope=(4, 6, 6),
    )
    assert_same(found, source)


def test_the_names_of_flux_agree_with_diffusers_at_the_true_width(tmp_path: Path) -> None:
    """diffusers' own conversion, which has the width fixed, of tensors without data."""
    with torch.device("meta"):
        source = FluxTransformer2DModel(num_layers=1, num_single_layers=1, guidance_embeds=True)
    originals = flux_originals(source.state_dict())
    converted = single_file_utils.convert_flux_transformer_checkpoint_to_diffusers(dict(originals))
    assert {name: value.shape for name, value in converted.items()} == {
        name: value.shape for name, value in source.state_dict().items()
    }


def sd3(**changes: Any) -> SD3Transformer2DModel:
    """Return a small transformer of SD 3.5 medium, or with changes."""
    torch.manual_seed(2)
    entries: dict[str, Any] = {
        "sample_size": 128,
        "patch_size": 2,
        "in_channels": 16,
        "num_layers": 2,
        "attention_head_dim": 64,
        "num_attention_heads": 1,
        "joint_attention_dim": 4096,
        "caption_projection_dim": 64,
        "pooled_projection_dim": 2048,
        "pos_embed_max_size": 96,
        "dual_attention_layers": (0,),
        "qk_norm": "rms_norm",
    }
    return SD3Transformer2DModel(**{**entries, **changes})


def sd3_originals(state: State) -> State:
    """Return the tensors of SD 3's transformer by the names of its authors."""
    outer = {ours: theirs for theirs, ours in SD3_OUTER.items()}
    last = max(int(name.split(".")[1]) for name in state if name.startswith("transformer_blocks"))
    inner = {
        "norm1.linear": "x_block.adaLN_modulation.1",
        "norm1_context.linear": "context_block.adaLN_modulation.1",
        "attn.norm_q": "x_block.attn.ln_q",
        "attn.norm_k": "x_block.attn.ln_k",
        "attn.norm_added_q": "context_block.attn.ln_q",
        "attn.norm_added_k": "context_block.attn.ln_k",
        "attn2.norm_q": "x_block.attn2.ln_q",
        "attn2.norm_k": "x_block.attn2.ln_k",
        "attn.to_out.0": "x_block.attn.proj",
        "attn.to_add_out": "context_block.attn.proj",
        "attn2.to_out.0": "x_block.attn2.proj",
        "ff.net.0.proj": "x_block.mlp.fc1",
        "ff.net.2": "x_block.mlp.fc2",
        "ff_context.net.0.proj": "context_block.mlp.fc1",
        "ff_context.net.2": "context_block.mlp.fc2",
    }
    found: State = {"pos_embed": state["pos_embed.pos_embed"]}
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        match = re.match(r"transformer_blocks\.(\d+)\.(.+)$", module)
        if module in outer:
            found[f"{outer[module]}.{kind}"] = value
        elif module == "norm_out.linear":
            found[f"final_layer.adaLN_modulation.1.{kind}"] = halves_swapped(value)
        elif match is not None:
            start, rest = f"joint_blocks.{match[1]}", match[2]
            if rest in inner:
                turned = rest == "norm1_context.linear" and int(match[1]) == last
                found[f"{start}.{inner[rest]}.{kind}"] = halves_swapped(value) if turned else value
            elif rest in ("attn.to_q", "attn2.to_q"):
                place = f"{start}.x_block.{rest.split('.')[0]}.qkv.{kind}"
                found[place] = joined(state, name, "to_q", "to_k", "to_v")
            elif rest == "attn.add_q_proj":
                names = ("add_q_proj", "add_k_proj", "add_v_proj")
                found[f"{start}.context_block.attn.qkv.{kind}"] = joined(state, name, *names)
    return found


@pytest.mark.parametrize("changes", [{}, {"qk_norm": None, "dual_attention_layers": ()}])
def test_every_tensor_of_sd3_arrives_as_by_diffusers(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    source = sd3(**changes)
    originals = sd3_originals(source.state_dict())
    converted = single_file_utils.convert_sd3_transformer_checkpoint_to_diffusers(dict(originals))
    for name, value in source.state_dict().items():
        assert torch.equal(converted[name], value), name
    save_file(
        {PREFIX + name: value.contiguous() for name, value in originals.items()},
        tmp_path / "sd3.sft",
    )
    found = loaded_alone(tmp_path / "sd3.sft", SD3Transformer2DModel, ("sd-3", "transformer"))
    assert_same(found, source)


T5_GGUF = {
    "layer.0.SelfAttention.q": "attn_q",
    "layer.0.SelfAttention.k": "attn_k",
    "layer.0.SelfAttention.v": "attn_v",
    "layer.0.SelfAttention.o": "attn_o",
    "layer.0.SelfAttention.relative_attention_bias": "attn_rel_b",
    "layer.0.layer_norm": "attn_norm",
    "layer.1.DenseReluDense.wi_0": "ffn_gate",
    "layer.1.DenseReluDense.wi_1": "ffn_up",
    "layer.1.DenseReluDense.wo": "ffn_down",
    "layer.1.layer_norm": "ffn_norm",
}


def gguf_name(name: str) -> str:
    """Return the name of a tensor of T5 in a GGUF file."""
    if name == "shared.weight":
        return "token_embd.weight"
    if name == "encoder.final_layer_norm.weight":
        return "enc.output_norm.weight"
    match = re.match(r"encoder\.block\.(\d+)\.(.+)\.weight$", name)
    assert match is not None, name
    return f"enc.blk.{match[1]}.{T5_GGUF[match[2]]}.weight"


@pytest.mark.parametrize("named", ["transformers", "tokens", "gguf"])
def test_every_tensor_of_t5_arrives(named: str, tmp_path: Path) -> None:
    torch.manual_seed(3)
    config = T5Config(
        vocab_size=40,
        d_model=24,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
    )
    source = T5EncoderModel(config)
    state = {k: v for k, v in source.state_dict().items() if k != "encoder.embed_tokens.weight"}
    if named == "tokens":
        state["encoder.embed_tokens.weight"] = state.pop("shared.weight")
    if named == "gguf":
        state = {gguf_name(name): value for name, value in state.items()}
    save_file(state, tmp_path / "t5.sft")
    found = loaded_alone(tmp_path / "t5.sft", T5EncoderModel, ("sd-3", "text_encoder_3"), "")
    assert_same(found, source)
    shared, inner = found.shared.weight, found.encoder.embed_tokens.weight
    assert shared.data_ptr() == inner.data_ptr()


@pytest.mark.needs_asset("clip-tokenizer", "t5-tokenizer")
def test_a_file_of_sd3_is_loaded_without_t5(tmp_path: Path) -> None:
    torch.manual_seed(4)
    vae = AutoencoderKL(
        block_out_channels=(32, 32, 32, 32),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=16,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    first = CLIPTextModelWithProjection(text_config(768))
    second = CLIPTextModelWithProjection(text_config(1280))
    state = {PREFIX + k: v for k, v in sd3_originals(sd3().state_dict()).items()}
    state |= {f"first_stage_model.{k}": v for k, v in vae_names(vae.state_dict()).items()}
    for name, network in (("clip_l", first), ("clip_g", second)):
        inner = f"text_encoders.{name}.transformer."
        state |= {inner + k: v for k, v in network.state_dict().items()}
    file = tmp_path / "sd3.5_medium_incl_clips.safetensors"
    save_file({name: value.half().contiguous() for name, value in state.items()}, file)
    spec: ModelSpec = identify(file)
    assert (spec.family, spec.variant) == ("stable_diffusion_3", "3.5")
    assert pipeline_facts(spec).tokenizers == ("tokenizer",)
    loaded: Any = family_module(spec).load(spec, choose_device("cpu"), Progress())
    assert loaded.parts["tokenizer_3"] is None
    for name, network in (("text_encoder", first), ("text_encoder_2", second), ("vae", vae)):
        for key, value in network.state_dict().items():
            assert torch.equal(loaded.parts[name].state_dict()[key], value.half().float()), key
