"""Stable Diffusion 2.x as a variant of the first family: recognised, painted, and fitted."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import ControlNetModel, StableDiffusionPipeline, UNet2DConditionModel
from model_factory import build_model
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

from studio.catalog.families.table import family
from studio.catalog.families.unet import unet_facts
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.edit.request import AdapterUse, ControlUse, Task
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion import family as stable_diffusion

UNET = {
    "attention_head_dim": [5, 10, 20, 20],
    "block_out_channels": [320, 640, 1280, 1280],
    "cross_attention_dim": 1024,
    "down_block_types": [*["CrossAttnDownBlock2D"] * 3, "DownBlock2D"],
    "in_channels": 4,
    "layers_per_block": 2,
    "sample_size": 96,
    "up_block_types": ["UpBlock2D", *["CrossAttnUpBlock2D"] * 3],
    "use_linear_projection": True,
}
TEXT = {
    "hidden_act": "gelu",
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "max_position_embeddings": 77,
    "num_attention_heads": 16,
    "num_hidden_layers": 23,
    "projection_dim": 512,
    "vocab_size": 49408,
}
"""The configurations of stabilityai/stable-diffusion-2-1."""


def second(folder: Path, prediction: str = "v_prediction", **changes: Any) -> Path:
    scheduler = {
        "prediction_type": prediction,
        "clip_sample": False,
        "set_alpha_to_one": False,
    }
    return build_model(folder, second=True, layers=3, scheduler=scheduler, **changes)


def rewrite_json(file: Path, **changes: Any) -> None:
    """Change entries of a JSON file; None takes one away."""
    values = json.loads(file.read_text())
    values.update(changes)
    file.write_text(json.dumps({k: v for k, v in values.items() if v is not None}))


def headers_only(folder: Path, network: Any, stem: str) -> None:
    """Write a safetensors file of a network's true shapes whose data is a hole in the file."""
    header, end = {}, 0
    for name, value in network.state_dict().items():
        size = value.numel() * 4
        header[name] = {
            "dtype": "F32",
            "shape": list(value.shape),
            "data_offsets": [end, end + size],
        }
        end += size
    text = json.dumps(header).encode()
    with (folder / f"{stem}.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)


def test_the_true_shapes_are_recognised_from_headers(tmp_path: Path) -> None:
    model = second(tmp_path / "sd21")
    with torch.device("meta"):
        networks = {
            "unet": (UNet2DConditionModel(**UNET), "diffusion_pytorch_model"),
            "text_encoder": (CLIPTextModel(CLIPTextConfig(**TEXT)), "model"),
        }
    for part, (network, stem) in networks.items():
        headers_only(model / part, network, stem)
    rewrite_json(model / "unet" / "config.json", **UNET)
    rewrite_json(model / "text_encoder" / "config.json", **TEXT)
    spec = identify(model)
    assert spec.variant == "2.x" and spec.native_size == 768 and spec.size_multiple == 64
    assert unet_facts(spec).text_width == 1024
    assert unet_facts(spec).prediction_type == "v_prediction"
    # As counted in the published weights.
    assert spec.component("unet").parameters == 865_910_724
    assert spec.component("text_encoder").parameters == 340_387_840
    assert family(spec.family).label_of(spec) == "Stable Diffusion 2.x"


@pytest.mark.parametrize(
    ("sample_size", "is_second", "prediction"),
    [(96, True, "v_prediction"), (64, True, "epsilon"), (96, False, "epsilon")],
)
def test_a_scheduler_that_does_not_say_what_is_predicted(
    tmp_path: Path, sample_size: int, is_second: bool, prediction: str
) -> None:
    model = build_model(tmp_path / "m", second=is_second, sample_size=sample_size)
    rewrite_json(model / "scheduler" / "scheduler_config.json", prediction_type=None)
    assert unet_facts(identify(model)).prediction_type == prediction
    (model / "lienzo.json").write_text(json.dumps({"prediction_type": "sample"}))
    assert unet_facts(identify(model)).prediction_type == "sample"


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_it_paints_what_the_stock_pipeline_paints(
    engine: Engine, ask: MakeRequest, tmp_path: Path, prediction: str
) -> None:
    model = second(tmp_path / "m", prediction)
    size = identify(model).native_size
    made = engine.run(ask(model=str(model), region=Rect(0, 0, size, size))).images[0]
    stock: Any = StableDiffusionPipeline.from_pretrained(model, local_files_only=True)
    stock.set_progress_bar_config(disable=True)
    wanted = stock(
        "a cat", width=size, height=size, num_inference_steps=2, guidance_scale=5.0,
        generator=torch.Generator().manual_seed(7), output_type="np",
    ).images[0]  # fmt: skip
    assert np.abs(made.astype(int) - (wanted * 255).round().astype(int)).max() <= 1
    other = second(tmp_path / "n", {"epsilon": "v_prediction"}.get(prediction, "epsilon"))
    away = engine.run(ask(model=str(other), region=Rect(0, 0, size, size))).images[0]
    assert not np.array_equal(made, away), "the prediction type has no effect"


def test_the_prediction_type_of_lienzo_json_is_that_of_the_scheduler(
    engine: Engine, ask: MakeRequest, tmp_path: Path
) -> None:
    """A folder whose scheduler does not say it paints as one whose scheduler does."""
    said = engine.run(ask(model=str(second(tmp_path / "m")))).images[0]
    silent = second(tmp_path / "n")
    rewrite_json(silent / "scheduler" / "scheduler_config.json", prediction_type=None)
    plain = engine.run(ask(model=str(silent))).images[0]
    (silent / "lienzo.json").write_text(json.dumps({"prediction_type": "v_prediction"}))
    assert np.array_equal(engine.run(ask(model=str(silent))).images[0], said)
    assert not np.array_equal(plain, said)


def test_fills_by_a_nine_channel_unet(engine: Engine, ask: MakeRequest, tmp_path: Path) -> None:
    model = second(tmp_path / "m", "epsilon", in_channels=9)
    assert unet_facts(identify(model)).fills_only
    request = ask(Task.FILL, model=str(model))
    made = engine.run(request).images[0]
    assert made.shape == (64, 96, 3)
    assert not np.array_equal(made, engine.run(request.replace(prompt="a dog")).images[0])


def test_a_text_encoder_with_all_24_layers_loses_the_last() -> None:
    """The states are then those of the network with 23, bit for bit."""
    torch.manual_seed(0)
    small = {**TEXT, "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2,
             "vocab_size": 50}  # fmt: skip
    whole = CLIPTextModel(CLIPTextConfig(**{**small, "num_hidden_layers": 24})).eval()
    cut = CLIPTextModel(CLIPTextConfig(**small)).eval()
    cut.load_state_dict(whole.state_dict(), strict=False)
    ids = torch.tensor([[1, 2, 3, 4]])
    with torch.no_grad():
        before = whole(ids).last_hidden_state
        stable_diffusion.leave_last_layer_out(whole)
        assert torch.equal(whole(ids).last_hidden_state, cut(ids).last_hidden_state)
        assert not torch.equal(before, cut(ids).last_hidden_state)
    stable_diffusion.leave_last_layer_out(cut)
    assert len(cut.encoder.layers) == 23


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model whose text is as wide as that of 2.x."""
    return second(tmp_path_factory.mktemp("wide") / "m", width=1024)


def refusal(ask: MakeRequest, model: Path, **changes: Any) -> StudioError:
    fresh = Engine("cpu")
    with pytest.raises(StudioError) as caught:
        fresh.run(ask(model=str(model), **changes))
    assert fresh.residency.loaded is None
    said = str(caught.value)
    assert "Stable Diffusion 1.x" in said and "Stable Diffusion 2.x" in said, said
    assert caught.value.hint
    return caught.value


def test_a_lora_of_1_is_refused(ask: MakeRequest, wide: Path, tmp_path: Path) -> None:
    name = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k"
    file = tmp_path / "lora.safetensors"
    tensors = {
        f"{name}.lora_down.weight": torch.zeros(4, 768),
        f"{name}.lora_up.weight": torch.zeros(64, 4),
        f"{name}.alpha": torch.tensor(4.0),
    }
    save_file(tensors, file)
    refusal(ask, wide, adapters=(AdapterUse("lora", str(file)),))


def test_an_embedding_of_1_is_refused(ask: MakeRequest, wide: Path, tmp_path: Path) -> None:
    file = tmp_path / "zorp.safetensors"
    save_file({"emb_params": torch.zeros(1, 768)}, file)
    refusal(ask, wide, adapters=(AdapterUse("textual_inversion", str(file)),))


def test_a_controlnet_of_1_is_refused(ask: MakeRequest, wide: Path, tmp_path: Path) -> None:
    unet: Any = UNet2DConditionModel.from_pretrained(wide / "unet")
    unet.register_to_config(cross_attention_dim=768)
    network = ControlNetModel(
        block_out_channels=(32, 64),
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        cross_attention_dim=768,
        layers_per_block=1,
        attention_head_dim=4,
        norm_num_groups=8,
    )
    network.save_pretrained(tmp_path / "canny")
    image = np.zeros((64, 96, 3), np.uint8)
    use = ControlUse("canny", image, model=str(tmp_path / "canny"))
    refusal(ask, wide, controls=(use,))
