"""Stable Diffusion XL: recognition and capabilities of the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import (
    IMAGE_GUIDANCE,
    INPUT_CHANNELS,
    UNetFacts,
    check_text_width,
    first_number,
    limit_of_inputs,
    unet_measures,
    unet_widths,
)
from studio.catalog.guidance import GUIDANCE_SETTINGS
from studio.catalog.model_spec import Defaults, ModelSpec, facts_of
from studio.catalog.recognise.model_folder import ModelFolder, unsupported_model_error
from studio.catalog.references import ADAPTER_MODES
from studio.catalog.samplers import SAMPLERS
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_SETTINGS
from studio.catalog.text_settings import TEXT_SETTINGS
from studio.core.errors import StudioError
from studio.core.notices import translatable

ID = "stable_diffusion_xl"
PIPELINE = "StableDiffusionXL"
INSTRUCT = "instruct"

PARTS = {
    "unet": ("UNet2DConditionModel",),
    "vae": ("AutoencoderKL", "AutoencoderTiny"),
    "text_encoder": ("CLIPTextModel",),
    "text_encoder_2": ("CLIPTextModelWithProjection",),
}
TIME_IDS = 6
"""Number of values of the size and crop conditioning: original size, crop corner, target size."""

BASE = Defaults(30, 6.0, "dpmpp_2m", "karras")
ZERO_SNR = Defaults(30, 5.0, "euler", "sgm_uniform")
FEW_STEPS: Mapping[str, Defaults] = {
    "EulerDiscreteScheduler": Defaults(4, 1.0, "euler", "sgm_uniform"),
    "EulerAncestralDiscreteScheduler": Defaults(4, 1.0, "euler_a", "sgm_uniform"),
    "LCMScheduler": Defaults(6, 1.0, "lcm", "normal"),
    "TCDScheduler": Defaults(8, 1.0, "tcd", "normal"),
}
"""Settings of distilled models by the class in their scheduler_config.json: Lightning (Lin et al.
2024), Turbo (Sauer et al. 2023), latent consistency (Luo et al. 2023) and Hyper-SD (Ren et al.
2024). The weights alone do not distinguish them from base; Euler indicates one only with the
timestep spacing "trailing", which base does not have."""


@dataclass(frozen=True, slots=True)
class XLFacts(UNetFacts):
    """``pooled_width``: width of the second encoder's pooled prompt. ``zero_terminal_snr``: the
    noise schedule ends in pure noise. ``zero_negative``: an empty negative prompt is a tensor of
    zeros rather than an encoded one. ``keeps_vae_precise``: the autoencoder overflows in half
    precision."""

    pooled_width: int = 0
    zero_terminal_snr: bool = False
    zero_negative: bool = True
    keeps_vae_precise: bool = False


def xl_facts(spec: ModelSpec) -> XLFacts:
    """Return the facts of a Stable Diffusion XL model; TypeError for any other."""
    return facts_of(spec, XLFacts)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a base, inpainting, v-prediction or few-step model of Stable Diffusion XL.

    StudioError for the refiner, for a UNet with other channels, and for the noise schedule of EDM.
    """
    if not folder.pipeline.startswith(PIPELINE):
        return None
    _refuse_refiner(folder)
    folder.check_classes(PARTS)
    unet, vae, first, second = (folder.config(part) for part in PARTS)
    scheduler = folder.scheduler()
    facts = _facts(folder, unet, vae, second, scheduler)
    made = int(first.get("hidden_size", 0)) + int(second.get("hidden_size", 0))
    check_text_width(folder.path, facts.text_width, made)
    for part in ("tokenizer", "tokenizer_2"):
        folder.check_tokenizer(part)
    components = tuple(folder.component(part) for part in PARTS)
    files = [file for component in components for file in component.files]
    few_step = folder.few_step()
    scale = facts.vae_scale
    native = folder.number("native_size", first_number(unet.get("sample_size"), 128) * scale)
    multiple = folder.number("size_multiple", scale * 2 ** (len(unet_widths(unet)) - 1))
    variant, defaults = _variant(facts, scheduler)
    return ModelSpec(
        id=folder.id,
        name=folder.name,
        path=folder.path.resolve(),
        family=ID,
        native_size=native,
        size_multiple=multiple,
        min_size=folder.number("min_size", max(multiple, native // 2)),
        max_size=folder.number("max_size", native * 2),
        defaults=folder.defaults(defaults),
        components=components,
        weight_bytes=sum(file.stat().st_size for file in files),
        fingerprint=folder.fingerprint([*files, few_step.file] if few_step else files),
        variant=variant,
        facts=facts,
        few_step=few_step,
    )


def _refuse_refiner(folder: ModelFolder) -> None:
    """Raise StudioError for the refiner, which has only the second text encoder."""
    if folder.class_name("text_encoder_2") and not folder.class_name("text_encoder"):
        raise StudioError(
            "{path} is the refiner of Stable Diffusion XL, which only finishes the pictures of"
            " another model.",
            "Choose a base or inpainting model; its pictures need no refiner.",
            path=str(folder.path),
        )


def _facts(
    folder: ModelFolder,
    unet: Mapping[str, Any],
    vae: Mapping[str, Any],
    second: Mapping[str, Any],
    scheduler: Mapping[str, Any],
) -> XLFacts:
    facts = XLFacts(
        **unet_measures(unet, vae, scheduler),
        pooled_width=int(second.get("projection_dim", 0)),
        zero_terminal_snr=bool(scheduler.get("rescale_betas_zero_snr", False)),
        keeps_vae_precise=bool(vae.get("force_upcast", True)),
        zero_negative=bool(folder.index.get("force_zeros_for_empty_prompt", True)),
    )
    if facts.input_channels not in INPUT_CHANNELS or facts.latent_channels != 4:
        raise unsupported_model_error(folder.path, f"UNet, {facts.input_channels} in_channels")
    wanted = facts.pooled_width + TIME_IDS * int(unet.get("addition_time_embed_dim") or 0)
    if wanted != unet.get("projection_class_embeddings_input_dim"):
        raise unsupported_model_error(folder.path, f"UNet, {unet.get('addition_embed_type')}")
    if str(scheduler.get("_class_name", "")).startswith("EDM"):
        raise unsupported_model_error(folder.path, str(scheduler["_class_name"]))
    return facts


def _variant(facts: XLFacts, scheduler: Mapping[str, Any]) -> tuple[str, Defaults]:
    """Return the variant of a model, and its default settings."""
    few = FEW_STEPS.get(str(scheduler.get("_class_name")))
    trailing = facts.timestep_spacing == "trailing"
    if facts.prediction_type == "v_prediction":
        # Its timestep spacing may be trailing because its schedule ends in pure noise.
        return "v-prediction", ZERO_SNR if facts.zero_terminal_snr else BASE
    if few is not None and (trailing or few.schedule == "normal"):
        return "few steps", few
    if facts.instructs_only:
        return INSTRUCT, BASE
    return ("inpainting" if facts.fills_only else "base"), BASE


LARGEST = 16384


def _size(id: str, label: str, tip: str) -> Setting:
    return Setting(id, label, Kind.WHOLE, 0, 0, LARGEST, 8, tip=tip)


def _negative(positive: Setting, label: str) -> Setting:
    return Setting(
        f"negative_{positive.id}", label, Kind.WHOLE, -1, -1, LARGEST, 8, tip=NEGATIVE_TIP
    )


ORIGINAL_TIP = translatable(
    "Width or height, in pixels, of the training photo that the picture is to resemble. 0 is the"
    " size at which the model paints. Small sizes give blurred pictures, because small photos were"
    " enlarged for the training."
)
CROP_TIP = translatable(
    "Pixels that were cut off at this edge of the training photo that the picture is to resemble. 0"
    " keeps the subject in the middle."
)
TARGET_TIP = translatable(
    "Width or height of the picture, in pixels, that the model is conditioned on. 0 is the size at"
    " which it paints."
)
NEGATIVE_TIP = translatable("The same number for the negative prompt. -1 takes the one above.")
POSITIVE = (
    _size("original_width", translatable("Original width"), ORIGINAL_TIP),
    _size("original_height", translatable("Original height"), ORIGINAL_TIP),
    _size("crop_left", translatable("Crop left"), CROP_TIP),
    _size("crop_top", translatable("Crop top"), CROP_TIP),
    _size("target_width", translatable("Target width"), TARGET_TIP),
    _size("target_height", translatable("Target height"), TARGET_TIP),
)
NEGATIVE_LABELS = (
    translatable("Negative original width"),
    translatable("Negative original height"),
    translatable("Negative crop left"),
    translatable("Negative crop top"),
    translatable("Negative target width"),
    translatable("Negative target height"),
)
SIZE_SETTINGS = (
    *POSITIVE,
    *(_negative(one, label) for one, label in zip(POSITIVE, NEGATIVE_LABELS, strict=True)),
)
"""Size and crop conditioning (Podell et al. 2023, https://arxiv.org/abs/2307.01952, 2.2)."""

ONE_ENCODER = translatable("Edit by words needs a model with one text encoder.")
LORA_ONLY = translatable("A model of this size learns a subject as a LoRA.")

STABLE_DIFFUSION_XL = FamilySpec(
    id=ID,
    label="Stable Diffusion XL",
    module="studio.engine.families.stable_diffusion_xl.family",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct"}),
    variants={INSTRUCT: "InstructPix2Pix XL"},
    limit=limit_of_inputs,
    samplers=SAMPLERS,
    adapters=frozenset({"lora", "textual_inversion", "vae"}),
    controls=frozenset(CONTROL_KINDS),
    references=frozenset(ADAPTER_MODES),
    training=frozenset({"lora"}),
    region_prompts=True,
    negative_prompt=True,
    settings=(
        *TEXT_SETTINGS,
        *SIZE_SETTINGS,
        *GUIDANCE_SETTINGS,
        IMAGE_GUIDANCE,
        *STEERING_SETTINGS,
    ),
    missing={
        (Capability.TASK, "rewrite"): ONE_ENCODER,
        Capability.INVERSION: ONE_ENCODER,
        Capability.TRAINING: LORA_ONLY,
        (Capability.ADAPTER, "dreambooth"): LORA_ONLY,
    },
)
