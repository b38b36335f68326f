"""Functions shared by families with a UNet: check a request's files, attach its parts.

A library called by their ``family.py``. A family that does not support one of these adapters,
controls or references does not declare it, so the engine refuses it before this code is reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from studio.catalog.controls import find_control
from studio.catalog.families.steered import steering
from studio.catalog.families.unet import unet_facts
from studio.catalog.fit import fit_notes
from studio.catalog.guidance import guidance_settings
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.references import find_reference
from studio.catalog.text_settings import check_clip_skip, clip_skip
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Task
from studio.edit.vae import VAE
from studio.engine.adapters.base import attach, check_adapters
from studio.engine.adapters.control import with_controls
from studio.engine.adapters.few_step import apply_few_step_lora
from studio.engine.adapters.lora import notes_of, replaced_weights
from studio.engine.adapters.reference import with_references
from studio.engine.adapters.regional import Encoder, with_region_prompts
from studio.engine.device import Device
from studio.engine.guidance import PICTURE_ROWS
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.scaling import working_size
from studio.engine.steering import steering_bytes
from studio.engine.steps import StepHook

M = TypeVar("M", bound=UNetModel)


@dataclass(frozen=True, slots=True, eq=False)
class Attached(Generic[M]):
    """A model with everything that a request attaches to it, and notices for the artist.

    ``hooks`` wrap every call of the UNet, the first outermost.
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
    exit, error or not, the loaded model is restored.
    """
    with ExitStack() as stack:
        skip = clip_skip(request.sampling.extras)
        model = replace(loaded, clip_skip=skip) if skip else loaded
        if request.task is not Task.REWRITE:
            # Inverting a picture needs the plain UNet, whatever sampler is chosen.
            model = apply_few_step_lora(model, request.sampling.sampler)
        model = attach(stack, model, request.adapters)
        parts = (
            stack.enter_context(with_controls(model, request, progress)),
            stack.enter_context(with_references(model, request, progress)),
            # Innermost: it crops the arguments that the others passed to the UNet.
            stack.enter_context(with_region_prompts(model, request, progress, encoder)),
        )
        notes = (
            *notes_of(model, request.adapters),
            *_doubts(model.spec, request),
            *(n for part in parts for n in part.notes),
        )
        yield Attached(model, notes, tuple(hook for part in parts for hook in part.hooks))


def _doubts(spec: ModelSpec, request: EditRequest) -> list[Notice]:
    """Return notices about VAEs and controls whose base only a name or the metadata denies."""
    vaes = [use.path for use in request.adapters if use.kind == VAE and use.acts]
    controls = [use.model for use in request.controls if use.model and use.strength != 0]
    return [
        *fit_notes(spec, (Path(one).expanduser() for one in vaes), Kind.VAE, Kind.MODEL),
        *fit_notes(
            spec,
            (Path(one).expanduser() for one in controls),
            *(Kind.CONTROL, Kind.T2I_ADAPTER),
        ),
    ]


def check_files(spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError for files or settings that do not fit; loads no network.

    Checks the files of adapters, controls and references, unless they have no effect, and the
    settings of guidance.
    """
    guidance_settings(request.sampling.extras)
    steering(spec, request.sampling.extras)
    check_clip_skip(spec, request.sampling.extras)
    check_adapters(spec, request.adapters)
    for control in request.controls:
        if control.strength != 0:
            find_control(spec, control.kind, control.model)
    for reference in request.references:
        if reference.weight != 0:
            find_reference(spec, reference.model, reference.mode)


def rows_of(request: EditRequest) -> int:
    """Return the rows of one call of the UNet: an instruction is guided by prompt and photo."""
    if request.sampling.cfg_scale <= 1:
        return 1
    return PICTURE_ROWS if request.task is Task.INSTRUCT else 2


VAE_FLOATS = 10
TILE_EDGE = 512
OVERHEAD = 128 * 2**20
"""Measured with AutoencoderKL of 128 channels in fp32 on a CPU, in floats per pixel and channel of
the last block: decoding takes 10 at 256 x 256 pixels and 8 at 512 and 768, encoding 5, and a tile
of ``TILE_EDGE`` pixels as much as a picture of that size. A UNet takes 0.1 GB even for small
pictures."""


def painting_bytes(
    spec: ModelSpec,
    request: EditRequest,
    device: Device,
    rung: Rung,
    unet_floats: int,
    vae_item_bytes: int = 0,
) -> int:
    """Return a conservative estimate of the bytes for a run in addition to the weights.

    ``unet_floats`` is the peak of one call of the UNet, all rows of the batch together, in numbers
    per position and channel of its first block. ``vae_item_bytes`` is the size of a number in the
    autoencoder; 0 means the device's.
    """
    facts = unet_facts(spec)
    width, height = working_size(spec, request.region.width, request.region.height)
    positions = (width // facts.vae_scale) * (height // facts.vae_scale)
    unet = positions * facts.base_channels * device.item_bytes * unet_floats
    pixels = width * height
    if rung.tiled:
        pixels = min(width, TILE_EDGE) * min(height, TILE_EDGE)
    vae = pixels * facts.vae_channels * (vae_item_bytes or device.item_bytes) * VAE_FLOATS
    # The finished pictures are kept in memory until the last one is done.
    kept = request.sampling.variations * request.region.area * 3
    steered = steering_bytes(spec, request, facts.vae_channels, device.item_bytes)
    return max(unet, vae + steered) + kept + added_bytes(spec, request, device) + OVERHEAD


def added_bytes(spec: ModelSpec, request: EditRequest, device: Device) -> int:
    """Return a conservative estimate of the bytes that a request loads in addition to the model."""
    few = spec.few_step
    total = 0
    if few is not None and few.sampler == request.sampling.sampler:
        total = spec.component("unet").parameters * device.item_bytes
    for use in request.adapters:
        file = Path(use.path).expanduser()
        if use.acts and file.is_file():
            # Most files are stored in half the precision in which they are loaded.
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
