"""Flux.2 dev, whose prompts a Mistral 3 reads, equals diffusers' pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from flux_2_factory import build_flux_2_dev
from PIL import Image
from test_pipelines import PICTURE, SIDE, request_for
from test_sd2 import headers_only

from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.edit.request import Pixels, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine


def stock(folder: Path, **arguments: Any) -> Pixels:
    """Return the picture that diffusers makes by itself."""
    pipeline = diffusers.Flux2Pipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    with known_warnings():
        made = pipeline(
            prompt="a red ball",
            generator=torch.Generator("cpu").manual_seed(4),
            num_inference_steps=2,
            guidance_scale=3.0,
            width=SIDE,
            height=SIDE,
            **arguments,
        )
    return np.asarray(made.images[0])


def test_pictures_and_instructions_are_those_of_diffusers(tmp_path: Path) -> None:
    folder, engine = build_flux_2_dev(tmp_path / "dev"), Engine("cpu")
    spec = identify(folder)
    assert family(spec.family).label_of(spec) == "Flux.2 dev"
    made = engine.run(request_for(folder)).images[0]
    assert np.array_equal(made, stock(folder))
    changed = engine.run(request_for(folder, Task.INSTRUCT))
    assert changed.masks[0].shape == (SIDE, SIDE)
    assert not np.array_equal(stock(folder, image=Image.fromarray(PICTURE)), made)
    with pytest.raises(StudioError, match="fills no masks"):
        engine.run(request_for(folder, Task.FILL))


def test_the_size_of_the_true_transformer_is_in_the_forecast(tmp_path: Path) -> None:
    folder = build_flux_2_dev(tmp_path / "dev")
    with torch.device("meta"):
        true: Any = diffusers.Flux2Transformer2DModel()
    headers_only(folder / "transformer", true, "diffusion_pytorch_model")
    config = folder / "transformer" / "config.json"
    config.write_text(json.dumps(dict(true.config)))
    spec = identify(folder)
    # The published weights have 32 billion parameters.
    assert 31e9 < spec.component("transformer").parameters < 33e9
    assert spec.weight_bytes > 120e9
    with pytest.raises(StudioError, match="memory"):
        Engine("cpu", free=lambda: 16 * 2**30).run(request_for(folder))
