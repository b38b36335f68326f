"""The tensors of Qwen3, Qwen2.5-VL and Gemma 2 by the names that transformers uses, and the entries
of their configurations that the shapes decide.

Files have the names of transformers, of this or of an earlier version, or those of llama.cpp
(https://github.com/ggml-org/llama.cpp, gguf-py/gguf/constants.py).
"""

from __future__ import annotations

import re
from typing import Any

from studio.catalog.recognise.header import Header
from studio.catalog.single.measures import Shapes, count_blocks
from studio.catalog.single.takes import LESS_ONE, Take

INNER = ("model.language_model.", "language_model.model.", "language_model.", "model.", "")
"""Prefixes of the language model in files of models that see pictures, and of those that do not."""
VISION = ("model.visual.", "visual.")
EMBEDDING = "embed_tokens.weight"
GGUF_EMBEDDING = "token_embd.weight"
_GGUF_OUTER = {GGUF_EMBEDDING: EMBEDDING, "output_norm.weight": "norm.weight"}
_GGUF = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "attn_q_norm": "self_attn.q_norm",
    "attn_k_norm": "self_attn.k_norm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
    "attn_norm": "input_layernorm",
    "ffn_norm": "post_attention_layernorm",
}
_GGUF_GEMMA = {
    "post_attention_norm": "post_attention_layernorm",
    "ffn_norm": "pre_feedforward_layernorm",
    "post_ffw_norm": "post_feedforward_layernorm",
}
_BLOCK = re.compile(r"^blk\.(?P<number>\d+)\.(?P<layer>\w+)\.(?P<kind>weight|bias)$")
_KINDS = ("weight", "bias")
HEAD = 128
"""Width of a head of Qwen2.5-VL, which is not in the shapes."""


def language_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a language model are; ``network`` begins at its prefix."""
    if GGUF_EMBEDDING in network:
        return _gguf_names(network)
    inner = next((one for one in INNER if one + EMBEDDING in network), None)
    if inner is None:
        return {}
    names = [name for name in network.shapes if name.startswith(inner) and _is_own(name)]
    return {
        name.removeprefix(inner): Take(name)
        for name in names
        if name.removeprefix(inner).startswith(("layers.", "norm.", EMBEDDING))
    }


def _gguf_names(network: Header) -> dict[str, Take]:
    gemma = "blk.0.post_ffw_norm.weight" in network
    layers = {**_GGUF, **(_GGUF_GEMMA if gemma else {})}
    found = {}
    for name in network.shapes:
        place = _GGUF_OUTER.get(name, "")
        if match := _BLOCK.match(name):
            layer = layers.get(match["layer"], "")
            place = f"layers.{match['number']}.{layer}.{match['kind']}" if layer else ""
        if place:
            # llama.cpp stores the factors of Gemma's norms, of which transformers has the part
            # above one.
            found[place] = Take(name, LESS_ONE if gemma and place.endswith("norm.weight") else "")
    return found


def vision_language_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a model are that sees pictures: both of its parts."""
    found = {f"language_model.{name}": take for name, take in language_names(network).items()}
    for prefix in VISION:
        for name in network.shapes:
            if name.startswith(prefix) and _is_own(name):
                found[f"visual.{name.removeprefix(prefix)}"] = Take(name)
    return found


def _is_own(name: str) -> bool:
    return name.rpartition(".")[2] in _KINDS


def measure_language(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of a language model's configuration; {} if there are none."""
    words = shapes.get(EMBEDDING, ())
    queries = shapes.get("layers.0.self_attn.q_proj.weight", ())
    keys = shapes.get("layers.0.self_attn.k_proj.weight", ())
    inner = shapes.get("layers.0.mlp.up_proj.weight", ())
    if not (len(words) == len(queries) == len(keys) == len(inner) == 2):
        return {}
    found: dict[str, Any] = {
        "vocab_size": words[0],
        "hidden_size": words[1],
        "intermediate_size": inner[0],
        "num_hidden_layers": count_blocks(shapes, "layers.{}.self_attn.q_proj.weight"),
    }
    norm = shapes.get("layers.0.self_attn.q_norm.weight")
    if norm:
        heads = {"num_attention_heads": queries[0] // norm[0], "head_dim": norm[0]}
        return {**found, **heads, "num_key_value_heads": keys[0] // norm[0]}
    return found


def measure_qwen_vl_text(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Qwen2.5-VL's language model; {} if there are none."""
    found = measure_language(shapes)
    if not found:
        return {}
    keys = shapes["layers.0.self_attn.k_proj.weight"][0]
    heads = {"num_attention_heads": max(1, found["hidden_size"] // HEAD)}
    return {**found, **heads, "num_key_value_heads": max(1, keys // HEAD)}


def measure_qwen_vl(shapes: Shapes) -> dict[str, Any]:
    """Return what the shapes decide of Qwen2.5-VL, language and vision; {} if there are none."""
    start, sight = "language_model.", "visual."
    text = measure_qwen_vl_text(
        {name.removeprefix(start): one for name, one in shapes.items() if name.startswith(start)}
    )
    patches = shapes.get(f"{sight}patch_embed.proj.weight", ())
    inner = shapes.get(f"{sight}blocks.0.mlp.up_proj.weight", ())
    if not text or not patches or not inner:
        return {}
    vision = {
        "hidden_size": patches[0],
        "depth": count_blocks(shapes, sight + "blocks.{}.attn.proj.weight"),
        "intermediate_size": inner[0],
        "out_hidden_size": text["hidden_size"],
    }
    return {"text_config": text, "vision_config": vision}
