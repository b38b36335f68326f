"""Tiny models of the DALL-E family with random weights; text encoder and VAE are the starter's."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from studio.engine.families.dall_e.dvae import DalleDVAE
from studio.engine.families.dall_e.networks import DalleTransformer

CODES = 1024


def build_transformer(seed: int = 0) -> DalleTransformer:
    """Return a transformer of one layer whose prompt and picture both count."""
    torch.manual_seed(seed)
    model = DalleTransformer(
        codes=CODES, width=32, layers=2, heads=2, film_width=8, dropout=0.0
    ).eval()
    for parameter in model.parameters():
        # At their small start all codes are equally likely, whatever the prompt.
        parameter.data.add_(0.15 * torch.randn_like(parameter))
    return model


def build_dalle(folder: Path, *, seed: int = 0) -> Path:
    """Write a model folder as the recipe does."""
    transformer = build_transformer(seed)
    dvae = DalleDVAE(codes=CODES, code_width=8, widths=(16, 32), scale=1.1891)
    folder.mkdir(parents=True, exist_ok=True)
    index = {"_class_name": "DallePipeline"}
    for name, network in (("dvae", dvae), ("transformer", transformer)):
        network.save_pretrained(folder / name)
        index[name] = [type(network).__module__, type(network).__name__]  # type: ignore[assignment]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder
