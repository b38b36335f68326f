"""The few-step form of a Stable Diffusion model: its UNet with the LoRA that it brings for that."""

from __future__ import annotations

import copy
import dataclasses

from diffusers import StableDiffusionPipeline

from studio.engine.adapters.lora import load_lora
from studio.engine.families.base import Loaded
from studio.engine.families.stable_diffusion_job import make_pipeline
from studio.engine.families.stable_diffusion_loaded import LoadedStableDiffusion


def quickened(loaded: Loaded, sampler: str) -> Loaded:
    """Return the model as ``sampler`` wants it; itself, unless it has few steps for that one.

    The LoRA is merged into a copy of the UNet, which is made once and kept, so that no step pays
    for it and the UNet of the other samplers stays as it was loaded.
    """
    few = loaded.spec.few_step
    if few is None or few.sampler != sampler or not isinstance(loaded, LoadedStableDiffusion):
        return loaded
    if loaded.extras.few_step is None:
        unet = copy.deepcopy(loaded.networks.unet)
        pipeline = make_pipeline(StableDiffusionPipeline, loaded, None, unet)
        load_lora(pipeline, few.file, "few_step")
        pipeline.fuse_lora(components=["unet"])
        pipeline.unload_lora_weights()
        loaded.extras.few_step = unet.eval().requires_grad_(False)
    networks = dataclasses.replace(loaded.networks, unet=loaded.extras.few_step)
    return dataclasses.replace(loaded, networks=networks)
