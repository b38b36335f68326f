"""The functions of the Imagen family for the engine."""

from __future__ import annotations

from typing import Any

from studio.catalog.families.built_in import STARTER_PART
from studio.catalog.families.imagen import ENLARGER_STEPS, LEVEL, ONLY_ENLARGE, THRESHOLD
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.families.imagen.pipeline import (
    Asked,
    ImagenEnlargerPipeline,
    ImagenPipeline,
    Photo,
)
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route
from studio.engine.pipelines.row import PipelineRow

ENLARGER_GUIDANCE = 2.0
"""The most guidance of the second stage, which has the small picture to follow too."""
TIMESTEPS = 1000
LEAST_THRESHOLD = 90.0
"""Percentile below which hardly any picture has colours beyond black and white."""


def _asked(call: Call, steps: int, guidance: float) -> Asked:
    request = call.request
    frame, photo = Frame(request.region.width, request.region.height), None
    if request.image is not None and request.mask is not None:
        photo = Photo(request.image, request.mask, frame)
    return Asked(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        guidance_scale=guidance,
        steps=steps,
        threshold=float(call.setting(THRESHOLD.id, THRESHOLD.default)) / 100,
        strength=call.strength,
        frame=frame,
        photo=photo,
    )


def _has_photo(request: EditRequest) -> bool:
    return request.image is not None and request.mask is not None


def _only_enlarges(call: Call) -> bool:
    return bool(call.setting(ONLY_ENLARGE.id, False)) and _has_photo(call.request)


def _first(call: Call) -> dict[str, Any]:
    sampling = call.request.sampling
    return {
        "asked": _asked(call, sampling.steps, sampling.cfg_scale),
        "only_enlarge": _only_enlarges(call),
    }


def _later_steps(call: Call) -> int:
    return int(call.setting(ENLARGER_STEPS.id, ENLARGER_STEPS.default))


def _second(call: Call) -> dict[str, Any]:
    guidance = min(call.request.sampling.cfg_scale, ENLARGER_GUIDANCE)
    return {
        "asked": _asked(call, _later_steps(call), guidance),
        "small": call.previous.images,
        "level": int(TIMESTEPS * float(call.setting(LEVEL.id, LEVEL.default))),
    }


CASCADE = Route(
    ImagenEnlargerPipeline,
    _second,
    before=(
        Route(
            ImagenPipeline,
            _first,
            prefix=STARTER_PART,
            denoisers=("unet",),
            steps=lambda call: 0 if _only_enlarges(call) else call.steps,
        ),
    ),
    prefix=STARTER_PART,
    denoisers=("enlarger",),
    steps=_later_steps,
)


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return notices if there is nothing to enlarge, and if a threshold reaches no colour."""
    extras = request.sampling.extras
    found = []
    if extras.get(ONLY_ENLARGE.id) and not _has_photo(request):
        found.append(
            notice(
                "There is no picture to enlarge, so both stages ran. Mark a place of a picture and"
                " use Replace."
            )
        )
    if 0 < float(extras.get(THRESHOLD.id, THRESHOLD.default)) < LEAST_THRESHOLD:
        found.append(
            notice(
                "A dynamic threshold below 90 % seldom reaches colours beyond black and white, and"
                " acts like 0."
            )
        )
    return found


FAMILY = PipelineFamily(
    PipelineRow(
        routes=dict.fromkeys((Task.GENERATE, Task.FILL, Task.REPLACE, Task.EXTEND), CASCADE),
        tokenizers={f"{STARTER_PART}tokenizer": "CLIPTokenizer"},
        scheduler="DDIMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        in_pixels=True,
        notes=_notes,
    )
)
