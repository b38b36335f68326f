"""Chroma, a Flux without modulation in its blocks, and Radiance, which has no autoencoder."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import guess_traits, words_of

FAMILY = "chroma"
KEYS = ("distilled_guidance_layer.in_proj.weight", "distilled_guidance_layer.norms.0.scale")
NAMED = (("flash", r"\bflash\b"), ("HD", r"\bhd\b"), ("turbo", r"\bturbo\b"))


def recognise(header: Header) -> Finding | None:
    """Return a transformer whose modulation comes from one small network."""
    network = header.network
    key = network.first(*KEYS)
    if not key:
        return None
    pixels = network.begins("nerf_blocks.") or network.begins("nerf_image_embedder.")
    return main_network(
        header,
        FAMILY,
        "Radiance" if pixels else "",
        network.prefix + key,
        ("t5_xxl",) if pixels else ("t5_xxl", "vae_flux"),
        traits=guess_traits(words_of(header.path), NAMED),
    )
