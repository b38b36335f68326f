"""The ladder of run modes: each rung needs less memory and more time than the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from studio.core.notices import Notice, notice


class Offload(Enum):
    """Which part of a model is on the GPU at a time; the other weights are in the host's memory."""

    NONE = "none"
    MODEL = "model"
    GROUP = "group"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True, slots=True)
class Rung:
    """One run mode, a rung of the ladder.

    ``tiled``: the autoencoder processes overlapping tiles; ``sliced``: attention and feed-forward
    layers process parts one after the other. ``packed``: the weights of GGUF and fp8 files stay
    packed and are expanded in each call. ``offload`` applies to a GPU: whole networks, groups of
    layers or single layers are moved there when they are needed. ``note`` is for the artist.
    """

    name: str
    tiled: bool = False
    sliced: bool = False
    note: Notice | None = None
    offload: Offload = Offload.NONE
    packed: bool = False


FULL = Rung("full")
TILED = Rung(
    "tiled",
    tiled=True,
    note=notice("Little memory is free, so the picture was decoded in tiles."),
)
LADDER = (
    FULL,
    TILED,
    Rung(
        "sliced",
        tiled=True,
        sliced=True,
        note=notice("Very little memory is free, so the model ran in slices, which takes longer."),
    ),
)
"""The rungs of a CPU. Variations are always generated one after the other: matrix products over a
larger batch round differently, and a variation must not depend on how many are generated together.
So there is no rung with a smaller batch."""

GPU_LADDER = (
    FULL,
    TILED,
    Rung(
        "model offload",
        tiled=True,
        note=notice(
            "The graphics memory is too small for the whole model, so that its networks took turns."
        ),
        offload=Offload.MODEL,
    ),
    Rung(
        "group offload",
        tiled=True,
        note=notice(
            "The graphics memory is too small for this model, so that it ran in parts, which takes"
            " longer."
        ),
        offload=Offload.GROUP,
    ),
    Rung(
        "sequential offload",
        tiled=True,
        sliced=True,
        note=notice(
            "The graphics memory is far too small for this model, so that it ran layer by layer,"
            " which takes much longer."
        ),
        offload=Offload.SEQUENTIAL,
    ),
)
"""The rungs of a GPU: the whole model, then smaller and smaller parts of it at a time."""

PACKED = Rung(
    "packed",
    tiled=True,
    note=notice(
        "Too little memory is free to expand the weights of this file, so that each step expands"
        " them anew, which takes longer."
    ),
    packed=True,
)
PACKED_SLICED = replace(PACKED, name="packed, sliced", sliced=True)


def with_packed(ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
    """Return a ladder with the rungs of models whose weights can stay packed.

    Expanding takes less time than moving weights to a GPU.
    """
    last = () if any(rung.offload is not Offload.NONE for rung in ladder) else (PACKED_SLICED,)
    return (*ladder[:2], PACKED, *ladder[2:], *last)


WEIGHT_SHARES = {Offload.MODEL: 1.0, Offload.GROUP: 0.7, Offload.SEQUENTIAL: 0.15}
"""The share of the largest network that is on the GPU at once, computed from the shapes of Stable
Diffusion 1.5 and XL (tests/engine/test_offloading.py). For groups: the largest block and the layers
outside the blocks. For single layers: the two largest, as a stream prefetches the next one."""
