"""Small models of Imagen, of the GAN and of the VAE, with random weights in diffusers layout.

Their text encoder and autoencoder are the starter's, as in the systems that ship.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from diffusers import DDIMScheduler, ModelMixin

from studio.engine.families.imagen.networks import PixelUNet
from studio.engine.families.one_step.networks import LatentGenerator

WIDTHS = (8, 16, 16)


def build_imagen(folder: Path) -> Path:
    """Write an Imagen of narrow networks at the true sizes."""
    torch.manual_seed(5)
    base = PixelUNet(patch=2, widths=WIDTHS, sample_size=32)
    enlarger = PixelUNet(
        patch=4, widths=WIDTHS, self_attention=False, enlarges=True, sample_size=128
    )
    for network in (base, enlarger):
        # The last layers begin with zeros, so that nothing would reach the picture.
        for parameter in network.parameters():
            if not parameter.any():
                torch.nn.init.normal_(parameter, std=0.1)
    scheduler = DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        clip_sample=False,
        thresholding=True,
        sample_max_value=10.0,
    )
    _write(folder, "ImagenPipeline", {"unet": base, "enlarger": enlarger})
    scheduler.save_pretrained(folder / "scheduler")
    return folder


def build_one_step(folder: Path, pipeline: str = "GanPipeline") -> Path:
    """Write a GAN or, with "VaeSamplingPipeline", a VAE."""
    torch.manual_seed(6)
    generator = LatentGenerator(latent_width=8, widths=(16, 16, 16), blocks=(1, 1, 1))
    _write(folder, pipeline, {"generator": generator})
    return folder


def _write(folder: Path, pipeline: str, networks: Mapping[str, ModelMixin]) -> None:
    folder.mkdir(parents=True)
    index = {name: ["diffusers", type(one).__name__] for name, one in networks.items()}
    (folder / "model_index.json").write_text(json.dumps({"_class_name": pipeline, **index}))
    for name, network in networks.items():
        network.half().save_pretrained(folder / name)
