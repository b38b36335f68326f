"""Small transformers of the newer families with random weights, and their tensors by the names of
their makers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from diffusers import (
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    ChromaTransformer2DModel,
    Flux2Transformer2DModel,
    Lumina2Transformer2DModel,
    PixArtTransformer2DModel,
    QwenImageTransformer2DModel,
    ZImageTransformer2DModel,
)
from single_factory import State, vae_names
from torch import Tensor

from studio.catalog.single.dit_names import (
    LUMINA_INNER,
    LUMINA_OUTER,
    Z_INNER,
    Z_OUTER,
)
from studio.catalog.single.stream_names import (
    FLUX_2_DOUBLE,
    FLUX_2_OUTER,
    FLUX_2_SINGLE,
    FLUX_DOUBLE,
    FLUX_OUTER,
    FLUX_SINGLE,
)
from studio.catalog.single.wan_vae_names import RESIDUAL
from studio.engine.device import known_warnings

BLOCK = re.compile(r"(?P<list>\w+)\.(?P<number>\d+)\.(?P<rest>.+)$")


def halves_swapped(value: Tensor) -> Tensor:
    """Return a tensor whose halves change places."""
    first, second = value.chunk(2, dim=0)
    return torch.cat((second, first))


def joined(state: State, name: str, *parts: str) -> Tensor:
    """Return several tensors below each other; ``name`` is that of the first."""
    return torch.cat([state[name.replace(parts[0], part)] for part in parts])


def turned(table: Mapping[str, str]) -> dict[str, str]:
    """Return a table the other way round."""
    return {ours: theirs for theirs, ours in table.items()}


def stream_originals(
    state: State,
    outer: Mapping[str, str],
    double: Mapping[str, str],
    single: Mapping[str, str],
) -> State:
    """Return the tensors of a transformer of Flux's kind by the names of its authors."""
    outer, double, single = turned(outer), turned(double), turned(single)
    found: State = {}
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        end = "scale" if re.search(r"norm_(added_)?[qk]$", module) else kind
        match = BLOCK.match(module)
        if module in outer:
            found[f"{outer[module]}.{kind}"] = value
        elif module == "norm_out.linear":
            found[f"final_layer.adaLN_modulation.1.{kind}"] = halves_swapped(value)
        elif match and match["list"] == "transformer_blocks":
            start, rest = f"double_blocks.{match['number']}", match["rest"]
            if rest in double:
                found[f"{start}.{double[rest]}.{end}"] = value
            elif rest == "attn.to_q":
                found[f"{start}.img_attn.qkv.{kind}"] = joined(state, name, "to_q", "to_k", "to_v")
            elif rest == "attn.add_q_proj":
                names = ("add_q_proj", "add_k_proj", "add_v_proj")
                found[f"{start}.txt_attn.qkv.{kind}"] = joined(state, name, *names)
        elif match and match["list"] == "single_transformer_blocks":
            start, rest = f"single_blocks.{match['number']}", match["rest"]
            if rest in single:
                found[f"{start}.{single[rest]}.{end}"] = value
            elif rest == "attn.to_q":
                parts = joined(state, name, "to_q", "to_k", "to_v")
                mlp = state[f"{match['list']}.{match['number']}.proj_mlp.{kind}"]
                found[f"{start}.linear1.{kind}"] = torch.cat((parts, mlp))
    return found


def flux_originals(state: State) -> State:
    """Return the tensors of Flux.1's transformer by the names of its authors."""
    return stream_originals(state, FLUX_OUTER, FLUX_DOUBLE, FLUX_SINGLE)


def flux_2_originals(state: State) -> State:
    """Return the tensors of Flux.2's transformer by the names of its authors."""
    return stream_originals(state, FLUX_2_OUTER, FLUX_2_DOUBLE, FLUX_2_SINGLE)


def chroma_originals(state: State) -> State:
    """Return the tensors of Chroma's transformer by the names of its author."""
    found = flux_originals(state)
    for name, value in state.items():
        if name.startswith("distilled_guidance_layer."):
            new = name.replace("linear_1", "in_layer").replace("linear_2", "out_layer")
            if ".norms." in new:
                new = new.replace(".weight", ".scale")
            found[new] = value
    return found


def z_image_originals(state: State) -> State:
    """Return the tensors of Z-Image's transformer by the names of its authors."""
    outer, inner = turned(Z_OUTER), turned(Z_INNER)
    found: State = {}
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        match = BLOCK.match(module)
        if module in outer:
            found[f"{outer[module]}.{kind}"] = value
        elif match and match["rest"] == "attention.to_q":
            new = name.replace("to_q", "qkv")
            found[new] = joined(state, name, "to_q", "to_k", "to_v")
        elif match and match["rest"] in inner:
            start = f"{match['list']}.{match['number']}"
            found[f"{start}.{inner[match['rest']]}.{kind}"] = value
        elif not (match and match["rest"] in ("attention.to_k", "attention.to_v")):
            found[name] = value
    return found


def lumina_2_originals(state: State) -> State:
    """Return the tensors of Lumina 2's transformer by the names of its authors."""
    outer, inner = turned(LUMINA_OUTER), turned(LUMINA_INNER)
    found: State = {}
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        match = BLOCK.match(module)
        if module in outer:
            found[f"{outer[module]}.{kind}"] = value
        elif match and match["rest"] == "attn.to_q":
            new = name.replace("attn.to_q", "attention.qkv")
            found[new] = joined(state, name, "to_q", "to_k", "to_v")
        elif match and match["rest"] in (*inner, "norm1"):
            start = f"{match['list']}.{match['number']}"
            found[f"{start}.{inner.get(match['rest'], 'attention_norm1')}.{kind}"] = value
    return found


PIXART = (
    (r"^pos_embed\.proj", "x_embedder.proj"),
    (r"^caption_projection\.linear_(\d)", r"y_embedder.y_proj.fc\1"),
    (r"^adaln_single\.linear", "t_block.1"),
    (r"^proj_out", "final_layer.linear"),
    (r"^scale_shift_table", "final_layer.scale_shift_table"),
    (r"\.attn1\.to_out\.0", ".attn.proj"),
    (r"\.attn2\.to_out\.0", ".cross_attn.proj"),
    (r"\.attn2\.to_q", ".cross_attn.q_linear"),
    (r"\.ff\.net\.0\.proj", ".mlp.fc1"),
    (r"\.ff\.net\.2", ".mlp.fc2"),
    (r"^transformer_blocks", "blocks"),
)
"""Names of diffusers -> those of PixArt, from diffusers' script for its conversion
(scripts/convert_pixart_sigma_to_diffusers.py), read the other way."""
PIXART_TIMES = {"timestep": "t", "resolution": "csize", "aspect_ratio": "ar"}


def pixart_originals(state: State) -> State:
    """Return the tensors of PixArt's transformer by the names of its authors."""
    found: State = {}
    for name, value in state.items():
        if ".attn1.to_q." in name:
            kind = name.rpartition(".")[2]
            start = name.split(".attn1")[0].replace("transformer_blocks", "blocks")
            found[f"{start}.attn.qkv.{kind}"] = joined(state, name, "to_q", "to_k", "to_v")
        elif ".attn2.to_k." in name:
            kind = name.rpartition(".")[2]
            start = name.split(".attn2")[0].replace("transformer_blocks", "blocks")
            found[f"{start}.cross_attn.kv_linear.{kind}"] = joined(state, name, "to_k", "to_v")
        elif match := re.match(r"adaln_single\.emb\.(\w+)_embedder\.linear_(\d)\.(\w+)", name):
            layer = 2 * (int(match[2]) - 1)
            found[f"{PIXART_TIMES[match[1]]}_embedder.mlp.{layer}.{match[3]}"] = value
        elif not re.search(r"attn1\.to_[kv]\.|attn2\.to_v\.", name):
            new = name
            for pattern, theirs in PIXART:
                new = re.sub(pattern, theirs, new)
            found[new] = value
    return found


def wan_originals(state: State) -> State:
    """Return the tensors of Qwen-Image's autoencoder by the names of Wan's authors."""
    inner = turned(RESIDUAL)
    found: State = {}
    layers = 1 + max(int(n.split(".")[4]) for n in state if n.startswith("decoder.up_blocks.0.res"))
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        module = re.sub(r"^quant_conv", "conv1", module)
        module = re.sub(r"^post_quant_conv", "conv2", module)
        module = module.replace("conv_in", "conv1").replace("norm_out", "head.0")
        module = module.replace("coder.conv_out", "coder.head.2")
        module = module.replace("mid_block.attentions.0", "middle.1")
        module = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"middle.{2 * int(m[1])}", module)
        module = module.replace("down_blocks", "downsamples")
        module = re.sub(
            r"up_blocks\.(\d+)\.resnets\.(\d+)",
            lambda m: f"upsamples.{int(m[1]) * (layers + 1) + int(m[2])}",
            module,
        )
        module = re.sub(
            r"up_blocks\.(\d+)\.upsamplers\.0",
            lambda m: f"upsamples.{int(m[1]) * (layers + 1) + layers}",
            module,
        )
        start, _, last = module.rpartition(".")
        if last in inner and re.search(r"(samples|middle)\.\d+$", start):
            module = f"{start}.{inner[last]}"
        found[f"{module}.{kind}"] = value
    return found


def flux_2_vae_originals(state: State) -> State:
    """Return the tensors of Flux.2's autoencoder by the names of its authors."""
    inside = {"quant_conv": "encoder.quant_conv", "post_quant_conv": "decoder.post_quant_conv"}
    found: State = {}
    for name, value in vae_names(state).items():
        module, _, kind = name.rpartition(".")
        found[f"{inside.get(module, module)}.{kind}"] = value
    return found


def small(cls: type[Any], seed: int = 1, **changes: Any) -> Any:
    """Return a small network of a class."""
    torch.manual_seed(seed)
    with known_warnings():
        network = cls(**{**ENTRIES[cls], **changes})
    for value in network.buffers():
        # Statistics of the autoencoder, which are all zeros and ones at first.
        if value.is_floating_point() and value.ndim == 1:
            value.uniform_(0.5, 1.5)
    return network


ENTRIES: Mapping[type[Any], Mapping[str, Any]] = {
    ChromaTransformer2DModel: {
        "in_channels": 16,
        "num_layers": 2,
        "num_single_layers": 2,
        "attention_head_dim": 16,
        "num_attention_heads": 3,
        "joint_attention_dim": 20,
        "axes_dims_rope": (4, 6, 6),
        "approximator_num_channels": 8,
        "approximator_hidden_dim": 32,
        "approximator_layers": 2,
    },
    Flux2Transformer2DModel: {
        "in_channels": 16,
        "num_layers": 2,
        "num_single_layers": 2,
        "attention_head_dim": 16,
        "num_attention_heads": 3,
        "joint_attention_dim": 20,
        "timestep_guidance_channels": 16,
        "axes_dims_rope": (4, 4, 4, 4),
        "guidance_embeds": False,
    },
    ZImageTransformer2DModel: {
        "dim": 48,
        "n_layers": 2,
        "n_refiner_layers": 1,
        "n_heads": 3,
        "n_kv_heads": 3,
        "cap_feat_dim": 20,
        "axes_dims": [4, 6, 6],
        "axes_lens": [1536, 64, 64],
    },
    Lumina2Transformer2DModel: {
        "hidden_size": 48,
        "num_layers": 2,
        "num_refiner_layers": 2,
        "num_attention_heads": 6,
        "num_kv_heads": 2,
        "multiple_of": 256,
        "axes_dim_rope": (4, 2, 2),
        "cap_feat_dim": 20,
    },
    PixArtTransformer2DModel: {
        "num_attention_heads": 1,
        "attention_head_dim": 72,
        "num_layers": 2,
        "cross_attention_dim": 72,
        "caption_channels": 20,
        "sample_size": 128,
    },
    QwenImageTransformer2DModel: {
        "num_layers": 2,
        "attention_head_dim": 16,
        "num_attention_heads": 3,
        "joint_attention_dim": 20,
        "axes_dims_rope": (4, 6, 6),
    },
    AutoencoderKLFlux2: {
        "block_out_channels": (32, 32, 64, 64),
        "latent_channels": 32,
        "layers_per_block": 1,
    },
    AutoencoderKLQwenImage: {"base_dim": 8},
}
