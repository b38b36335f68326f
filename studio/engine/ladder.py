"""The ladder of ways to run: each rung needs less memory and more time than the one before."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.notices import Notice, notice


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to run: each rung of the ladder needs less memory and more time.

    ``tiled``: the autoencoder works on overlapping tiles; ``sliced``: attention and feed-forward
    layers work on parts one after the other. ``note`` is for the artist.
    """

    name: str
    tiled: bool = False
    sliced: bool = False
    note: Notice | None = None


LADDER = (
    Rung("full"),
    Rung(
        "tiled",
        tiled=True,
        note=notice("Little memory is free, so the picture was decoded in tiles."),
    ),
    Rung(
        "sliced",
        tiled=True,
        sliced=True,
        note=notice("Very little memory is free, so the model ran in slices, which takes longer."),
    ),
)
"""Variations are always made one after the other: matrix products over a larger batch round
differently, and a variation must not depend on how many are made together. So there is no rung
that makes fewer at a time."""
