"""Shared library for the torch-free halves of families of latent diffusion models with a UNet.

The facts of such a model, and functions that read them from its configurations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.catalog.families.spec import REASONS, Capability
from studio.catalog.guidance import GUIDANCE_SETTINGS
from studio.catalog.model_spec import Facts, ModelSpec, facts_of
from studio.catalog.recognise.model_folder import CHOOSE_HINT
from studio.catalog.recognise.safetensors_header import read_header
from studio.catalog.settings import Kind, Setting
from studio.core.errors import StudioError
from studio.core.notices import translatable

FILL_CONV = "fill_conv_in.safetensors"
"""Optional nine-channel first convolution of a model for masks, beside its own of four."""
INPUT_CHANNELS = (4, 8, 9)
"""Those of latents, with the latents of a picture, and with a mask as well."""

IMAGE_GUIDANCE = Setting(
    "image_guidance",
    translatable("Keep to the photo"),
    Kind.NUMBER,
    1.5,
    1.0,
    10.0,
    0.1,
    slider=(1.0, 3.0),
    tip=translatable(
        "Image guidance scale: how closely InstructPix2Pix keeps to the photo; above 2 little"
        " changes."
    ),
)
"""The second guidance scale of InstructPix2Pix (Brooks et al. 2023,
https://arxiv.org/abs/2211.09800, section 3.2.1)."""


@dataclass(frozen=True, slots=True)
class UNetFacts(Facts):
    """The dimensions of a UNet and its autoencoder.

    ``vae_scale``: pixels of the picture along an edge of one latent cell. ``base_channels`` and
    ``vae_channels``: widths of the first block of UNet and autoencoder. ``latent_channels``: those
    of the autoencoder. ``input_channels`` of the UNet: as many, 2 x latent + 1 for an inpainting
    model, or 2 x latent for one that changes a picture by an instruction. ``text_width``:
    width of the token embeddings in cross attention.
    ``prediction_type``: "epsilon", "v_prediction" or "sample".
    """

    vae_scale: int
    base_channels: int
    vae_channels: int
    latent_channels: int
    input_channels: int
    text_width: int
    prediction_type: str
    timestep_spacing: str
    has_fill_conv: bool = False

    @property
    def fills_only(self) -> bool:
        """Whether the UNet always needs a masked picture beside the latents."""
        return self.input_channels == 2 * self.latent_channels + 1

    @property
    def instructs_only(self) -> bool:
        """Whether the UNet always needs a whole picture beside the latents (InstructPix2Pix)."""
        return self.input_channels == 2 * self.latent_channels

    @property
    def can_fill(self) -> bool:
        """Whether the UNet takes the surroundings of a mask, so that no latents are blended."""
        return self.has_fill_conv or self.fills_only


def unet_facts(spec: ModelSpec) -> UNetFacts:
    """Return the facts of a model with a UNet; TypeError for any other."""
    return facts_of(spec, UNetFacts)


def limit_of_inputs(spec: ModelSpec, capability: Capability, name: str) -> str:
    """Return the reason why a UNet with inputs beside its latents lacks a capability, else ""."""
    facts = unet_facts(spec)
    if not facts.instructs_only:
        if (capability, name) == (Capability.TASK, "instruct"):
            return REASONS[(capability, name)]
        if (capability, name) == (Capability.SETTING, IMAGE_GUIDANCE.id):
            return translatable("Only InstructPix2Pix has a guidance by the photo.")
    elif capability is Capability.TASK and name != "instruct":
        return translatable(
            "InstructPix2Pix only changes a picture by an instruction. Choose Instruct for this."
        )
    elif capability is Capability.SETTING and name in GUIDANCE_NAMES:
        return translatable("InstructPix2Pix has a guidance of its own, by prompt and photo.")
    elif capability in (Capability.TRAINING, Capability.INVERSION):
        return translatable(
            "InstructPix2Pix learns no subjects, since it always needs a photo beside the prompt."
        )
    return ""


GUIDANCE_NAMES = frozenset(one.id for one in GUIDANCE_SETTINGS)


def unet_measures(
    unet: Mapping[str, Any], vae: Mapping[str, Any], scheduler: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the fields of ``UNetFacts`` except the last, read from three configurations."""
    widths = vae_widths(vae)
    return {
        "vae_scale": 2 ** (len(widths) - 1),
        "base_channels": int(unet_widths(unet)[0]),
        "vae_channels": int(widths[0]),
        "latent_channels": int(vae.get("latent_channels", 4)),
        "input_channels": int(unet.get("in_channels", 4)),
        "text_width": first_number(unet.get("cross_attention_dim"), 0),
        "prediction_type": str(scheduler.get("prediction_type", "epsilon")),
        "timestep_spacing": str(scheduler.get("timestep_spacing", "")),
    }


def unet_widths(unet: Mapping[str, Any]) -> list[int]:
    """Return the channels of each level of a UNet; diffusers' default if the file has none."""
    return list(unet.get("block_out_channels") or (320, 640, 1280, 1280))


def vae_widths(vae: Mapping[str, Any]) -> list[int]:
    """Return the channels of each level of an autoencoder."""
    # AutoencoderTiny keeps the widths of its decoder; its configuration may lack the copy.
    channels = vae.get("block_out_channels") or vae.get("decoder_block_out_channels")
    return list(channels or (128, 256, 512, 512))


def first_number(value: Any, default: int) -> int:
    """Return a number of a configuration, the first of a list, or ``default`` if it is missing."""
    if isinstance(value, list):
        return int(value[0])
    return int(value) if value else default


def fill_conv(path: Path, unet: Mapping[str, Any]) -> Path | None:
    """Return the file with the convolution for masks, None if the model has none.

    StudioError if it does not fit the UNet.
    """
    file = path / FILL_CONV
    if not file.is_file():
        return None
    shapes = read_header(file)
    width = int(unet_widths(unet)[0])
    if shapes.get("weight") != (width, 9, 3, 3) or shapes.get("bias") != (width,):
        raise StudioError(
            "The file {path} does not fit the UNet beside it.",
            "Copy the model folder again from where you got it.",
            path=str(file),
        )
    return file


def check_text_width(path: Path, width: int, made: int) -> None:
    """Raise StudioError if the text embeddings are not as wide as the UNet's cross attention."""
    if width != made:
        raise StudioError(
            "The parts of the model {path} do not fit: the UNet expects text {width} wide, "
            "the text encoder makes {made}.",
            CHOOSE_HINT,
            path=str(path),
            width=str(width),
            made=str(made),
        )
