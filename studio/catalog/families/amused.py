"""aMUSEd (Patil et al. 2024, https://arxiv.org/abs/2401.01808): recognition and capabilities.

After Muse (https://arxiv.org/abs/2301.00704): a picture is a grid of tokens, and each step decides
more of them, the surest first.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.families.pipeline import (
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    pipeline_splitter,
    recognise_pipeline,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import vae_widths
from studio.catalog.model_spec import Defaults, ModelSpec
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.core.notices import translatable

ID = "amused"
MASKED = "masked"

AMUSED_SAMPLERS: Mapping[str, SamplerSpec] = {
    MASKED: SamplerSpec(
        MASKED, "Masked tokens", "Masked tokens", "diffusers.AmusedScheduler", {}, ("normal",), True
    ),
}
LAYOUT = Layout(
    family=ID,
    pipelines={"AmusedPipeline": "", "AmusedImg2ImgPipeline": "", "AmusedInpaintPipeline": ""},
    parts={
        "transformer": ("UVit2DModel",),
        "vqvae": ("VQModel",),
        "text_encoder": ("CLIPTextModelWithProjection",),
    },
    samplers=AMUSED_SAMPLERS,
)
TEXT_TOKENS = 77

TEMPERATURE = Setting(
    "temperature",
    translatable("Temperature"),
    Kind.NUMBER,
    2.0,
    0.0,
    10.0,
    0.1,
    tip=translatable(
        "How freely the first steps choose; it falls to 0 at the last one. Low values repeat"
        " themselves, high ones fall apart."
    ),
)


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of aMUSEd, None for any other."""
    return recognise_pipeline(folder, LAYOUT, _read)


def _read(folder: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    transformer, widths = folder.config("transformer"), vae_widths(folder.config("vqvae"))
    scale = 2 ** (len(widths) - 1)
    cell = scale * (2 if transformer.get("downsample") else 1)
    facts = PipelineFacts(
        vae_scale=scale,
        cell=cell,
        width=int(transformer.get("hidden_size", 1024)),
        vae_channels=int(widths[0]),
        text_tokens=TEXT_TOKENS,
    )
    native = int(transformer.get("sample_size", 16)) * scale
    sizes = Sizes(native, cell, smallest=cell * 2, largest=native * 2)
    return variant, facts, sizes, Defaults(12, 10.0, MASKED)


AMUSED = FamilySpec(
    id=ID,
    label="aMUSEd",
    module="studio.engine.families.amused.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=AMUSED_SAMPLERS,
    settings=(TEMPERATURE,),
    negative_prompt=True,
    missing={
        **LARGE_MISSING,
        Capability.CONTROL: translatable(
            "Control images steer the steps of a diffusion model; this one has tokens instead."
        ),
        Capability.REFERENCE: translatable(
            "Reference pictures steer the steps of a diffusion model; this one has tokens instead."
        ),
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    splitter=pipeline_splitter,
)
