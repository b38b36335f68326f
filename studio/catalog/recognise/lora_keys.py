"""Mapping of the keys of LoRA files, in all common layouts, to the modules of networks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from studio.catalog.recognise.lora_shapes import Shape, is_factor
from studio.catalog.recognise.sgm_names import sgm_names

Shapes = Mapping[str, Shape]
Part = str
"""A network of a model, by the name of its folder: "unet", "text_encoder", "text_encoder_2"."""

PREFIXES: tuple[tuple[str, Part], ...] = (
    ("lora_unet_", "unet"),
    ("lora_te1_", "text_encoder"),
    ("lora_te2_", "text_encoder_2"),
    ("lora_te_", "text_encoder"),
    ("lora_transformer_", "transformer"),
    ("lycoris_", ""),
    ("model.diffusion_model.", "unet"),
    ("diffusion_model.", "unet"),
    ("unet.", "unet"),
    ("text_encoder_2.", "text_encoder_2"),
    ("text_encoder.", "text_encoder"),
    ("transformer.", "transformer"),
    ("clip_l.", "text_encoder"),
    ("clip_g.", "text_encoder_2"),
)
"""Prefixes of keys and their networks; "" is any network that has such a module."""
PEFT_PREFIX = "base_model.model."
OLD_TEXT = "text_model."
"""Prefix of the names of CLIP's modules until transformers 5, which files still have."""

SUFFIXES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.lora_(?P<role>A|B)(\.\w+)?\.weight$"), "peft"),
    (re.compile(r"\.lora_B(\.\w+)?\.(?P<role>bias)$"), "peft"),
    (re.compile(r"\.lora_(?P<role>magnitude_vector)(\.\w+)*$"), "peft"),
    (re.compile(r"\.lora_(?P<role>down|up|mid)\.weight$"), "kohya"),
    (re.compile(r"\.lora(_linear_layer)?\.(?P<role>down|up)\.weight$"), "diffusers"),
    (re.compile(r"_lora\.(?P<role>down|up)\.weight$"), "diffusers_processor"),
    (re.compile(r"(?<=_lora\d)\.(?P<role>down|up)\.weight$"), "xlabs"),
    (re.compile(r"\.(?P<role>hada_[wt][12](_[ab])?|lokr_[wt][12](_[ab])?)(\.\w+)?$"), "lycoris"),
    (re.compile(r"\.(?P<role>diff|diff_b|w_norm|b_norm)$"), "lycoris"),
    (re.compile(r"\.(?P<role>alpha|scale|dora_scale)$"), ""),
)
"""Endings of keys, and the layouts that they indicate."""

ROLES: Mapping[str, str] = {
    "A": "down", "B": "up", "bias": "up_bias", "magnitude_vector": "magnitude",
    "w_norm": "diff", "b_norm": "diff_b",
}  # fmt: skip
"""Other names of roles. A role is "down", "up" and "mid" (LoRA, LoCon), "up_bias", "hada_..."
(LoHa), "lokr_..." (LoKr), "diff" and "diff_b" (difference of weight and bias), "dora_scale" and
"magnitude" (DoRA, by LyCORIS and by PEFT), "alpha", or "scale" (a factor instead of alpha divided
by rank)."""

NUMBERED = re.compile(r"^(?P<part>unet|text_encoder):(?P<number>\d+):(?P<role>up|down)$")
"""A key of cloneofsimo's layout (https://github.com/cloneofsimo/lora)."""

NUMBERED_CLASSES: Mapping[Part, tuple[str, ...]] = {
    "unet": ("CrossAttention", "Attention", "GEGLU"),
    "text_encoder": ("CLIPAttention",),
}
"""Classes whose layers that layout counts if its metadata does not list them."""

BUNDLED = re.compile(r"^bundle_emb\.(?P<token>.+)\.(?P<which>string_to_param\.\*|clip_l|clip_g)$")
"""A trained token in a kohya file, as in A1111; each of two text encoders has its vectors."""
ENCODERS: Mapping[str, Part] = {
    "string_to_param.*": "text_encoder",
    "clip_l": "text_encoder",
    "clip_g": "text_encoder_2",
    "text_encoders_0": "text_encoder",
    "text_encoders_1": "text_encoder_2",
}
"""Name of an embedding's vectors -> the text encoder that they are for."""


@dataclass(frozen=True, slots=True)
class Place:
    """The target of a tensor: a module by its name in the network, and its role in the LoRA."""

    part: Part
    module: str
    role: str


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys of a LoRA file, mapped to ``places`` and ``tokens``.

    ``tokens`` are by the key of their vectors: the token of a trained embedding and the text
    encoder that it is for. ``layout`` is "kohya", "diffusers_processor", "diffusers", "peft",
    "lycoris", "xlabs" or "cloneofsimo", "" if no key is one of a LoRA. ``unknown`` are keys that
    match nothing in these networks.
    """

    layout: str
    places: Mapping[str, Place]
    tokens: Mapping[str, tuple[str, Part]]
    unknown: tuple[str, ...]


def map_keys(
    shapes: Shapes, metadata: Mapping[str, str], networks: Mapping[Part, Shapes]
) -> KeyMap:
    """Map the keys of a file with these tensor shapes to the modules of ``networks``.

    ``networks`` contains, by part, the weight shape of every linear layer, convolution and norm
    under its name in the network.
    """
    if any(NUMBERED.match(key) for key in shapes):
        return _map_numbered(shapes, metadata, networks)
    tables = {part: _aliases(part, modules) for part, modules in networks.items()}
    layout = ""
    places: dict[str, Place] = {}
    taken: set[Place] = set()
    tokens: dict[str, tuple[str, Part]] = {}
    unknown = []
    for key in shapes:
        bundled = BUNDLED.match(key)
        if bundled:
            tokens[key] = (bundled["token"], ENCODERS[bundled["which"]])
            continue
        base, role, found = _ending(key)
        layout = layout or found
        place = _place(base, role, tables) if role else None
        if place is None or place in taken:
            unknown.append(key)
        else:
            places[key] = place
            taken.add(place)
    return KeyMap(layout, places, tokens, tuple(unknown))


def layers_of(shapes: Shapes) -> dict[str, dict[str, Shape]]:
    """Return the shapes of a file by layer, named as in the file, and by role."""
    found: dict[str, dict[str, Shape]] = {}
    for key, shape in shapes.items():
        name, role, _ = _ending(key)
        if role:
            found.setdefault(name, {})[role] = shape
    return found


def is_lora(keys: Iterable[str]) -> bool:
    """Whether keys are those of a LoRA or one of its variants, and not of an embedding."""
    return any(_ending(key)[1] for key in keys)


def is_factor_key(key: str) -> bool:
    """Whether a key ends like a tensor that changes a weight."""
    return is_factor(_ending(key)[1])


def _ending(key: str) -> tuple[str, str, str]:
    """Return the name of a key's layer, the role of its tensor ("" if none), and the layout."""
    numbered = NUMBERED.match(key)
    if numbered:
        return key.rpartition(":")[0], numbered["role"], "cloneofsimo"
    # Most endings are one or two parts long, and the same for thousands of keys.
    last = key.rfind(".")
    for start in (last, key.rfind(".", 0, max(last, 0)), 0):
        if start >= 0:
            length, role, layout = _ending_of(key[start:])
            if role:
                base = key[: len(key) - length]
                if layout in ("", "diffusers_processor"):
                    base = base.removesuffix("_lora")
                return base, role, layout
    return key, "", ""


@lru_cache(4096)
def _ending_of(text: str) -> tuple[int, str, str]:
    """Return the length of the ending of a text, the role that it means, and the layout."""
    for pattern, layout in SUFFIXES:
        match = pattern.search(text)
        if match:
            return len(text) - match.start(), ROLES.get(match["role"], match["role"]), layout
    return 0, "", ""


def _place(base: str, role: str, tables: Mapping[Part, Mapping[str, str]]) -> Place | None:
    parts: Iterable[Part] = tables
    for prefix, part in PREFIXES:
        if base.startswith(prefix):
            base, parts = base.removeprefix(prefix), (part,) if part else tables
            break
    name = base.removeprefix(PEFT_PREFIX).replace(".processor.", ".")
    for part in parts:
        module = tables.get(part, {}).get(name)
        if module is not None:
            return Place(part, module, role)
    return None


def _aliases(part: Part, modules: Iterable[str]) -> dict[str, str]:
    """Return every name of a module in files -> its name in the network."""
    names = list(modules)
    known = {name: [name] for name in names}
    if part == "unet":
        for name, other in sgm_names(names).items():
            known[name].append(other)
    table: dict[str, str] = {}
    for name in names:
        for alias in (more for one in known[name] for more in _spellings(part, one)):
            table.setdefault(alias, name)
            table.setdefault(alias.replace(".", "_"), name)
    return table


def _spellings(part: Part, name: str) -> list[str]:
    found = [name]
    if name.endswith(".to_out.0"):
        found.append(name.removesuffix(".0"))
    if part.startswith("text_encoder"):
        bare = name.removeprefix(OLD_TEXT)
        found = [bare, OLD_TEXT + bare]
        head, _, last = bare.rpartition(".")
        if last.endswith("_proj") and head.endswith("self_attn"):
            # Early diffusers named the projections of the text encoder like those of the UNet.
            old = f"{head}.to_{last.removesuffix('_proj')}"
            found += [old, OLD_TEXT + old]
    return found


def _map_numbered(
    shapes: Shapes, metadata: Mapping[str, str], networks: Mapping[Part, Shapes]
) -> KeyMap:
    places: dict[str, Place] = {}
    tokens: dict[str, tuple[str, Part]] = {}
    unknown = []
    orders = {part: _numbered(part, shapes, metadata, networks.get(part, {})) for part in networks}
    for key, shape in shapes.items():
        match = NUMBERED.match(key)
        if match is None:
            if len(shape) == 1 and (metadata.get(key) == "<embed>" or key.startswith("<")):
                tokens[key] = (key, "text_encoder")
            else:
                unknown.append(key)
            continue
        part = match["part"]
        order = orders.get(part, [])
        number = int(match["number"])
        if number < len(order):
            places[key] = Place(part, order[number], match["role"])
        else:
            unknown.append(key)
    return KeyMap("cloneofsimo", places, tokens, tuple(unknown))


def _numbered(
    part: Part, shapes: Shapes, metadata: Mapping[str, str], modules: Shapes
) -> Sequence[str]:
    """Return the modules in the order in which that layout counts them.

    A transformer block had its feed-forward layer before the second attention until diffusers
    0.18; the shapes in a file reveal which of the two orders it uses.
    """
    try:
        said = json.loads(metadata.get(part, "[]"))
    except ValueError:
        said = []
    usual = NUMBERED_CLASSES.get(part, ())
    classes = tuple(map(str, said)) if isinstance(said, list) and said else usual
    convs = any(key.startswith(f"{part}:") and len(shape) == 4 for key, shape in shapes.items())
    names = [
        name
        for name, shape in modules.items()
        if _is_child(name, classes) and len(shape) in ((2, 4) if convs else (2,))
    ]
    first = sorted(names, key=lambda name: _position(name, ("attn1", "ff", "attn2")))
    second = sorted(names, key=lambda name: _position(name, ("attn1", "attn2", "ff")))
    return second if not _fits(first, part, shapes, modules) else first


def _fits(order: Sequence[str], part: Part, shapes: Shapes, modules: Shapes) -> bool:
    for number, name in enumerate(order):
        down = shapes.get(f"{part}:{number}:down")
        up = shapes.get(f"{part}:{number}:up")
        wanted = modules[name]
        if down and up and (down[1:2] != wanted[1:2] or up[:1] != wanted[:1]):
            return False
    return True


def _is_child(name: str, classes: Sequence[str]) -> bool:
    """Whether a module is part of one of these classes, judged by its name."""
    parts = name.split(".")
    return (
        ("CLIPAttention" in classes and "self_attn" in parts)
        or ("GEGLU" in classes and name.endswith("ff.net.0.proj"))
        or ("ResnetBlock2D" in classes and "resnets" in parts)
        or (
            ("CrossAttention" in classes or "Attention" in classes)
            and ("attn1" in parts or "attn2" in parts)
        )
    )


ORDER = (
    "down_blocks", "up_blocks", "mid_block", "attentions", "resnets",
    "to_q", "to_k", "to_v", "to_out", "k_proj", "v_proj", "q_proj", "out_proj",
    "conv1", "time_emb_proj", "conv2", "conv_shortcut",
)  # fmt: skip
"""Names in the order in which the classes of diffusers and transformers register them."""


def _position(name: str, block: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found = []
    for part in name.split("."):
        if part.isdigit():
            found.append((0, int(part)))
        elif part in block:
            found.append((1, block.index(part)))
        else:
            found.append((2, ORDER.index(part) if part in ORDER else len(ORDER)))
    return tuple(found)
