"""The few-step form of a Stable Diffusion model: its UNet merged with the model's few-step LoRA."""

from __future__ import annotations

import copy
import dataclasses
from typing import TypeVar

from studio.engine.adapters.lora import merge
from studio.engine.adapters.lora_layouts import adaptable, read_lora_weights
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)


def apply_few_step_lora(loaded: M, sampler: str) -> M:
    """Return the model in its few-step form if it has one for ``sampler``, else the model itself.

    The LoRA is merged into a copy of the UNet, which is created once and kept, so that steps
    have no extra cost and the UNet of the other samplers stays as it was loaded.
    """
    few = loaded.spec.few_step
    if few is None or few.sampler != sampler:
        return loaded
    if loaded.extras.few_step is None:
        weights = read_lora_weights(few.file, adaptable(loaded.networks), loaded.spec.name)
        unet = copy.deepcopy(loaded.networks.unet)
        merge(unet, weights)
        loaded.extras.few_step = unet.eval().requires_grad_(False)
    networks = dataclasses.replace(loaded.networks, unet=loaded.extras.few_step)
    return dataclasses.replace(loaded, networks=networks)
