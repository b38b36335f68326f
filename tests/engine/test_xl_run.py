"""Requests to Stable Diffusion XL through the engine: pictures, previews, cancel, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MakeRequest
from test_control import write_control
from test_lora import fingerprint
from xl_factory import build_xl, write_scheduler

from studio.catalog.ladder import LADDER
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import AdapterUse, ControlUse, EditRequest, Task
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion_xl.loaded import PREVIEW


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_control(build_xl(tmp_path_factory.mktemp("models") / "xl"), "canny").parent


@pytest.fixture
def want(ask: MakeRequest, xl: Path) -> MakeRequest:
    def made(task: Task = Task.GENERATE, **changes: Any) -> EditRequest:
        return ask(task, **{"model": str(xl), **changes})

    return made


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE, Task.EXTEND])
def test_every_task_makes_a_picture_of_the_regions_size(
    engine: Engine, want: MakeRequest, task: Task
) -> None:
    request = want(task, sampling={"variations": 2})
    result = engine.run(request)
    assert [image.shape for image in result.images] == [(64, 96, 3)] * 2
    assert not np.array_equal(*result.images)
    alone = engine.run(want(task, sampling={"seed": 8}))
    assert np.array_equal(alone.images[0], result.images[1])


def test_no_denoising_returns_the_picture(engine: Engine, want: MakeRequest) -> None:
    request = want(Task.REPLACE, sampling={"denoise": 0.0})
    assert request.image is not None
    assert np.array_equal(engine.run(request).images[0], request.image)


def test_previews_show_each_step_by_the_map_of_the_family(
    engine: Engine, want: MakeRequest
) -> None:
    events: list[ProgressEvent] = []
    engine.run(want(sampling={"steps": 3}), Progress(events.append))
    previews = [e.preview for e in events if e.text == "Painting" and e.preview is not None]
    assert [one.shape for one in previews] == [(1, 6, 10, 3)] * 3 or len(previews) == 3
    loaded: Any = engine.residency.loaded
    assert loaded.preview is PREVIEW
    # Zero latents are the colour in the middle of what the model makes.
    import torch

    assert PREVIEW.image(torch.zeros(1, 4, 1, 1))[0, 0].tolist() == [150, 140, 130]


def test_cancel_comes_within_one_step_and_leaves_no_trace(
    engine: Engine, want: MakeRequest
) -> None:
    hint = np.zeros((64, 96, 3), np.uint8)
    request = want(Task.FILL, controls=(ControlUse("canny", hint),), sampling={"steps": 9})
    first = engine.run(request).images[0]
    before = fingerprint(engine)
    seen: list[ProgressEvent] = []
    progress: Progress

    def stop(event: ProgressEvent) -> None:
        seen.append(event)
        if event.preview is not None:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert sum(event.preview is not None for event in seen) == 1
    assert fingerprint(engine) == before
    assert np.array_equal(engine.run(request).images[0], first)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"task": Task.REWRITE}, "one text encoder"),
        ({"adapters": (AdapterUse("dreambooth", "/nowhere"),)}, "LoRA"),
        ({"sampling": {"extras": {"original_width": -5}}}, "Original width"),
        ({"sampling": {"extras": {"crop_top": 2.5}}}, "Crop top"),
        ({"sampling": {"extras": {"temperature": 1.0}}}, "temperature"),
    ],
)
def test_what_the_family_cannot_do_is_refused_before_loading(
    want: MakeRequest, changes: dict[str, Any], reason: str
) -> None:
    engine = Engine("cpu")
    with pytest.raises(StudioError, match=reason):
        engine.run(want(**changes))
    assert engine.residency.loaded is None


def test_every_rung_of_the_ladder_makes_nearly_the_same_picture(
    engine: Engine, want: MakeRequest, xl: Path
) -> None:
    from studio.engine.families.base import family_module

    request = want()
    engine.run(request)
    loaded: Any = engine.residency.loaded
    module = family_module(loaded.spec)
    images = [module.run(loaded, request, Progress(), rung).images[0] for rung in LADDER]
    for image in images[1:]:
        assert np.abs(image.astype(int) - images[0]).mean() < 2
    needs = [module.working_bytes(loaded.spec, request, engine._device, rung) for rung in LADDER]
    assert needs == sorted(needs, reverse=True)


def test_a_few_step_model_paints_without_guidance(
    engine: Engine, ask: MakeRequest, tmp_path: Path
) -> None:
    folder = build_xl(tmp_path / "lightning")
    write_scheduler(folder, timestep_spacing="trailing")
    engine.warm_up(str(folder))
    loaded: Any = engine.residency.loaded
    first = loaded.spec.first_settings
    calls: list[int] = []
    handle = loaded.networks.unet.register_forward_pre_hook(
        lambda module, args: calls.append(len(args[0]))
    )
    sampling = {"steps": first.steps, "cfg_scale": first.cfg_scale, "sampler": first.sampler,
                "schedule": first.schedule}  # fmt: skip
    engine.run(ask(model=str(folder), sampling=sampling))
    handle.remove()
    assert calls == [1] * 4
