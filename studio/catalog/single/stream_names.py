"""The tensors of Flux.1, Chroma and Flux.2 by the names that diffusers uses.

All three have blocks with two streams, for text and picture, and then blocks with one.
https://github.com/black-forest-labs/flux and /flux2, src/*/model.py;
https://huggingface.co/lodestones/Chroma
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.catalog.recognise.header import Header
from studio.catalog.single.takes import SWAPPED, Take, plain_names, split_rows

KINDS = ("weight", "bias", "scale")
OWN, ADDED = ("to_q", "to_k", "to_v"), ("add_q_proj", "add_k_proj", "add_v_proj")
LAST = "final_layer.adaLN_modulation.1"
"""Its halves are scale and shift there, and shift and scale in diffusers."""
_BLOCK = re.compile(r"^(?P<list>\w+_blocks)\.(?P<number>\d+)\.(?P<rest>.+)$")
_GUIDANCE = re.compile(r"^distilled_guidance_layer\.layers\.\d+\.(?P<layer>in_layer|out_layer)$")

_NORMS = {
    "img_attn.norm.query_norm": "attn.norm_q",
    "img_attn.norm.key_norm": "attn.norm_k",
    "txt_attn.norm.query_norm": "attn.norm_added_q",
    "txt_attn.norm.key_norm": "attn.norm_added_k",
    "img_attn.proj": "attn.to_out.0",
    "txt_attn.proj": "attn.to_add_out",
}
FLUX_OUTER = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "time_in.in_layer": "time_text_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_text_embed.timestep_embedder.linear_2",
    "vector_in.in_layer": "time_text_embed.text_embedder.linear_1",
    "vector_in.out_layer": "time_text_embed.text_embedder.linear_2",
    "guidance_in.in_layer": "time_text_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_text_embed.guidance_embedder.linear_2",
    "final_layer.linear": "proj_out",
}
FLUX_DOUBLE = {
    **_NORMS,
    "img_mod.lin": "norm1.linear",
    "txt_mod.lin": "norm1_context.linear",
    "img_mlp.0": "ff.net.0.proj",
    "img_mlp.2": "ff.net.2",
    "txt_mlp.0": "ff_context.net.0.proj",
    "txt_mlp.2": "ff_context.net.2",
}
FLUX_SINGLE = {
    "modulation.lin": "norm.linear",
    "norm.query_norm": "attn.norm_q",
    "norm.key_norm": "attn.norm_k",
    "linear2": "proj_out",
}
FLUX_2_OUTER = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "time_in.in_layer": "time_guidance_embed.timestep_embedder.linear_1",
    "time_in.out_layer": "time_guidance_embed.timestep_embedder.linear_2",
    "guidance_in.in_layer": "time_guidance_embed.guidance_embedder.linear_1",
    "guidance_in.out_layer": "time_guidance_embed.guidance_embedder.linear_2",
    "double_stream_modulation_img.lin": "double_stream_modulation_img.linear",
    "double_stream_modulation_txt.lin": "double_stream_modulation_txt.linear",
    "single_stream_modulation.lin": "single_stream_modulation.linear",
    "final_layer.linear": "proj_out",
}
FLUX_2_DOUBLE = {
    **_NORMS,
    "img_mlp.0": "ff.linear_in",
    "img_mlp.2": "ff.linear_out",
    "txt_mlp.0": "ff_context.linear_in",
    "txt_mlp.2": "ff_context.linear_out",
}
FLUX_2_SINGLE = {
    "linear1": "attn.to_qkv_mlp_proj",
    "linear2": "attn.to_out",
    "norm.query_norm": "attn.norm_q",
    "norm.key_norm": "attn.norm_k",
}


@dataclass(frozen=True, slots=True)
class _Streams:
    """Names of modules outside the blocks, in those of two streams, and in those of one."""

    outer: Callable[[str], str]
    double: Mapping[str, str]
    single: Mapping[str, str]


def _of_table(table: Mapping[str, str]) -> Callable[[str], str]:
    return lambda module: table.get(module, "")


def _chroma_outer(module: str) -> str:
    """Return a module of Chroma outside the blocks; one small network makes all modulations."""
    if match := _GUIDANCE.match(module):
        number = {"in_layer": "linear_1", "out_layer": "linear_2"}[match["layer"]]
        return f"{module.removesuffix(match['layer'])}{number}"
    if module.startswith("distilled_guidance_layer."):
        return module
    return FLUX_OUTER.get(module, "")


def flux_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Flux.1's transformer are; ``network`` begins at its prefix."""
    return _names(network, _Streams(_of_table(FLUX_OUTER), FLUX_DOUBLE, FLUX_SINGLE))


def chroma_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Chroma's transformer are; ``network`` begins at its prefix."""
    return _names(network, _Streams(_chroma_outer, FLUX_DOUBLE, FLUX_SINGLE))


def flux_2_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of Flux.2's transformer are; ``network`` begins at its prefix."""
    return _names(network, _Streams(_of_table(FLUX_2_OUTER), FLUX_2_DOUBLE, FLUX_2_SINGLE))


def _names(network: Header, streams: _Streams) -> dict[str, Take]:
    if "x_embedder.weight" in network:
        return plain_names(network)
    found: dict[str, Take] = {}
    for name in network.shapes:
        module, _, kind = name.rpartition(".")
        if kind not in KINDS:
            continue
        kind = "weight" if kind == "scale" else kind
        match = _BLOCK.match(module)
        if match is None:
            found |= _outer(streams, module, kind, name)
        elif match["list"] == "double_blocks":
            found |= _double(network, streams, match, kind, name)
        elif match["list"] == "single_blocks":
            found |= _single(network, streams, match, kind, name)
    return found


def _outer(streams: _Streams, module: str, kind: str, name: str) -> dict[str, Take]:
    if module == LAST:
        return {f"norm_out.linear.{kind}": Take(name, SWAPPED)}
    place = streams.outer(module)
    return {f"{place}.{kind}": Take(name)} if place else {}


def _double(
    network: Header, streams: _Streams, match: re.Match[str], kind: str, name: str
) -> dict[str, Take]:
    start, rest = f"transformer_blocks.{match['number']}", match["rest"]
    if rest in streams.double:
        return {f"{start}.{streams.double[rest]}.{kind}": Take(name)}
    if rest in ("img_attn.qkv", "txt_attn.qkv"):
        targets = OWN if rest.startswith("img") else ADDED
        return split_rows(network, name, tuple(f"{start}.attn.{one}.{kind}" for one in targets))
    return {}


def _single(
    network: Header, streams: _Streams, match: re.Match[str], kind: str, name: str
) -> dict[str, Take]:
    start, rest = f"single_transformer_blocks.{match['number']}", match["rest"]
    if rest in streams.single:
        return {f"{start}.{streams.single[rest]}.{kind}": Take(name)}
    return _joined(network, name, start, kind) if rest == "linear1" else {}


def _joined(network: Header, name: str, start: str, kind: str) -> dict[str, Take]:
    """Return queries, keys, values and the first layer of the MLP, which are one tensor."""
    height, width = network.width(name, 0), network.width("img_in.weight", 0)
    parts = {
        f"{start}.attn.{target}.{kind}": Take(name, rows=(part * width, (part + 1) * width))
        for part, target in enumerate(OWN)
    }
    return {**parts, f"{start}.proj_mlp.{kind}": Take(name, rows=(3 * width, height))}
