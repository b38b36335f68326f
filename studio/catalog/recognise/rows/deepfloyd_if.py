"""DeepFloyd IF: the first stage, which makes 64 pixels, and the second, which enlarges them."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.unet_signs import unet_signs

FAMILY = "deepfloyd_if"
TEXT = "encoder_hid_proj.weight"
TEXT_WIDTH = 4096
STAGES = {3: "stage I", 6: "stage II"}
"""Input channels: a picture, or a picture beside the enlarged one of the first stage."""


def recognise(header: Header) -> Finding | None:
    """Return a UNet of pixels for the text embeddings of T5, which also predicts its variance."""
    signs = unet_signs(header)
    if signs is None or not signs.diffusers or signs.context:
        return None
    if header.network.width(TEXT) != TEXT_WIDTH or signs.inputs not in STAGES:
        return None
    return main_network(
        header,
        FAMILY,
        STAGES[signs.inputs],
        header.network.prefix + TEXT,
        ("t5_xxl",),
        prediction_type="epsilon",
        traits=(),
    )
