"""Entries of configurations that the shapes of a network's tensors, as in diffusers, decide.

They make the shipped configuration fit merged, pruned and scaled-down models alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.catalog.recognise.unpacked import Shape

Shapes = Mapping[str, Shape]

HEAD_WIDTH = 64
"""Width of a head of the text encoders, and of the UNets whose transformers begin with a linear
layer; the others have a fixed number of heads."""


def measure_unet(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a UNet's configuration; {} if there are none."""
    levels = count_blocks(shapes, "down_blocks.{}.resnets.0.conv1.weight")
    if not levels or "conv_in.weight" not in shapes:
        return {}
    down = [_depths(shapes, f"down_blocks.{level}") for level in range(levels)]
    up = [_depths(shapes, f"up_blocks.{level}") for level in range(levels)]
    widths = [shapes[f"down_blocks.{level}.resnets.0.conv1.weight"][0] for level in range(levels)]
    layers = [
        count_blocks(shapes, f"down_blocks.{level}.resnets.{{}}.conv1.weight")
        for level in range(levels)
    ]
    found: dict[str, Any] = {
        "in_channels": shapes["conv_in.weight"][1],
        "out_channels": shapes.get("conv_out.weight", (4,))[0],
        "block_out_channels": widths,
        "layers_per_block": layers[0] if len(set(layers)) == 1 else layers,
        "down_block_types": [f"{'CrossAttn' * bool(one)}DownBlock2D" for one in down],
        "up_block_types": [f"{'CrossAttn' * bool(one)}UpBlock2D" for one in up],
        "mid_block_type": _middle(shapes),
    }
    context = _first(shapes, "attn2.to_k.weight")
    if context:
        found["cross_attention_dim"] = context[1]
    linear = len(_first(shapes, "attentions.0.proj_in.weight")) == 2
    if linear:
        found["attention_head_dim"] = [max(1, width // HEAD_WIDTH) for width in widths]
    found["use_linear_projection"] = linear
    found.update(_transformer_layers(down, up))
    if "time_embedding.cond_proj.weight" in shapes:
        found["time_cond_proj_dim"] = shapes["time_embedding.cond_proj.weight"][1]
    if "add_embedding.linear_1.weight" in shapes:
        label = shapes["add_embedding.linear_1.weight"][1]
        found["projection_class_embeddings_input_dim"] = label
    return found


def _depths(shapes: Shapes, block: str) -> list[int]:
    """Return the number of transformer blocks of each attention layer of a level."""
    found: list[int] = []
    inner = f"{block}.attentions.{len(found)}.transformer_blocks."
    while deep := count_blocks(shapes, inner + "{}.attn1.to_q.weight"):
        found.append(deep)
        inner = f"{block}.attentions.{len(found)}.transformer_blocks."
    return found


def _transformer_layers(down: list[list[int]], up: list[list[int]]) -> dict[str, Any]:
    """Return the depths: one number for each level, or one for each layer if they differ."""
    if all(len(set(one)) <= 1 for one in (*down, *up)):
        levels = [one[0] if one else 1 for one in down]
        return {"transformer_layers_per_block": levels if set(levels) != {1} else 1}
    return {
        "transformer_layers_per_block": [one or 1 for one in down],
        "reverse_transformer_layers_per_block": [one or 1 for one in up],
    }


def _middle(shapes: Shapes) -> str | None:
    if "mid_block.resnets.0.conv1.weight" not in shapes:
        return None
    attends = "mid_block.attentions.0.norm.weight" in shapes
    return "UNetMidBlock2DCrossAttn" if attends else "UNetMidBlock2D"


def measure_vae(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of an autoencoder's configuration; {} if there are none."""
    levels = count_blocks(shapes, "decoder.up_blocks.{}.resnets.0.conv1.weight")
    if not levels or "decoder.conv_in.weight" not in shapes:
        return {}
    last = levels - 1
    widths = [
        shapes[f"decoder.up_blocks.{last - level}.resnets.0.conv1.weight"][0]
        for level in range(levels)
    ]
    layers = count_blocks(shapes, f"decoder.up_blocks.{last}.resnets.{{}}.conv1.weight")
    return {
        "latent_channels": shapes["decoder.conv_in.weight"][1],
        "block_out_channels": widths,
        "layers_per_block": layers - 1,
        "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels,
        "use_quant_conv": "quant_conv.weight" in shapes,
        "use_post_quant_conv": "post_quant_conv.weight" in shapes,
    }


def measure_flux_2_vae(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Flux.2's autoencoder; {} if there are none.

    Its decoder may be narrower than its encoder.
    """
    found = measure_vae(shapes)
    if not found or "bn.running_mean" not in shapes:
        return {}
    levels = count_blocks(shapes, "encoder.down_blocks.{}.resnets.0.conv1.weight")
    widths = [
        shapes[f"encoder.down_blocks.{level}.resnets.0.conv1.weight"][0] for level in range(levels)
    ]
    if widths != found["block_out_channels"]:
        found["decoder_block_out_channels"] = found["block_out_channels"]
    found["block_out_channels"] = widths
    found["down_block_types"] = ["DownEncoderBlock2D"] * levels
    return found


def measure_clip(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a text encoder's configuration; {} if there are none."""
    words = shapes.get("text_model.embeddings.token_embedding.weight", ())
    places = shapes.get("text_model.embeddings.position_embedding.weight", ())
    if len(words) != 2 or len(places) != 2:
        return {}
    found = {
        "vocab_size": words[0],
        "hidden_size": words[1],
        "num_attention_heads": max(1, words[1] // HEAD_WIDTH),
        "max_position_embeddings": places[0],
        "num_hidden_layers": count_blocks(
            shapes, "text_model.encoder.layers.{}.self_attn.q_proj.weight"
        ),
    }
    inner = shapes.get("text_model.encoder.layers.0.mlp.fc1.weight")
    if inner:
        found["intermediate_size"] = inner[0]
    if "text_projection.weight" in shapes:
        found["projection_dim"] = shapes["text_projection.weight"][0]
    return found


def count_blocks(shapes: Shapes, template: str) -> int:
    """Return how many of ``template`` there are, with 0, 1, 2, ... in place of "{}"."""
    number = 0
    while template.format(number) in shapes:
        number += 1
    return number


def _first(shapes: Shapes, end: str) -> Shape:
    return next((shape for name, shape in shapes.items() if name.endswith(end)), ())
