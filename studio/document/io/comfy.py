"""Converts the graph in a ComfyUI picture to A1111's text: the inputs of its sampler.

ComfyUI writes the executed graph as JSON (keyword "prompt"): nodes by number, each with a class
and inputs, of which a pair [number, output] is a link:
https://github.com/comfyanonymous/ComfyUI/blob/master/nodes.py
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from studio.document.io.parameters import NEGATIVE

_SAMPLERS = {
    "euler": "Euler", "euler_ancestral": "Euler a", "heun": "Heun", "lms": "LMS", "dpm_2": "DPM2",
    "dpm_2_ancestral": "DPM2 a", "dpmpp_2m": "DPM++ 2M", "dpmpp_2m_sde": "DPM++ 2M SDE",
    "dpmpp_3m_sde": "DPM++ 3M SDE", "dpmpp_sde": "DPM++ SDE", "dpmpp_2s_ancestral": "DPM++ 2S a",
    "ddim": "DDIM", "ddpm": "DDPM", "ipndm": "PLMS", "uni_pc": "UniPC", "lcm": "LCM",
    "deis": "DEIS", "sa_solver": "SA-Solver",
}  # fmt: skip
_SCHEDULES = {
    "normal": "Uniform", "karras": "Karras", "exponential": "Exponential",
    "sgm_uniform": "SGM Uniform", "simple": "Simple", "ddim_uniform": "DDIM",
}  # fmt: skip
_LINKS = 40
"""The most nodes between a sampler and a text; more means a cycle."""
_TEXTS = ("text", "string", "value", "prompt", "wildcard_text", "text_g", "text_positive")
_PASSED_ON = ("conditioning", "conditioning_1", "positive", "conditioning_to", "base")

Node = Mapping[str, Any]


def comfy_parameters(text: str) -> str:
    """Return A1111's text of a ComfyUI prompt; empty if it has no sampler that can be read."""
    try:
        graph = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(graph, dict):
        return ""
    nodes = {str(number): node for number, node in graph.items() if _is_node(node)}
    found = [node for node in nodes.values() if "Sampler" in node["class_type"]]
    samplers = [node for node in found if "positive" in node["inputs"]]
    if not samplers:
        return ""
    inputs = {**samplers[0]["inputs"]}
    positive = _text(nodes, inputs.get("positive"))
    negative = _text(nodes, inputs.get("negative"))
    pairs = {
        "Steps": _value(nodes, inputs.get("steps")),
        "Sampler": _named(_SAMPLERS, _value(nodes, inputs.get("sampler_name"))),
        "Schedule type": _named(_SCHEDULES, _value(nodes, inputs.get("scheduler"))),
        "CFG scale": _value(nodes, inputs.get("cfg")),
        "Seed": _value(nodes, inputs.get("seed", inputs.get("noise_seed"))),
        "Size": _size(nodes),
        "Model": _model(nodes),
        "Denoising strength": _value(nodes, inputs.get("denoise")),
    }
    said = {name: value for name, value in pairs.items() if value is not None}
    if said.get("Denoising strength") == 1:
        del said["Denoising strength"]
    lines = [positive.replace("\r", "")]
    if negative.strip():
        lines.append(f"{NEGATIVE} {negative}")
    line = ", ".join(f"{name}: {_quoted(value)}" for name, value in said.items())
    return "\n".join((*lines, line)).strip()


def _is_node(node: object) -> bool:
    return (
        isinstance(node, dict)
        and isinstance(node.get("class_type"), str)
        and isinstance(node.get("inputs"), dict)
    )


def _follow(nodes: Mapping[str, Node], link: object) -> Node | None:
    if isinstance(link, list) and len(link) == 2:
        return nodes.get(str(link[0]))
    return None


def _text(nodes: Mapping[str, Node], link: object) -> str:
    """Return the text at the end of a chain of conditionings."""
    for _ in range(_LINKS):
        if isinstance(link, str):
            return link
        node = _follow(nodes, link)
        if node is None:
            return ""
        inputs = node["inputs"]
        key = next((key for key in (*_TEXTS, *_PASSED_ON) if key in inputs), None)
        if key is None:
            return ""
        link = inputs[key]
    return ""


def _value(nodes: Mapping[str, Node], value: object) -> int | float | str | None:
    """Return a number or name, also from a separate node."""
    for _ in range(_LINKS):
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return value
        node = _follow(nodes, value)
        if node is None:
            return None
        value = next((node["inputs"][k] for k in ("value", "seed", "int", "float")
                      if k in node["inputs"]), None)  # fmt: skip
    return None


def _named(names: Mapping[str, str], value: object) -> str | None:
    return names.get(value, value) if isinstance(value, str) else None


def _size(nodes: Mapping[str, Node]) -> str | None:
    for node in nodes.values():
        if "Latent" in node["class_type"] and "Empty" in node["class_type"]:
            sides = [_value(nodes, node["inputs"].get(name)) for name in ("width", "height")]
            if all(isinstance(side, int) for side in sides):
                return f"{sides[0]}x{sides[1]}"
    return None


def _model(nodes: Mapping[str, Node]) -> str | None:
    for node in nodes.values():
        for key in ("ckpt_name", "unet_name"):
            name = _value(nodes, node["inputs"].get(key))
            if isinstance(name, str):
                # As in A1111: without folders and extension.
                return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    return None


def _quoted(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return json.dumps(text, ensure_ascii=False) if set(text) & set(',\n:"') else text
