"""Writes Imagen, the GAN and the VAE into resources/lineage and measures them there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import ModelMixin
from safetensors.torch import load_file
from torch import nn

from starter_recipe import scenes
from starter_recipe.bank import latent_scale
from starter_recipe.lineage import gan, imagen, measure, vae_sampling
from starter_recipe.lineage.data import folder
from starter_recipe.paths import PROJECT, Work
from studio.catalog.ladder import FULL
from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.device import Device
from studio.engine.families.base import family_module
from studio.engine.families.imagen.networks import PixelUNet, base_settings, enlarger_settings

TARGET = PROJECT / "resources" / "lineage"
PROMPTS, EMPTY = 40, 16
"""Held-out prompts, and pictures without a prompt, of a measurement."""
Networks = Mapping[str, ModelMixin]


def write_folder(target: Path, pipeline: str, name: str, networks: Networks) -> None:
    """Write a model in diffusers layout: its index, its name, its networks in half precision."""
    target.mkdir(parents=True, exist_ok=True)
    parts = {part: ["diffusers", type(network).__name__] for part, network in networks.items()}
    index: dict[str, Any] = {"_class_name": pipeline, **parts}
    if "enlarger" in networks:
        index["scheduler"] = ["diffusers", "DDIMScheduler"]
        imagen.scheduler().save_pretrained(target / "scheduler")
    for file, content in (("model_index.json", index), ("lienzo.json", {"name": name})):
        (target / file).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    for part, network in networks.items():
        network.half().save_pretrained(target / part)


def write_imagen(work: Work, minutes: float) -> None:
    """Write and measure Imagen; 0 minutes write without measuring."""
    stages = {
        "unet": ("imagen-base", base_settings()),
        "enlarger": ("imagen-enlarger", enlarger_settings()),
    }
    networks = {}
    for part, (name, settings) in stages.items():
        networks[part] = PixelUNet(**settings)
        networks[part].load_state_dict(load_file(folder(work) / f"{name}.safetensors"))
    write_folder(TARGET / "imagen", "ImagenPipeline", "Imagen (small)", networks)
    _measured(work, "imagen", [name for name, _ in stages.values()], minutes)


def write_one_step(work: Work, minutes: float) -> None:
    """Write and measure the GAN and the VAE; 0 minutes write without measuring."""
    rows = (
        ("gan", gan.generator(), "generator.", "GanPipeline", "GAN (small)"),
        (
            "vae-sampling",
            vae_sampling.vae_decoder(),
            "decoder.",
            "VaeSamplingPipeline",
            "VAE (small)",
        ),
    )
    for stage, network, prefix, pipeline, name in rows:
        target = TARGET / stage.removesuffix("-sampling")
        _load_part(network, folder(work) / f"{stage}.safetensors", prefix)
        network.register_to_config(scale=latent_scale(work))
        write_folder(target, pipeline, name, {"generator": network})
        _measured(work, target.name, [stage], minutes)


def _load_part(network: nn.Module, file: Path, prefix: str) -> None:
    every = load_file(file)
    own = {n.removeprefix(prefix): t for n, t in every.items() if n.startswith(prefix)}
    network.load_state_dict(own)


def _measured(work: Work, model: str, stages: list[str], minutes: float) -> None:
    """Add figures and the contact sheet to a model's folder."""
    figures: dict[str, Any] = {}
    for stage in stages:
        state = torch.load(folder(work) / f"{stage}.pt", weights_only=True, mmap=True)
        batch = imagen.BATCH if stage.startswith("imagen") else gan.BATCH
        figures[f"samples_{stage}"] = int(state["step"]) * batch
        figures[f"minutes_{stage}"] = round(float(state["seconds"]) / 60, 1)
    sheet = None
    if minutes > 0:
        found, sheet = measure.measure(painter(model), work, PROMPTS, EMPTY)
        figures |= found
    measure.publish(TARGET / model, figures, sheet)
    print(model, json.dumps(figures))


def painter(model: str) -> measure.Paint:
    """Return what paints with a built-in model as the program does, and with no prompt too, which
    the engine refuses."""
    spec, device = identify(model), Device("cpu", torch.float32)
    family = family_module(spec)
    loaded = family.load(spec, device, Progress())

    def paint(prompts: list[str], seeds: list[int]) -> scenes.Pixels:
        made = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            own = spec.defaults
            sampling = Sampling(
                steps=own.steps,
                cfg_scale=own.cfg_scale,
                sampler=own.sampler,
                schedule=own.schedule,
                seed=seed,
            )
            request = EditRequest(
                task=Task.GENERATE,
                prompt=prompt,
                region=Rect(0, 0, imagen.LARGE, imagen.LARGE),
                model=model,
                sampling=sampling,
            )
            made.append(family.run(loaded, request, Progress(), FULL).images[0])
        return np.stack(made)

    return paint
