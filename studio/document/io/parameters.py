"""Writes and parses the A1111 `parameters` text, the common form of prompts and settings.

Layout: https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/master/modules/infotext_utils.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.limits import TITLES
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, GroupLayer, Layer
from studio.document.shareable import shareable

VERSION = "Lienzo 0.1.0"

# A1111's names of samplers and schedules; unknown ones are written unchanged.
_SAMPLERS = {
    "euler": "Euler",
    "euler_a": "Euler a",
    "heun": "Heun",
    "lms": "LMS",
    "dpm2": "DPM2",
    "dpm2_a": "DPM2 a",
    "dpmpp_2m": "DPM++ 2M",
    "dpmpp_2m_sde": "DPM++ 2M SDE",
    "dpmpp_2m_sde_heun": "DPM++ 2M SDE Heun",
    "dpmpp_3m_sde": "DPM++ 3M SDE",
    "dpmpp_sde": "DPM++ SDE",
    "dpmpp_2s_a": "DPM++ 2S a",
    "deis": "DEIS",
    "sa_solver": "SA-Solver",
    "ddim": "DDIM",
    "ddpm": "DDPM",
    "pndm": "PLMS",
    "unipc": "UniPC",
    "lcm": "LCM",
    "tcd": "TCD",
}
_SCHEDULES = {
    "normal": "Uniform",
    "karras": "Karras",
    "exponential": "Exponential",
    "sgm_uniform": "SGM Uniform",
}
MODEL_DIGITS, DIGITS = 10, 12
"""Digits of the hash of a model, and of a LoRA or an embedding."""
_ENDING = re.compile(r"\.(?:safetensors|pt|bin|ckpt|pth)$", re.IGNORECASE)
NEGATIVE = "Negative prompt:"
LEAST_SETTINGS = 3
# As in A1111: a key, a colon, and a JSON string or anything up to the next comma.
_PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def recipes(document: Document) -> tuple[Mapping[str, object], ...]:
    """Return the recipes of the visible generative layers, the topmost first, without paths."""
    found = (layer.recipe for layer in _visible(document.layers) if layer.recipe)
    return tuple(shareable(one) for one in found)[::-1]


def _visible(layers: tuple[Layer, ...]) -> list[GenerativeLayer]:
    found: list[GenerativeLayer] = []
    for layer in layers:
        if not layer.visible:
            continue
        if isinstance(layer, GroupLayer):
            found.extend(_visible(layer.children))
        elif isinstance(layer, GenerativeLayer):
            found.append(layer)
    return found


def document_parameters(document: Document) -> str:
    """Return the text of the topmost visible generative layer; empty if there is none."""
    return next((format_parameters(recipe) for recipe in recipes(document)), "")


def format_parameters(recipe: Mapping[str, object]) -> str:
    """Return the `parameters` text of a recipe (the form of ``EditRequest.to_recipe``)."""
    recipe = shareable(recipe)
    found = recipe.get("sampling")
    sampling: Mapping[str, object] = found if isinstance(found, Mapping) else {}
    pairs: dict[str, object] = {
        TITLES["steps"]: sampling.get("steps"),
        "Sampler": _SAMPLERS.get(str(sampling.get("sampler")), sampling.get("sampler")),
        "Schedule type": _SCHEDULES.get(str(sampling.get("schedule")), sampling.get("schedule")),
        TITLES["cfg_scale"]: sampling.get("cfg_scale"),
        TITLES["seed"]: sampling.get("seed"),
    }
    region = recipe.get("region")
    if isinstance(region, list | tuple) and len(region) == 4:
        pairs["Size"] = f"{region[2]}x{region[3]}"
    networks = _networks(recipe)
    pairs["Model hash"] = _sha256(recipe.get("model_file"))[:MODEL_DIGITS] or None
    pairs["Model"] = recipe.get("model")
    if recipe.get("task") == "replace":
        pairs[TITLES["denoise"]] = sampling.get("denoise")
    if recipe.get("task") in ("fill", "replace", "extend"):
        for name in ("mask_blur", "padding"):
            pairs[TITLES[name]] = recipe.get(name)
    extras = sampling.get("extras")
    if isinstance(extras, Mapping):
        # Settings of only some families are written under their ids.
        pairs |= {str(name): value for name, value in extras.items()}
        skip = extras.get("clip_skip")
        # Other programs count the last layer as 1.
        pairs["Clip skip"] = skip + 1 if isinstance(skip, int) and skip else None
    for kind, title in (("lora", "Lora hashes"), ("textual_inversion", "TI hashes")):
        hashes = [f"{one.name}: {one.hash}" for one in networks if one.kind == kind and one.hash]
        pairs[title] = ", ".join(hashes) or None
    pairs["Version"] = VERSION
    prompt = _one_paragraph(str(recipe.get("prompt", "")))
    tags = [one.tag for one in networks if one.kind == "lora" and not one.is_named]
    lines = [" ".join(part for part in (prompt, *tags) if part)]
    if negative := _one_paragraph(str(recipe.get("negative_prompt", ""))):
        lines.append(f"{NEGATIVE} {negative}")
    lines.append(", ".join(f"{k}: {_quote(v)}" for k, v in pairs.items() if v is not None))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Network:
    """A LoRA or embedding of a recipe: its name without folder and extension, weight, short hash.

    ``is_named`` is whether the prompt mentions it.
    """

    kind: str
    name: str
    weight: float
    hash: str
    is_named: bool

    @property
    def tag(self) -> str:
        """The tag of a LoRA in a prompt."""
        return f"<lora:{self.name}:{self.weight:g}>"


def _networks(recipe: Mapping[str, object]) -> list[_Network]:
    """Return the LoRAs and embeddings of a recipe that have an effect.

    A1111 identifies a LoRA by the first 12 digits of the hash of its tensors alone
    (``use_addnet_hash`` in modules/hashes.py, Civitai's AutoV3), other files by the hash of the
    whole file.
    """
    found = []
    uses = recipe.get("adapters")
    for use in uses if isinstance(uses, list | tuple) else ():
        if not isinstance(use, Mapping) or use.get("kind") not in ("lora", "textual_inversion"):
            continue
        weight, options = use.get("weight", 1.0), use.get("options")
        options = options if isinstance(options, Mapping) else {}
        if not isinstance(weight, int | float) or weight == 0 or options.get("off"):
            continue
        kind = str(use["kind"])
        own = options.get("token") if kind == "textual_inversion" else None
        said = options.get("named") or own or _ENDING.sub("", str(use.get("path", "")))
        # As in A1111, without the characters that would end a name in these lists.
        name = re.sub(r"[:,<>]", "", str(said))
        file = use.get("file")
        short = str(file.get("autov3") or "") if isinstance(file, Mapping) else ""
        short = short if kind == "lora" and short else _sha256(file)
        found.append(_Network(kind, name, float(weight), short[:DIGITS], "named" in options))
    return found


def _sha256(file: object) -> str:
    found = file.get("sha256") if isinstance(file, Mapping) else None
    return found if isinstance(found, str) else ""


def _one_paragraph(prompt: str) -> str:
    """Return a prompt in which no line but the first begins with the negative prompt's label."""
    return re.sub(rf"\s*\n\s*(?={NEGATIVE})", " ", prompt)


def _quote(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, float) and float(text) != value:
        text = repr(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[,\n:"]', text) else text


def parse_parameters(text: str) -> dict[str, str]:
    """Return "Prompt", "Negative prompt" and the settings of a `parameters` text by their names.

    The rules are A1111's: the last line holds settings if it has at least three of them, and
    "Negative prompt:" is recognised at the start of a line.
    """
    lines = text.strip().split("\n")
    settings = _PAIR.findall(lines[-1])
    if len(settings) >= LEAST_SETTINGS:
        lines.pop()
    else:
        settings = []
    prompt: list[str] = []
    negative: list[str] | None = None
    for line in map(str.strip, lines):
        if line.startswith(NEGATIVE):
            negative = negative or []
            line = line.removeprefix(NEGATIVE).strip()
        (prompt if negative is None else negative).append(line)
    result = {"Prompt": "\n".join(prompt).strip()}
    if negative is not None:
        result["Negative prompt"] = "\n".join(negative).strip()
    for key, value in settings:
        result[key] = _unquote(value)
    return result


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return value.strip()
