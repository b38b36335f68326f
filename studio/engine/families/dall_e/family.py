"""The functions of the DALL-E family for the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.catalog.clip import house_clip, missing_clip
from studio.catalog.families.built_in import STARTER_PART
from studio.catalog.families.dall_e import BEST_OF, TEMPERATURE, TOP_K
from studio.catalog.families.pipeline import pipeline_facts
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Pixels, Task
from studio.engine.clip.model import Clip, load_clip
from studio.engine.families.dall_e.pipeline import DallePipeline, Rank
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route
from studio.engine.pipelines.row import PipelineRow
from studio.engine.scaling import cover_cells, resize_mask

CLIP = "clip"
MOST = 0.5
"""Of the photo beside the place, the part that may come after its begin without a notice."""


def _drawn(call: Call) -> dict[str, Any]:
    request = call.request
    return {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "guidance_scale": request.sampling.cfg_scale,
        "temperature": float(call.setting(TEMPERATURE.id, TEMPERATURE.default)),
        "top_k": int(call.setting(TOP_K.id, TOP_K.default)),
        "best_of": int(call.setting(BEST_OF.id, BEST_OF.default)),
        "width": request.region.width,
        "height": request.region.height,
        "name": call.loaded.spec.name,
        "rank": _rank(call),
    }


def _rank(call: Call) -> Rank | None:
    """Return how CLIP compares pictures with the prompt, None without a prompt or its weights."""
    prompt = call.request.prompt
    if not prompt.strip() or missing_clip(house_clip()) is not None:
        return None

    def rank(pictures: Tensor) -> Tensor:
        kept = call.loaded.controls
        if CLIP not in kept:
            kept[CLIP] = load_clip()
        clip: Clip = kept[CLIP]
        return clip.pictures(pictures) @ clip.texts([prompt])[0]

    return rank


def _filled(call: Call) -> dict[str, Any]:
    """Return the arguments for a part of a picture, which the pipeline brings to its square."""
    own = {"image": call.request.image, "mask": call.request.mask, "strength": call.strength}
    return {**_drawn(call), **own}


def _count(call: Call) -> int:
    """Return about how many tokens are drawn."""
    if call.mask is None:
        return call.loaded.spec.defaults.steps
    free = _free(np.asarray(call.mask), pipeline_facts(call.loaded.spec).cell)
    return max(1, round(call.strength * int(free.sum())))


def _free(mask: Pixels, cell: int) -> Any:
    """Return (rows, columns) bool: the tokens that a mask at the model's size touches."""
    return cover_cells(mask, cell)[::cell, ::cell] > 0


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return notices about steps, and about a place whose surroundings come after it."""
    notes, spec = [], loaded.spec
    if request.sampling.steps != spec.defaults.steps:
        notes.append(
            notice(
                "This model draws each of its {count} tokens once, so Steps has no effect.",
                count=spec.defaults.steps,
            )
        )
    tries = int(request.sampling.extras.get(BEST_OF.id, BEST_OF.default))
    if request.mask is None or request.task is Task.GENERATE:
        missing = missing_clip(house_clip())
        if tries > 1 and missing is not None:
            notes.append(
                notice(
                    "Best of chooses by CLIP, whose file {path} is missing, so the first of the"
                    " tries was taken.",
                    path=missing.values["path"],
                )
            )
        return notes
    side, cell = spec.native_size, pipeline_facts(spec).cell
    free = _free(resize_mask(request.mask, side, side), cell).flatten()
    known, later = int((~free).sum()), int((~free)[int(free.argmax()) :].sum())
    if free.any() and known and later / known > MOST:
        notes.append(
            notice(
                "This model draws from the top to the bottom and does not see what is below; that"
                " only chose among {count} tries. For more of them raise Best of.",
                count=tries,
            )
        )
    return notes


FILLED = Route(DallePipeline, _filled, prefix=STARTER_PART, steps=_count)
ROUTES = {
    Task.GENERATE: Route(DallePipeline, _drawn, prefix=STARTER_PART, steps=_count),
    Task.FILL: FILLED,
    Task.EXTEND: FILLED,
    Task.REPLACE: FILLED,
}


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the latents of a picture (1, 3, h, w) in -1..1, of about unit variance."""
    vae = loaded.parts[f"{STARTER_PART}vae"]
    with torch.no_grad():
        latents: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latents
    scaled: Tensor = latents * loaded.parts["dvae"].config.scale
    return scaled


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={f"{STARTER_PART}tokenizer": "CLIPTokenizer"},
        scheduler="",
        unpack=unpack_plain,
        encode=_encode,
        notes=_notes,
    )
)
