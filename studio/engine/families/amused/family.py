"""The functions of the aMUSEd family for the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from studio.catalog.families.amused import TEMPERATURE
from studio.catalog.families.pipeline import pipeline_facts
from studio.edit.request import Task
from studio.engine.families.amused.fill import AmusedFillPipeline
from studio.engine.pipelines.family import PipelineFamily
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, guided, sized
from studio.engine.pipelines.row import PipelineRow
from studio.engine.scaling import resize_mask


def _prompts(call: Call) -> dict[str, Any]:
    temperature = float(call.setting(TEMPERATURE.id, TEMPERATURE.default))
    return {**guided(call), "temperature": (temperature, 0.0)}


def _mask(call: Call) -> Image.Image:
    """Return the mask with a pixel for each token, white if any of its pixels may change."""
    scale = pipeline_facts(call.loaded.spec).vae_scale
    mask = np.asarray(call.mask)
    return Image.fromarray(resize_mask(mask, call.width // scale, call.height // scale))


def _replaced(call: Call) -> dict[str, Any]:
    """Return the arguments for a changed picture.

    At a strength of 1 the pipeline would start with the tokens after its last step, all known.
    """
    steps = max(2, call.request.sampling.steps)
    strength = min(call.strength, (steps - 1) / steps + 1e-6)
    own = {"image": call.image, "strength": strength, "num_inference_steps": steps}
    return {**_prompts(call), **own}


# The mask decides which tokens are new, so that a fill has no strength.
FILLED = Route(
    AmusedFillPipeline,
    lambda call: {**_prompts(call), "image": call.image, "mask_image": _mask(call)},
)
ROUTES = {
    Task.GENERATE: Route("AmusedPipeline", lambda call: {**_prompts(call), **sized(call)}),
    Task.FILL: FILLED,
    Task.EXTEND: FILLED,
    Task.REPLACE: Route("AmusedImg2ImgPipeline", _replaced),
}


def _unpack(loaded: LoadedPipeline, tokens: Tensor, width: int, height: int) -> Tensor:
    """Return the codebook's vectors of tokens (1, h, w); their mean for those not yet decided."""
    codebook: Tensor = loaded.parts["vqvae"].quantize.embedding.weight
    known = tokens < len(codebook)
    vectors = codebook[tokens.clamp(max=len(codebook) - 1)]
    vectors = torch.where(known[..., None], vectors, codebook.mean(0))
    return vectors.permute(0, 3, 1, 2)


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the latents of a picture, whose tokens are the nearest vectors of the codebook."""
    vqvae = loaded.parts["vqvae"]
    with torch.no_grad():
        latents: Tensor = vqvae.encode((picture / 2 + 0.5).to(vqvae.device, vqvae.dtype)).latents
    return latents


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={"tokenizer": "CLIPTokenizer"},
        scheduler="AmusedScheduler",
        unpack=_unpack,
        encode=_encode,
    )
)
