"""DeepFloyd IF: a cascade of two or three stages that works on the pixels themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from cascade_factory import build_if
from test_pipelines import MASK, PICTURE, SIDE, request_for

from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.scaling import resize


def prompted(folder: Path, task: Task = Task.GENERATE, **sampling: Any) -> EditRequest:
    """Return a request of two steps of the first stage and three of each other."""
    own = {"sampler": "ddpm", "extras": {"later_steps": 3}, **sampling}
    return request_for(folder, task, **own).replace(match_fill=False)


def stage(folder: Path, cls: str, **parts: Any) -> Any:
    """Return a stock pipeline of one stage."""
    plain = {"safety_checker": None, "watermarker": None, "requires_safety_checker": False}
    plain = {} if "Upscale" in cls else plain
    made = getattr(diffusers, cls).from_pretrained(folder, local_files_only=True, **plain, **parts)
    made.set_progress_bar_config(disable=True)
    return made


def stock(
    folder: Path, classes: tuple[str, ...], first: dict[str, Any], second: dict[str, Any]
) -> Any:
    """Return the picture that diffusers makes by itself, stage after stage."""
    generator = torch.Generator("cpu").manual_seed(4)
    texts = {"prompt": "a red ball", "negative_prompt": "", "generator": generator}
    pixels = {**texts, "clean_caption": False}
    one = stage(folder, classes[0])
    with known_warnings():
        small = one(
            **pixels, num_inference_steps=2, guidance_scale=3.0, output_type="pt", **first
        ).images
        two = stage(
            folder.parent / f"{folder.name}-second",
            classes[1],
            text_encoder=one.text_encoder,
            tokenizer=one.tokenizer,
        )
        last = len(classes) == 2
        made = two(
            **pixels,
            image=small,
            num_inference_steps=3,
            guidance_scale=3.0,
            output_type="np" if last else "pt",
            **second,
        ).images
        if not last:
            three = stage(folder.parent / f"{folder.name}-third", classes[2])
            made = (made / 2 + 0.5).clamp(0, 1)
            made = three(
                **texts, image=made, num_inference_steps=3, guidance_scale=9.0, output_type="np"
            ).images
    return (np.asarray(made[0]) * 255).round().clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("stages", [2, 3])
def test_a_picture_is_the_one_that_diffusers_makes(stages: int, tmp_path: Path) -> None:
    folder = build_if(tmp_path / "if", stages=stages)
    assert identify(folder).variant == str(stages)
    made = Engine("cpu").run(prompted(folder)).images[0]
    edge = SIDE // 4 ** (stages - 1)
    classes = ("IFPipeline", "IFSuperResolutionPipeline", "StableDiffusionUpscalePipeline")
    same = stock(
        folder,
        classes[:stages],
        {"width": edge, "height": edge},
        {"width": edge * 4, "height": edge * 4},
    )
    assert np.array_equal(made, same)


def test_a_fill_is_the_one_that_diffusers_makes(tmp_path: Path) -> None:
    folder = build_if(tmp_path / "if")
    made = Engine("cpu").run(prompted(folder, Task.FILL)).images[0]
    pixels = torch.from_numpy(PICTURE).permute(2, 0, 1)[None] / 127.5 - 1
    mask = torch.from_numpy(MASK)[None, None] / 255
    small = resize(PICTURE, 24, 24)
    few = torch.from_numpy(small).permute(2, 0, 1)[None] / 127.5 - 1
    same = stock(
        folder,
        ("IFInpaintingPipeline", "IFInpaintingSuperResolutionPipeline"),
        {"image": few, "mask_image": mask[:, :, ::4, ::4].clone(), "strength": 1.0},
        {"original_image": pixels, "mask_image": mask, "strength": 1.0},
    )
    assert np.array_equal(made, same)
    # Outside of the mask the stages keep the pixels themselves.
    outside = np.abs(made.astype(int) - PICTURE)[MASK == 0]
    assert outside.max() <= 1


def test_previews_are_the_pixels_of_each_stage(tmp_path: Path) -> None:
    folder, events = build_if(tmp_path / "if"), list[ProgressEvent]()
    made = Engine("cpu").run(prompted(folder), Progress(events.append)).images[0]
    shown = [one.preview[0] for one in events if one.text == "Painting" and one.preview is not None]
    assert [one.shape[0] for one in shown] == [24, 24, 96, 96, 96]
    assert np.abs(shown[-1].astype(int) - made).max() <= 1


def test_a_first_stage_alone_makes_small_pictures_and_says_so(tmp_path: Path) -> None:
    folder = build_if(tmp_path / "if", stages=1)
    assert identify(folder).variant == "1"
    notes = Engine("cpu").run(prompted(folder)).notes
    assert any("no second stage beside it" in str(one) for one in notes)


def test_the_second_stage_is_not_a_model(tmp_path: Path) -> None:
    build_if(tmp_path / "if")
    with pytest.raises(StudioError, match="second stage"):
        identify(tmp_path / "if-second")
