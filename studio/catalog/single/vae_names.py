"""The tensors of an autoencoder in Stability's layout, by the names that diffusers uses.

https://github.com/CompVis/latent-diffusion, ldm/modules/diffusionmodules/model.py
"""

from __future__ import annotations

import re

from studio.catalog.recognise.header import Header
from studio.catalog.single.takes import FLAT, Take

_ATTENTION = {
    "norm": "group_norm",
    "q": "to_q",
    "k": "to_k",
    "v": "to_v",
    "proj_out": "to_out.0",
    # Those of diffusers before version 0.15.
    "query": "to_q",
    "key": "to_k",
    "value": "to_v",
    "proj_attn": "to_out.0",
}
_LEVEL = re.compile(r"^(?P<side>encoder\.down|decoder\.up)\.(?P<level>\d+)\.(?P<rest>.+)$")
_MIDDLE = re.compile(r"^(?P<side>encoder|decoder)\.mid\.(?P<part>block_[12]|attn_1)\.(?P<rest>.+)$")
_OLD = re.compile(r"^(?P<start>.+\.mid_block\.attentions\.0)\.(?P<part>query|key|value|proj_attn)$")
_KINDS = ("weight", "bias")
BATCH_NORM = ("bn.running_mean", "bn.running_var", "bn.num_batches_tracked")


def vae_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of an autoencoder are; ``network`` begins at its prefix."""
    levels = network.blocks("decoder.up.{}.block.0.norm1.weight")
    found = {}
    for name, shape in network.shapes.items():
        module, _, kind = name.rpartition(".")
        place = _place(module, levels)
        if kind in _KINDS and place:
            flat = ".attentions." in place and len(shape) == 4
            found[f"{place}.{kind}"] = Take(name, FLAT if flat else "")
    return found


def flux_2_vae_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Flux.2's autoencoder are, also those of its normalisation.

    In the layout of its makers, two outer convolutions are inside of encoder and decoder.
    """
    found = {}
    for name, take in vae_names(network).items():
        for side, outer in (("encoder.", "quant_conv."), ("decoder.", "post_quant_conv.")):
            name = name.removeprefix(side) if name.startswith(side + outer) else name
        found[name] = take
    return found | {name: Take(name) for name in BATCH_NORM if name in network}


def _place(module: str, levels: int) -> str:
    """Return the name of a module in diffusers, its own if it has that already."""
    if match := _LEVEL.match(module):
        number = int(match["level"])
        if match["side"] == "decoder.up":
            number = levels - 1 - number
        return f"{match['side']}_blocks.{number}.{_layer(match['rest'], match['side'])}"
    if match := _MIDDLE.match(module):
        part, rest = match["part"], match["rest"]
        if part == "attn_1":
            inner = f"attentions.0.{_ATTENTION.get(rest, rest)}"
        else:
            inner = f"resnets.{int(part[-1]) - 1}.{_shortcut(rest)}"
        return f"{match['side']}.mid_block.{inner}"
    if match := _OLD.match(module):
        return f"{match['start']}.{_ATTENTION[match['part']]}"
    side, _, layer = module.partition(".")
    return f"{side}.conv_norm_out" if layer == "norm_out" else module


def _layer(rest: str, side: str) -> str:
    if rest.startswith("block."):
        return f"resnets.{_shortcut(rest.removeprefix('block.'))}"
    sampler = "downsample" if side == "encoder.down" else "upsample"
    return rest.replace(f"{sampler}.conv", f"{sampler}rs.0.conv")


def _shortcut(rest: str) -> str:
    return rest.replace("nin_shortcut", "conv_shortcut")
