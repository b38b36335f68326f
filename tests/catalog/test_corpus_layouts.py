"""The corpus is written from published layouts: here it is compared with the real classes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import corpus_dits as dits
import corpus_more_dits as more
import corpus_unets as unets
import pytest
from corpus_shapes import Shapes

DOWN, UP = "DownBlock2D", "UpBlock2D"
CROSS_DOWN, CROSS_UP = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"
XL = {
    "cross_attention_dim": 2048,
    "block_out_channels": (320, 640, 1280),
    "down_block_types": (DOWN, CROSS_DOWN, CROSS_DOWN),
    "up_block_types": (CROSS_UP, CROSS_UP, UP),
    "transformer_layers_per_block": [1, 2, 10],
    "use_linear_projection": True,
    "attention_head_dim": [5, 10, 20],
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
REFINER = {
    **XL,
    "cross_attention_dim": 1280,
    "block_out_channels": (384, 768, 1536, 1536),
    "down_block_types": (DOWN, CROSS_DOWN, CROSS_DOWN, DOWN),
    "up_block_types": (UP, CROSS_UP, CROSS_UP, UP),
    "transformer_layers_per_block": 4,
    "attention_head_dim": [6, 12, 24, 24],
    "projection_class_embeddings_input_dim": 2560,
}
SD3 = {"joint_attention_dim": 4096, "pooled_projection_dim": 2048}
SD2 = {"cross_attention_dim": 1024, "use_linear_projection": True,
       "attention_head_dim": [5, 10, 20, 20]}  # fmt: skip
PIXART = {"in_channels": 4, "out_channels": 8, "caption_channels": 4096}

ROWS: tuple[tuple[str, Callable[[], Shapes], dict[str, Any]], ...] = (
    ("UNet2DConditionModel", lambda: unets.diffusers(unets.SD1), {"cross_attention_dim": 768}),
    ("UNet2DConditionModel", lambda: unets.diffusers(unets.SD2), SD2),
    ("UNet2DConditionModel", lambda: unets.diffusers(unets.SDXL), XL),
    ("UNet2DConditionModel", lambda: unets.diffusers(unets.REFINER), REFINER),
    ("FluxTransformer2DModel", dits.flux_diffusers, {"guidance_embeds": True}),
    ("FluxTransformer2DModel", lambda: dits.flux_diffusers(guidance=False), {}),
    ("Flux2Transformer2DModel", lambda: dits.flux_2_diffusers("dev"), {}),
    (
        "Flux2Transformer2DModel",
        lambda: dits.flux_2_diffusers("klein 4B"),
        {"num_layers": 5, "num_single_layers": 20, "num_attention_heads": 24,
         "joint_attention_dim": 7680, "guidance_embeds": False},
    ),
    (
        "SD3Transformer2DModel",
        lambda: dits.sd3_diffusers("3 medium"),
        {**SD3, "num_layers": 24, "num_attention_heads": 24, "caption_projection_dim": 1536,
         "pos_embed_max_size": 192},
    ),
    (
        "SD3Transformer2DModel",
        lambda: dits.sd3_diffusers("3.5 medium"),
        {**SD3, "num_layers": 24, "num_attention_heads": 24, "caption_projection_dim": 1536,
         "pos_embed_max_size": 384, "qk_norm": "rms_norm",
         "dual_attention_layers": tuple(range(13))},
    ),
    (
        "SD3Transformer2DModel",
        lambda: dits.sd3_diffusers("3.5 large"),
        {**SD3, "num_layers": 38, "num_attention_heads": 38, "caption_projection_dim": 2432,
         "pos_embed_max_size": 192, "qk_norm": "rms_norm"},
    ),
    ("QwenImageTransformer2DModel", dits.qwen, {}),
    ("ChromaTransformer2DModel", dits.chroma_diffusers, {}),
    ("ZImageTransformer2DModel", lambda: more.z_image(diffusers=True), {}),
    ("Lumina2Transformer2DModel", more.lumina_2_diffusers, {"cap_feat_dim": 2304}),
    (
        "PixArtTransformer2DModel",
        more.pixart_diffusers,
        {**PIXART, "sample_size": 64, "use_additional_conditions": False},
    ),
    (
        "PixArtTransformer2DModel",
        lambda: more.pixart_diffusers(sizes=True),
        {**PIXART, "sample_size": 128, "use_additional_conditions": True},
    ),
    ("PriorTransformer", lambda: more.prior(768), {}),
)  # fmt: skip


@pytest.mark.parametrize("name, shapes, config", ROWS)
def test_the_corpus_has_every_tensor_of_the_class(
    name: str, shapes: Callable[[], Shapes], config: dict[str, Any]
) -> None:
    import diffusers
    import torch

    with warnings.catch_warnings(), torch.device("meta"):
        # ChromaTransformer2DModel announces what a later version will change.
        warnings.simplefilter("ignore", FutureWarning)
        model = getattr(diffusers, name)(**config)
    assert {key: tuple(one.shape) for key, one in model.state_dict().items()} == shapes()
