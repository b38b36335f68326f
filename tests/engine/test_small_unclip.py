"""The unCLIP that ships, with its own weights: variations, blends, moves by words, refusals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.catalog.clip import house_clip
from studio.catalog.families.built_in import CLIP_PARTS
from studio.catalog.models import identify
from studio.cli import main as cli
from studio.core.errors import Cancelled
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Pixels, ReferenceUse, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.families.small_unclip.networks import (
    ImageConditioning,
    added_to_time,
    normalized,
)

SIDE = 128
WHOLE = np.full((SIDE, SIDE), 255, np.uint8)
FEW = {"prior_steps": 3}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


def request_for(
    picture: Pixels | None = None, prompt: str = "", **extras: float | str
) -> EditRequest:
    """Return a variation of a picture, or a new picture, in six steps."""
    sampling = Sampling(steps=6, cfg_scale=2.0, sampler="ddim", seed=5, extras=extras)
    made = EditRequest(
        task=Task.GENERATE,
        prompt=prompt,
        region=Rect(0, 0, SIDE, SIDE),
        model="unclip",
        sampling=sampling,
    )
    return made if picture is None else made.replace(task=Task.VARY, image=picture, mask=WHOLE)


def painted(engine: Engine, request: EditRequest) -> Pixels:
    """Return the one picture of a request."""
    found: Pixels = engine.run(request, Progress()).images[0]
    return found


@pytest.fixture(scope="module")
def things(engine: Engine) -> list[Pixels]:
    """Two pictures of the starter: what unCLIP knows."""
    prompts = ("a banana", "a penguin")
    return [painted(engine, request_for(prompt=prompt, **FEW)) for prompt in prompts]


def seen(engine: Engine, picture: Pixels) -> torch.Tensor:
    """Return CLIP's unit vector (1, d) of a picture."""
    loaded = engine.residency.loaded
    levels = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1
    small = torch.nn.functional.adaptive_avg_pool2d(levels, 64)
    with torch.no_grad():
        found: torch.Tensor = loaded.parts["pictures"](small)  # type: ignore[union-attr]
    return found


def test_a_variation_is_nearer_to_its_picture_than_to_another(
    engine: Engine, things: list[Pixels]
) -> None:
    targets = torch.cat([seen(engine, one) for one in things])
    for number, one in enumerate(things):
        likeness = seen(engine, painted(engine, request_for(one))) @ targets.T
        assert int(likeness.argmax()) == number


def test_a_blend_leads_from_one_picture_to_the_other(engine: Engine, things: list[Pixels]) -> None:
    first, second = things
    ends = [painted(engine, request_for(one)) for one in things]
    found = []
    for weight in (0.0, 1.0, 2.0):
        use = ReferenceUse(second, weight=weight, mode="blend")
        found.append(painted(engine, request_for(first).replace(references=(use,))))
    assert np.array_equal(found[0], ends[0])
    assert np.abs(found[2].astype(int) - ends[1]).max() <= 1
    leaning = [float((seen(engine, one) @ seen(engine, second).T)[0, 0]) for one in found]
    assert leaning[0] < leaning[2]


def test_own_noise_keeps_more_of_the_picture(engine: Engine, things: list[Pixels]) -> None:
    picture = things[0]
    request = request_for(picture)
    plain = replace(request.sampling, cfg_scale=1.0, steps=10)
    own = replace(plain, extras={"own_noise": 1.0})
    errors = [
        float(
            np.square(painted(engine, request.replace(sampling=one)) - picture.astype(float)).mean()
        )
        for one in (plain, own)
    ]
    assert errors[1] < errors[0]


def test_words_move_a_picture_and_equal_words_do_not(engine: Engine, things: list[Pixels]) -> None:
    plain = painted(engine, request_for(things[0]))
    same = request_for(things[0], "a penguin", old_words="a penguin", word_share=0.5)
    assert np.array_equal(painted(engine, same), plain)
    none = request_for(things[0], "a penguin", old_words="a banana", word_share=0.0)
    assert np.abs(painted(engine, none).astype(int) - plain).max() <= 1
    moved = request_for(things[0], "a penguin", old_words="a banana", word_share=0.5)
    assert not np.array_equal(painted(engine, moved), plain)


def test_what_has_no_effect_is_said(engine: Engine, things: list[Pixels]) -> None:
    text = engine.run(request_for(prompt="a banana", own_noise=0.5, **FEW), Progress())
    assert any("no effect on a new picture" in str(note) for note in text.notes)
    wordless = engine.run(request_for(things[0], old_words="a cat", **FEW), Progress())
    said = " ".join(map(str, wordless.notes))
    assert "need no prior" in said and "no change of words" in said


@pytest.mark.parametrize("stage", ["prior", "inversion", "decoder"])
def test_each_phase_can_be_cancelled(engine: Engine, things: list[Pixels], stage: str) -> None:
    request = request_for(prompt="a banana", **FEW)
    after = 0.1 if stage == "prior" else 0.6
    if stage == "inversion":
        request, after = request_for(things[0], own_noise=1.0), 0.2
    progress = Progress()

    def watch(event: ProgressEvent) -> None:
        if event.text == "Painting" and event.fraction > after:
            progress.cancel()

    progress = Progress(watch)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert painted(engine, request_for(prompt="a banana", **FEW)).shape == (SIDE, SIDE, 3)


def test_the_parts_of_clip_are_those_that_ship() -> None:
    spec = identify("unclip")
    folders = {spec.component(name).files[0].parents[1] for name in CLIP_PARTS}
    assert {one.resolve() for one in folders} == {house_clip().folder.resolve()}


def test_the_sum_beside_the_prompt_is_taken_away_again(engine: Engine) -> None:
    painted(engine, request_for(prompt="a banana", **FEW))
    loaded = engine.residency.loaded
    unet = loaded.parts["unet"]  # type: ignore[union-attr]
    tokens, sums = ImageConditioning()(normalized(torch.randn(1, 256)))
    with torch.no_grad():
        before = unet.add_embedding(tokens)
        with pytest.raises(ValueError, match="stop"), added_to_time(unet, sums):
            assert torch.allclose(unet.add_embedding(tokens), before + sums)
            raise ValueError("stop")
        assert torch.equal(unet.add_embedding(tokens), before)


def test_the_command_line_makes_varies_blends_and_moves(
    things: list[Pixels], tmp_path: Path
) -> None:
    files = [tmp_path / f"{name}.png" for name in ("one", "other")]
    for file, picture in zip(files, things, strict=True):
        Image.fromarray(picture).save(file)
    few = ["--model", "unclip", "--steps", "3", "--seed", "2", "--cfg-scale", "2"]
    new = ["generate", "--prompt", "a banana", "--prior-steps", "3"]
    vary = ["edit", str(files[0]), "--task", "variations"]
    blend = [*vary, "--reference", f"{files[1]}:1:blend"]
    words = [*vary, "--prompt", "a penguin", "--old-words", "a banana", "--word-share", "0.5"]
    found = []
    for number, command in enumerate((new, vary, blend, words)):
        out = tmp_path / f"{number}.png"
        assert cli.main([*command, *few, "--out", str(out)]) == 0
        found.append(np.asarray(Image.open(out).convert("RGB")))
    assert all(one.shape == (SIDE, SIDE, 3) for one in found)
    assert not any(np.array_equal(found[1], one) for one in found[2:])
    wrong = [*vary, "--reference", f"{files[1]}:1:look", *few, "--out", str(tmp_path / "no.png")]
    assert cli.main(wrong) == 1 and not (tmp_path / "no.png").exists()
