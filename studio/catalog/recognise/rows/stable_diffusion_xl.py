"""Stable Diffusion XL, its inpainting and instruct models, its refiner and its pruned kin."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding, Guess
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import DISTILLED, LINEAGE, guess_traits, words_of
from studio.catalog.recognise.prediction import prediction_of
from studio.catalog.recognise.unet_signs import UNetSigns, unet_signs

FAMILY = "stable_diffusion_xl"
BASE, REFINER = 2048, 1280
LABELS = {2816: BASE, 2560: REFINER}
"""Width of what is added to the time embedding -> width of the token embeddings."""
KINDS = {4: "base", 8: "instruct", 9: "inpainting"}
PRUNED = {4: "SSD-1B", 2: "Vega", 1: "Vega"}
"""Depth of the deepest transformers, which is 10 in the whole model -> the pruned one."""


def recognise(header: Header) -> Finding | None:
    """Return a UNet with the token embeddings and the size conditioning of XL.

    The UNet decides, not the text encoders, which a file may lack.
    """
    signs = unet_signs(header)
    if signs is None or signs.video or signs.context not in (BASE, REFINER):
        return None
    if signs.label and LABELS.get(signs.label) != signs.context:
        return None
    if signs.context == REFINER:
        return main_network(
            header,
            FAMILY,
            "refiner",
            signs.label_key or signs.context_key,
            ("clip_g", "vae_sdxl"),
            prediction_type="epsilon",
        )
    variant = _variant(signs)
    if not variant:
        return None
    found = prediction_of(header)
    words = words_of(header.path)
    distilled = guess_traits(words, DISTILLED)
    if signs.guided:
        distilled = (Guess("trait", "lcm", "time_embedding.cond_proj.weight"),)
    return main_network(
        header,
        FAMILY,
        variant,
        signs.label_key or signs.context_key,
        ("clip_l", "clip_g", "vae_sdxl"),
        prediction_type=found.type,
        zero_terminal_snr=found.zero_terminal_snr,
        traits=(*distilled, *guess_traits(words, LINEAGE)),
        guesses=found.guesses,
    )


def _variant(signs: UNetSigns) -> str:
    if signs.residuals == 1:
        return "KOALA"
    if not signs.middle and signs.depth in PRUNED:
        return PRUNED[signs.depth]
    return KINDS.get(signs.inputs, "")
