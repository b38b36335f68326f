"""The tensors of Z-Image, Lumina 2, PixArt and Qwen-Image by the names that diffusers uses.

https://github.com/Tongyi-MAI/Z-Image, https://github.com/Alpha-VLLM/Lumina-Image-2.0,
https://github.com/PixArt-alpha/PixArt-sigma (diffusion/model/nets)
"""

from __future__ import annotations

import re

from studio.catalog.recognise.header import Header
from studio.catalog.single.takes import Take, plain_names, split_rows

_KINDS = ("weight", "bias")
Z_OUTER = {
    "x_embedder": "all_x_embedder.2-1",
    "final_layer.linear": "all_final_layer.2-1.linear",
    "final_layer.adaLN_modulation.1": "all_final_layer.2-1.adaLN_modulation.1",
}
Z_INNER = {
    "attention.out": "attention.to_out.0",
    "attention.q_norm": "attention.norm_q",
    "attention.k_norm": "attention.norm_k",
}
LUMINA_OUTER = {
    "x_embedder": "x_embedder",
    "cap_embedder.0": "time_caption_embed.caption_embedder.0",
    "cap_embedder.1": "time_caption_embed.caption_embedder.1",
    "t_embedder.mlp.0": "time_caption_embed.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "time_caption_embed.timestep_embedder.linear_2",
    "final_layer.adaLN_modulation.1": "norm_out.linear_1",
    "final_layer.linear": "norm_out.linear_2",
}
LUMINA_INNER = {
    "attention.out": "attn.to_out.0",
    "attention.q_norm": "attn.norm_q",
    "attention.k_norm": "attn.norm_k",
    "attention_norm1": "norm1.norm",
    "attention_norm2": "norm2",
    "ffn_norm1": "ffn_norm1",
    "ffn_norm2": "ffn_norm2",
    "feed_forward.w1": "feed_forward.linear_1",
    "feed_forward.w2": "feed_forward.linear_2",
    "feed_forward.w3": "feed_forward.linear_3",
    "adaLN_modulation.1": "norm1.linear",
}
PIXART_OUTER = {
    "x_embedder.proj": "pos_embed.proj",
    "y_embedder.y_proj.fc1": "caption_projection.linear_1",
    "y_embedder.y_proj.fc2": "caption_projection.linear_2",
    "t_embedder.mlp.0": "adaln_single.emb.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "adaln_single.emb.timestep_embedder.linear_2",
    "csize_embedder.mlp.0": "adaln_single.emb.resolution_embedder.linear_1",
    "csize_embedder.mlp.2": "adaln_single.emb.resolution_embedder.linear_2",
    "ar_embedder.mlp.0": "adaln_single.emb.aspect_ratio_embedder.linear_1",
    "ar_embedder.mlp.2": "adaln_single.emb.aspect_ratio_embedder.linear_2",
    "t_block.1": "adaln_single.linear",
    "final_layer.linear": "proj_out",
}
PIXART_INNER = {
    "attn.proj": "attn1.to_out.0",
    "mlp.fc1": "ff.net.0.proj",
    "mlp.fc2": "ff.net.2",
    "cross_attn.q_linear": "attn2.to_q",
    "cross_attn.proj": "attn2.to_out.0",
}
PIXART_WHOLE = {
    "final_layer.scale_shift_table": "scale_shift_table",
    # These two are no weights of the network in diffusers; their shapes tell the models apart.
    "pos_embed": "pos_embed.pos_embed",
    "y_embedder.y_embedding": "caption_projection.y_embedding",
}
_LAYER = re.compile(r"^(?P<list>layers|noise_refiner|context_refiner)\.(?P<n>\d+)\.(?P<rest>.+)$")
_BLOCK = re.compile(r"^(?P<start>blocks\.(?P<n>\d+)\.)(?P<rest>.+)$")


def qwen_image_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Qwen-Image's transformer are, which all files name alike."""
    return plain_names(network)


def z_image_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Z-Image's transformer are; ``network`` begins at its prefix."""
    if "all_x_embedder.2-1.weight" in network:
        return plain_names(network)
    found: dict[str, Take] = {}
    for name, take in plain_names(network).items():
        module, _, kind = name.rpartition(".")
        match = _LAYER.match(module)
        if match is None:
            place = Z_OUTER.get(module, module)
            found[f"{place}.{kind}" if place else kind] = take
        elif match["rest"] == "attention.qkv":
            start = module.removesuffix("qkv")
            found |= split_rows(network, name, tuple(f"{start}to_{one}.{kind}" for one in "qkv"))
        else:
            rest = Z_INNER.get(match["rest"], match["rest"])
            found[f"{match['list']}.{match['n']}.{rest}.{kind}"] = take
    return found


def lumina_2_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Lumina 2's transformer are; ``network`` begins at its prefix."""
    if "time_caption_embed.caption_embedder.1.weight" in network:
        return plain_names(network)
    found: dict[str, Take] = {}
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        match = _LAYER.match(module)
        if kind not in _KINDS:
            continue
        if match is None:
            found |= _placed(LUMINA_OUTER.get(module, ""), kind, name)
            continue
        start, rest = f"{match['list']}.{match['n']}", match["rest"]
        if rest == "attention.qkv":
            found |= _grouped_queries(network, name, f"{start}.attn", kind)
        elif match["list"] == "context_refiner" and rest == "attention_norm1":
            # Without a modulation by the time, the norm is no part of a larger layer.
            found[f"{start}.norm1.{kind}"] = Take(name)
        elif rest in LUMINA_INNER:
            found[f"{start}.{LUMINA_INNER[rest]}.{kind}"] = Take(name)
    return found


def _grouped_queries(network: Header, name: str, start: str, kind: str) -> dict[str, Take]:
    """Return queries, keys and values of one tensor that has fewer keys than queries."""
    out = name.replace(f"qkv.{kind}", "out.weight")
    height, queries = network.width(name, 0), network.width(out)
    keys = (height - queries) // 2
    edges = (0, queries, queries + keys, height)
    return {
        f"{start}.to_{one}.{kind}": Take(name, rows=(edges[part], edges[part + 1]))
        for part, one in enumerate("qkv")
    }


def pixart_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of PixArt's transformer are; ``network`` begins at its prefix."""
    if "adaln_single.linear.weight" in network:
        return plain_names(network)
    found = {place: Take(name) for name, place in PIXART_WHOLE.items() if name in network}
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        match = _BLOCK.match(name)
        if match is None:
            found |= _placed(PIXART_OUTER.get(module, ""), kind, name)
            continue
        start = f"transformer_blocks.{match['n']}"
        if match["rest"] == "scale_shift_table":
            found[f"{start}.scale_shift_table"] = Take(name)
        elif kind in _KINDS:
            found |= _pixart_block(network, name, start, module.removeprefix(match["start"]), kind)
    return found


def _pixart_block(network: Header, name: str, start: str, rest: str, kind: str) -> dict[str, Take]:
    if rest == "attn.qkv":
        targets = tuple(f"{start}.attn1.to_{one}.{kind}" for one in "qkv")
        return split_rows(network, name, targets)
    if rest == "cross_attn.kv_linear":
        targets = tuple(f"{start}.attn2.to_{one}.{kind}" for one in "kv")
        return split_rows(network, name, targets)
    return _placed(f"{start}.{PIXART_INNER[rest]}" if rest in PIXART_INNER else "", kind, name)


def _placed(place: str, kind: str, name: str) -> dict[str, Take]:
    return {f"{place}.{kind}": Take(name)} if place and kind in _KINDS else {}
