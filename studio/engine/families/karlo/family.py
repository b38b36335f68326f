"""The functions of the Karlo family for the engine."""

from __future__ import annotations

from typing import Any

from studio.catalog.families.karlo import ENLARGING_STEPS, SECOND
from studio.catalog.families.prior import IMAGE_PROCESSOR, PRIOR_GUIDANCE, PRIOR_STEPS
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.pipelines.family import PipelineFamily
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, original_picture
from studio.engine.pipelines.row import PipelineRow


def _prior_steps(call: Call) -> int:
    return int(call.setting(PRIOR_STEPS.id, PRIOR_STEPS.default))


def _enlarging_steps(call: Call) -> int:
    return int(call.setting(ENLARGING_STEPS.id, ENLARGING_STEPS.default))


def _decoder(call: Call) -> dict[str, Any]:
    """Return steps and guidance of the decoder, and the steps of what enlarges its picture."""
    return {
        "decoder_num_inference_steps": call.request.sampling.steps,
        "decoder_guidance_scale": call.request.sampling.cfg_scale,
        "super_res_num_inference_steps": _enlarging_steps(call),
    }


def _text(call: Call) -> dict[str, Any]:
    return {
        "prompt": call.request.prompt,
        "prior_num_inference_steps": _prior_steps(call),
        "prior_guidance_scale": float(call.setting(PRIOR_GUIDANCE.id, PRIOR_GUIDANCE.default)),
        **_decoder(call),
    }


ENLARGERS = ("super_res_first", "super_res_last")
ROUTES = {
    Task.GENERATE: Route(
        "UnCLIPPipeline",
        _text,
        denoisers=("prior", "decoder", *ENLARGERS),
        steps=lambda call: _prior_steps(call) + call.steps + _enlarging_steps(call),
    ),
    Task.VARY: Route(
        "UnCLIPImageVariationPipeline",
        lambda call: {"image": original_picture(call), **_decoder(call)},
        prefix=SECOND,
        denoisers=("decoder", *ENLARGERS),
        steps=lambda call: call.steps + _enlarging_steps(call),
    ),
}


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return notices about what has no effect in a variation."""
    if request.task is not Task.VARY:
        return []
    found = []
    if request.prompt.strip():
        found.append(
            notice(
                "Karlo makes variations of the photo alone and does not read “{prompt}”.",
                prompt=request.prompt.strip(),
            )
        )
    if any(name.startswith("prior_") for name in request.sampling.extras):
        found.append(notice("Variations need no prior, so its settings have no effect."))
    return found


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={
            "tokenizer": "CLIPTokenizer",
            "prior_scheduler": "UnCLIPScheduler",
            "decoder_scheduler": "UnCLIPScheduler",
            "super_res_scheduler": "UnCLIPScheduler",
            "feature_extractor": IMAGE_PROCESSOR,
            SECOND + "feature_extractor": IMAGE_PROCESSOR,
        },
        scheduler="",
        denoiser="decoder",
        is_square=True,
        notes=_notes,
    )
)
