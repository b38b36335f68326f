"""The functions of the Kandinsky 2.2 family for the engine."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from studio.catalog.families.kandinsky import PRIOR, PRIOR_GUIDANCE, PRIOR_STEPS
from studio.edit.request import Task
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, sized
from studio.engine.pipelines.row import PipelineRow


def _prior_steps(call: Call) -> int:
    return int(call.setting(PRIOR_STEPS.id, PRIOR_STEPS.default))


def _prior(call: Call) -> dict[str, Any]:
    """Return the arguments of the prior, which reads the prompts for both stages."""
    return {
        "prompt": call.request.prompt,
        "negative_prompt": call.request.negative_prompt or None,
        "num_inference_steps": _prior_steps(call),
        "guidance_scale": float(call.setting(PRIOR_GUIDANCE.id, PRIOR_GUIDANCE.default)),
    }


def _decoder(call: Call) -> dict[str, Any]:
    return {
        "image_embeds": call.previous.image_embeds,
        "negative_image_embeds": call.previous.negative_image_embeds,
        "num_inference_steps": call.request.sampling.steps,
        "guidance_scale": call.request.sampling.cfg_scale,
        **sized(call),
    }


READ = Route(
    "KandinskyV22PriorPipeline",
    _prior,
    prefix=PRIOR,
    denoiser="prior",
    steps=_prior_steps,
    own_sampler=True,
    previews=False,
)
MASKED = Route(
    "KandinskyV22InpaintPipeline",
    lambda call: {**_decoder(call), "image": call.image, "mask_image": call.mask},
    before=(READ,),
)
ROUTES = {
    Task.GENERATE: Route("KandinskyV22Pipeline", _decoder, before=(READ,)),
    Task.FILL: MASKED,
    Task.EXTEND: MASKED,
    Task.REPLACE: Route(
        "KandinskyV22Img2ImgPipeline",
        lambda call: {**_decoder(call), "image": call.image, "strength": call.strength},
        before=(READ,),
    ),
}


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the latents of a picture, which the decoder takes without a scale."""
    movq = loaded.parts["movq"]
    with torch.no_grad():
        latents: Tensor = movq.encode(picture.to(movq.device, movq.dtype)).latents
    return latents


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={"prior_tokenizer": "CLIPTokenizer", "prior_scheduler": "UnCLIPScheduler"},
        scheduler="DDPMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        encode=_encode,
    )
)
