"""What families with a UNet share of a request: its files checked, its parts attached.

A library that their ``family.py`` calls. A family that has no adapter, control or reference of
these kinds does not declare it, so that the engine refuses it before this code is reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from studio.catalog.controls import find_control
from studio.catalog.model_spec import ModelSpec
from studio.catalog.references import find_reference
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Task
from studio.engine.adapters.base import attach, check_adapters
from studio.engine.adapters.control import with_controls
from studio.engine.adapters.few_step import quickened
from studio.engine.adapters.lora import notes_of, replaced_weights
from studio.engine.adapters.reference import with_references
from studio.engine.adapters.regional import Encoder, with_region_prompts
from studio.engine.device import Device
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.steps import StepHook

M = TypeVar("M", bound=UNetModel)


@dataclass(frozen=True, slots=True, eq=False)
class Attached(Generic[M]):
    """A model with all that a request attaches to it, and what the artist should know of that.

    ``hooks`` are to act on every call of the UNet, the first outermost.
    """

    model: M
    notes: tuple[Notice, ...]
    hooks: tuple[StepHook, ...] = ()


@contextmanager
def attach_all(
    loaded: M, request: EditRequest, progress: Progress, encoder: Encoder[M]
) -> Iterator[Attached[M]]:
    """Attach few-step form, adapters, controls, references and region prompts to a UNet.

    ``encoder(model, prompt, notes)`` returns the UNet's keyword arguments for a region prompt. On
    exit, error or not, the loaded model is what it was.
    """
    with ExitStack() as stack:
        model = loaded
        if request.task is not Task.REWRITE:
            # Inverting a picture needs the plain UNet, whatever sampler is chosen.
            model = quickened(model, request.sampling.sampler)
        model = attach(stack, model, request.adapters)
        parts = (
            stack.enter_context(with_controls(model, request, progress)),
            stack.enter_context(with_references(model, request, progress)),
            # Innermost: it takes apart what the others gave the UNet.
            stack.enter_context(with_region_prompts(model, request, progress, encoder)),
        )
        notes = (*notes_of(model, request.adapters), *(n for part in parts for n in part.notes))
        yield Attached(model, notes, tuple(hook for part in parts for hook in part.hooks))


def check_files(spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError for a file of a request that does not fit a model; loads no network.

    Files of adapters, controls and references that have no effect are not looked for.
    """
    check_adapters(spec, request.adapters)
    for control in request.controls:
        if control.strength != 0:
            find_control(spec, control.kind, control.model)
    for reference in request.references:
        if reference.weight != 0:
            find_reference(spec, reference.model, reference.mode)


def added_bytes(spec: ModelSpec, request: EditRequest, device: Device) -> int:
    """Return the bytes of all that a request loads beside the model, on the safe side."""
    few = spec.few_step
    total = 0
    if few is not None and few.sampler == request.sampling.sampler:
        total = spec.component("unet").parameters * device.item_bytes
    for use in request.adapters:
        file = Path(use.path).expanduser()
        if use.acts and file.is_file():
            # Mostly written in half the precision in which they are read.
            total += 2 * file.stat().st_size
            total += replaced_weights(spec, file) * device.item_bytes if use.kind == "lora" else 0
    for control in request.controls:
        if control.strength != 0:
            network = find_control(spec, control.kind, control.model)
            total += network.parameters * device.item_bytes
    for reference in request.references:
        if reference.weight != 0:
            adapter = find_reference(spec, reference.model, reference.mode)
            total += adapter.parameters * device.item_bytes
    return total
