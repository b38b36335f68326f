"""The functions of the Stable Diffusion 1.x and 2.x family for the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.catalog.families.stable_diffusion import SECOND
from studio.catalog.families.unet import unet_facts
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.catalog.tokens import TokenCounter
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.adapters.textual_inversion import without_unfit_words
from studio.engine.device import Device
from studio.engine.families.stable_diffusion.loaded import PREVIEW, LoadedStableDiffusion
from studio.engine.families.stable_diffusion.prompts import encode_prompts, encode_text
from studio.engine.families.stable_diffusion.teaching import StableDiffusionTraining
from studio.engine.families.unet import attach_all, check_files, painting_bytes, rows_of
from studio.engine.latent_diffusion.painting import paint
from studio.engine.loading import load_networks
from studio.engine.rewrite.rewrite import rewrite
from studio.engine.tiny_preview import choose_preview
from studio.engine.training import exchange
from studio.engine.training import train as training
from studio.engine.training.memory import training_bytes as bytes_of_training

OPEN_CLIP_LAYERS = 24
"""Layers of OpenCLIP ViT-H's text encoder (https://github.com/mlfoundations/open_clip)."""


def check(spec: ModelSpec, request: EditRequest) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return the request without embeddings that do not fit; StudioError for any other file.

    A prompt-to-prompt edit cannot have region prompts: both act on the attention.
    """
    if request.task is Task.REWRITE and any(use.prompt.strip() for use in request.regions):
        raise StudioError(
            "An edit by words takes no region prompts.",
            "Take the region prompts away, or fill the place with a mask of its own.",
        )
    request, notes = without_unfit_words(spec, request)
    check_files(spec, request)
    return request, notes


def load(spec: ModelSpec, device: Device, progress: Progress) -> LoadedStableDiffusion:
    """Read the weights of ``spec``; StudioError names a bad file."""
    tokens = TokenCounter.of(spec)
    networks = load_networks(spec, device, progress)
    config = {
        **networks.scheduler_config,
        "prediction_type": unet_facts(spec).prediction_type,
    }
    networks = replace(networks, scheduler_config=config)
    if spec.variant in SECOND:
        leave_last_layer_out(networks.text_encoder)
    return LoadedStableDiffusion(
        spec, device, networks, choose_preview(spec, device, PREVIEW), tokens
    )


def leave_last_layer_out(text_encoder: Any) -> None:
    """Turn a complete OpenCLIP-H into the text encoder with which Stable Diffusion 2.x was trained.

    The UNet takes the normalized states of the penultimate layer. Folders in diffusers layout
    mostly contain that network already, with 23 layers; of one with all 24 the last is removed.
    """
    layers = text_encoder.encoder.layers
    if len(layers) == OPEN_CLIP_LAYERS:
        del layers[-1]
        text_encoder.config.num_hidden_layers = OPEN_CLIP_LAYERS - 1


def run(
    loaded: LoadedStableDiffusion, request: EditRequest, progress: Progress, rung: Rung
) -> EditResult:
    """Run a request; ``Cancelled`` within one step of a cancel."""
    with attach_all(loaded, request, progress, _encode_region) as attached:
        model, hooks = attached.model, attached.hooks
        if request.task is Task.REWRITE:
            result = rewrite(model, request, progress, rung, hooks)
        else:
            result = paint(model, request, progress, rung, encode_prompts, hooks)
    return replace(result, notes=(*attached.notes, *result.notes))


def _encode_region(
    loaded: LoadedStableDiffusion, prompt: str, notes: list[Notice]
) -> Mapping[str, Any]:
    return {"encoder_hidden_states": encode_text(loaded, prompt, notes)}


UNET_FACTOR = 50
UNET_FACTOR_SLICED = 34
ATTENTION_FACTOR = 16
GRADIENT_FACTOR = 320
GRADIENT_FACTOR_CHECKPOINTED = 160
"""Measured peaks above the weights with SD 1.5's real shapes in fp32 on a CPU, in floats per
position and channel of the first block. 64 x 64 positions, batch of two: 49, and 34 with sliced
feed-forward layers. With gradients for the text, batch of one: 303 at 16 x 16 positions, 286 at
32 x 32; with gradient checkpointing 58, plus those of a block while it is recomputed. The attention
stored from one prompt for the other is 8 heads of 77 tokens in five layers of each size."""


def working_bytes(spec: ModelSpec, request: EditRequest, device: Device, rung: Rung) -> int:
    """Return a conservative estimate of the bytes for a run in addition to the weights."""
    guided = rows_of(request)
    floats = guided * (UNET_FACTOR_SLICED if rung.sliced else UNET_FACTOR)
    if request.task is Task.REWRITE:
        floats = max(floats, _kept(request, rung))
    return painting_bytes(spec, request, device, rung, floats)


def _kept(request: EditRequest, rung: Rung) -> int:
    """Return the floats per position and channel at the peak of a rewrite."""
    learns = request.rewrite is not None and request.rewrite.method == "null_text"
    if not learns or request.sampling.cfg_scale <= 1:
        return 2 * UNET_FACTOR + ATTENTION_FACTOR
    return GRADIENT_FACTOR_CHECKPOINTED if rung.tiled else GRADIENT_FACTOR


def train(loaded: LoadedStableDiffusion, request: TrainRequest, progress: Progress) -> TrainResult:
    """Teach the model a subject (``engine.training``)."""
    return training.train(loaded, StableDiffusionTraining(), request, progress)


def training_bytes(spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
    """Return a conservative estimate of the bytes for a training in addition to the weights."""
    return bytes_of_training(spec, settings, device.item_bytes)


def export_subject(loaded: LoadedStableDiffusion, request: ExportRequest) -> ExchangeResult:
    """Write a subject as LoRA or embedding for other programs."""
    return exchange.export_subject(loaded, request)


def import_subject(loaded: LoadedStableDiffusion, request: ImportRequest) -> ExchangeResult:
    """Read a LoRA or an embedding of another program as a subject."""
    return exchange.import_subject(loaded, request)
