"""The parts of models that may be in a file of their own, and which of them a file contains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.catalog.recognise.header import Header
from studio.core.notices import Listed, Notice, notice


@dataclass(frozen=True, slots=True)
class ModelPart:
    """A network that several models share: its display name, and where artists keep it.

    ``example`` is the name under which it is usually offered, ``folder`` that of ComfyUI.
    """

    label: str
    example: str
    folder: str


TEXT, VAE_FOLDER, VISION = "text_encoders", "vae", "clip_vision"

PARTS: Mapping[str, ModelPart] = {
    "clip_l": ModelPart("CLIP-L text encoder", "clip_l.safetensors", TEXT),
    "clip_g": ModelPart("CLIP-G text encoder", "clip_g.safetensors", TEXT),
    "clip_h": ModelPart("OpenCLIP-H text encoder", "clip_h.safetensors", TEXT),
    "t5_xxl": ModelPart("T5 text encoder", "t5xxl_fp8_e4m3fn.safetensors", TEXT),
    "t5_xl": ModelPart("T5-XL text encoder", "t5xl.safetensors", TEXT),
    "t5_base": ModelPart("T5-base text encoder", "t5base.safetensors", TEXT),
    "umt5_xxl": ModelPart("umT5 text encoder", "umt5_xxl_fp8.safetensors", TEXT),
    "byt5": ModelPart("ByT5 text encoder", "byt5_small.safetensors", TEXT),
    "gemma_2_2b": ModelPart("Gemma 2 text encoder (2B)", "gemma_2_2b_fp16.safetensors", TEXT),
    "gemma_3_4b": ModelPart("Gemma 3 text encoder (4B)", "gemma_3_4b.safetensors", TEXT),
    "gemma_3_12b": ModelPart("Gemma 3 text encoder (12B)", "gemma_3_12b.safetensors", TEXT),
    "qwen_2_5_vl_3b": ModelPart("Qwen2.5-VL text encoder (3B)", "qwen_2.5_vl_3b.safetensors", TEXT),
    "qwen_2_5_vl_7b": ModelPart(
        "Qwen2.5-VL text encoder (7B)", "qwen_2.5_vl_7b_fp8_scaled.safetensors", TEXT
    ),
    "qwen_vision": ModelPart(
        "vision part of Qwen2.5-VL", "Qwen2.5-VL-7B-Instruct-mmproj-F16.gguf", TEXT
    ),
    "qwen_3_0_6b": ModelPart("Qwen3 text encoder (0.6B)", "qwen_3_0.6b.safetensors", TEXT),
    "qwen_3_1_7b": ModelPart("Qwen3 text encoder (1.7B)", "qwen_3_1.7b.safetensors", TEXT),
    "qwen_3_4b": ModelPart("Qwen3 text encoder (4B)", "qwen_3_4b.safetensors", TEXT),
    "qwen_3_8b": ModelPart("Qwen3 text encoder (8B)", "qwen_3_8b_fp8.safetensors", TEXT),
    "qwen_3_vl_4b": ModelPart("Qwen3-VL text encoder (4B)", "qwen_3_vl_4b.safetensors", TEXT),
    "mistral_3": ModelPart(
        "Mistral text encoder (24B)", "mistral_3_small_flux2_fp8.safetensors", TEXT
    ),
    "llama_3_8b": ModelPart("Llama 3 text encoder (8B)", "llama_3.1_8b.safetensors", TEXT),
    "clip_vision_l": ModelPart("CLIP-L image encoder", "clip_vision_l.safetensors", VISION),
    "clip_vision_h": ModelPart("CLIP-H image encoder", "CLIP-ViT-H-14.safetensors", VISION),
    "clip_vision_g": ModelPart("CLIP-bigG image encoder", "CLIP-ViT-bigG-14.safetensors", VISION),
    "siglip": ModelPart("SigLIP image encoder", "sigclip_vision_patch14_384.safetensors", VISION),
    "insightface": ModelPart("face recognition network", "insightface", VISION),
    "vae_sd": ModelPart(
        "Stable Diffusion VAE", "vae-ft-mse-840000-ema-pruned.safetensors", VAE_FOLDER
    ),
    "vae_sdxl": ModelPart("Stable Diffusion XL VAE", "sdxl_vae.safetensors", VAE_FOLDER),
    "vae_sd3": ModelPart("Stable Diffusion 3 VAE", "sd3_vae.safetensors", VAE_FOLDER),
    "vae_flux": ModelPart("Flux VAE", "ae.safetensors", VAE_FOLDER),
    "vae_flux_2": ModelPart("Flux.2 VAE", "flux2-vae.safetensors", VAE_FOLDER),
    "vae_qwen": ModelPart("Qwen-Image VAE", "qwen_image_vae.safetensors", VAE_FOLDER),
    "vae_f4": ModelPart("VAE of the x4 upscaler", "x4_upscaler_vae.safetensors", VAE_FOLDER),
    "movq": ModelPart("MoVQ of Kandinsky", "movq.safetensors", VAE_FOLDER),
    "vqvae_amused": ModelPart("VQ-VAE of aMUSEd", "vqvae.safetensors", VAE_FOLDER),
    "clip_statistics": ModelPart("statistics of CLIP's embeddings", "prior.safetensors", VISION),
    "prior": ModelPart("prior", "prior.safetensors", "diffusion_models"),
    "decoder": ModelPart("decoder", "decoder.safetensors", "diffusion_models"),
}
"""Id -> the part; ``Finding.missing`` and ``Finding.provides`` are these ids."""

VAE_FAMILIES: Mapping[str, str] = {
    "vae_sd": "stable_diffusion",
    "vae_sdxl": "stable_diffusion_xl",
    "vae_sd3": "stable_diffusion_3",
    "vae_flux": "flux",
    "vae_flux_2": "flux_2",
    "vae_qwen": "qwen_image",
    "movq": "kandinsky_2_2",
    "vqvae_amused": "amused",
    "vae_f4": "stable_diffusion",
}
"""Autoencoder -> the family that it belongs to."""

_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cond_stage_model.transformer.", ("clip_l",)),
    ("cond_stage_model.model.", ("clip_h",)),
    ("conditioner.embedders.0.transformer.", ("clip_l",)),
    ("conditioner.embedders.1.model.", ("clip_g",)),
    # The refiner has only the second encoder, and stores it first.
    ("conditioner.embedders.0.model.", ("clip_g",)),
    ("text_encoders.clip_l.", ("clip_l",)),
    ("text_encoders.clip_g.", ("clip_g",)),
    ("text_encoders.t5xxl.", ("t5_xxl",)),
    ("text_encoders.umt5xxl.", ("umt5_xxl",)),
    ("text_encoders.gemma2_2b.", ("gemma_2_2b",)),
    ("text_encoders.qwen3_4b.", ("qwen_3_4b",)),
    ("text_encoders.qwen3_8b.", ("qwen_3_8b",)),
    ("text_encoders.mistral3_24b.", ("mistral_3",)),
    ("text_encoders.qwen25_7b.transformer.visual.", ("qwen_vision",)),
    ("text_encoders.qwen25_7b.", ("qwen_2_5_vl_7b",)),
    ("embedder.model.", ("clip_vision_l", "clip_vision_h")),
)
_VAES = ("first_stage_model.", "vae.")
"""Prefixes in complete checkpoints of Stability's layout and of ComfyUI's saving."""


def parts_inside(header: Header, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts in a complete checkpoint of a model that needs ``needs`` in all."""
    found = [
        part
        for prefix, parts in _PREFIXES
        if header.begins(prefix)
        for part in parts
        if len(parts) == 1 or part in needs
    ]
    if any(header.begins(prefix) for prefix in _VAES):
        found += [part for part in needs if PARTS[part].folder == VAE_FOLDER]
    return tuple(dict.fromkeys(found))


def missing_parts(needed: Iterable[str], inside: Iterable[str]) -> tuple[str, ...]:
    """Return the needed parts that are not inside, in their order."""
    return tuple(part for part in needed if part not in set(inside))


def missing_notice(family: str, part: str) -> Notice:
    """Return the sentence for a part that a file lacks; ``family`` is a display name."""
    row = PARTS[part]
    return notice(
        "This {family} file has no {part}. Put {example} into {folder}, or choose it here.",
        family=family,
        part=Listed((("", row.label),)),
        example=row.example,
        folder=row.folder,
    )
