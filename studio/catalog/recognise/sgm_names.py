"""The names of a UNet's modules in Stability's own code, which some LoRA files use."""

from __future__ import annotations

import re
from collections.abc import Iterable

RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
OUTER = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
BLOCK = re.compile(
    r"^(?P<side>down|up)_blocks\.(?P<block>\d+)\.(?P<kind>resnets|attentions)\.(?P<layer>\d+)\."
    r"(?P<rest>.+)$"
)
SAMPLER = re.compile(r"^(?P<side>down|up)_blocks\.(?P<block>\d+)\.(down|up)samplers\.0\.conv$")
MIDDLE = re.compile(r"^mid_block\.(?P<kind>resnets|attentions)\.(?P<layer>\d+)\.(?P<rest>.+)$")


def sgm_names(modules: Iterable[str]) -> dict[str, str]:
    """Return diffusers' name -> the name in Stability's code, for the modules that have one.

    There a UNet is a list of input blocks (the first convolution, then the layers and the
    downsampler of each level), a middle and a list of output blocks.
    https://github.com/CompVis/stable-diffusion, ldm/modules/diffusionmodules/openaimodel.py
    """
    names = list(modules)
    down = _layers(names, "down")
    up = _layers(names, "up")
    found = {}
    for name in names:
        other = OUTER.get(name) or _inner(name, down, up, names)
        if other:
            found[name] = other
    return found


def _layers(names: Iterable[str], side: str) -> int:
    """Return the number of residual blocks per level on one side."""
    numbers = [
        int(match["layer"])
        for match in map(BLOCK.match, names)
        if match and match["side"] == side and match["kind"] == "resnets"
    ]
    return max(numbers, default=-1) + 1


def _inner(name: str, down: int, up: int, names: list[str]) -> str:
    match = MIDDLE.match(name)
    if match:
        number = 2 * int(match["layer"]) + (match["kind"] == "attentions")
        return f"middle_block.{number}.{_rest(match['kind'], match['rest'])}"
    match = BLOCK.match(name)
    if match:
        layer = int(match["layer"])
        block = int(match["block"])
        kind = int(match["kind"] == "attentions")
        rest = _rest(match["kind"], match["rest"])
        if match["side"] == "down":
            return f"input_blocks.{1 + block * (down + 1) + layer}.{kind}.{rest}"
        return f"output_blocks.{block * up + layer}.{kind}.{rest}"
    match = SAMPLER.match(name)
    if match:
        block = int(match["block"])
        if match["side"] == "down":
            return f"input_blocks.{(block + 1) * (down + 1)}.0.op"
        attends = any(other.startswith(f"up_blocks.{block}.attentions.") for other in names)
        return f"output_blocks.{(block + 1) * up - 1}.{2 if attends else 1}.conv"
    return ""


def _rest(kind: str, rest: str) -> str:
    return RESNET.get(rest, rest) if kind == "resnets" else rest
