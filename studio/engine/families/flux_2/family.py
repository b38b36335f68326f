"""The functions of the Flux.2 family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from transformers import AutoProcessor

from studio.catalog.families.flux_2 import DEV, KLEIN
from studio.catalog.families.pipeline import part_folder, pipeline_facts
from studio.catalog.model_spec import ModelSpec
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.loading import guarded
from studio.engine.pipelines.family import PipelineFamily
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, sized, standard_routes
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    sampling = call.request.sampling
    return {
        "prompt": call.request.prompt,
        "guidance_scale": sampling.cfg_scale,
        "num_inference_steps": sampling.steps,
    }


def _instruct(call: Call) -> dict[str, Any]:
    return {**_prompts(call), **sized(call), "image": call.image}


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return a notice if the CFG scale has no effect."""
    if loaded.spec.variant != KLEIN or request.sampling.cfg_scale <= 1:
        return []
    return [
        notice(
            "{model} is distilled: the CFG scale has no effect, and 4 steps are enough.",
            model=loaded.spec.name,
        )
    ]


def _adjust(loaded: LoadedPipeline) -> None:
    """Pass on to the pipeline whether the model is distilled, or give dev its processor."""
    loaded.parts["is_distilled"] = loaded.spec.variant == KLEIN
    if loaded.spec.variant == DEV:
        folder = part_folder(loaded.spec, "tokenizer")
        read: Any = AutoProcessor.from_pretrained
        loaded.parts["tokenizer"] = guarded(folder, lambda: read(folder, local_files_only=True))


def _unpack(loaded: LoadedPipeline, latents: Tensor, width: int, height: int) -> Tensor:
    """Return (1, 4 c, rows, columns) of latents (1, cells, 4 c), which are in the order of rows."""
    cell = pipeline_facts(loaded.spec).cell
    return latents.transpose(1, 2).reshape(1, latents.shape[-1], height // cell, width // cell)


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return packed latents (1, 4 c, rows, columns), normalised by the autoencoder's statistics."""
    vae = loaded.parts["vae"]
    with torch.no_grad():
        latents = vae.encode(picture.to(vae.device, vae.dtype)).latent_dist.mode()
    packed = torch.nn.functional.pixel_unshuffle(latents, 2)
    mean, deviation = _statistics(vae)
    scaled: Tensor = (packed - mean) / deviation
    return scaled


def _decode(loaded: LoadedPipeline, latents: Tensor) -> Tensor:
    """Return the picture of packed latents (1, 4 c, rows, columns), with gradients."""
    vae = loaded.parts["vae"]
    mean, deviation = _statistics(vae)
    plain = torch.nn.functional.pixel_shuffle(latents * deviation + mean, 2)
    picture: Tensor = vae.decode(plain.to(vae.dtype), return_dict=False)[0]
    return picture


def _statistics(vae: Any) -> tuple[Tensor, Tensor]:
    """Return means and deviations (1, 4 c, 1, 1) of packed latents."""
    mean = vae.bn.running_mean.reshape(1, -1, 1, 1)
    deviation = (vae.bn.running_var.reshape(1, -1, 1, 1) + vae.config.batch_norm_eps).sqrt()
    return mean, deviation


KLEIN_ROUTES = {
    **standard_routes("Flux2KleinPipeline", "Flux2KleinInpaintPipeline", _prompts),
    Task.INSTRUCT: Route("Flux2KleinPipeline", _instruct),
}
DEV_ROUTES = {
    Task.GENERATE: Route("Flux2Pipeline", lambda call: {**_prompts(call), **sized(call)}),
    Task.INSTRUCT: Route("Flux2Pipeline", _instruct),
}


def _routes(spec: ModelSpec) -> Mapping[Task, Route]:
    return DEV_ROUTES if spec.variant == DEV else KLEIN_ROUTES


FAMILY = PipelineFamily(
    PipelineRow(
        routes=_routes,
        tokenizers={"tokenizer": "AutoTokenizer"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=_unpack,
        encode=_encode,
        decode=_decode,
        adjust=_adjust,
        notes=_notes,
    )
)
