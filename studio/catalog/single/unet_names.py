"""The tensors of a UNet in Stability's layout, by the names that diffusers uses.

A UNet is there a list of input blocks (the first convolution, then the layers and the downsampler
of each level), a middle and a list of output blocks.
https://github.com/CompVis/stable-diffusion, ldm/modules/diffusionmodules/openaimodel.py
"""

from __future__ import annotations

from collections.abc import Iterator

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.sgm_names import OUTER, RESNET
from studio.catalog.single.takes import FLAT, Take

_OUTER = {other: name for name, other in OUTER.items()} | {
    "time_embed.cond_proj": "time_embedding.cond_proj"
}
_RESNET = {other: name for name, other in RESNET.items()}
_LISTS = ("input_blocks", "middle_block", "output_blocks")
_KINDS = ("weight", "bias")


def unet_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a UNet are; ``network`` begins at its prefix.

    Names of diffusers are kept. Tensors that belong to no layer, such as the scales of a
    quantisation, are left out.
    """
    if "conv_in.weight" in network:
        return {name: Take(name) for name in network.shapes if name.endswith(_KINDS)}
    places = {f"{other}": name for other, name in _OUTER.items()}
    for walk in (_down, _middle, _up):
        places.update(walk(network))
    found = {}
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        if kind not in _KINDS:
            continue
        place = _place(module, places)
        if place:
            found[f"{place}.{kind}"] = Take(name)
    return {name: _flattened(network, name, take) for name, take in found.items()}


def _flattened(network: Header, name: str, take: Take) -> Take:
    """Return a linear layer of the transformers that some merges store as a convolution."""
    inner = ".transformer_blocks." in name or name.startswith("time_embedding")
    return Take(take.name, FLAT) if inner and len(network.shapes[take.name]) == 4 else take


def _place(module: str, places: dict[str, str]) -> str:
    """Return the name of a module in diffusers, "" if it has none."""
    parts = module.split(".")
    if parts[0] not in _LISTS:
        return places.get(module, "")
    if module in places:
        return places[module]
    block = ".".join(parts[:2] if parts[0] == "middle_block" else parts[:3])
    place, rest = places.get(block, ""), module[len(block) + 1 :]
    if not place:
        return ""
    if ".resnets." in place:
        return f"{place}.{_RESNET[rest]}" if rest in _RESNET else ""
    return f"{place}.{rest}"


def _down(network: Header) -> Iterator[tuple[str, str]]:
    number, level, layer = 1, 0, 0
    while network.begins(f"input_blocks.{number}."):
        block = f"input_blocks.{number}"
        if f"{block}.0.op.weight" in network:
            yield f"{block}.0.op", f"down_blocks.{level}.downsamplers.0.conv"
            level, layer = level + 1, 0
        else:
            yield f"{block}.0", f"down_blocks.{level}.resnets.{layer}"
            yield f"{block}.1", f"down_blocks.{level}.attentions.{layer}"
            layer += 1
        number += 1


def _middle(network: Header) -> Iterator[tuple[str, str]]:
    counts = {"resnets": 0, "attentions": 0}
    for number in range(3):
        block = f"middle_block.{number}"
        if not network.begins(f"{block}."):
            return
        kind = "resnets" if f"{block}.in_layers.0.weight" in network else "attentions"
        yield block, f"mid_block.{kind}.{counts[kind]}"
        counts[kind] += 1


def _up(network: Header) -> Iterator[tuple[str, str]]:
    number, level, layer = 0, 0, 0
    while network.begins(f"output_blocks.{number}."):
        block = f"output_blocks.{number}"
        yield f"{block}.0", f"up_blocks.{level}.resnets.{layer}"
        ends = False
        for slot in (1, 2):
            if f"{block}.{slot}.conv.weight" in network:
                yield f"{block}.{slot}.conv", f"up_blocks.{level}.upsamplers.0.conv"
                ends = True
            elif slot == 1:
                yield f"{block}.1", f"up_blocks.{level}.attentions.{layer}"
        level, layer = (level + 1, 0) if ends else (level, layer + 1)
        number += 1
