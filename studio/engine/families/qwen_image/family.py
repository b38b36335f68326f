"""The functions of the Qwen-Image family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from studio.catalog.families.qwen_image import EDIT, EDIT_PLUS, PLAIN
from studio.catalog.model_spec import ModelSpec
from studio.catalog.transformer_controls import QWEN_CONTROL
from studio.edit.request import Task
from studio.engine.pipelines.controls import ControlRow
from studio.engine.pipelines.family import PipelineFamily, unpack_2x2
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, sized, standard_routes
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    """Return the prompts; guidance needs a negative prompt, an empty one if there is none."""
    sampling = call.request.sampling
    return {
        "prompt": call.request.prompt,
        # The pipeline skips the guidance without a negative prompt.
        "negative_prompt": call.request.negative_prompt or " ",
        "true_cfg_scale": sampling.cfg_scale,
        "num_inference_steps": sampling.steps,
    }


def _instruct(call: Call) -> dict[str, Any]:
    return {**_prompts(call), **sized(call), "image": call.image}


TEXT = standard_routes("QwenImagePipeline", "QwenImageInpaintPipeline", _prompts)
EDITING = {
    **standard_routes("QwenImagePipeline", "QwenImageEditInpaintPipeline", _prompts),
    Task.INSTRUCT: Route("QwenImageEditPipeline", _instruct),
}
SEVERAL = {Task.INSTRUCT: Route("QwenImageEditPlusPipeline", _instruct)}
BY_VARIANT: Mapping[str, Mapping[Task, Route]] = {EDIT: EDITING, EDIT_PLUS: SEVERAL}


def _routes(spec: ModelSpec) -> Mapping[Task, Route]:
    return BY_VARIANT.get(spec.variant, TEXT)


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return latents (1, c, h, w), normalised by the means and deviations of each channel."""
    vae = loaded.parts["vae"]
    with torch.no_grad():
        frame = picture.to(vae.device, vae.dtype)[:, :, None]
        latents: Tensor = vae.encode(frame).latent_dist.mode()[:, :, 0]
    mean, deviation = _statistics(vae, latents)
    return (latents - mean) / deviation


def _decode(loaded: LoadedPipeline, latents: Tensor) -> Tensor:
    """Return the picture of normalised latents (1, c, h, w), with gradients."""
    vae = loaded.parts["vae"]
    mean, deviation = _statistics(vae, latents)
    frame = (latents * deviation + mean).to(vae.dtype)[:, :, None]
    picture: Tensor = vae.decode(frame, return_dict=False)[0][:, :, 0]
    return picture


def _statistics(vae: Any, latents: Tensor) -> tuple[Tensor, Tensor]:
    """Return means and deviations (1, c, 1, 1) of the latents' channels."""
    mean = torch.tensor(vae.config.latents_mean).reshape(1, -1, 1, 1).to(latents)
    deviation = torch.tensor(vae.config.latents_std).reshape(1, -1, 1, 1).to(latents)
    return mean, deviation


CONTROLS = ControlRow({Task.GENERATE: "QwenImageControlNetPipeline"}, QWEN_CONTROL)


def _controls(spec: ModelSpec) -> ControlRow | None:
    return CONTROLS if spec.variant == PLAIN else None


FAMILY = PipelineFamily(
    PipelineRow(
        routes=_routes,
        tokenizers={"tokenizer": "AutoTokenizer", "processor": "Qwen2VLProcessor"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_2x2,
        encode=_encode,
        decode=_decode,
        controls=_controls,
    )
)
