"""The functions of the Stable Diffusion 3 family for the engine."""

from __future__ import annotations

from studio.engine.pipelines.family import PipelineFamily, encode_scaled, unpack_plain
from studio.engine.pipelines.route import standard_routes
from studio.engine.pipelines.row import PipelineRow

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
    )
)
