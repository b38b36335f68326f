"""aMUSEd, a model of tokens instead of diffusion."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network

FAMILY = "amused"
KEYS = ("embed.embeddings.weight", "encoder_proj.weight", "mlm_layer.conv1.weight")


def recognise(header: Header) -> Finding | None:
    """Return a transformer with a vocabulary of picture tokens."""
    network = header.network
    if not network.has(*KEYS):
        return None
    # Only the larger model halves the picture's tokens before its transformer.
    large = network.begins("down_block.downsample.")
    return main_network(
        header,
        FAMILY,
        "512" if large else "256",
        network.prefix + KEYS[2],
        ("clip_l", "vqvae_amused"),
        prediction_type="",
        traits=(),
    )
