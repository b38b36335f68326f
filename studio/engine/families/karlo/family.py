"""The functions of the Karlo family for the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from torch import Tensor

from studio.catalog.families.karlo import ENLARGING_STEPS, SECOND
from studio.catalog.families.prior import (
    IMAGE_PROCESSOR,
    OLD_WORDS,
    PRIOR_GUIDANCE,
    PRIOR_STEPS,
    WORD_SHARE,
)
from studio.core.notices import Notice
from studio.edit.request import EditRequest, Task
from studio.engine.pipelines.embeddings import change_of, idle_notes, read_embedding
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


@contextmanager
def _mixing(pipeline: Any, loaded: LoadedPipeline, request: EditRequest) -> Iterator[None]:
    """Move the image embedding by the words of a variation, and blend it with the references.

    Both pipelines give it to the projection in front of the decoder.
    """
    parts = loaded.parts

    def see(picture: Image.Image) -> Tensor:
        own = SECOND if parts.get(SECOND + "image_encoder") is not None else ""
        encoder, processor = parts[own + "image_encoder"], parts[own + "feature_extractor"]
        return read_embedding(encoder, processor, picture)

    def read(text: str) -> Tensor:
        encoder, tokenizer = parts["text_encoder"], parts["tokenizer"]
        tokens = tokenizer(
            [text], padding="max_length", truncation=True,
            max_length=tokenizer.model_max_length, return_tensors="pt",
        )  # fmt: skip
        embeds: Tensor = encoder(tokens.input_ids.to(encoder.device)).text_embeds
        return embeds

    change = change_of(request, see, read)
    if change is None:
        yield
        return

    def changed(module: Any, args: Any, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**given, "image_embeddings": change(given["image_embeddings"])}

    handle = pipeline.text_proj.register_forward_pre_hook(changed, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def _notes(loaded: LoadedPipeline, request: EditRequest) -> list[Notice]:
    """Return notices about settings without effect in a task."""
    return idle_notes(request, (OLD_WORDS, WORD_SHARE))


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
        steered="decoder_scheduler",
        is_square=True,
        attach=_mixing,
        notes=_notes,
    )
)
