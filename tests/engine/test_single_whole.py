"""A whole model of a newer family from single files makes the pictures of its folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import AutoencoderKL, ChromaTransformer2DModel, FlowMatchEulerDiscreteScheduler
from dit_factory import chroma_originals
from gguf_factory import gguf_bytes
from safetensors.torch import save_file
from single_factory import State, vae_names
from transformers import T5Config, T5EncoderModel

from studio.catalog.models import identify
from studio.core.assets import asset_path
from studio.core.geometry import Rect
from studio.edit.request import EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine

SIDE = 64


def networks() -> tuple[ChromaTransformer2DModel, AutoencoderKL, T5EncoderModel]:
    """Return small networks with the widths by which they are recognised."""
    torch.manual_seed(7)
    with known_warnings():
        transformer = ChromaTransformer2DModel(
            num_layers=1,
            num_single_layers=1,
            num_attention_heads=1,
            joint_attention_dim=4096,
            approximator_hidden_dim=32,
            approximator_layers=1,
        )
    vae = AutoencoderKL(
        block_out_channels=(32,) * 4,
        layers_per_block=1,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=16,
        scaling_factor=0.3611,
        shift_factor=0.1159,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    text = T5EncoderModel(
        T5Config(
            d_model=4096, d_kv=8, d_ff=32, num_layers=1, num_heads=2, feed_forward_proj="gated-gelu"
        )
    )
    return transformer, vae, text


def write_folder(folder: Path) -> Path:
    """Write the model in diffusers layout."""
    transformer, vae, text = networks()
    for name, network in (("transformer", transformer), ("vae", vae), ("text_encoder", text)):
        network.to(torch.bfloat16).save_pretrained(folder / name)
    (folder / "tokenizer").mkdir()
    vocabulary = asset_path("t5-tokenizer").read_bytes()
    (folder / "tokenizer" / "tokenizer.json").write_bytes(vocabulary)
    config = {"tokenizer_class": "T5TokenizerFast", "pad_token": "<pad>", "eos_token": "</s>"}
    (folder / "tokenizer" / "tokenizer_config.json").write_text(json.dumps(config))
    scheduler = FlowMatchEulerDiscreteScheduler(shift=1.0)
    scheduler.save_pretrained(folder / "scheduler")  # type: ignore[no-untyped-call]
    index = {
        "_class_name": "ChromaPipeline",
        "transformer": ["diffusers", "ChromaTransformer2DModel"],
        "vae": ["diffusers", "AutoencoderKL"],
        "text_encoder": ["transformers", "T5EncoderModel"],
        "tokenizer": ["transformers", "T5TokenizerFast"],
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def write_files(folder: Path, gguf: bool) -> Path:
    """Write the model as ComfyUI's users have it."""
    transformer, vae, text = networks()
    state: State = dict(text.state_dict())
    state.pop("encoder.embed_tokens.weight", None)
    parts = {
        "diffusion_models/Chroma1-HD": chroma_originals(transformer.state_dict()),
        "vae/ae": vae_names(vae.state_dict()),
        "text_encoders/t5xxl_bf16": state,
    }
    for name, tensors in parts.items():
        file = folder / f"{name}.safetensors"
        file.parent.mkdir(parents=True)
        save_file({k: v.to(torch.bfloat16).contiguous() for k, v in tensors.items()}, file)
    if not gguf:
        return folder / "diffusion_models" / "Chroma1-HD.safetensors"
    model = folder / "diffusion_models" / "Chroma1-HD-Q8_0.gguf"
    model.write_bytes(gguf_bytes(parts["diffusion_models/Chroma1-HD"]))
    return model


def request(ask: MakeRequest, model: Path) -> EditRequest:
    found: EditRequest = ask(
        model=str(model),
        task=Task.GENERATE,
        region=Rect(0, 0, SIDE, SIDE),
        prompt="a lighthouse at dusk",
        sampling={"steps": 2, "cfg_scale": 2.0, "sampler": "euler", "seed": 4},
    )
    return found


@pytest.mark.needs_asset("t5-tokenizer")
@pytest.mark.parametrize("gguf", [False, True], ids=["safetensors", "gguf"])
def test_chroma_in_three_files_paints_as_its_folder(
    gguf: bool, ask: MakeRequest, tmp_path: Path
) -> None:
    folder, model = write_folder(tmp_path / "folder"), write_files(tmp_path / "models", gguf)
    assert identify(model).family == identify(folder).family == "chroma"
    wanted = Engine("cpu").run(request(ask, folder)).images[0]
    found = Engine("cpu").run(request(ask, model)).images[0]
    assert wanted.std() > 3
    if gguf:
        # Eight bits with a scale for each 32 weights.
        assert np.abs(found.astype(int) - wanted).mean() < 3
    else:
        assert np.array_equal(found, wanted)
