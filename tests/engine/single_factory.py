"""Small models of the real classes in diffusers layout, and their export to one file.

The widths by which recognition tells the families apart are those of the real models; everything
else is small. The export writes the names of Stability's code, the inverse of diffusers'
conversion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.core.assets import asset_path

State = dict[str, Tensor]
HALF = torch.float16

RESNETS = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
OUTER = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "time_embedding.cond_proj": "time_embed.cond_proj",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
TEXT_LAYERS = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
    "self_attn.out_proj": "attn.out_proj",
}


def small_unet(**changes: Any) -> UNet2DConditionModel:
    """Return a UNet with the layers of SD 1.x."""
    cross, plain = ("CrossAttnDownBlock2D", "DownBlock2D")
    entries: dict[str, Any] = {
        "sample_size": 64,
        "block_out_channels": (32, 64, 64, 64),
        "layers_per_block": 2,
        "down_block_types": (cross, cross, cross, plain),
        "up_block_types": ("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
        "attention_head_dim": 8,
        "cross_attention_dim": 768,
    }
    return UNet2DConditionModel(**{**entries, **changes})


def small_vae(**changes: Any) -> AutoencoderKL:
    """Return an autoencoder with the levels of Stable Diffusion's."""
    return AutoencoderKL(
        block_out_channels=(32, 32, 32, 64),
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        **{"scaling_factor": 0.18215, "sample_size": 512, **changes},
    )


def text_config(width: int = 768, layers: int = 2, **changes: Any) -> CLIPTextConfig:
    """Return the configuration of a CLIP text encoder for the published vocabulary."""
    entries: dict[str, Any] = {
        "vocab_size": 49408,
        "hidden_size": width,
        "intermediate_size": 64,
        "num_hidden_layers": layers,
        "num_attention_heads": width // 64,
        "hidden_act": "quick_gelu" if width == 768 else "gelu",
        "projection_dim": width,
        "bos_token_id": 49406,
        "eos_token_id": 49407,
        "pad_token_id": 49407 if width == 768 else 1,
    }
    return CLIPTextConfig(**{**entries, **changes})


def build_folder(
    folder: Path,
    kind: str = "sd-1",
    *,
    seed: int = 0,
    dtype: torch.dtype = HALF,
    spread: float = 0.05,
    **unet: Any,
) -> Path:
    """Write a model in diffusers layout: "sd-1", "sd-2" or "sdxl", with changes of its UNet.

    ``spread`` is the deviation of a bias by which velocity in SD 2.x is recognised.
    """
    torch.manual_seed(seed)
    text: dict[str, Any] = {"text_encoder": CLIPTextModel(text_config())}
    vae: dict[str, Any] = {}
    if kind == "sd-2":
        linear = {"attention_head_dim": (1, 1, 1, 1), "use_linear_projection": True}
        unet = {"cross_attention_dim": 1024, **linear, **unet}
        text = {"text_encoder": CLIPTextModel(text_config(1024, 3))}
    if kind == "sdxl":
        unet = {**XL_UNET, **unet}
        text["text_encoder_2"] = CLIPTextModelWithProjection(text_config(1280))
        vae = {"scaling_factor": 0.13025, "sample_size": 1024}
    networks = {"unet": small_unet(**unet), "vae": small_vae(**vae), **text}
    if kind == "sd-2":
        # By this bias the models of noise and those of velocity are told apart.
        bias = networks["unet"].up_blocks[3].attentions[2].transformer_blocks[0].norm1.bias
        torch.nn.init.normal_(bias, std=spread)
    for name, network in networks.items():
        network.to(dtype).save_pretrained(folder / name)
    for number, name in enumerate(text):
        pad = "<|endoftext|>" if number == 0 and kind != "sd-2" else "!"
        _save_tokenizer(folder / name.replace("text_encoder", "tokenizer"), pad)
    _save_scheduler(folder, kind)
    classes = {name: type(network).__name__ for name, network in networks.items()}
    _save_index(folder, kind, classes)
    return folder


XL_UNET: Mapping[str, Any] = {
    "sample_size": 128,
    "block_out_channels": (64, 64, 128),
    "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 2),
    "up_block_types": (*("CrossAttnUpBlock2D",) * 2, "UpBlock2D"),
    "attention_head_dim": (1, 1, 2),
    "cross_attention_dim": 2048,
    "transformer_layers_per_block": (1, 2, 3),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}


def _save_tokenizer(folder: Path, pad: str) -> None:
    folder.mkdir()
    for name in ("vocab.json", "merges.txt"):
        (folder / name).write_bytes(asset_path("clip-tokenizer", name).read_bytes())
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": pad}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def _save_scheduler(folder: Path, kind: str) -> None:
    scheduler: Any = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
    )
    scheduler.save_pretrained(folder / "scheduler")
    file = folder / "scheduler" / "scheduler_config.json"
    config = json.loads(file.read_text())
    # Those of SD 1.5 and 2.1 have no entry, that of SDXL has.
    config.pop("timestep_spacing")
    spacing = {"timestep_spacing": "leading"} if kind == "sdxl" else {}
    file.write_text(json.dumps({**config, **spacing}))


def _save_index(folder: Path, kind: str, classes: Mapping[str, str]) -> None:
    pipeline = "StableDiffusionXLPipeline" if kind == "sdxl" else "StableDiffusionPipeline"
    index: dict[str, Any] = {"_class_name": pipeline, "scheduler": ["diffusers", "Scheduler"]}
    index |= {name: ["diffusers", cls] for name, cls in classes.items()}
    (folder / "model_index.json").write_text(json.dumps(index))


def read_networks(folder: Path) -> dict[str, State]:
    """Return the tensors of each network of a folder."""
    return {file.parent.name: load_file(file) for file in sorted(folder.glob("*/*.safetensors"))}


def export(folder: Path, file: Path, **changes: Any) -> Path:
    """Write the networks of a folder into one file; see ``exported``."""
    metadata = changes.pop("metadata", None)
    save_file(exported(folder, **changes), file, metadata=metadata)
    return file


def exported(folder: Path, *, leave_out: tuple[str, ...] = ()) -> State:
    """Return the tensors of all networks of a folder by the names of Stability's code."""
    found: State = {}
    xl = (folder / "text_encoder_2").is_dir()
    for part, state in read_networks(folder).items():
        if part in leave_out:
            continue
        if part == "unet":
            found |= {f"model.diffusion_model.{k}": v for k, v in unet_names(state).items()}
        elif part == "vae":
            found |= {f"first_stage_model.{k}": v for k, v in vae_names(state).items()}
        else:
            found |= _text(state, part, xl)
    return {name: value.contiguous() for name, value in found.items()}


def _text(state: State, part: str, xl: bool) -> State:
    width = state[next(name for name in state if name.endswith("token_embedding.weight"))].shape[1]
    if width == 768:
        start = "conditioner.embedders.0." if xl else "cond_stage_model."
        named = {_full(name): value for name, value in state.items()}
        return {f"{start}transformer.{name}": value for name, value in named.items()}
    start = "conditioner.embedders.1.model." if xl else "cond_stage_model.model."
    return {start + name: value for name, value in open_clip_names(state).items()}


def _full(name: str) -> str:
    return name if name.startswith(("text_model.", "text_projection")) else f"text_model.{name}"


def open_clip_names(state: State) -> State:
    """Return the tensors of a CLIP text encoder by the names of OpenCLIP, with queries, keys and
    values as one."""
    outer = {
        "embeddings.token_embedding.weight": "token_embedding.weight",
        "embeddings.position_embedding.weight": "positional_embedding",
        "final_layer_norm.weight": "ln_final.weight",
        "final_layer_norm.bias": "ln_final.bias",
    }
    found: State = {}
    for name, value in state.items():
        bare = name.removeprefix("text_model.")
        if bare in outer:
            found[outer[bare]] = value
        elif bare == "text_projection.weight":
            found["text_projection"] = value.T
        elif match := re.match(r"encoder\.layers\.(\d+)\.(.+)\.(weight|bias)$", bare):
            start = f"transformer.resblocks.{match[1]}"
            if match[2] in TEXT_LAYERS:
                found[f"{start}.{TEXT_LAYERS[match[2]]}.{match[3]}"] = value
            elif match[2] == "self_attn.q_proj":
                thirds = [name.replace("q_proj", f"{one}_proj") for one in "qkv"]
                found[f"{start}.attn.in_proj_{match[3]}"] = torch.cat([state[x] for x in thirds])
    return found


def unet_names(state: State) -> State:
    """Return the tensors of a UNet by the names of Stability's code."""
    levels = _blocks(state, "down_blocks")
    up = [_blocks(state, f"up_blocks.{level}.resnets") for level in range(levels)]
    down = [_blocks(state, f"down_blocks.{level}.resnets") for level in range(levels)]
    found: State = {}
    for name, value in state.items():
        module, _, kind = name.rpartition(".")
        found[f"{_unet_name(module, state, down, up)}.{kind}"] = value
    return found


def _blocks(state: State, start: str) -> int:
    numbers = {name.split(".")[start.count(".") + 1] for name in state if name.startswith(start)}
    return len(numbers)


def _unet_name(module: str, state: State, down: list[int], up: list[int]) -> str:
    if module in OUTER:
        return OUTER[module]
    if match := re.match(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)$", module):
        resnets = match[1] == "resnets"
        attends = any(name.startswith("mid_block.attentions") for name in state)
        number = int(match[2]) * (2 if attends else 1) if resnets else 1
        return f"middle_block.{number}.{RESNETS.get(match[3], match[3])}"
    match = re.match(r"(down|up)_blocks\.(\d+)\.(\w+)\.(\d+)\.(.+)$", module)
    assert match is not None, module
    side, level, kind, layer, rest = match.groups()
    if side == "down":
        before = sum(down[: int(level)]) + int(level)
        if kind == "downsamplers":
            return f"input_blocks.{1 + before + down[int(level)]}.0.op"
        number = 1 + before + int(layer)
    else:
        before = sum(up[: int(level)])
        if kind == "upsamplers":
            attends = any(name.startswith(f"up_blocks.{level}.attentions") for name in state)
            return f"output_blocks.{before + up[int(level)] - 1}.{2 if attends else 1}.conv"
        number = before + int(layer)
    start = "input_blocks" if side == "down" else "output_blocks"
    inner = RESNETS[rest] if kind == "resnets" else rest
    return f"{start}.{number}.{1 if kind == 'attentions' else 0}.{inner}"


def vae_names(state: State) -> State:
    """Return the tensors of an autoencoder by the names of Stability's code."""
    levels = _blocks(state, "decoder.up_blocks")
    found: State = {}
    for name, value in state.items():
        new = re.sub(
            r"decoder\.up_blocks\.(\d+)",
            lambda match: f"decoder.up.{levels - 1 - int(match[1])}",
            name,
        )
        new = new.replace("encoder.down_blocks", "encoder.down").replace("mid_block.", "mid.")
        new = re.sub(r"(down|up)\.(\d+)\.resnets", r"\1.\2.block", new)
        new = new.replace("samplers.0.conv", "sample.conv").replace("conv_shortcut", "nin_shortcut")
        new = re.sub(r"mid\.resnets\.(\d)", lambda match: f"mid.block_{int(match[1]) + 1}", new)
        for ours, theirs in (
            ("group_norm", "norm"),
            ("to_q", "q"),
            ("to_k", "k"),
            ("to_v", "v"),
            ("to_out.0", "proj_out"),
        ):
            new = new.replace(f"mid.attentions.0.{ours}.", f"mid.attn_1.{theirs}.")
        flat = "mid.attn_1." in new and value.ndim == 2
        found[new.replace("conv_norm_out", "norm_out")] = value[..., None, None] if flat else value
    return found
