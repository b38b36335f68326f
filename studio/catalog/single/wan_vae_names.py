"""The tensors of Qwen-Image's autoencoder, that of Wan 2.1, by the names that diffusers uses.

https://github.com/Wan-Video/Wan2.1, wan/modules/vae.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studio.catalog.recognise.header import Header
from studio.catalog.single.measures import Shapes
from studio.catalog.single.takes import Take, plain_names

ORIGINAL = "decoder.conv1.weight"
_KINDS = ("weight", "bias", "gamma")
_OUTER = {"conv1": "quant_conv", "conv2": "post_quant_conv"}
_SIDE = {"conv1": "conv_in", "head.0": "norm_out", "head.2": "conv_out"}
RESIDUAL = {
    "residual.0": "norm1",
    "residual.2": "conv1",
    "residual.3": "norm2",
    "residual.6": "conv2",
    "shortcut": "conv_shortcut",
}
_MIDDLE = {"0": "resnets.0", "1": "attentions.0", "2": "resnets.1"}


def wan_vae_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of the autoencoder are; ``network`` begins at its prefix."""
    if ORIGINAL not in network:
        return plain_names(network)
    up = dict(_up_blocks(network))
    found = {}
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        place = _place(module, up)
        if kind in _KINDS and place:
            found[f"{place}.{kind}"] = Take(name)
    return found


def _place(module: str, up: dict[str, str]) -> str:
    """Return the name of a module in diffusers, "" if it has none."""
    side, _, inner = module.partition(".")
    if not inner:
        return _OUTER.get(module, "")
    if inner in _SIDE:
        return f"{side}.{_SIDE[inner]}"
    group, _, rest = inner.partition(".")
    number, _, layer = rest.partition(".")
    layer = RESIDUAL.get(layer, layer)
    if group == "middle" and number in _MIDDLE:
        return f"{side}.mid_block.{_MIDDLE[number]}.{layer}"
    if group == "downsamples":
        return f"{side}.down_blocks.{number}.{layer}"
    return f"{side}.up_blocks.{up[number]}.{layer}" if group == "upsamples" else ""


def _up_blocks(network: Header) -> Iterator[tuple[str, str]]:
    """Yield the number of each layer of the decoder, and its place in a level of diffusers."""
    number, level, layer = 0, 0, 0
    while network.begins(f"decoder.upsamples.{number}."):
        if f"decoder.upsamples.{number}.residual.2.weight" in network:
            yield str(number), f"{level}.resnets.{layer}"
            layer += 1
        else:
            yield str(number), f"{level}.upsamplers.0"
            level, layer = level + 1, 0
        number += 1


def measure_wan_vae(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of the autoencoder's configuration; {} if there are none."""
    first, latents = shapes.get("encoder.conv_in.weight"), shapes.get("decoder.conv_in.weight")
    if not first or not latents:
        return {}
    widths, counts, halved_in_time = [0], [0], []
    number = 0
    while True:
        block = f"encoder.down_blocks.{number}"
        if resnet := shapes.get(f"{block}.conv2.weight"):
            widths[-1] = resnet[0]
            counts[-1] += 1
        elif f"{block}.resample.1.weight" in shapes:
            halved_in_time.append(f"{block}.time_conv.weight" in shapes)
            widths.append(0)
            counts.append(0)
        else:
            break
        number += 1
    return {
        "base_dim": first[0],
        "z_dim": latents[1],
        "dim_mult": [width // first[0] for width in widths],
        "num_res_blocks": counts[0],
        "temperal_downsample": halved_in_time,
    }
