"""Entries of the configurations of transformers that the shapes of their tensors decide."""

from __future__ import annotations

from typing import Any

from studio.catalog.single.measures import Shapes, count_blocks


def measure_flux(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a transformer of Flux.1; {} if there are none."""
    found = streams(shapes)
    if not found:
        return {}
    found["guidance_embeds"] = "time_text_embed.guidance_embedder.linear_1.weight" in shapes
    pooled = shapes.get("time_text_embed.text_embedder.linear_1.weight")
    if pooled:
        found["pooled_projection_dim"] = pooled[1]
    return found


def streams(
    shapes: Shapes, single: str = "single_transformer_blocks.{}.attn.to_q.weight"
) -> dict[str, Any]:
    """Return the entries that all transformers of Flux's kind have; {} without their tensors.

    ``single`` is a tensor of each block with one stream.
    """
    if "x_embedder.weight" not in shapes or "context_embedder.weight" not in shapes:
        return {}
    width, inputs = shapes["x_embedder.weight"]
    head = shapes.get("transformer_blocks.0.attn.norm_q.weight", (128,))[0]
    found: dict[str, Any] = {
        "in_channels": inputs,
        "num_layers": count_blocks(shapes, "transformer_blocks.{}.attn.to_q.weight"),
        "num_single_layers": count_blocks(shapes, single),
        "attention_head_dim": head,
        "num_attention_heads": width // head,
        "joint_attention_dim": shapes["context_embedder.weight"][1],
    }
    outputs = shapes.get("proj_out.weight")
    if outputs and outputs[0] != inputs:
        # Those of Fill, which takes a mask and a picture beside the latents.
        found["out_channels"] = outputs[0]
    return found


def measure_sd3(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a transformer of SD 3; {} if there are none."""
    if "pos_embed.proj.weight" not in shapes or "context_embedder.weight" not in shapes:
        return {}
    width, inputs, patch, _ = shapes["pos_embed.proj.weight"]
    layers = count_blocks(shapes, "transformer_blocks.{}.attn.to_q.weight")
    norm = shapes.get("transformer_blocks.0.attn.norm_q.weight")
    # Without norms the width of a head is not in the shapes; the published models have 64.
    head = norm[0] if norm else 64
    found: dict[str, Any] = {
        "in_channels": inputs,
        "out_channels": shapes["proj_out.weight"][0] // patch**2,
        "patch_size": patch,
        "num_layers": layers,
        "attention_head_dim": head,
        "num_attention_heads": width // head,
        "joint_attention_dim": shapes["context_embedder.weight"][1],
        "caption_projection_dim": width,
        "qk_norm": "rms_norm" if norm else None,
        "dual_attention_layers": [
            layer
            for layer in range(layers)
            if f"transformer_blocks.{layer}.attn2.to_q.weight" in shapes
        ],
    }
    pooled = shapes.get("time_text_embed.text_embedder.linear_1.weight")
    if pooled:
        found["pooled_projection_dim"] = pooled[1]
    places = shapes.get("pos_embed.pos_embed")
    if places:
        found["pos_embed_max_size"] = round(places[1] ** 0.5)
    return found


def measure_t5(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a T5 encoder's configuration; {} if there are none."""
    words = shapes.get("shared.weight", ())
    layer = "encoder.block.0.layer"
    queries = shapes.get(f"{layer}.0.SelfAttention.q.weight", ())
    places = shapes.get(f"{layer}.0.SelfAttention.relative_attention_bias.weight", ())
    if not (len(words) == len(queries) == len(places) == 2):
        return {}
    return {
        "vocab_size": words[0],
        "d_model": words[1],
        "num_heads": places[1],
        "d_kv": queries[0] // places[1],
        "d_ff": shapes.get(f"{layer}.1.DenseReluDense.wo.weight", (0, 10240))[1],
        "num_layers": count_blocks(shapes, "encoder.block.{}.layer.0.SelfAttention.q.weight"),
    }
