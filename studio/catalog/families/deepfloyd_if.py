"""DeepFloyd IF (Stability AI 2023, https://github.com/deep-floyd/IF): recognition and capabilities.

A cascade after Imagen (https://arxiv.org/abs/2205.11487): the first stage makes a small picture,
the second enlarges it fourfold, and Stable Diffusion's upscaler may do so once more as the third.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from studio.catalog.families.pipeline import (
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    companion,
    pipeline_splitter,
    recognise_pipeline,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.unet import first_number, vae_widths
from studio.catalog.model_spec import Defaults, ModelSpec, facts_of
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SAMPLERS, SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_SETTINGS
from studio.core.errors import StudioError
from studio.core.notices import translatable

ID = "deepfloyd_if"
ONE, TWO, THREE = "1", "2", "3"
ENLARGED = 4
"""How many times larger each stage makes the edges of a picture."""
SECOND, THIRD = "second_", "third_"
"""The prefixes of the parts of the other stages."""

IF_SAMPLERS: Mapping[str, SamplerSpec] = {
    # The model's own clipping and thresholding of pixels must stay.
    "ddpm": replace(SAMPLERS["ddpm"], options={}, schedules=("normal",)),
    "dpmpp_2m": SAMPLERS["dpmpp_2m"],
}
FIRST_PIPELINES = {"IFPipeline": "", "IFImg2ImgPipeline": "", "IFInpaintingPipeline": ""}
SECOND_PIPELINES = {
    "IFSuperResolutionPipeline": "",
    "IFImg2ImgSuperResolutionPipeline": "",
    "IFInpaintingSuperResolutionPipeline": "",
}
THIRD_PIPELINES = {"StableDiffusionUpscalePipeline": ""}
UNET = ("UNet2DConditionModel",)
LAYOUT = Layout(
    family=ID,
    pipelines=FIRST_PIPELINES,
    parts={
        "unet": UNET,
        "text_encoder": ("T5EncoderModel",),
        "second_unet": UNET,
        "third_unet": UNET,
        "third_vae": ("AutoencoderKL",),
        "third_text_encoder": ("CLIPTextModel",),
    },
    tokenizers=("tokenizer", "third_tokenizer"),
    optional=frozenset(
        {"second_unet", "third_unet", "third_vae", "third_text_encoder", "third_tokenizer"}
    ),
    samplers=IF_SAMPLERS,
)
TEXT_TOKENS = 77

LATER_STEPS = Setting(
    "later_steps",
    translatable("Steps of the later stages"),
    Kind.WHOLE,
    50,
    2,
    200,
    1,
    tip=translatable(
        "The model makes a small picture and enlarges it once or twice, each time in so many steps."
    ),
)


@dataclass(frozen=True, slots=True)
class CascadeFacts(PipelineFacts):
    """The dimensions of a cascade; ``stages`` is the number of its stages, 1 to 3."""

    stages: int = 1


def stages_of(spec: ModelSpec) -> int:
    """Return the number of stages of a model of DeepFloyd IF."""
    return facts_of(spec, CascadeFacts).stages


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of DeepFloyd IF by the folder of its first stage, None for any other model.

    The other stages are inside it or beside it; without them pictures stay small.
    """
    if folder.pipeline in SECOND_PIPELINES:
        raise StudioError(
            "{path} is the second stage of DeepFloyd IF, which only enlarges.",
            "Choose the folder of the first stage, and keep this one beside it.",
            path=str(folder.path),
        )
    if folder.pipeline not in FIRST_PIPELINES:
        return None
    others = {}
    second = companion(folder, SECOND_PIPELINES)
    third = companion(folder, THIRD_PIPELINES)
    if second is not None:
        others[SECOND] = second
        if third is not None:
            others[THIRD] = third

    def read(first: ModelFolder, _: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
        return _read(first, second, others.get(THIRD))

    return recognise_pipeline(folder, LAYOUT, read, others)


def _read(
    folder: ModelFolder, second: ModelFolder | None, third: ModelFolder | None
) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    unet = folder.config("unet")
    largest = unet if second is None else second.config("unet")
    stages = 1 + (second is not None) + (third is not None)
    factor = ENLARGED ** (stages - 1)
    halvings = len(unet.get("block_out_channels") or (0,) * 4) - 1
    multiple = 2**halvings * factor
    facts = CascadeFacts(
        vae_scale=1,
        # The memory of a UNet is mostly that of its first two levels.
        cell=2 * max(1, factor // ENLARGED),
        width=first_number(largest.get("block_out_channels"), 320),
        vae_channels=0 if third is None else int(vae_widths(third.config("vae"))[0]),
        text_tokens=TEXT_TOKENS,
        stages=stages,
    )
    native = int(unet.get("sample_size") or 64) * factor
    sizes = Sizes(native, multiple, smallest=multiple, largest=native * 2)
    return str(stages), facts, sizes, Defaults(50, 7.0, "ddpm")


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    if capability is Capability.SETTING and name == LATER_STEPS.id and stages_of(spec) == 1:
        return translatable("This model has no second stage beside it.")
    return ""


DEEPFLOYD_IF = FamilySpec(
    id=ID,
    label="DeepFloyd IF",
    module="studio.engine.families.deepfloyd_if.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend"}),
    samplers=IF_SAMPLERS,
    settings=(LATER_STEPS, *STEERING_SETTINGS),
    negative_prompt=True,
    variants={
        ONE: "DeepFloyd IF, first stage",
        TWO: "DeepFloyd IF, two stages",
        THREE: "DeepFloyd IF, three stages",
    },
    missing={
        **LARGE_MISSING,
        (Capability.TASK, "instruct"): translatable(
            "This model makes pictures and does not follow instructions."
        ),
        Capability.ADAPTER: translatable("Lienzo reads no LoRA for this kind of model yet."),
    },
    limit=_limit,
    splitter=pipeline_splitter,
)
