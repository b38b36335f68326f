"""Stable unCLIP: Stable Diffusion 2.1 that also takes the embedding of a picture."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.unet_signs import unet_signs

FAMILY = "stable_unclip"
SD2 = 1024
KINDS = {1536: ("L", "clip_vision_l"), 2048: ("H", "clip_vision_h")}
"""Width of the added embedding, that of the image encoder twice (with its noise level)."""


def recognise(header: Header) -> Finding | None:
    """Return a 2.x UNet to whose time an image embedding is added."""
    signs = unet_signs(header)
    if signs is None or signs.context != SD2 or signs.label not in KINDS or signs.inputs != 4:
        return None
    variant, encoder = KINDS[signs.label]
    found = main_network(
        header,
        FAMILY,
        variant,
        signs.label_key,
        ("clip_h", encoder, "vae_sd"),
        prediction_type="v_prediction",
        traits=(),
    )
    return found
