"""The functions of the DeepFloyd IF family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.catalog.families.deepfloyd_if import (
    ENLARGED,
    LATER_STEPS,
    SECOND,
    THIRD,
    stages_of,
)
from studio.catalog.model_spec import ModelSpec
from studio.edit.request import Task
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.route import Call, Route, guided
from studio.engine.pipelines.row import PipelineRow
from studio.engine.scaling import resize, resize_mask

LATER_GUIDANCE, UPSCALER_GUIDANCE = 4.0, 9.0
"""Guidance scales of the later stages, those of their pipelines."""


def _later_steps(call: Call) -> int:
    return int(call.setting(LATER_STEPS.id, LATER_STEPS.default))


def _part_of_later_steps(call: Call) -> int:
    return min(int(_later_steps(call) * call.strength), _later_steps(call))


def _size(call: Call, stage: int) -> dict[str, int]:
    """Return width and height of the picture of a stage, 1 to 3."""
    factor = ENLARGED ** (stages_of(call.loaded.spec) - stage)
    return {"width": call.width // factor, "height": call.height // factor}


def _texts(call: Call) -> dict[str, Any]:
    return {**guided(call), "clean_caption": False, "output_type": "pt"}


def _later(call: Call) -> dict[str, Any]:
    """Return the prompts for the second stage, and the picture of the first."""
    scale = min(call.request.sampling.cfg_scale, LATER_GUIDANCE)
    return {
        **_texts(call),
        "guidance_scale": scale,
        "num_inference_steps": _later_steps(call),
        "image": call.previous.images,
    }


def _upscaler(call: Call) -> dict[str, Any]:
    scale = UPSCALER_GUIDANCE if call.request.sampling.cfg_scale > 1 else 1.0
    return {
        **guided(call),
        "guidance_scale": scale,
        "num_inference_steps": _later_steps(call),
        # The upscaler takes pixels in 0..1.
        "image": (call.previous.images / 2 + 0.5).clamp(0, 1),
    }


def _picture(call: Call, stage: int) -> Tensor:
    """Return the request's picture (1, 3, h, w) in -1..1 at the size of a stage."""
    size = _size(call, stage)
    pixels = resize(np.asarray(call.image), size["width"], size["height"])
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1


def _mask(call: Call, stage: int) -> Tensor:
    """Return the request's mask (1, 1, h, w), 0 or 1, at the size of a stage."""
    size = _size(call, stage)
    mask = resize_mask(np.asarray(call.mask), size["width"], size["height"])
    return torch.from_numpy(mask)[None, None].float() / 255


MAKE = (
    Route("IFPipeline", lambda call: {**_texts(call), **_size(call, 1)}),
    Route(
        "IFSuperResolutionPipeline",
        lambda call: {**_later(call), **_size(call, 2)},
        prefix=SECOND,
        steps=_later_steps,
        own_sampler=True,
    ),
)
PAINT = (
    Route(
        "IFInpaintingPipeline",
        lambda call: {
            **_texts(call),
            "image": _picture(call, 1),
            "mask_image": _mask(call, 1),
            "strength": call.strength,
        },
    ),
    Route(
        "IFInpaintingSuperResolutionPipeline",
        lambda call: {
            **_later(call),
            "original_image": _picture(call, 2),
            "mask_image": _mask(call, 2),
            "strength": call.strength,
        },
        prefix=SECOND,
        steps=_part_of_later_steps,
        own_sampler=True,
    ),
)
UPSCALE = Route(
    "StableDiffusionUpscalePipeline",
    _upscaler,
    prefix=THIRD,
    steps=_later_steps,
    own_sampler=True,
    previews=False,
)


def _cascade(stages: tuple[Route, ...], count: int) -> Route:
    used = (*stages, UPSCALE)[:count]
    return replace(used[-1], before=used[:-1])


def _routes(spec: ModelSpec) -> Mapping[Task, Route]:
    count = stages_of(spec)
    masked = _cascade(PAINT, count)
    return {
        Task.GENERATE: _cascade(MAKE, count),
        Task.FILL: masked,
        Task.REPLACE: masked,
        Task.EXTEND: masked,
    }


FAMILY = PipelineFamily(
    PipelineRow(
        routes=_routes,
        tokenizers={
            "tokenizer": "T5TokenizerFast",
            "second_scheduler": "DDPMScheduler",
            "second_image_noising_scheduler": "DDPMScheduler",
            "third_tokenizer": "CLIPTokenizer",
            "third_scheduler": "DDIMScheduler",
            "third_low_res_scheduler": "DDPMScheduler",
        },
        scheduler="DDPMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        in_pixels=True,
    )
)
