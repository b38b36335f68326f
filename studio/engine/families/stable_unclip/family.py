"""The functions of the Stable unCLIP family for the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from studio.catalog.families.prior import IMAGE_PROCESSOR, PRIOR_GUIDANCE, PRIOR_STEPS
from studio.catalog.families.stable_unclip import NOISE, PRIOR
from studio.core.notices import Notice, notice
from studio.edit.request import EditRequest, Task
from studio.engine.pipelines.embeddings import change_of, read_embedding
from studio.engine.pipelines.family import PipelineFamily, decode_scaled, unpack_plain
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route, guided, original_picture, sized
from studio.engine.pipelines.row import PipelineRow


def _prior_steps(call: Call) -> int:
    return int(call.setting(PRIOR_STEPS.id, PRIOR_STEPS.default))


def _common(call: Call) -> dict[str, Any]:
    return {
        **guided(call),
        **sized(call),
        "noise_level": int(call.setting(NOISE.id, NOISE.default)),
    }


def _text(call: Call) -> dict[str, Any]:
    return {
        **_common(call),
        "prior_num_inference_steps": _prior_steps(call),
        "prior_guidance_scale": float(call.setting(PRIOR_GUIDANCE.id, PRIOR_GUIDANCE.default)),
    }


ROUTES = {
    Task.GENERATE: Route(
        "StableUnCLIPPipeline",
        _text,
        denoisers=("prior", "unet"),
        steps=lambda call: _prior_steps(call) + call.steps,
    ),
    Task.VARY: Route(
        "StableUnCLIPImg2ImgPipeline",
        lambda call: {**_common(call), "image": original_picture(call)},
    ),
}


@contextmanager
def _blending(pipeline: Any, loaded: LoadedPipeline, request: EditRequest) -> Iterator[None]:
    """Blend the image embedding, of the photo or of the prior, with those of the references.

    Words move nothing: the files have no text encoder in the space of their image encoder, and the
    prompt reaches the UNet itself.
    """
    encoder, processor = loaded.parts["image_encoder"], loaded.parts["feature_extractor"]
    change = change_of(request, lambda one: read_embedding(encoder, processor, one), None)
    noised = pipeline.noise_image_embeddings
    if change is not None:
        pipeline.noise_image_embeddings = lambda image_embeds, **options: noised(
            image_embeds=change(image_embeds), **options
        )
    # The pipeline lives as long as the run, so that nothing is to be undone.
    yield


def _name_prior(loaded: LoadedPipeline) -> None:
    """Give Karlo's parts the names by which the pipeline knows them."""
    names = {
        "prior": "prior",
        "text_encoder": "prior_text_encoder",
        "tokenizer": "prior_tokenizer",
        "prior_scheduler": "prior_scheduler",
    }
    for theirs, name in names.items():
        part = loaded.parts.pop(PRIOR + theirs, None)
        if part is not None:
            loaded.parts[name] = part


def _encode(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the scaled latents of a picture, as they are in a step."""
    vae = loaded.parts["vae"]
    with torch.no_grad():
        latents: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latent_dist.mode()
    scaled: Tensor = latents * vae.config.scaling_factor
    return scaled


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return a notice about settings without effect in a variation."""
    priors = any(name.startswith("prior_") for name in request.sampling.extras)
    if request.task is Task.VARY and priors:
        return [notice("Variations need no prior, so its settings have no effect.")]
    return []


FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={
            "tokenizer": "CLIPTokenizer",
            "feature_extractor": IMAGE_PROCESSOR,
            "image_noising_scheduler": "DDPMScheduler",
            PRIOR + "tokenizer": "CLIPTokenizer",
            PRIOR + "prior_scheduler": "UnCLIPScheduler",
        },
        scheduler="DDIMScheduler",
        denoiser="unet",
        unpack=unpack_plain,
        encode=_encode,
        decode=decode_scaled,
        adjust=_name_prior,
        attach=_blending,
        notes=_notes,
    )
)
