"""Stable Diffusion 1.x and 2.x, with their inpainting, instruct, depth and upscaling models."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding, Guess, Kind, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of
from studio.catalog.recognise.prediction import Prediction, prediction_of, prediction_of_2x
from studio.catalog.recognise.unet_signs import UNetSigns, unet_signs

FAMILY = "stable_diffusion"
SD1, SD2, STARTER = 768, 1024, 256
POOLED = "add_embedding.norm1.weight"
"""The starter adds the pooled prompt to its time embedding, normalised first."""
KINDS = {4: "", 8: " instruct", 9: " inpainting", 5: " depth"}
"""Input channels of the UNet: latents, with a second picture, a mask and a picture, a depth map."""
UPSCALER_INPUTS = 7


def recognise(header: Header) -> Finding | None:
    """Return a UNet with the token embeddings of 1.x or 2.x, and nothing added to its time.

    The starter, which has a width of its own, is one of them.
    """
    signs = unet_signs(header)
    if signs is None or signs.video:
        return None
    if signs.context == STARTER and POOLED in header.network:
        return main_network(
            header, FAMILY, "Starter", header.network.prefix + POOLED, (), prediction_type="epsilon"
        )
    if signs.context not in (SD1, SD2):
        return None
    if signs.inputs == UPSCALER_INPUTS and signs.context == SD2:
        return _upscaler(header, signs)
    if signs.label or signs.inputs not in KINDS or signs.outputs != 4:
        return None
    if signs.inputs == 8 and named(words_of(header.path), r"\bic ?light"):
        # Weights to add to a UNet, with the header of InstructPix2Pix.
        return Finding(Kind.UNUSABLE, FAMILY, reason="name", refusal=IC_LIGHT)
    if "cc_projection.weight" in header:
        return Finding(Kind.UNUSABLE, "zero123", reason="cc_projection.weight", refusal=ZERO123)
    if signs.inputs == 4 and signs.context == SD2 and signs.linear:
        found = prediction_of_2x(header)
    else:
        found = prediction_of(header)
    return _finding(header, signs, found)


ZERO123 = refusal(
    "This is Zero123, which turns an object in a picture; Lienzo cannot run it.",
    "Choose a model that makes pictures from text.",
)


IC_LIGHT = refusal(
    "This is {name}, an addition to a model that Lienzo cannot run.",
    "Use a ControlNet, an IP-Adapter or a LoRA for that.",
    name="IC-Light",
)


def _finding(header: Header, signs: UNetSigns, found: Prediction) -> Finding:
    # Width 1024 and a convolution before the transformers is SDXS, distilled from 1.x.
    number = "2.x" if signs.context == SD2 else "1.x"
    small = "" if signs.middle else " small"
    lcm = (Guess("trait", "lcm", "time_embedding.cond_proj.weight"),) if signs.guided else None
    inputs = "conv_in.weight" if signs.diffusers else "input_blocks.0.0.weight"
    plain = signs.inputs == 4
    encoder = "clip_h" if signs.context == SD2 else "clip_l"
    return main_network(
        header,
        FAMILY,
        f"{number}{KINDS[signs.inputs]}{small}",
        signs.context_key if plain else header.network.prefix + inputs,
        (encoder, "vae_sd"),
        prediction_type=found.type,
        zero_terminal_snr=found.zero_terminal_snr,
        traits=lcm,
        guesses=found.guesses,
    )


def _upscaler(header: Header, signs: UNetSigns) -> Finding:
    return main_network(
        header,
        FAMILY,
        "x4 upscaler",
        signs.label_key or signs.context_key,
        ("clip_h", "vae_f4"),
        prediction_type="v_prediction",
    )
