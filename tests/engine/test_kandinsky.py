"""Kandinsky 2.2: two stages, in folders beside each other."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from kandinsky_factory import build_kandinsky
from PIL import Image
from test_pipelines import request_for

from studio.catalog.models import identify
from studio.catalog.samplers import SAMPLERS
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine

SIDE = 128
PICTURE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[16:64, 32:80] = 255


def prompted(folder: Path, task: Task = Task.GENERATE, **sampling: Any) -> EditRequest:
    """Return a request of two steps of the decoder and three of the prior."""
    extras = {"prior_steps": 3}
    made = request_for(folder, task, **{"sampler": "ddpm", "extras": extras, **sampling})
    made = made.replace(region=Rect(0, 0, SIDE, SIDE), negative_prompt="fog")
    return (
        made if task is Task.GENERATE else made.replace(image=PICTURE, mask=MASK, match_fill=False)
    )


def stock(folder: Path, cls: str, sampler: str = "ddpm", **arguments: Any) -> Any:
    """Return the picture that diffusers makes by itself with its two pipelines."""
    prior: Any = diffusers.KandinskyV22PriorPipeline.from_pretrained(
        folder.parent / f"{folder.name}-prior", local_files_only=True, image_processor=None
    )
    decoder = getattr(diffusers, cls).from_pretrained(folder, local_files_only=True)
    if sampler != "ddpm":
        kind = {"ddim": "DDIMScheduler", "dpmpp_2m": "DPMSolverMultistepScheduler"}[sampler]
        config = {**decoder.scheduler.config, "variance_type": None}
        decoder.scheduler = getattr(diffusers, kind).from_config(
            config, **SAMPLERS[sampler].options
        )
    for pipeline in (prior, decoder):
        pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator("cpu").manual_seed(4)
    with known_warnings():
        first = prior(
            "a red ball", negative_prompt="fog", num_inference_steps=3, generator=generator
        )
        made = decoder(
            image_embeds=first.image_embeds,
            negative_image_embeds=first.negative_image_embeds,
            num_inference_steps=2,
            guidance_scale=3.0,
            generator=generator,
            width=SIDE,
            height=SIDE,
            **arguments,
        )
    return np.asarray(made.images[0])


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "dpmpp_2m"])
def test_a_picture_is_the_one_that_diffusers_makes(sampler: str, tmp_path: Path) -> None:
    folder = build_kandinsky(tmp_path / "decoder")
    made = Engine("cpu").run(prompted(folder, sampler=sampler)).images[0]
    assert np.array_equal(made, stock(folder, "KandinskyV22Pipeline", sampler))


def test_a_replacement_and_a_fill_are_those_that_diffusers_makes(tmp_path: Path) -> None:
    plain = build_kandinsky(tmp_path / "decoder")
    made = Engine("cpu").run(prompted(plain, Task.REPLACE, denoise=0.6)).images[0]
    picture = Image.fromarray(PICTURE)
    same = stock(plain, "KandinskyV22Img2ImgPipeline", image=picture, strength=0.6)
    assert np.array_equal(made, same)
    filling = build_kandinsky(tmp_path / "inpaint", filling=True)
    made = Engine("cpu").run(prompted(filling, Task.FILL)).images[0]
    mask = Image.fromarray(MASK)
    same = stock(filling, "KandinskyV22InpaintPipeline", image=picture, mask_image=mask)
    assert np.array_equal(made, same)


def test_the_prior_counts_in_the_progress_and_can_be_cancelled(tmp_path: Path) -> None:
    folder, events = build_kandinsky(tmp_path / "decoder"), list[ProgressEvent]()
    Engine("cpu").run(prompted(folder), Progress(events.append))
    painting = [one for one in events if one.text == "Painting"]
    assert [one.preview is not None for one in painting] == [False] * 3 + [True] * 2
    assert events[-1].fraction == pytest.approx(1.0)
    cancelled, calls = threading.Event(), list[float]()

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            calls.append(event.fraction)
            cancelled.set()

    with pytest.raises(Cancelled):
        Engine("cpu").run(prompted(folder), Progress(listen, cancelled))
    assert len(calls) == 1


def test_a_decoder_without_its_prior_says_so(tmp_path: Path) -> None:
    folder = build_kandinsky(tmp_path / "decoder")
    prior = tmp_path / "decoder-prior"
    with pytest.raises(StudioError, match="only the prior"):
        identify(prior)
    inside = folder / "prior"
    shutil.move(prior, inside)
    assert identify(folder).variant == "decoder"
    shutil.rmtree(inside)
    with pytest.raises(StudioError, match="has no prior"):
        identify(folder)
