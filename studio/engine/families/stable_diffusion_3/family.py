"""The functions of the Stable Diffusion 3 family for the engine."""

from __future__ import annotations

from studio.catalog.transformer_controls import SD3_CONTROL
from studio.edit.request import Task
from studio.engine.pipelines.controls import ControlRow
from studio.engine.pipelines.family import (
    PipelineFamily,
    decode_scaled,
    encode_scaled,
    unpack_plain,
)
from studio.engine.pipelines.route import standard_routes
from studio.engine.pipelines.row import PipelineRow

CONTROLS = ControlRow({Task.GENERATE: "StableDiffusion3ControlNetPipeline"}, SD3_CONTROL)

FAMILY = PipelineFamily(
    PipelineRow(
        routes=standard_routes("StableDiffusion3Pipeline", "StableDiffusion3InpaintPipeline"),
        tokenizers={
            "tokenizer": "CLIPTokenizer",
            "tokenizer_2": "CLIPTokenizer",
            "tokenizer_3": "T5TokenizerFast",
        },
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_plain,
        encode=encode_scaled,
        decode=decode_scaled,
        controls=lambda spec: CONTROLS,
    )
)
