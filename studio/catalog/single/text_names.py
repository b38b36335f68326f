"""The tensors of CLIP text encoders in a checkpoint, by the names that transformers uses.

https://github.com/mlfoundations/open_clip, src/open_clip/transformer.py
"""

from __future__ import annotations

import re

from studio.catalog.recognise.header import Header
from studio.catalog.single.takes import TURNED, Take, split_rows

INNER = "text_model."
OPEN_CLIP = "transformer.resblocks.0.ln_1.weight"
"""Tensor of a text encoder in OpenCLIP's layout."""

_OUTER = {
    "token_embedding.weight": "embeddings.token_embedding.weight",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_final.weight": "final_layer_norm.weight",
    "ln_final.bias": "final_layer_norm.bias",
}
_INNER = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
    "attn.out_proj": "self_attn.out_proj",
}
_BLOCK = re.compile(r"^transformer\.resblocks\.(?P<layer>\d+)\.(?P<rest>.+)$")
_PROJECTION = "text_projection"


def text_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a CLIP text encoder are; ``network`` begins at its prefix.

    Of the names the first part is always "text_model", except for the projection.
    """
    if OPEN_CLIP in network:
        return _open_clip(network)
    found = {}
    for name in network.shapes:
        if not name.endswith(("weight", "bias")):
            continue
        if name.startswith((INNER, f"{_PROJECTION}.")):
            found[name] = Take(name)
        elif name.startswith(("embeddings.", "encoder.", "final_layer_norm.")):
            found[INNER + name] = Take(name)
    return found


def _open_clip(network: Header) -> dict[str, Take]:
    found = {}
    for name in network.shapes:
        match = _BLOCK.match(name)
        if match:
            found.update(_layer(network, name, match["layer"], match["rest"]))
        elif name in _OUTER:
            found[INNER + _OUTER[name]] = Take(name)
        elif name == _PROJECTION:
            found[f"{_PROJECTION}.weight"] = Take(name, TURNED)
        elif name == f"{_PROJECTION}.weight":
            found[name] = Take(name)
    return found


def _layer(network: Header, name: str, layer: str, rest: str) -> dict[str, Take]:
    start = f"{INNER}encoder.layers.{layer}"
    for kind in ("weight", "bias"):
        if rest == f"attn.in_proj_{kind}":
            targets = tuple(f"{start}.self_attn.{one}_proj.{kind}" for one in "qkv")
            return split_rows(network, name, targets)
    module, _, kind = rest.rpartition(".")
    if module in _INNER and kind in ("weight", "bias"):
        return {f"{start}.{_INNER[module]}.{kind}": Take(name)}
    return {}
