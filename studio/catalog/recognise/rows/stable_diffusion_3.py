"""Stable Diffusion 3 and 3.5."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network

FAMILY = "stable_diffusion_3"
NEEDS = ("clip_l", "clip_g", "t5_xxl", "vae_sd3")
ORIGINAL = "joint_blocks.0.context_block.attn.qkv.weight"
DIFFUSERS = ("transformer_blocks.0.attn.add_q_proj.weight", "pos_embed.proj.weight")


def recognise(header: Header) -> Finding | None:
    """Return a transformer of two streams with a learned table of positions."""
    network = header.network
    if ORIGINAL in network:
        key, norm = ORIGINAL, "joint_blocks.0.context_block.attn.ln_q.weight"
        second = "joint_blocks.0.x_block.attn2.qkv.weight"
        blocks = network.blocks("joint_blocks.{}.x_block.attn.qkv.weight")
    elif network.has(*DIFFUSERS) and not network.begins("controlnet_blocks."):
        key, norm = DIFFUSERS[0], "transformer_blocks.0.attn.norm_q.weight"
        second = "transformer_blocks.0.attn2.to_q.weight"
        blocks = network.blocks("transformer_blocks.{}.attn.to_q.weight")
    else:
        return None
    if blocks > 30:
        variant, reason = "3.5 large", key.replace(".0.", f".{blocks - 1}.", 1)
    elif second in network:
        variant, reason = "3.5 medium", second
    elif norm in network:
        return None
    else:
        variant, reason = "3 medium", key
    return main_network(header, FAMILY, variant, network.prefix + reason, NEEDS)
