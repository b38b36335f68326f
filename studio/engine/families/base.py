"""The interface of the torch half of a model family: the functions that the engine calls.

Each family is a package ``engine/families/<name>/`` whose ``family.py`` has the functions of the
protocol ``Family``. Its torch-free half is ``catalog/families/<name>.py``. The engine finds the
module by ``FamilySpec.module``, calls these functions, and uses no class or constant of a family.

Code shared by several families is in libraries that they call: ``engine/latent_diffusion`` (models
with a UNet: encoding, decoding, prompts, seeds), ``engine/adapters``, ``engine/training``,
``engine/rewrite``. The libraries never import a family.
"""

from __future__ import annotations

import importlib
from typing import Protocol

from studio.catalog.families.table import family
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.core.dotted import resolve
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.device import Device


class Loaded(Protocol):
    """A model in memory. Each family has its own class; the engine reads only the spec."""

    @property
    def spec(self) -> ModelSpec:
        """The model that was loaded."""


class Family(Protocol):
    """The functions of a family's module.

    The engine checks a request against the ``FamilySpec`` before it calls any of them: tasks,
    adapters, controls, references, region prompts, training methods, inversions, samplers, settings
    and the negative prompt are refused if the family does not declare them. So each function
    handles everything that the family declares. For a part that it does not handle it raises
    StudioError; it never ignores one silently.
    """

    def check(
        self, spec: ModelSpec, request: EditRequest
    ) -> tuple[EditRequest, tuple[Notice, ...]]:
        """Return the request to run, and notices about parts dropped from it; loads nothing.

        StudioError for files of adapters, controls or references that do not fit the model (by
        their headers), and for combinations that the family does not support. Only parts that the
        artist did not choose may be dropped, such as an embedding whose name merely occurs in the
        prompt.
        """

    def load(self, spec: ModelSpec, device: Device, progress: Progress) -> Loaded:
        """Read the weights; StudioError names a bad file, and a failed load leaves nothing behind.

        Checks ``progress`` between two networks, so that loading can be cancelled.
        """

    def run(
        self, loaded: Loaded, request: EditRequest, progress: Progress, rung: Rung
    ) -> EditResult:
        """Run ``request`` within the memory that ``rung`` allows.

        This function handles the whole request: the few-step form if the sampler is the model's
        own, adapters, controls, references, region prompts, the settings in ``sampling.extras``,
        and every task that the family declares, including ``Task.REWRITE``. It checks ``progress``
        at least once per step, gives each variation its own generator (on the CPU, so that a seed
        gives the same noise on every device), and returns images of the request's region.
        ``notes`` of the result has a notice for each part that was applied differently than
        requested. Afterwards ``loaded`` is restored bit for bit, also after an error or a cancel.
        """

    def working_bytes(
        self, spec: ModelSpec, request: EditRequest, device: Device, rung: Rung
    ) -> int:
        """Return a conservative estimate of the bytes for a run in addition to the weights."""

    def train(self, loaded: Loaded, request: TrainRequest, progress: Progress) -> TrainResult:
        """Teach the model a subject by one of ``FamilySpec.training`` and write it to its folder.

        ``Cancelled`` is raised within one step, after writing a checkpoint from which the same
        request resumes with the same result. Afterwards ``loaded`` is restored bit for bit.
        """

    def training_bytes(self, spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
        """Return the bytes for a training in addition to the weights; ``settings`` are resolved."""

    def export_subject(self, loaded: Loaded, request: ExportRequest) -> ExchangeResult:
        """Write a subject taught to this model as a file for other programs."""

    def import_subject(self, loaded: Loaded, request: ImportRequest) -> ExchangeResult:
        """Import a file of another program as a subject; StudioError if it does not fit."""


def family_module(spec: ModelSpec) -> Family:
    """Import the torch half of a model's family: a module, or an object in one."""
    name = family(spec.family).module
    found: Family = resolve(name) if ":" in name else importlib.import_module(name)
    return found
