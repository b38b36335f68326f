"""Stable Diffusion 1.x and 2.x: how a folder is recognised, and what the models can do."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import (
    UNetFacts,
    check_text_width,
    fill_conv,
    first_number,
    unet_facts,
    unet_measures,
    unet_widths,
)
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder, unsupported
from studio.catalog.references import MODES
from studio.catalog.samplers import SAMPLERS
from studio.core.notices import translatable

ID = "stable_diffusion"

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
    facts = UNetFacts(**unet_measures(unet, vae, folder.scheduler()))
    if facts.input_channels not in (4, 9) or facts.latent_channels != 4:
        raise unsupported(folder.path, f"UNet, {facts.input_channels} in_channels")
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


def limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    """Return why one model of the family cannot do what the others can, "" if it can."""
    whole = (capability, name) == (Capability.TASK, "rewrite")
    if (whole or capability is Capability.INVERSION) and unet_facts(spec).fills_only:
        return FILLS_ONLY
    return ""


FILLS_ONLY = translatable("It only fills masks, so it cannot edit a picture by its words.")

STABLE_DIFFUSION = FamilySpec(
    id=ID,
    label="Stable Diffusion 1.x",
    module="studio.engine.families.stable_diffusion.family",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "rewrite"}),
    samplers=SAMPLERS,
    adapters=frozenset({"lora", "textual_inversion", "dreambooth"}),
    controls=frozenset(CONTROL_KINDS),
    references=frozenset(MODES),
    training=frozenset({"lora", "dreambooth", "textual_inversion", "pivotal"}),
    inversions=frozenset({"null_text", "negative_prompt", "ddim"}),
    region_prompts=True,
    negative_prompt=True,
    limit=limit,
)
