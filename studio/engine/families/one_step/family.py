"""The functions of the families GAN and VAE for the engine."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from studio.catalog.families.built_in import STARTER_PART
from studio.catalog.families.one_step import TRUNCATION, WALK
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.families.one_step.pipeline import (
    GanPipeline,
    OneStepPipeline,
    VaeSamplingPipeline,
)
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route
from studio.engine.pipelines.row import PipelineRow


def _arguments(call: Call) -> dict[str, Any]:
    request = call.request
    return {
        "prompt": request.prompt,
        "guidance_scale": request.sampling.cfg_scale,
        "truncation": float(call.setting(TRUNCATION.id, TRUNCATION.default)),
        "walk": float(call.setting(WALK.id, WALK.default)),
        "frame": Frame(request.region.width, request.region.height),
    }


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the latents of a picture (1, 3, h, w) in -1..1, of about unit variance."""
    vae = loaded.parts[f"{STARTER_PART}vae"]
    with torch.no_grad():
        latents: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latents
    scaled: Tensor = latents * float(loaded.parts["generator"].config.scale)
    return scaled


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    if request.sampling.steps == loaded.spec.defaults.steps:
        return []
    return [notice("This model makes its picture in one step, so Steps has no effect.")]


def _family(pipeline: type[OneStepPipeline]) -> PipelineFamily:
    route = Route(
        pipeline,
        _arguments,
        prefix=STARTER_PART,
        denoisers=("generator",),
        steps=lambda call: 1,
    )
    return PipelineFamily(
        PipelineRow(
            routes={Task.GENERATE: route},
            tokenizers={f"{STARTER_PART}tokenizer": "CLIPTokenizer"},
            scheduler="",
            denoiser="generator",
            unpack=unpack_plain,
            encode=_encode,
            notes=_notes,
        )
    )


GAN = _family(GanPipeline)
VAE = _family(VaeSamplingPipeline)
