"""What the tensors of a T2I-Adapter (Mou et al. 2023, https://arxiv.org/abs/2302.08453) decide.

diffusers' ``T2IAdapter`` has one class for three layouts. The authors number the residual blocks
through all levels, diffusers within each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Shapes = Mapping[str, tuple[int, ...]]
PREFIX = "adapter."
FULL, XL, LIGHT = "full_adapter", "full_adapter_xl", "light_adapter"
FACTORS = {(FULL, 64): 8, (FULL, 192): 8, (FULL, 256): 16, (FULL, 768): 16}
"""Kind and channels of the first convolution -> pixels along an edge that are folded into them."""
_BLOCK = re.compile(r"^body\.(\d+)\.(?:block|in_conv|skep)")


def t2i_names(names: Iterable[str]) -> dict[str, str]:
    """Return the name that diffusers' ``T2IAdapter`` has for each tensor of a file."""
    names = [*names]
    bare = {name: name.removeprefix(PREFIX) for name in names}
    light = "conv_in.weight" not in bare.values()
    flat = (
        not light
        and any(_BLOCK.match(one) for one in bare.values())
        and not any(".resnets." in one for one in bare.values())
    )
    found = {}
    for name, one in bare.items():
        if flat and (match := re.match(r"body\.(\d+)\.(.*)", one)):
            number, rest = int(match[1]), match[2]
            level, place = divmod(number, 2)
            inner = rest if rest.startswith("in_conv") else f"resnets.{place}.{rest}"
            one = f"body.{level}.{inner}"
        elif light:
            one = re.sub(r"^(body\.\d+)\.body\.", r"\1.resnets.", one)
        found[name] = PREFIX + one
    return found


def t2i_config(shapes: Shapes) -> dict[str, Any]:
    """Return the configuration of a ``T2IAdapter`` from the shapes by diffusers' names; {} if none.

    ``adapter_type`` XL is recognised by the 16 x 16 pixels that its first layer folds.
    """
    bare = {name.removeprefix(PREFIX): shape for name, shape in shapes.items()}
    levels = 1 + max(
        (int(match[1]) for name in bare if (match := re.match(r"body\.(\d+)\.", name))), default=-1
    )
    blocks = 1 + max(
        (int(match[1]) for name in bare if (match := re.match(r"body\.0\.resnets\.(\d+)\.", name))),
        default=-1,
    )
    first = bare.get("conv_in.weight") or bare.get("body.0.in_conv.weight")
    if not levels or not blocks or first is None or len(first) != 4:
        return {}
    light = "conv_in.weight" not in bare
    factor = 8 if light else FACTORS.get((FULL, first[1]), 0)
    if not factor or first[1] % factor**2:
        return {}
    end = "out_conv.weight" if light else "resnets.0.block2.weight"
    channels = [bare.get(f"body.{level}.{end}", (0,))[0] for level in range(levels)]
    if not all(channels):
        return {}
    return {
        "in_channels": first[1] // factor**2,
        # The light adapter's last level repeats the channels of the one before.
        "channels": channels[:-1] if light else channels,
        "num_res_blocks": blocks,
        "downscale_factor": factor,
        "adapter_type": LIGHT if light else XL if factor == 16 else FULL,
    }


def feature_channels(config: Mapping[str, Any]) -> list[int]:
    """Return the channels of each feature map that an adapter adds to a UNet."""
    channels = [int(one) for one in config["channels"]]
    return [*channels, channels[-1]] if config["adapter_type"] == LIGHT else channels
