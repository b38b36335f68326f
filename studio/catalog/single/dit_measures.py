"""Entries of the configurations of Chroma, Flux.2, Z-Image, Lumina 2, PixArt and Qwen-Image that
the shapes of their tensors decide."""

from __future__ import annotations

from typing import Any

from studio.catalog.single.measures import Shapes, count_blocks
from studio.catalog.single.transformer_measures import streams

PIXART_HEAD = 72
"""Width of a head of PixArt's attention, which is not in the shapes."""
SIGMA_TOKENS = 300


def measure_chroma(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Chroma's transformer; {} if there are none."""
    found = streams(shapes)
    guide = shapes.get("distilled_guidance_layer.in_proj.weight")
    if not found or not guide:
        return {}
    layers = "distilled_guidance_layer.layers.{}.linear_1.weight"
    return {
        **found,
        "approximator_hidden_dim": guide[0],
        "approximator_num_channels": guide[1],
        "approximator_layers": count_blocks(shapes, layers),
    }


def measure_flux_2(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Flux.2's transformer; {} if there are none."""
    found = streams(shapes, single="single_transformer_blocks.{}.attn.to_out.weight")
    times = shapes.get("time_guidance_embed.timestep_embedder.linear_1.weight")
    if not found or not times:
        return {}
    inner = shapes.get("transformer_blocks.0.ff.linear_out.weight", (1, 3))
    return {
        **found,
        "timestep_guidance_channels": times[1],
        "mlp_ratio": inner[1] / inner[0],
        "guidance_embeds": "time_guidance_embed.guidance_embedder.linear_1.weight" in shapes,
    }


def measure_z_image(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Z-Image's transformer; {} if there are none."""
    patches = shapes.get("all_x_embedder.2-1.weight")
    norm = shapes.get("layers.0.attention.norm_q.weight")
    caption = shapes.get("cap_embedder.1.weight")
    if not (patches and norm and caption):
        return {}
    keys = shapes.get("layers.0.attention.to_k.weight", patches)
    return {
        "in_channels": patches[1] // 4,
        "dim": patches[0],
        "n_layers": count_blocks(shapes, "layers.{}.attention.to_q.weight"),
        "n_refiner_layers": count_blocks(shapes, "noise_refiner.{}.attention.to_q.weight"),
        "n_heads": patches[0] // norm[0],
        "n_kv_heads": keys[0] // norm[0],
        "cap_feat_dim": caption[1],
    }


def measure_lumina_2(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Lumina 2's transformer; {} if there are none."""
    patches = shapes.get("x_embedder.weight")
    norm = shapes.get("layers.0.attn.norm_q.weight")
    caption = shapes.get("time_caption_embed.caption_embedder.1.weight")
    if not (patches and norm and caption):
        return {}
    keys = shapes.get("layers.0.attn.to_k.weight", patches)
    found = {
        "in_channels": patches[1] // 4,
        "hidden_size": patches[0],
        "num_layers": count_blocks(shapes, "layers.{}.attn.to_q.weight"),
        "num_refiner_layers": count_blocks(shapes, "noise_refiner.{}.attn.to_q.weight"),
        "num_attention_heads": patches[0] // norm[0],
        "num_kv_heads": keys[0] // norm[0],
        "cap_feat_dim": caption[1],
    }
    inner = shapes.get("layers.0.feed_forward.linear_1.weight", (0,))[0]
    if inner >= 4 * patches[0]:
        # Four times the width, rounded up to a multiple of this.
        found["multiple_of"] = inner
    return found


def measure_pixart(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of PixArt's transformer; {} if there are none."""
    patches, out = shapes.get("pos_embed.proj.weight"), shapes.get("proj_out.weight")
    caption = shapes.get("caption_projection.linear_1.weight")
    if not (patches and out and caption):
        return {}
    width, inputs, patch, _ = patches
    size = "adaln_single.emb.resolution_embedder.linear_1.weight"
    found: dict[str, Any] = {
        "in_channels": inputs,
        "out_channels": out[0] // patch**2,
        "patch_size": patch,
        "num_layers": count_blocks(shapes, "transformer_blocks.{}.attn1.to_q.weight"),
        "num_attention_heads": width // PIXART_HEAD,
        "attention_head_dim": PIXART_HEAD,
        "cross_attention_dim": width,
        "caption_channels": caption[1],
        "use_additional_conditions": size in shapes,
    }
    places = shapes.get("pos_embed.pos_embed")
    if places:
        side = round(places[1] ** 0.5) * patch
        found["sample_size"] = side
        if shapes.get("caption_projection.y_embedding", (0,))[0] == SIGMA_TOKENS:
            found["interpolation_scale"] = side / 64
    return found


def measure_qwen_image(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Qwen-Image's transformer; {} if there are none."""
    patches, text = shapes.get("img_in.weight"), shapes.get("txt_in.weight")
    out = shapes.get("proj_out.weight")
    norm = shapes.get("transformer_blocks.0.attn.norm_q.weight")
    if not (patches and text and out and norm):
        return {}
    return {
        "in_channels": patches[1],
        "out_channels": out[0] // 4,
        "num_layers": count_blocks(shapes, "transformer_blocks.{}.attn.to_q.weight"),
        "attention_head_dim": norm[0],
        "num_attention_heads": patches[0] // norm[0],
        "joint_attention_dim": text[1],
    }
