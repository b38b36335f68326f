"""The functions of Dream for the engine."""

from __future__ import annotations

from typing import Any

from studio.catalog.families.built_in import CLIP_PART, STARTER_PART
from studio.catalog.families.dream import (
    AUGMENT,
    AUTO,
    CUTOUTS,
    NOISE,
    PHOTO,
    RATE,
    SMOOTH,
    START,
)
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.families.dream.pipeline import DreamPipeline
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, sized
from studio.engine.pipelines.row import PipelineRow


def _arguments(call: Call) -> dict[str, Any]:
    chosen = str(call.setting(START.id, AUTO))
    usual = PHOTO if call.request.task is Task.REPLACE else NOISE
    return {
        "prompt": call.request.prompt,
        "negative_prompt": call.request.negative_prompt,
        "image": call.image,
        "mask_image": call.mask,
        "num_inference_steps": call.steps,
        "learning_rate": float(call.setting(RATE.id, RATE.default)),
        "cutouts": int(call.setting(CUTOUTS.id, CUTOUTS.default)),
        "augment": bool(call.setting(AUGMENT.id, AUGMENT.default)),
        "smooth": float(call.setting(SMOOTH.id, SMOOTH.default)),
        "start": usual if chosen == AUTO else chosen,
        **sized(call),
    }


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    found = []
    if request.sampling.cfg_scale != loaded.spec.defaults.cfg_scale:
        found.append(notice("Dream follows the prompt alone, so the CFG scale has no effect."))
    if request.image is None and request.sampling.extras.get(START.id) == PHOTO:
        found.append(notice("There is no photo to begin with, so Dream began with noise."))
    return found


ROUTE = Route(
    DreamPipeline, _arguments, prefix=STARTER_PART, denoisers=("clip_pictures",), can_finish=True
)

FAMILY = PipelineFamily(
    PipelineRow(
        routes=dict.fromkeys((Task.GENERATE, Task.FILL, Task.REPLACE), ROUTE),
        tokenizers={STARTER_PART + "tokenizer": "CLIPTokenizer"},
        scheduler="",
        denoiser=CLIP_PART + "pictures",
        unpack=unpack_plain,
        in_pixels=True,
        notes=_notes,
    )
)
