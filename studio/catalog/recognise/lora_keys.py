"""What the keys of a LoRA file mean: which module of which network, in the layouts of the wild."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from studio.catalog.recognise.sgm_names import sgm_names

Shapes = Mapping[str, tuple[int, ...]]
Part = Literal["unet", "text_encoder"]
Role = Literal["down", "up", "mid", "alpha"]

PREFIXES: tuple[tuple[str, Part], ...] = (
    ("lora_unet_", "unet"),
    ("lora_te1_", "text_encoder"),
    ("lora_te_", "text_encoder"),
    ("unet.", "unet"),
    ("text_encoder.", "text_encoder"),
)
PEFT_PREFIX = "base_model.model."
OLD_TEXT = "text_model."
"""What stood before the names of CLIP's modules until transformers 5, and still does in files."""

SUFFIXES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\.lora_(?P<role>A|B)(\.\w+)?\.weight$"), "peft"),
    (re.compile(r"\.lora_(?P<role>down|up|mid)\.weight$"), "kohya"),
    (re.compile(r"\.lora(_linear_layer)?\.(?P<role>down|up)\.weight$"), "diffusers"),
    (re.compile(r"_lora\.(?P<role>down|up)\.weight$"), "diffusers_processor"),
    (re.compile(r"\.(?P<role>alpha)$"), ""),
)
"""How a key ends, and the layout that this tells."""

ROLES: Mapping[str, Role] = {
    "A": "down", "B": "up", "down": "down", "up": "up", "mid": "mid", "alpha": "alpha",
}  # fmt: skip

NUMBERED = re.compile(r"^(?P<part>unet|text_encoder):(?P<number>\d+):(?P<role>up|down)$")
"""A key of cloneofsimo's layout (https://github.com/cloneofsimo/lora)."""

NUMBERED_CLASSES: Mapping[Part, tuple[str, ...]] = {
    "unet": ("CrossAttention", "Attention", "GEGLU"),
    "text_encoder": ("CLIPAttention",),
}
"""Whose layers that layout counts where its metadata says nothing."""

BUNDLED = re.compile(r"^bundle_emb\.(?P<token>.+)\.string_to_param\.\*$")
"""A trained word in a kohya file, as A1111 reads it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tensor belongs: a module by its name in the network, and its part of the LoRA."""

    part: Part
    module: str
    role: Role


@dataclass(frozen=True, slots=True)
class KeyMap:
    """A LoRA file understood: ``places`` and ``tokens`` (trained words) by key.

    ``layout`` is "kohya", "diffusers_processor", "diffusers", "peft" or "cloneofsimo", "" where no
    key is one of a LoRA. ``unknown`` are keys that mean nothing in these networks.
    """

    layout: str
    places: Mapping[str, Place]
    tokens: Mapping[str, str]
    unknown: tuple[str, ...]


def map_keys(
    shapes: Shapes, metadata: Mapping[str, str], networks: Mapping[Part, Shapes]
) -> KeyMap:
    """Return what the keys of a file with these tensor shapes mean.

    ``networks`` holds, by part, the shape of the weight of every linear layer and convolution
    under its name in the network.
    """
    if any(NUMBERED.match(key) for key in shapes):
        return _map_numbered(shapes, metadata, networks)
    tables = {part: _aliases(part, modules) for part, modules in networks.items()}
    layout = ""
    places: dict[str, Place] = {}
    tokens: dict[str, str] = {}
    unknown = []
    for key in shapes:
        bundled = BUNDLED.match(key)
        if bundled:
            tokens[key] = bundled["token"]
            continue
        base, role, found = _ending(key)
        layout = layout or found
        place = _place(base, role, tables) if role else None
        if place is None:
            unknown.append(key)
        else:
            places[key] = place
    return KeyMap(layout, places, tokens, tuple(unknown))


def is_factor(key: str) -> bool:
    """Whether a key ends like one of the factors of a LoRA."""
    return _ending(key)[1] in ("down", "up", "mid")


def _ending(key: str) -> tuple[str, Role | None, str]:
    """Split a key into the name of a module, the part of the LoRA, and the layout it tells."""
    for pattern, layout in SUFFIXES:
        match = pattern.search(key)
        if match:
            base = key[: match.start()]
            if layout in ("", "diffusers_processor"):
                base = base.removesuffix("_lora")
            return base, ROLES[match["role"]], layout
    return key, None, ""


def _place(base: str, role: Role | None, tables: Mapping[Part, Mapping[str, str]]) -> Place | None:
    assert role is not None
    parts: tuple[Part, ...] = ("unet", "text_encoder")
    for prefix, part in PREFIXES:
        if base.startswith(prefix):
            base, parts = base.removeprefix(prefix), (part,)
            break
    name = base.removeprefix(PEFT_PREFIX).replace(".processor.", ".")
    for part in parts:
        module = tables.get(part, {}).get(name)
        if module is not None:
            return Place(part, module, role)
    return None


def _aliases(part: Part, modules: Iterable[str]) -> dict[str, str]:
    """Return every name under which files know a module -> its name in the network."""
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
    if part == "text_encoder":
        bare = name.removeprefix(OLD_TEXT)
        found = [bare, OLD_TEXT + bare]
        head, _, last = bare.rpartition(".")
        if last.endswith("_proj") and head.endswith("self_attn"):
            # Early diffusers called the projections of the text encoder like those of the UNet.
            old = f"{head}.to_{last.removesuffix('_proj')}"
            found += [old, OLD_TEXT + old]
    return found


def _map_numbered(
    shapes: Shapes, metadata: Mapping[str, str], networks: Mapping[Part, Shapes]
) -> KeyMap:
    places: dict[str, Place] = {}
    tokens: dict[str, str] = {}
    unknown = []
    orders = {part: _numbered(part, shapes, metadata, networks.get(part, {})) for part in networks}
    for key, shape in shapes.items():
        match = NUMBERED.match(key)
        if match is None:
            if len(shape) == 1 and (metadata.get(key) == "<embed>" or key.startswith("<")):
                tokens[key] = key
            else:
                unknown.append(key)
            continue
        part: Part = "unet" if match["part"] == "unet" else "text_encoder"
        order = orders.get(part, [])
        number = int(match["number"])
        if number < len(order):
            places[key] = Place(part, order[number], ROLES[match["role"]])
        else:
            unknown.append(key)
    return KeyMap("cloneofsimo", places, tokens, tuple(unknown))


def _numbered(
    part: Part, shapes: Shapes, metadata: Mapping[str, str], modules: Shapes
) -> Sequence[str]:
    """Return the modules in the order in which that layout counts them.

    A transformer block had its feed-forward layer before the second attention until diffusers
    0.18; which of the two orders a file means is seen from its shapes.
    """
    try:
        said = json.loads(metadata.get(part, "[]"))
    except ValueError:
        said = []
    classes = tuple(map(str, said)) if isinstance(said, list) and said else NUMBERED_CLASSES[part]
    convs = any(key.startswith(f"{part}:") and len(shape) == 4 for key, shape in shapes.items())
    names = [
        name for name in modules if _is_child(name, classes) and (convs or len(modules[name]) == 2)
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
    """Whether a module lies in one of a class of that name, as far as names tell."""
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
