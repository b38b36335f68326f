"""The functions of the Stable Diffusion XL family (Podell et al. 2023,
https://arxiv.org/abs/2307.01952) for the engine."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.families.stable_diffusion_xl import xl_facts
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.adapters.textual_inversion import without_unfit_words
from studio.engine.device import Device
from studio.engine.families.stable_diffusion_xl.conditioning import (
    encode_prompts,
    encode_region_prompt,
)
from studio.engine.families.stable_diffusion_xl.loaded import LoadedXL, load
from studio.engine.families.stable_diffusion_xl.teaching import XLTraining
from studio.engine.families.unet import attach_all, check_files, painting_bytes, rows_of
from studio.engine.latent_diffusion.painting import paint
from studio.engine.training import exchange
from studio.engine.training import train as training
from studio.engine.training.memory import training_bytes as bytes_of_training

__all__ = [
    "check",
    "export_subject",
    "import_subject",
    "load",
    "run",
    "train",
    "training_bytes",
    "working_bytes",
]


def check(spec: ModelSpec, request: EditRequest) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return the request without embeddings that do not fit; StudioError for any other file."""
    request, notes = without_unfit_words(spec, request)
    check_files(spec, request)
    return request, notes


def run(loaded: LoadedXL, request: EditRequest, progress: Progress, rung: Rung) -> EditResult:
    """Run a request; ``Cancelled`` within one step of a cancel."""
    with attach_all(loaded, request, progress, encode_region_prompt) as attached:
        result = paint(attached.model, request, progress, rung, encode_prompts, attached.hooks)
    return replace(result, notes=(*attached.notes, *result.notes))


UNET_FLOATS = 20
UNET_FLOATS_SLICED = 18
"""Floats per position and channel of the first block at the peak of one call, a quarter above the
values measured in float32 on a CPU with the layers of SDXL at a fifth of its width: 15 at 64 x 64
positions, 16 at 128 x 128, 15.5 with sliced feed-forward layers. The first block, the largest, has
no attention."""


def working_bytes(spec: ModelSpec, request: EditRequest, device: Device, rung: Rung) -> int:
    """Return a conservative estimate of the bytes for a run in addition to the weights."""
    guided = rows_of(request)
    floats = guided * (UNET_FLOATS_SLICED if rung.sliced else UNET_FLOATS)
    if not xl_facts(spec).keeps_vae_precise or device.item_bytes >= 4:
        return painting_bytes(spec, request, device, rung, floats)
    # The autoencoder is kept in float32, which doubles its weights and its activations.
    wider = spec.component("vae").parameters * (4 - device.item_bytes)
    return wider + painting_bytes(spec, request, device, rung, floats, vae_item_bytes=4)


def train(loaded: LoadedXL, request: TrainRequest, progress: Progress) -> TrainResult:
    """Teach the model a subject (``engine.training``)."""
    return training.train(loaded, XLTraining(), request, progress)


def training_bytes(spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
    """Return a conservative estimate of the bytes for a training in addition to the weights."""
    return bytes_of_training(spec, settings, device.item_bytes)


def export_subject(loaded: LoadedXL, request: ExportRequest) -> ExchangeResult:
    """Write a subject as a LoRA for other programs."""
    return exchange.export_subject(loaded, request)


def import_subject(loaded: LoadedXL, request: ImportRequest) -> ExchangeResult:
    """Read a LoRA of another program as a subject."""
    return exchange.import_subject(loaded, request)
