"""The functions of the Lumina 2 family for the engine."""

from __future__ import annotations

from studio.edit.request import Task
from studio.engine.families.lumina_2.fill import Lumina2FillPipeline
from studio.engine.pipelines.family import (
    PipelineFamily,
    decode_scaled,
    encode_scaled,
    unpack_plain,
)
from studio.engine.pipelines.route import Route, guided, inpainted, sized
from studio.engine.pipelines.row import PipelineRow

MASKED = Route(Lumina2FillPipeline, lambda call: {**guided(call), **inpainted(call)})
ROUTES = {
    Task.GENERATE: Route("Lumina2Pipeline", lambda call: {**guided(call), **sized(call)}),
    Task.FILL: MASKED,
    Task.REPLACE: MASKED,
    Task.EXTEND: MASKED,
}

FAMILY = PipelineFamily(
    PipelineRow(
        routes=ROUTES,
        tokenizers={"tokenizer": "AutoTokenizer"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_plain,
        encode=encode_scaled,
        decode=decode_scaled,
    )
)
