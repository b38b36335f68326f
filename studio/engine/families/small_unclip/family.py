"""The functions of the small unCLIP for the engine."""

from __future__ import annotations

from typing import Any

import torch
from PIL import Image
from torch import Tensor

from studio.catalog.families.built_in import CLIP_PART, STARTER_PART
from studio.catalog.families.prior import OLD_WORDS, PRIOR_STEPS, WORD_SHARE
from studio.catalog.families.small_unclip import CANDIDATES, IDEA_GUIDANCE, OWN_NOISE
from studio.core.notices import Notice
from studio.edit.request import EditRequest, Task
from studio.engine.families.small_unclip.pipeline import UnclipPipeline
from studio.engine.pipelines.embeddings import blend_pictures, idle_notes
from studio.engine.pipelines.family import PipelineFamily, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, original_picture, sized
from studio.engine.pipelines.row import PipelineRow

ALONE_SETTINGS = (OLD_WORDS, WORD_SHARE, OWN_NOISE)
"""Settings of variations only."""
NETWORKS = ("prior", "unet")


def _prior_steps(call: Call) -> int:
    return int(call.setting(PRIOR_STEPS.id, PRIOR_STEPS.default))


def _own_noise(call: Call) -> float:
    return float(call.setting(OWN_NOISE.id, OWN_NOISE.default))


def _common(call: Call) -> dict[str, Any]:
    pictures = blend_pictures(call.request)
    return {
        **sized(call),
        "prompt": call.request.prompt,
        "blend": [(Image.fromarray(picture), share) for picture, share in pictures],
        "num_inference_steps": call.request.sampling.steps,
        "guidance_scale": call.request.sampling.cfg_scale,
    }


def _text(call: Call) -> dict[str, Any]:
    return {
        **_common(call),
        "prior_num_inference_steps": _prior_steps(call),
        "prior_guidance_scale": float(call.setting(IDEA_GUIDANCE.id, IDEA_GUIDANCE.default)),
        "prior_candidates": int(call.setting(CANDIDATES.id, CANDIDATES.default)),
    }


def _vary(call: Call) -> dict[str, Any]:
    return {
        **_common(call),
        "image": original_picture(call),
        "old_words": str(call.setting(OLD_WORDS.id, OLD_WORDS.default)),
        "word_share": float(call.setting(WORD_SHARE.id, WORD_SHARE.default)),
        "own_noise": _own_noise(call),
    }


def _vary_steps(call: Call) -> int:
    inversions = 1 + len(blend_pictures(call.request)) if _own_noise(call) > 0 else 0
    return call.steps * (1 + inversions)


ROUTES = {
    Task.GENERATE: Route(
        UnclipPipeline,
        _text,
        denoisers=NETWORKS,
        steps=lambda call: _prior_steps(call) + call.steps,
    ),
    Task.VARY: Route(UnclipPipeline, _vary, denoisers=NETWORKS, steps=_vary_steps),
}


def _name_parts(loaded: LoadedPipeline) -> None:
    """Give the parts of the starter and of CLIP the names by which the pipeline knows them."""
    for prefix in (STARTER_PART, CLIP_PART):
        for name in [one for one in loaded.parts if one.startswith(prefix)]:
            loaded.parts[name.removeprefix(prefix)] = loaded.parts.pop(name)


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the scaled latents of a picture, as they are in a step."""
    vae = loaded.parts["vae"]
    with torch.no_grad():
        latents: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latents
    scaled: Tensor = latents * vae.config.scaling_factor
    return scaled


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return notices about settings without effect in a task."""
    return idle_notes(request, ALONE_SETTINGS)


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={
            "starter_tokenizer": "CLIPTokenizer",
            "prior_scheduler": "DDIMScheduler",
        },
        scheduler="DDIMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        encode=_encode,
        adjust=_name_parts,
        notes=_notes,
    )
)
