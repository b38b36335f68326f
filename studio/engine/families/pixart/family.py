"""The functions of the PixArt family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.catalog.families.pipeline import pipeline_facts
from studio.catalog.families.pixart import ALPHA
from studio.catalog.model_spec import ModelSpec
from studio.edit.request import Task
from studio.engine.families.pixart.fill import PixArtFillPipeline
from studio.engine.pipelines.family import (
    PipelineFamily,
    decode_scaled,
    encode_scaled,
    unpack_plain,
)
from studio.engine.pipelines.route import Call, Route, guided, inpainted, sized
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    return {
        **guided(call),
        "max_sequence_length": pipeline_facts(call.loaded.spec).text_tokens,
        "clean_caption": False,
    }


def _whole(call: Call) -> dict[str, Any]:
    return {**_prompts(call), **sized(call), "use_resolution_binning": False}


MASKED = Route(PixArtFillPipeline, lambda call: {**_prompts(call), **inpainted(call)})


def _routes(spec: ModelSpec) -> Mapping[Task, Route]:
    text = "PixArtAlphaPipeline" if spec.variant == ALPHA else "PixArtSigmaPipeline"
    return {
        Task.GENERATE: Route(text, _whole),
        Task.FILL: MASKED,
        Task.REPLACE: MASKED,
        Task.EXTEND: MASKED,
    }


FAMILY = PipelineFamily(
    PipelineRow(
        routes=_routes,
        tokenizers={"tokenizer": "T5TokenizerFast"},
        scheduler="DPMSolverMultistepScheduler",
        unpack=unpack_plain,
        encode=encode_scaled,
        decode=decode_scaled,
    )
)
