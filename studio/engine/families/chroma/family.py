"""The functions of the Chroma family for the engine."""

from __future__ import annotations

from studio.engine.pipelines.family import PipelineFamily, decode_scaled, encode_scaled, unpack_2x2
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import standard_routes
from studio.engine.pipelines.row import PipelineRow


def _without_guidance_embedding(loaded: LoadedPipeline) -> None:
    """State that the transformer has no guidance embedding: the pipeline for masks asks for it."""
    loaded.parts["transformer"].register_to_config(guidance_embeds=False)


FAMILY = PipelineFamily(
    PipelineRow(
        routes=standard_routes("ChromaPipeline", "ChromaInpaintPipeline"),
        tokenizers={"tokenizer": "T5TokenizerFast"},
        scheduler="FlowMatchEulerDiscreteScheduler",
        unpack=unpack_2x2,
        encode=encode_scaled,
        decode=decode_scaled,
        adjust=_without_guidance_embedding,
    )
)
