"""What every model family offers to the engine."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Protocol

from studio.catalog.families import family
from studio.catalog.models import ModelSpec
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult
from studio.engine.device import Device


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


class Loaded(Protocol):
    """A model in memory."""

    @property
    def spec(self) -> ModelSpec:
        """What was loaded."""


class Family(Protocol):
    """The functions of a family's module."""

    def load(self, spec: ModelSpec, device: Device, progress: Progress) -> Loaded:
        """Read the weights; StudioError names a bad file, and nothing is kept of a failed load."""

    def run(
        self, loaded: Loaded, request: EditRequest, progress: Progress, rung: Rung
    ) -> EditResult:
        """Do what ``request`` asks; leaves ``loaded`` as it was, also after an error or cancel."""

    def working_bytes(
        self, spec: ModelSpec, request: EditRequest, device: Device, rung: Rung
    ) -> int:
        """Return the bytes that a run needs beside the weights."""


def family_module(spec: ModelSpec) -> Family:
    """Import the module of a model's family."""
    module: Family = importlib.import_module(family(spec.family).module)
    return module
