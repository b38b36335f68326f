"""Flux.1 (Black Forest Labs 2024, https://github.com/black-forest-labs/flux): recognition and
capabilities of the models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from studio.catalog.controls import CONTROL_KINDS, ControlSpec
from studio.catalog.families.pipeline import (
    FLOW_SAMPLERS,
    LARGE_MISSING,
    Layout,
    PipelineFacts,
    Sizes,
    companion,
    flow_defaults,
    pipeline_splitter,
    recognise_pipeline,
    transformer_facts,
)
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, ModelSpec, facts_of
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.settings import Kind, Setting
from studio.catalog.steering import STEERING_SETTINGS
from studio.catalog.transformer_controls import FLUX_CONTROL
from studio.catalog.transformer_references import find_flux_reference
from studio.core.errors import StudioError
from studio.core.notices import translatable

ID = "flux"
DEV, SCHNELL, FILL, KONTEXT = "dev", "schnell", "fill", "kontext"
DEPTH, CANNY, CONTROL = "depth", "canny", "control"
CONTROLLED: Mapping[str, tuple[str, ...]] = {
    DEPTH: ("depth",),
    CANNY: ("canny",),
    CONTROL: ("canny", "depth"),
}
"""The control images that the variants with further channels were made for."""
KREA = "krea"
PLAIN = (DEV, SCHNELL, KREA)
LIKE: Mapping[str, tuple[str, ...]] = {DEV: (KREA,), CONTROL: (DEPTH, CANNY)}
"""The variants with the same files as another."""
REDUX = "redux_"
"""The prefix of the parts of Flux Redux, which reads pictures."""
REDUX_PIPELINES = {"FluxPriorReduxPipeline": ""}

LAYOUT = Layout(
    family=ID,
    pipelines={
        "FluxPipeline": DEV,
        "FluxFillPipeline": FILL,
        "FluxKontextPipeline": KONTEXT,
        "FluxControlPipeline": CONTROL,
    },
    parts={
        "transformer": ("FluxTransformer2DModel",),
        "vae": ("AutoencoderKL",),
        "text_encoder": ("CLIPTextModel",),
        "text_encoder_2": ("T5EncoderModel",),
        "redux_image_encoder": ("SiglipVisionModel",),
        "redux_image_embedder": ("ReduxImageEncoder",),
    },
    tokenizers=("tokenizer", "tokenizer_2"),
    optional=frozenset({"redux_image_encoder", "redux_image_embedder"}),
)
DEV_TOKENS, SCHNELL_TOKENS = 512, 256

GUIDANCE = "distilled_guidance"
DISTILLED = Setting(
    GUIDANCE,
    translatable("Distilled guidance"),
    Kind.NUMBER,
    3.5,
    0.0,
    100.0,
    0.5,
    tip=translatable(
        "How closely the picture follows the prompt, as the model learned it from a larger one; it"
        " costs no time. 2 to 4 suit most pictures, 30 suits Flux Fill."
    ),
)
FILL_GUIDANCE = 30.0


@dataclass(frozen=True, slots=True)
class FluxFacts(PipelineFacts):
    """The dimensions of a Flux.1; ``has_redux``: Flux Redux is beside it."""

    has_redux: bool = False


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a model of Flux.1, with Flux Redux beside it if it is dev or schnell; else None.

    StudioError for the folder of Redux itself.
    """
    if folder.pipeline in REDUX_PIPELINES:
        raise StudioError(
            "{path} is Flux Redux, which only reads pictures for another model.",
            "Keep it beside the folder of Flux.1 dev or schnell, and choose that one.",
            path=str(folder.path),
        )
    redux = _redux(folder)
    others = {} if redux is None else {REDUX: redux}

    def read(own: ModelFolder, variant: str) -> tuple[str, PipelineFacts, Sizes, Defaults]:
        return _read(own, variant, bool(others))

    return recognise_pipeline(folder, LAYOUT, read, others)


def _redux(folder: ModelFolder) -> ModelFolder | None:
    """Return the folder of Flux Redux for a model, None if it has none that fits."""
    if LAYOUT.pipelines.get(folder.pipeline) != DEV or not folder.path.is_dir():
        return None
    redux = companion(folder, REDUX_PIPELINES)
    if redux is None:
        return None
    made = redux.config("image_embedder").get("txt_in_features", 4096)
    return redux if made == folder.config("text_encoder_2").get("d_model") else None


def _is_named(folder: ModelFolder, variant: str) -> bool:
    """Whether the name of a model, or the answer of the artist about a file, is a variant."""
    words = f"{folder.name} {folder.path.name}".lower()
    return folder.extra.get("variant", "") == variant or variant in words


def _read(
    folder: ModelFolder, variant: str, has_redux: bool
) -> tuple[str, PipelineFacts, Sizes, Defaults]:
    if variant == DEV and not folder.config("transformer").get("guidance_embeds"):
        variant = SCHNELL
    elif variant in LIKE:
        variant = next((one for one in LIKE[variant] if _is_named(folder, one)), variant)
    facts = transformer_facts(
        folder,
        text_tokens=SCHNELL_TOKENS if variant == SCHNELL else DEV_TOKENS,
        tokenizers=("tokenizer_2", "tokenizer"),
    )
    sizes = Sizes(1024, facts.cell, smallest=4 * facts.cell, largest=2048)
    plain = {one.name: getattr(facts, one.name) for one in fields(facts)}
    facts = FluxFacts(**plain, has_redux=has_redux)
    return variant, facts, sizes, flow_defaults(4 if variant == SCHNELL else 28, 1.0)


def _limit(spec: ModelSpec, capability: Capability, name: str) -> str:
    is_task = capability is Capability.TASK
    if spec.variant != KONTEXT and is_task and name == "instruct":
        return translatable("Only Flux Kontext follows instructions. Choose it for this.")
    if spec.variant == FILL and is_task and name in ("generate", "replace"):
        return translatable("Flux Fill only fills a mask. Choose Flux dev or schnell for this.")
    if spec.variant == FILL and capability is Capability.NEGATIVE_PROMPT:
        return translatable("Flux Fill takes no negative prompt.")
    if spec.variant in CONTROLLED and capability is Capability.NEGATIVE_PROMPT:
        return translatable("The models of Flux.1 for depth and edges take no negative prompt.")
    if capability is Capability.REFERENCE and spec.variant not in PLAIN:
        return translatable("Only Flux.1 dev, Krea and schnell follow references.")
    if capability is Capability.CONTROL:
        return _control_limit(spec, name)
    if is_task and name == "variations" and not facts_of(spec, FluxFacts).has_redux:
        return translatable(
            "Flux.1 dev and schnell make variations with the folder FLUX.1-Redux-dev beside theirs."
        )
    if spec.variant == SCHNELL and capability is Capability.SETTING and name == GUIDANCE:
        return translatable("Flux schnell has no guidance: it always follows the prompt the same.")
    return ""


def _control_limit(spec: ModelSpec, kind: str) -> str:
    if spec.variant in CONTROLLED:
        if kind in CONTROLLED[spec.variant]:
            return ""
        return translatable("This Flux.1 was made for one kind of control image only.")
    if spec.variant not in PLAIN:
        return translatable("Flux Fill and Kontext follow no control images. Choose Flux dev.")
    return ""


def find_control(spec: ModelSpec, kind: str, folder: str = "") -> ControlSpec | None:
    """Return the ControlNet of a control; None if the model itself takes the control image."""
    return None if spec.variant in CONTROLLED else FLUX_CONTROL.find(spec, kind, folder)


FLUX = FamilySpec(
    id=ID,
    label="Flux.1",
    module="studio.engine.families.flux.family:FAMILY",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "replace", "extend", "instruct", "variations"}),
    controls=frozenset(CONTROL_KINDS),
    find_control=find_control,
    references=frozenset({"subject"}),
    find_reference=find_flux_reference,
    samplers=FLOW_SAMPLERS,
    adapters=frozenset({"lora"}),
    settings=(DISTILLED, *STEERING_SETTINGS),
    negative_prompt=True,
    variants={
        DEV: "Flux.1 dev",
        SCHNELL: "Flux.1 schnell",
        KREA: "Flux.1 Krea",
        FILL: "Flux.1 Fill",
        KONTEXT: "Flux.1 Kontext",
        DEPTH: "Flux.1 Depth",
        CANNY: "Flux.1 Canny",
        CONTROL: "Flux.1 Control",
    },
    missing={
        **LARGE_MISSING,
        Capability.REFERENCE: translatable(
            "The IP-Adapters of Flux.1 carry the whole subject of a picture. Choose Subject."
        ),
    },
    limit=_limit,
    splitter=pipeline_splitter,
)
