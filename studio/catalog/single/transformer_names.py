"""The tensors of Stable Diffusion 3's transformer and of T5, by the names that diffusers uses.

https://github.com/Stability-AI/sd3.5, mmditx.py
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from studio.catalog.recognise.header import Header
from studio.catalog.single.stream_names import ADDED, KINDS, LAST, OWN
from studio.catalog.single.takes import SWAPPED, Take, plain_names, split_rows

_BLOCK = re.compile(r"^(?P<list>\w+_blocks)\.(?P<number>\d+)\.(?P<rest>.+)$")

SD3_OUTER = {
    "x_embedder.proj": "pos_embed.proj",
    "context_embedder": "context_embedder",
    "t_embedder.mlp.0": "time_text_embed.timestep_embedder.linear_1",
    "t_embedder.mlp.2": "time_text_embed.timestep_embedder.linear_2",
    "y_embedder.mlp.0": "time_text_embed.text_embedder.linear_1",
    "y_embedder.mlp.2": "time_text_embed.text_embedder.linear_2",
    "final_layer.linear": "proj_out",
}
SD3_BLOCK = {
    "x_block.adaLN_modulation.1": "norm1.linear",
    "context_block.adaLN_modulation.1": "norm1_context.linear",
    "x_block.attn.ln_q": "attn.norm_q",
    "x_block.attn.ln_k": "attn.norm_k",
    "context_block.attn.ln_q": "attn.norm_added_q",
    "context_block.attn.ln_k": "attn.norm_added_k",
    "x_block.attn2.ln_q": "attn2.norm_q",
    "x_block.attn2.ln_k": "attn2.norm_k",
    "x_block.attn.proj": "attn.to_out.0",
    "context_block.attn.proj": "attn.to_add_out",
    "x_block.attn2.proj": "attn2.to_out.0",
    "x_block.mlp.fc1": "ff.net.0.proj",
    "x_block.mlp.fc2": "ff.net.2",
    "context_block.mlp.fc1": "ff_context.net.0.proj",
    "context_block.mlp.fc2": "ff_context.net.2",
}


def sd3_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of the transformer of SD 3 are; ``network`` begins at its prefix."""
    if "pos_embed.proj.weight" in network:
        return plain_names(network)
    last = network.blocks("joint_blocks.{}.x_block.attn.qkv.weight") - 1
    found: dict[str, Take] = {}
    if "pos_embed" in network:
        found["pos_embed.pos_embed"] = Take("pos_embed")
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        match = _BLOCK.match(module)
        if kind not in KINDS:
            continue
        if match is None:
            found |= _outer(module, kind, name, SD3_OUTER)
            continue
        start, rest = f"transformer_blocks.{match['number']}", match["rest"]
        if rest in SD3_BLOCK:
            ends = int(match["number"]) == last and rest == "context_block.adaLN_modulation.1"
            found[f"{start}.{SD3_BLOCK[rest]}.{kind}"] = Take(name, SWAPPED if ends else "")
        elif rest.endswith(".qkv"):
            block, attention, _ = rest.split(".")
            targets = OWN if block == "x_block" else ADDED
            split = tuple(f"{start}.{attention}.{one}.{kind}" for one in targets)
            found |= split_rows(network, name, split)
    return found


def _outer(module: str, kind: str, name: str, table: Mapping[str, str]) -> dict[str, Take]:
    if module == LAST:
        return {f"norm_out.linear.{kind}": Take(name, SWAPPED)}
    return {f"{table[module]}.{kind}": Take(name)} if module in table else {}


def t5_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a T5 encoder are, from names of transformers or of GGUF files."""
    found: dict[str, Take] = {}
    for name in network.shapes:
        place = _t5_place(name)
        if place and name.endswith(("weight", "bias")):
            found[place] = Take(name)
    tokens = found.get("shared.weight") or found.get("encoder.embed_tokens.weight")
    if tokens is not None:
        found |= {"shared.weight": tokens, "encoder.embed_tokens.weight": tokens}
    return found


_T5_GGUF = {
    "attn_q": "layer.0.SelfAttention.q",
    "attn_k": "layer.0.SelfAttention.k",
    "attn_v": "layer.0.SelfAttention.v",
    "attn_o": "layer.0.SelfAttention.o",
    "attn_rel_b": "layer.0.SelfAttention.relative_attention_bias",
    "attn_norm": "layer.0.layer_norm",
    "ffn_gate": "layer.1.DenseReluDense.wi_0",
    "ffn_up": "layer.1.DenseReluDense.wi_1",
    "ffn_down": "layer.1.DenseReluDense.wo",
    "ffn_norm": "layer.1.layer_norm",
}


def _t5_place(name: str) -> str:
    if name == "token_embd.weight":
        return "shared.weight"
    if name == "enc.output_norm.weight":
        return "encoder.final_layer_norm.weight"
    match = re.match(r"^enc\.blk\.(\d+)\.(\w+)\.weight$", name)
    if match:
        place = _T5_GGUF.get(match[2], "")
        return f"encoder.block.{match[1]}.{place}.weight" if place else ""
    return name if name.startswith(("shared.", "encoder.")) else ""
