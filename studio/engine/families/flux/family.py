"""The functions of the Flux.1 family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.catalog.families.flux import (
    CONTROLLED,
    DISTILLED,
    FILL,
    FILL_GUIDANCE,
    GUIDANCE,
    KONTEXT,
    REDUX,
)
from studio.catalog.families.pipeline import pipeline_facts
from studio.catalog.model_spec import ModelSpec
from studio.catalog.transformer_controls import FLUX_CONTROL
from studio.edit.request import Task
from studio.engine.families.flux.redux import ReduxPrior
from studio.engine.pipelines.controls import ControlRow
from studio.engine.pipelines.family import PipelineFamily, decode_scaled, encode_scaled, unpack_2x2
from studio.engine.pipelines.route import (
    Call,
    Route,
    inpainted,
    original_picture,
    sized,
    standard_routes,
)
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    """Return the prompts, with guidance by the negative prompt above a CFG scale of 1."""
    sampling = call.request.sampling
    arguments: dict[str, Any] = {
        "prompt": call.request.prompt,
        "guidance_scale": float(call.setting(GUIDANCE, DISTILLED.default)),
        "num_inference_steps": sampling.steps,
        "max_sequence_length": pipeline_facts(call.loaded.spec).text_tokens,
    }
    if sampling.cfg_scale > 1:
        arguments |= {
            "negative_prompt": call.request.negative_prompt,
            "true_cfg_scale": sampling.cfg_scale,
        }
    return arguments


def _varied(call: Call) -> dict[str, Any]:
    """Return the arguments of a variation, with prompts that Redux mixed with the picture."""
    made = call.previous
    arguments = _prompts(call)
    del arguments["prompt"]
    return {
        **arguments,
        **sized(call),
        "prompt_embeds": made.prompt_embeds,
        "pooled_prompt_embeds": made.pooled_prompt_embeds,
    }


LOOK = Route(
    ReduxPrior,
    lambda call: {"image": original_picture(call), "prompt": call.request.prompt},
    prefix=REDUX,
    denoisers=("image_embedder",),
    steps=lambda call: 1,
    previews=False,
)


def _fill(call: Call) -> dict[str, Any]:
    """Return the arguments of Flux Fill, whose guidance is ten times that of dev."""
    return {
        "prompt": call.request.prompt,
        "guidance_scale": float(call.setting(GUIDANCE, FILL_GUIDANCE)),
        "num_inference_steps": call.request.sampling.steps,
        "max_sequence_length": pipeline_facts(call.loaded.spec).text_tokens,
        **inpainted(call),
    }


PLAIN = {
    **standard_routes("FluxPipeline", "FluxInpaintPipeline", _prompts),
    Task.VARY: Route("FluxPipeline", _varied, before=(LOOK,)),
}
CONTROLNETS = ControlRow(
    {
        Task.GENERATE: "FluxControlNetPipeline",
        Task.FILL: "FluxControlNetInpaintPipeline",
        Task.REPLACE: "FluxControlNetInpaintPipeline",
        Task.EXTEND: "FluxControlNetInpaintPipeline",
    },
    FLUX_CONTROL,
)
CHANNELS = ControlRow(
    {
        Task.GENERATE: "FluxControlPipeline",
        Task.FILL: "FluxControlInpaintPipeline",
        Task.REPLACE: "FluxControlInpaintPipeline",
        Task.EXTEND: "FluxControlInpaintPipeline",
    }
)


def _controls(spec: ModelSpec) -> ControlRow | None:
    if spec.variant in CONTROLLED:
        return CHANNELS
    return None if spec.variant in (FILL, KONTEXT) else CONTROLNETS


FILLING = {task: Route("FluxFillPipeline", _fill) for task in (Task.FILL, Task.EXTEND)}


def _instruct(call: Call) -> dict[str, Any]:
    """Return the arguments of Flux Kontext, which takes the picture beside the latents."""
    picture = {"image": call.image} if call.image else {}
    return {**_own_size(call), **sized(call), **picture}


def _own_size(call: Call) -> dict[str, Any]:
    """Return the prompts of Flux Kontext, and no change of the size."""
    return {**_prompts(call), "_auto_resize": False, "max_area": call.width * call.height}


FOLLOWING = {
    **standard_routes("FluxKontextPipeline", "FluxKontextInpaintPipeline", _own_size),
    Task.GENERATE: Route("FluxKontextPipeline", _instruct),
    Task.INSTRUCT: Route("FluxKontextPipeline", _instruct),
}
BY_VARIANT: Mapping[str, Mapping[Task, Route]] = {FILL: FILLING, KONTEXT: FOLLOWING}


def _routes(spec: ModelSpec) -> Mapping[Task, Route]:
    return BY_VARIANT.get(spec.variant, PLAIN)


FAMILY = PipelineFamily(
    PipelineRow(
        routes=_routes,
        tokenizers={
            "tokenizer": "CLIPTokenizer",
            "tokenizer_2": "T5TokenizerFast",
            REDUX + "feature_extractor": "SiglipImageProcessor",
        },
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_2x2,
        encode=encode_scaled,
        decode=decode_scaled,
        controls=_controls,
    )
)
