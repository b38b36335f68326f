"""Lumina 2."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network

FAMILY = "lumina_2"
KEYS = ("cap_embedder.1.weight", "time_caption_embed.caption_embedder.1.weight")
HIDDEN = 2304


def recognise(header: Header) -> Finding | None:
    """Return a transformer of one stream with a caption refiner, 2304 wide.

    Z-Image, NewBie and OmniGen 2 have the same names and are asked before.
    """
    network = header.network
    key = network.first(*KEYS)
    norm = network.first(
        "noise_refiner.0.attention.k_norm.weight", "noise_refiner.0.attn.norm_k.weight"
    )
    if not key or not norm or network.width(f"{key.removesuffix('weight')}bias") != HIDDEN:
        return None
    return main_network(
        header, FAMILY, "", network.prefix + key, ("gemma_2_2b", "vae_flux"), traits=()
    )
