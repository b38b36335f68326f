"""The functions of the Kandinsky 2.2 family for the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from transformers import CLIPImageProcessor

from studio.catalog.families.kandinsky import PRIOR
from studio.catalog.families.prior import IMAGE_PROCESSOR, PRIOR_GUIDANCE, PRIOR_STEPS
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.families.kandinsky.variations import KandinskyVariationPrior
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, original_picture, sized
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
    denoisers=("prior",),
    steps=_prior_steps,
    own_sampler=True,
    previews=False,
)


def _prompts_of(call: Call) -> list[str]:
    """Return the prompts for each of which the prior runs in a variation."""
    both = (call.request.prompt, call.request.negative_prompt)
    return [one for one in both if one.strip()]


LOOK = replace(
    READ,
    pipeline=KandinskyVariationPrior,
    arguments=lambda call: {
        **_prior(call),
        "image": original_picture(call),
        "negative_prompt": call.request.negative_prompt,
    },
    steps=lambda call: _prior_steps(call) * len(_prompts_of(call)),
)
MASKED = Route(
    "KandinskyV22InpaintPipeline",
    lambda call: {**_decoder(call), "image": call.image, "mask_image": call.mask},
    before=(READ,),
)
ROUTES = {
    Task.GENERATE: Route("KandinskyV22Pipeline", _decoder, before=(READ,)),
    Task.VARY: Route("KandinskyV22Pipeline", _decoder, before=(LOOK,)),
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


def _decode(loaded: LoadedPipeline, latents: Tensor) -> Tensor:
    """Return the picture of latents, with gradients."""
    movq = loaded.parts["movq"]
    picture: Tensor = movq.decode(latents.to(movq.dtype), force_not_quantize=True)["sample"]
    return picture


def _give_processor(loaded: LoadedPipeline) -> None:
    """Make a processor of the image encoder's size if the folder has none."""
    name = PRIOR + "image_processor"
    if loaded.parts.get(name) is None:
        side = int(loaded.parts[PRIOR + "image_encoder"].config.image_size)
        crop = {"height": side, "width": side}
        loaded.parts[name] = CLIPImageProcessor(size={"shortest_edge": side}, crop_size=crop)


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return a notice about settings of a prior that does not run."""
    alone = not request.prompt.strip() and not request.negative_prompt.strip()
    priors = any(name.startswith("prior_") for name in request.sampling.extras)
    if request.task is Task.VARY and alone and priors:
        return [notice("Variations without a prompt need no prior; its settings have no effect.")]
    return []


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={
            "prior_tokenizer": "CLIPTokenizer",
            "prior_scheduler": "UnCLIPScheduler",
            "prior_image_processor": IMAGE_PROCESSOR,
        },
        scheduler="DDPMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        encode=_encode,
        decode=_decode,
        adjust=_give_processor,
        notes=_notes,
    )
)
