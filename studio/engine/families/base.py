"""The torch half of a model family: the functions that the engine calls, and nothing else.

Each family is a package ``engine/families/<name>/`` whose ``family.py`` has the functions of the
protocol ``Family``. Its torch-free half is ``catalog/families/<name>.py``. The engine finds the
module by ``FamilySpec.module``, calls these functions, and knows no class or number of a family.

What several families share is a library that they call: ``engine/latent_diffusion`` (models with a
UNet: encoding, decoding, prompts, seeds), ``engine/adapters``, ``engine/training``,
``engine/rewrite``. The library never imports a family.
"""

from __future__ import annotations

import importlib
from typing import Protocol

from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.device import Device
from studio.engine.ladder import Rung


class Loaded(Protocol):
    """A model in memory. Each family has a class of its own; the engine reads only the spec."""

    @property
    def spec(self) -> ModelSpec:
        """The model that was loaded."""


class Family(Protocol):
    """The functions of a family's module.

    The engine has checked a request against the ``FamilySpec`` before any of them is called: tasks,
    adapters, controls, references, region prompts, training methods, inversions, samplers, settings
    and the negative prompt that the family does not declare are refused. So each function handles
    whatever the family declares. If it meets a part that it does not handle, it raises StudioError;
    it never leaves one out in silence.
    """

    def check(
        self, spec: ModelSpec, request: EditRequest
    ) -> tuple[EditRequest, tuple[Notice, ...]]:
        """Return the request that will run, and what was left out of it; loads nothing.

        StudioError for files of adapters, controls or references that do not fit the model (by
        their headers), and for combinations that the family does not do. Only what the artist did
        not choose may be left out, such as an embedding whose name merely occurs in the prompt.
        """

    def load(self, spec: ModelSpec, device: Device, progress: Progress) -> Loaded:
        """Read the weights; StudioError names a bad file, and nothing is kept of a failed load.

        Checks ``progress`` between two networks, so that loading can be cancelled.
        """

    def run(
        self, loaded: Loaded, request: EditRequest, progress: Progress, rung: Rung
    ) -> EditResult:
        """Do what ``request`` says, in the memory that ``rung`` allows.

        All of the request is this function's: the few-step form if the sampler is the model's own,
        adapters, controls, references, region prompts, the settings in ``sampling.extras``, every
        task that the family declares, ``Task.REWRITE`` included. It checks ``progress`` at least
        once a step, gives each variation a generator of its own (on the CPU, so that a seed means
        the same on every device), and returns images of the request's region. ``notes`` of the
        result has a sentence for each part that counts in another way than was asked. ``loaded``
        is bit for bit what it was afterwards, also after an error or a cancel.
        """

    def working_bytes(
        self, spec: ModelSpec, request: EditRequest, device: Device, rung: Rung
    ) -> int:
        """Return the bytes that a run needs beside the model's weights, on the safe side."""

    def train(self, loaded: Loaded, request: TrainRequest, progress: Progress) -> TrainResult:
        """Teach the model a subject by one of ``FamilySpec.training`` and write it to its folder.

        ``Cancelled`` comes within one step, with a checkpoint from which the same request goes on
        to the same end. ``loaded`` is bit for bit what it was afterwards.
        """

    def training_bytes(self, spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
        """Return the bytes that a training needs beside the loaded weights; numbers resolved."""

    def export_subject(self, loaded: Loaded, request: ExportRequest) -> ExchangeResult:
        """Write a subject that this model learned as a file for other programs."""

    def import_subject(self, loaded: Loaded, request: ImportRequest) -> ExchangeResult:
        """Read a file of another program as a subject; StudioError if it does not fit the model."""


def family_module(spec: ModelSpec) -> Family:
    """Import the torch half of a model's family."""
    module: Family = importlib.import_module(family(spec.family).module)
    return module
