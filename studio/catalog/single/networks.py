"""The networks in a weights file: what they are called there, and how they are configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from studio.catalog.model_spec import Component
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.safetensors_header import read_header
from studio.catalog.recognise.unpacked import Shape
from studio.catalog.single.dit_measures import (
    measure_chroma,
    measure_flux_2,
    measure_lumina_2,
    measure_pixart,
    measure_qwen_image,
    measure_z_image,
)
from studio.catalog.single.dit_names import (
    lumina_2_names,
    pixart_names,
    qwen_image_names,
    z_image_names,
)
from studio.catalog.single.language_names import (
    EMBEDDING,
    GGUF_EMBEDDING,
    INNER,
    language_names,
    measure_language,
    measure_qwen_vl,
    measure_qwen_vl_text,
    vision_language_names,
)
from studio.catalog.single.measures import (
    Shapes,
    measure_clip,
    measure_flux_2_vae,
    measure_unet,
    measure_vae,
)
from studio.catalog.single.opened import open_model
from studio.catalog.single.stream_names import chroma_names, flux_2_names, flux_names
from studio.catalog.single.takes import Take, Takes, shapes_of
from studio.catalog.single.text_names import text_names
from studio.catalog.single.transformer_measures import measure_flux, measure_sd3, measure_t5
from studio.catalog.single.transformer_names import sd3_names, t5_names
from studio.catalog.single.unet_names import unet_names
from studio.catalog.single.vae_names import flux_2_vae_names, vae_names
from studio.catalog.single.wan_vae_names import ORIGINAL, measure_wan_vae, wan_vae_names


@dataclass(frozen=True, slots=True)
class NetworkKind:
    """How the tensors of a kind of network are named, and what their shapes decide."""

    names: Callable[[Header], Mapping[str, Take]]
    measure: Callable[[Shapes], dict[str, Any]]


KINDS: Mapping[str, NetworkKind] = {
    "UNet2DConditionModel": NetworkKind(unet_names, measure_unet),
    "AutoencoderKL": NetworkKind(vae_names, measure_vae),
    "CLIPTextModel": NetworkKind(text_names, measure_clip),
    "CLIPTextModelWithProjection": NetworkKind(text_names, measure_clip),
    "T5EncoderModel": NetworkKind(t5_names, measure_t5),
    "FluxTransformer2DModel": NetworkKind(flux_names, measure_flux),
    "SD3Transformer2DModel": NetworkKind(sd3_names, measure_sd3),
    "ChromaTransformer2DModel": NetworkKind(chroma_names, measure_chroma),
    "Flux2Transformer2DModel": NetworkKind(flux_2_names, measure_flux_2),
    "Lumina2Transformer2DModel": NetworkKind(lumina_2_names, measure_lumina_2),
    "PixArtTransformer2DModel": NetworkKind(pixart_names, measure_pixart),
    "QwenImageTransformer2DModel": NetworkKind(qwen_image_names, measure_qwen_image),
    "ZImageTransformer2DModel": NetworkKind(z_image_names, measure_z_image),
    "AutoencoderKLFlux2": NetworkKind(flux_2_vae_names, measure_flux_2_vae),
    "AutoencoderKLQwenImage": NetworkKind(wan_vae_names, measure_wan_vae),
    "Gemma2Model": NetworkKind(language_names, measure_language),
    "Qwen3Model": NetworkKind(language_names, measure_language),
    "Qwen2_5_VLTextModel": NetworkKind(language_names, measure_qwen_vl_text),
    "Qwen2_5_VLModel": NetworkKind(vision_language_names, measure_qwen_vl),
}
"""By the name of the class in diffusers or transformers."""

VAES = ("first_stage_model.", "vae.", "")
PREFIXES: Mapping[str, tuple[str, ...]] = {
    "clip_l": (
        "cond_stage_model.transformer.",
        "conditioner.embedders.0.transformer.",
        "text_encoders.clip_l.transformer.",
        "text_encoder.",
        "",
    ),
    "clip_h": ("cond_stage_model.model.", "text_encoders.clip_h.transformer.", "text_encoder.", ""),
    "clip_g": (
        "conditioner.embedders.1.model.",
        "conditioner.embedders.0.model.",
        "text_encoders.clip_g.transformer.",
        "text_encoder_2.",
        "",
    ),
    "t5_xxl": ("text_encoders.t5xxl.transformer.", "text_encoder_2.", "text_encoder_3.", ""),
    "vae_sd": VAES,
    "vae_sdxl": VAES,
    "vae_sd3": VAES,
    "vae_flux": VAES,
    "vae_flux_2": VAES,
    "vae_qwen": VAES,
    "gemma_2_2b": ("text_encoders.gemma2_2b.transformer.", ""),
    "qwen_3_4b": ("text_encoders.qwen3_4b.transformer.", ""),
    "qwen_3_8b": ("text_encoders.qwen3_8b.transformer.", ""),
    "qwen_2_5_vl_7b": ("text_encoders.qwen25_7b.transformer.", ""),
    "qwen_vision": ("text_encoders.qwen25_7b.transformer.", ""),
}
"""Id of a part -> the prefixes of its tensors in complete checkpoints and in files of its own."""

SIGNS = (
    "decoder.conv_in.weight",
    "text_model.embeddings.token_embedding.weight",
    "embeddings.token_embedding.weight",
    "token_embedding.weight",
    "shared.weight",
    "encoder.embed_tokens.weight",
    ORIGINAL,
    GGUF_EMBEDDING,
    *(one + EMBEDDING for one in INNER),
)
"""A tensor that every autoencoder or text encoder has, below its prefix."""


@dataclass(frozen=True)
class FilePart:
    """One network in a weights file: its class, and the prefix in front of its tensors' names."""

    header: Header
    class_name: str
    prefix: str

    @property
    def file(self) -> Path:
        """The weights file."""
        return self.header.path

    @cached_property
    def network(self) -> Header:
        """The header with this network's tensors only, named without the prefix."""
        return self.header.below(self.prefix) if self.prefix else self.header

    @cached_property
    def takes(self) -> Takes:
        """Where each tensor is, by its name in diffusers."""
        return KINDS[self.class_name].names(self.network)

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of the tensors, by their names in diffusers."""
        return shapes_of(self.network, self.takes)

    @cached_property
    def changes(self) -> dict[str, Any]:
        """The entries of its configuration that the shapes decide."""
        return KINDS[self.class_name].measure(self.shapes)


def file_part(header: Header, class_name: str, prefix: str) -> FilePart:
    """Return a network of a file, made once as long as the header is kept."""
    return header.once(f"{class_name} {prefix}", lambda found: FilePart(found, class_name, prefix))


def part_prefix(header: Header, part: str) -> str | None:
    """Return the prefix of a part's tensors in a file, None if the file does not have it."""
    for prefix in PREFIXES[part]:
        if any(prefix + sign in header for sign in SIGNS):
            return prefix
    return None


def component_part(component: Component) -> FilePart:
    """Return a network of a single file; StudioError if the file cannot be read any more."""
    header, _ = open_model(component.files[0])
    return file_part(header, component.class_name, component.prefix or "")


def component_shapes(component: Component) -> Mapping[str, Shape]:
    """Return the shapes of a network's tensors by their names in diffusers; reads headers only."""
    if component.prefix is not None:
        return component_part(component).shapes
    return {name: shape for file in component.files for name, shape in read_header(file).items()}
