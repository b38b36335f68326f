"""A sparse checkpoint of Stable Diffusion 1.5 that is recognised, too small to run."""

from __future__ import annotations

import json
import math
from pathlib import Path

SHAPES = {
    "model.diffusion_model.input_blocks.0.0.weight": (320, 4, 3, 3),
    "model.diffusion_model.input_blocks.1.0.in_layers.2.weight": (320, 320, 3, 3),
    "model.diffusion_model.input_blocks.1.1.proj_in.weight": (320, 320, 1, 1),
    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight": (320, 320),
    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, 768),
    "model.diffusion_model.middle_block.1.norm.weight": (320,),
    "model.diffusion_model.out.2.weight": (4, 320, 3, 3),
    "first_stage_model.decoder.conv_in.weight": (128, 4, 3, 3),
    "first_stage_model.decoder.up.0.block.0.norm1.weight": (128,),
    "first_stage_model.decoder.up.0.block.0.conv1.weight": (128, 128, 3, 3),
    "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": (49408, 768),
    "cond_stage_model.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
}
"""The tensors of a checkpoint of SD 1.5 by which it is recognised."""


def whole_file(path: Path) -> Path:
    """Write a sparse checkpoint that is recognised, too small to run."""
    entries, end = {}, 0
    for name, shape in SHAPES.items():
        size = 2 * math.prod(shape)
        entries[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    header = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + end)
    return path
