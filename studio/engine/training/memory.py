"""Estimates the memory that training takes in addition to the model's weights."""

from __future__ import annotations

from studio.catalog.families.unet import unet_facts
from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.training import TrainSettings

ACTIVATIONS = 550
ACTIVATIONS_CHECKPOINTED = 320
"""Peak number of floats of one step per position and channel of the first block, a tenth above the
values measured with the shapes of SD 1.5 in float32 on a CPU
(tests/benchmarks/bench_training_memory.py)."""
RANK_SHARE = 5e-5
"""Parameters of a LoRA on the attention layers per unit of rank, as a share of the UNet's."""
COPIES = 7
"""A trained parameter, its gradient, the two moments of Adam, and a copy of all but the gradient
while a checkpoint is written."""
OVERHEAD = 256 * 2**20

LARGE = 64 * 64
"""Number of latent positions from which subject and class pictures are run one after the other."""


def passes_alone(batch: int, height: int, width: int) -> bool:
    """Return whether a batch of latents of this size is run separately from that of its class."""
    return batch * height * width >= LARGE


def training_bytes(spec: ModelSpec, settings: TrainSettings, item_bytes: int) -> int:
    """Return a conservative estimate of the bytes for a training; ``settings`` are resolved.

    ``item_bytes`` is the size of one weight of the loaded model; training is in float32.
    """
    facts = unet_facts(spec)
    side = settings.resolution // facts.vae_scale
    alone = settings.prior == "none" or passes_alone(settings.batch, side, side)
    pictures = settings.batch * (1 if alone else 2)
    factor = ACTIVATIONS_CHECKPOINTED if settings.checkpointing else ACTIVATIONS
    activations = factor * pictures * side * side * facts.base_channels * 4
    widened = (4 - item_bytes) * spec.parameters
    unet = spec.component("unet").parameters
    if settings.method == "dreambooth":
        learning = COPIES * 4 * unet
    elif settings.method == "textual_inversion":
        learning = 0
    else:
        reach = 3 if settings.layers == "all" else 1
        learning = round(COPIES * 4 * unet * RANK_SHARE * reach * settings.rank)
    return activations + widened + learning + OVERHEAD


def training_out_of_memory(spec: ModelSpec, need: int, free: int) -> StudioError:
    """Return the error for a training that does not fit into memory."""
    return StudioError(
        "Teaching {model} needs about {need} MB of memory, and only {free} MB are free.",
        "Close other programs, switch gradient checkpointing on, or lower batch and resolution.",
        model=spec.name,
        need=need // 10**6,
        free=free // 10**6,
    )
