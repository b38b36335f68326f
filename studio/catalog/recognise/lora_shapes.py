"""Shapes of the weight changes that result from the tensors of each layer of a LoRA file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache

Shape = tuple[int, ...]
Roles = Mapping[str, Shape]

LORA = ("down", "up")
LOHA = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")
LOHA_CORES = ("hada_t1", "hada_t2")
DORA = ("dora_scale", "magnitude")
FACTORS = ("down", "up", "mid", "hada_", "lokr_", "diff", "dora_scale", "magnitude", "up_bias")
"""Prefixes of the roles that change a weight; the others only scale these."""


def is_factor(role: str) -> bool:
    """Whether a tensor of this role changes a weight or a bias."""
    return role.startswith(FACTORS)


def missing(roles: Roles) -> str:
    """Return the role of a tensor that a layer lacks to be complete, "" if none."""
    return _missing(frozenset(roles))


@cache
def _missing(roles: frozenset[str]) -> str:
    wanted: list[str] = []
    if {"down", "up", "mid", "up_bias", "magnitude"} & roles:
        wanted += LORA
    if any(role.startswith("hada_") for role in roles):
        wanted += LOHA
        if any(role in roles for role in LOHA_CORES):
            wanted += LOHA_CORES
    if any(role.startswith("lokr_") for role in roles):
        for one in ("lokr_w1", "lokr_w2"):
            wanted += (one,) if one in roles else (f"{one}_a", f"{one}_b")
    if not wanted and not {"diff", "diff_b"} & roles:
        return "down"
    if any(role in roles for role in DORA) and not wanted and "diff" not in roles:
        return "down"
    return next((role for role in wanted if role not in roles), "")


def changes(roles: Roles) -> Iterator[Shape | None]:
    """Yield the shape of each change of the weight, None for tensors that do not multiply.

    ``roles`` are complete, see ``missing``.
    """
    if "down" in roles:
        yield _lora(roles)
    if "hada_w1_a" in roles:
        first, second = (_loha(roles, number) for number in "12")
        yield first if first == second else None
    if any(role.startswith("lokr_w1") for role in roles):
        yield _lokr(roles)
    if "diff" in roles:
        yield roles["diff"]


def rank(roles: Roles) -> int:
    """Return the rank that alpha is divided by, 0 for a change without one.

    For a LoKr it is that of the second factor, as in LyCORIS, ComfyUI and A1111.
    """
    for role in ("down", "hada_w1_b", "lokr_w2_b", "lokr_w1_b"):
        if role in roles:
            if role == "down" and "mid" in roles:
                return roles["mid"][0]
            return roles[role][0]
    return 0


def fits(module: str, weight: Shape, change: Shape | None) -> bool:
    """Whether a change has the shape of a module's weight.

    A linear layer may be stored as a 1 x 1 convolution and vice versa, and the kernel of a
    convolution may be stored flattened. The first convolution of an inpainting model may have more
    channels than that of the model the LoRA was trained on.
    """
    if change is None or len(change) < 1 or len(weight) < 1 or change[0] != weight[0]:
        return False
    wanted = [_trimmed(weight)]
    if module == "conv_in" and weight[1:2] == (9,):
        wanted.append((weight[0], 4, *weight[2:]))
    flat = [(one[0], math.prod(one[1:])) for one in wanted]
    return _trimmed(change) in wanted or (len(change) == 2 and change in flat)


def dora_axis(weight: Shape, scale: Shape) -> int | None:
    """Return the axis of a weight along which a DoRA has magnitudes, None if it fits none.

    0 is the output axis, as in the paper and PEFT; 1 the input axis, as in the first DoRAs of
    LyCORIS.
    """
    count = math.prod(scale)
    if count == weight[0] and (len(scale) < 2 or count == scale[0]):
        return 0
    if len(weight) > 1 and len(scale) > 1 and count == scale[1] == weight[1]:
        return 1
    return 0 if count == weight[0] else None


def width(roles: Roles) -> int | None:
    """Return the input width of the layer, None if the tensors do not reveal it."""
    if "down" in roles:
        return roles["down"][1] if len(roles["down"]) > 1 else None
    if missing(roles):
        return None
    shapes = [shape for shape in changes(roles) if shape is not None]
    return shapes[0][1] if shapes and len(shapes[0]) > 1 else None


def outputs(roles: Roles) -> int | None:
    """Return the output width of the layer, None if the tensors do not reveal it."""
    if "up" in roles:
        return roles["up"][0] if roles["up"] else None
    if missing(roles):
        return None
    shapes = [shape for shape in changes(roles) if shape is not None]
    return shapes[0][0] if shapes and shapes[0] else None


def _trimmed(shape: Shape) -> Shape:
    while len(shape) > 2 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def _lora(roles: Roles) -> Shape | None:
    down, up = roles["down"], roles["up"]
    if len(down) not in (2, 4) or len(up) not in (2, 4):
        return None
    inner, kernel = down[0], down[2:]
    if "mid" in roles:
        middle = roles["mid"]
        if len(middle) != 4 or middle[1] != inner or math.prod(kernel) != 1:
            return None
        inner, kernel = middle[0], middle[2:]
    if up[1] != inner or math.prod(up[2:]) != 1:
        return None
    return up[0], down[1], *kernel


def _loha(roles: Roles, number: str) -> Shape | None:
    left, right = (roles[f"hada_w{number}_{side}"] for side in "ab")
    return _pair(left, right, roles.get(f"hada_t{number}"))


def _lokr(roles: Roles) -> Shape | None:
    whole = []
    for number in "12":
        found: Shape | None = roles.get(f"lokr_w{number}")
        if found is None:
            left, right = (roles[f"lokr_w{number}_{side}"] for side in "ab")
            found = _pair(left, right, roles.get(f"lokr_t{number}"))
        if found is None or len(found) < 2:
            return None
        whole.append(found)
    first, second = whole
    if math.prod(first[2:]) != 1:
        return None
    return first[0] * second[0], first[1] * second[1], *second[2:]


def _pair(left: Shape, right: Shape, core: Shape | None) -> Shape | None:
    """Return the shape of A B, or of Tucker's form with A (rank, out), B (rank, in) and a core."""
    if core is not None:
        if len(left) != 2 or len(right) != 2 or core[:2] != (left[0], right[0]):
            return None
        return left[1], right[1], *core[2:]
    if len(left) != 2 or len(right) < 2 or left[1] != right[0]:
        return None
    return left[0], *right[1:]
