"""Controls, references, region prompts and rewriting go by the steps, not by calls of the UNet."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from conftest import MakeRequest
from diffusers import ControlNetModel, UNet2DConditionModel
from test_control import write_control
from test_reference import picture, write_adapter

from studio.edit.request import ControlUse, ReferenceUse, RegionUse, Task
from studio.edit.rewrite import RewriteUse
from studio.engine.engine import Engine

STEPS = 6


class Call(NamedTuple):
    """What one call of the UNet was given: latent columns, residuals or not, scale of a picture."""

    time: float
    width: int
    controlled: bool
    scale: float


@pytest.fixture(scope="module")
def equipped(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a ControlNet and an IP-Adapter of its own."""
    folder = tmp_path_factory.mktemp("equipped") / "model"
    shutil.copytree(tiny, folder)
    write_control(folder, "canny")
    write_adapter(folder, folder / "ip_adapter")
    return folder


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The calls of every UNet, as they are made."""
    found: list[Call] = []
    forward = UNet2DConditionModel.forward

    def watched(self: Any, sample: Any, timestep: Any, *args: Any, **kwargs: Any) -> Any:
        # Rewriting wraps the processors.
        processors = [getattr(p, "inner", p) for p in self.attn_processors.values()]
        scales = [p.scale for p in processors if hasattr(p, "scale")]
        controlled = kwargs.get("mid_block_additional_residual") is not None
        scale = max((max(one) for one in scales), default=0.0)
        found.append(Call(float(timestep), sample.shape[-1], controlled, scale))
        return forward(self, sample, timestep, *args, **kwargs)

    monkeypatch.setattr(UNet2DConditionModel, "forward", watched)
    return found


@pytest.fixture
def hint() -> np.ndarray:
    return np.full((64, 96, 3), 200, np.uint8)


@pytest.mark.parametrize("variations", [1, 2])
@pytest.mark.parametrize(
    ("sampler", "a_step"), [("heun", 2), ("dpm2", 2), ("dpm2_a", 2), ("euler", 1)]
)
def test_a_control_to_the_half_acts_on_exactly_the_first_half(
    engine: Engine, ask: MakeRequest, equipped: Path, calls: list[Call], hint: np.ndarray,
    monkeypatch: pytest.MonkeyPatch, sampler: str, a_step: int, variations: int,
) -> None:  # fmt: skip
    asked: list[float] = []
    forward = ControlNetModel.forward

    def watched(self: Any, sample: Any, timestep: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(float(timestep))
        return forward(self, sample, timestep, *args, **kwargs)

    monkeypatch.setattr(ControlNetModel, "forward", watched)
    sampling = {"sampler": sampler, "steps": STEPS, "variations": variations}
    control = ControlUse("canny", hint, end=0.5)
    engine.run(ask(model=str(equipped), controls=(control,), sampling=sampling))
    count = STEPS * a_step - (a_step - 1)
    assert len(calls) == count * variations
    first = STEPS // 2 * a_step
    for made in range(variations):
        part = calls[made * count : (made + 1) * count]
        assert [call.controlled for call in part] == [True] * first + [False] * (count - first)
        assert asked[made * first : (made + 1) * first] == [call.time for call in part[:first]]
    assert len(asked) == first * variations


def test_a_control_of_a_part_of_the_steps_follows_the_steps_that_are_made(
    engine: Engine, ask: MakeRequest, equipped: Path, calls: list[Call], hint: np.ndarray
) -> None:
    # 10 steps at strength 0.6 are 6, of which the last third is 2, the last one with one call.
    sampling = {"sampler": "heun", "steps": 10, "denoise": 0.6}
    control = ControlUse("canny", hint, start=2 / 3)
    engine.run(ask(Task.REPLACE, model=str(equipped), controls=(control,), sampling=sampling))
    assert [call.controlled for call in calls] == [False] * 8 + [True] * 3


def test_a_reference_counts_between_its_start_and_its_end(
    engine: Engine, ask: MakeRequest, equipped: Path, calls: list[Call]
) -> None:
    use = ReferenceUse(picture(1), weight=0.7, start=1 / 3, end=2 / 3, mode="subject")
    sampling = {"sampler": "heun", "steps": STEPS}
    engine.run(ask(model=str(equipped), references=(use,), sampling=sampling))
    assert [call.scale for call in calls] == [0.0] * 4 + [0.7] * 4 + [0.0] * 3


def test_regions_are_predicted_from_their_crops_in_the_first_steps(
    engine: Engine, ask: MakeRequest, equipped: Path, calls: list[Call]
) -> None:
    left = np.zeros((64, 96), np.uint8)
    left[:, :24] = 255
    sampling = {"sampler": "heun", "steps": STEPS}
    engine.run(ask(model=str(equipped), regions=(RegionUse("a dog", left),), sampling=sampling))
    whole = max(call.width for call in calls)
    # A call for the whole and one for the region; crops in the steps before 0.6 of all.
    crops = [call.width < whole for call in calls[1::2]]
    assert [call.width for call in calls[::2]] == [whole] * 11
    assert crops == [True] * 8 + [False] * 3


def test_rewriting_leaves_controls_and_references_to_the_new_prompt(
    engine: Engine, ask: MakeRequest, equipped: Path, calls: list[Call], hint: np.ndarray
) -> None:
    request = ask(
        Task.REWRITE,
        model=str(equipped),
        rewrite=RewriteUse("a dog", "negative_prompt"),
        controls=(ControlUse("canny", hint, end=0.5),),
        references=(ReferenceUse(picture(1), weight=0.7, start=0.5, mode="subject"),),
        sampling={"steps": 4},
    )
    engine.run(request)
    inverting, painting = calls[:4], calls[4:]
    assert not any(call.controlled or call.scale for call in inverting)
    # By turns: the caption, always plain, and the new prompt.
    caption, prompt = painting[::2], painting[1::2]
    assert not any(call.controlled or call.scale for call in caption)
    assert [call.controlled for call in prompt] == [True, True, False, False]
    assert [call.scale for call in prompt] == [0.0, 0.0, 0.7, 0.7]
