"""Stable Diffusion 1.x and 2.x: recognition and capabilities of the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import (
    IMAGE_GUIDANCE,
    INPUT_CHANNELS,
    UNetFacts,
    check_text_width,
    fill_conv,
    first_number,
    limit_of_inputs,
    unet_facts,
    unet_measures,
    unet_widths,
)
from studio.catalog.guidance import GUIDANCE_SETTINGS
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder, unsupported_model_error
from studio.catalog.references import ADAPTER_MODES
from studio.catalog.samplers import SAMPLERS
from studio.catalog.steering import STEERING_SETTINGS
from studio.catalog.text_settings import TEXT_SETTINGS
from studio.core.notices import translatable

ID = "stable_diffusion"
VARIANT_1, VARIANT_2 = "1.x", "2.x"
INSTRUCT_1, INSTRUCT_2 = "1.x instruct", "2.x instruct"
SECOND = (VARIANT_2, INSTRUCT_2)
"""The variants with the text encoder of 2.x."""
LARGE_LATENTS = 96
"""Edge in latent cells of the 2.x models that were trained at 768 pixels."""

PARTS = {
    "unet": ("UNet2DConditionModel",),
    "vae": ("AutoencoderKL", "AutoencoderTiny"),
    "text_encoder": ("CLIPTextModel",),
}


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a Stable Diffusion model with one text encoder and four latent channels."""
    others = ("StableDiffusionXL", "StableDiffusion3")
    if not folder.pipeline.startswith("StableDiffusion") or folder.pipeline.startswith(others):
        return None
    if folder.class_name("text_encoder_2"):
        return None
    unet, vae, text = (folder.config(part) for part in PARTS)
    folder.check_classes(PARTS)
    variant = _variant(unet)
    facts = UNetFacts(**unet_measures(unet, vae, folder.scheduler()))
    facts = replace(facts, prediction_type=_prediction_type(folder, variant, unet))
    if facts.instructs_only:
        variant = INSTRUCT_2 if variant == VARIANT_2 else INSTRUCT_1
    if facts.input_channels not in INPUT_CHANNELS or facts.latent_channels != 4:
        raise unsupported_model_error(folder.path, f"UNet, {facts.input_channels} in_channels")
    check_text_width(folder.path, facts.text_width, int(text.get("hidden_size", 0)))
    folder.check_tokenizer()
    components = tuple(folder.component(part) for part in PARTS)
    files = [file for component in components for file in component.files]
    conv = fill_conv(folder.path, unet)
    if conv is not None:
        files.append(conv)
        facts = replace(facts, has_fill_conv=True)
    few_step = folder.few_step()
    scale = facts.vae_scale
    native = folder.number("native_size", first_number(unet.get("sample_size"), 64) * scale)
    multiple = folder.number("size_multiple", scale * 2 ** (len(unet_widths(unet)) - 1))
    return ModelSpec(
        id=folder.id,
        name=folder.name,
        path=folder.path.resolve(),
        family=ID,
        variant=variant,
        native_size=native,
        size_multiple=multiple,
        min_size=folder.number("min_size", max(multiple, native // 2)),
        max_size=folder.number("max_size", native * 2),
        defaults=folder.defaults(Defaults()),
        components=components,
        weight_bytes=sum(file.stat().st_size for file in files),
        fingerprint=folder.fingerprint([*files, few_step.file] if few_step else files),
        facts=facts,
        few_step=few_step,
    )


def _variant(unet: Mapping[str, Any]) -> str:
    """Return "2.x" for a UNet whose transformers start with a linear layer, else "1.x".

    This distinguishes the two at every size (Stability-AI/stablediffusion, ``use_linear_in_
    transformer`` of the v2 configurations); the width of the text embeddings, 1024 or 768, is
    compared where it matters.
    """
    return VARIANT_2 if unet.get("use_linear_projection") else VARIANT_1


def _prediction_type(folder: ModelFolder, variant: str, unet: Mapping[str, Any]) -> str:
    """Return the UNet's prediction type: from lienzo.json, else the scheduler, else by the size.

    The weights do not reveal it. Some 2.x folders lack the entry; then the model for 768 pixels is
    assumed to predict velocity and the one for 512 noise, as in diffusers' conversion.
    """
    said = folder.extra.get("prediction_type") or folder.scheduler().get("prediction_type")
    if said:
        return str(said)
    large = first_number(unet.get("sample_size"), 64) == LARGE_LATENTS
    return "v_prediction" if variant == VARIANT_2 and large else "epsilon"


def limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    """Return the reason why one model lacks a capability of the family, "" if it has it."""
    whole = (capability, name) == (Capability.TASK, "rewrite")
    if (whole or capability is Capability.INVERSION) and unet_facts(spec).fills_only:
        return FILLS_ONLY
    if (capability, name) == (Capability.ADAPTER, "vae"):
        return "" if spec.component("vae").class_name == "AutoencoderKL" else OWN_VAE
    return limit_of_inputs(spec, capability, name)


OWN_VAE = translatable("It has a small VAE of its own, which no other can replace.")
FILLS_ONLY = translatable("It only fills masks, so it cannot edit a picture by its words.")

STABLE_DIFFUSION = FamilySpec(
    id=ID,
    label="Stable Diffusion 1.x and 2.x",
    variants={
        VARIANT_1: "Stable Diffusion 1.x",
        VARIANT_2: "Stable Diffusion 2.x",
        INSTRUCT_1: "InstructPix2Pix 1.x",
        INSTRUCT_2: "InstructPix2Pix 2.x",
    },
    module="studio.engine.families.stable_diffusion.family",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "rewrite", "instruct"}),
    samplers=SAMPLERS,
    adapters=frozenset({"lora", "textual_inversion", "dreambooth", "vae"}),
    controls=frozenset(CONTROL_KINDS),
    references=frozenset(ADAPTER_MODES),
    training=frozenset({"lora", "dreambooth", "textual_inversion", "pivotal"}),
    inversions=frozenset({"null_text", "negative_prompt", "ddim"}),
    settings=(*TEXT_SETTINGS, *GUIDANCE_SETTINGS, IMAGE_GUIDANCE, *STEERING_SETTINGS),
    region_prompts=True,
    negative_prompt=True,
    limit=limit,
)
