"""The functions of the small Flux for the engine."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from studio.catalog.families.built_in import STARTER_PART
from studio.catalog.families.small_flux import GUIDANCE, SHIFT
from studio.edit.request import Task
from studio.engine.families.small_flux.pipeline import SmallFluxPipeline
from studio.engine.pipelines.family import PipelineFamily, unpack_2x2
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Arguments, Call, Route, inpainted, sized
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    sampling = call.request.sampling
    return {
        "prompt": call.request.prompt,
        "negative_prompt": call.request.negative_prompt,
        "true_cfg_scale": sampling.cfg_scale,
        "num_inference_steps": sampling.steps,
        "guidance_scale": float(call.setting(GUIDANCE.id, GUIDANCE.default)),
        "shift": float(call.setting(SHIFT.id, SHIFT.default)),
        **sized(call),
    }


def _proportions(call: Call) -> dict[str, Any]:
    """Return the proportions of the region, to which a picture from text is widened."""
    return {"proportions": (call.request.region.width, call.request.region.height)}


def _route(own: Arguments) -> Route:
    return Route(
        SmallFluxPipeline, lambda call: {**_prompts(call), **own(call)}, prefix=STARTER_PART
    )


FILLED = _route(inpainted)
ROUTES = {
    Task.GENERATE: _route(_proportions),
    Task.FILL: FILLED,
    Task.REPLACE: FILLED,
    Task.EXTEND: FILLED,
    Task.INSTRUCT: _route(lambda call: {"reference": call.image}),
}


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the scaled latents of a picture (1, 3, h, w) in -1..1."""
    vae = loaded.parts[STARTER_PART + "vae"]
    with torch.no_grad():
        found = vae.encode(picture.to(vae.device, vae.dtype)).latents
    latents: Tensor = found * vae.config.scaling_factor
    return latents


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={STARTER_PART + "tokenizer": "CLIPTokenizer"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_2x2,
        encode=_encode,
    )
)
