"""The functions of the Z-Image family for the engine."""

from __future__ import annotations

from typing import Any

from studio.engine.pipelines.family import (
    PipelineFamily,
    decode_scaled,
    encode_scaled,
    unpack_plain,
)
from studio.engine.pipelines.route import Call, guided, standard_routes
from studio.engine.pipelines.row import PipelineRow


def _prompts(call: Call) -> dict[str, Any]:
    """Return the prompts; the pipeline's scale is 0 without guidance, the usual one is 1."""
    return {**guided(call), "guidance_scale": max(0.0, call.request.sampling.cfg_scale - 1)}


FAMILY = PipelineFamily(
    PipelineRow(
        routes=standard_routes("ZImagePipeline", "ZImageInpaintPipeline", _prompts),
        tokenizers={"tokenizer": "AutoTokenizer"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_plain,
        encode=encode_scaled,
        decode=decode_scaled,
    )
)
