"""Each way of guidance equals diffusers' own result, and costs nothing while it is off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionPAGPipeline, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.guiders import (
    AdaptiveProjectedGuidance,
    ClassifierFreeGuidance,
    PerturbedAttentionGuidance,
    SkipLayerGuidance,
)
from diffusers.hooks import LayerSkipConfig
from latents import sampled
from model_factory import TASKS as TASKS_OF_SD
from test_control import write_control

from studio.catalog.guidance import GUIDANCE_SETTINGS
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import ControlUse, EditRequest, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.latent_diffusion.job import prepare
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

STEPS = 6
METHODS = ("projected", "perturbed_attention", "skip_layer")
MID = "mid_block.attentions.0.transformer_blocks"


@pytest.fixture
def loaded(engine: Engine, tiny: Path) -> Any:
    engine.warm_up(str(tiny))
    return engine.residency.loaded


@pytest.fixture
def guided(ask: MakeRequest) -> Any:
    """Make a request with extras; the scale is high, so that guidance shows."""

    def make(extras: dict[str, Any], **sampling: Any) -> EditRequest:
        return ask(sampling={"steps": STEPS, "cfg_scale": 7.5, "extras": extras, **sampling})

    return make


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each call of a UNet has."""
    found: list[int] = []
    forward = UNet2DConditionModel.forward

    def watched(self: Any, sample: Any, *args: Any, **kwargs: Any) -> Any:
        found.append(len(sample))
        return forward(self, sample, *args, **kwargs)

    monkeypatch.setattr(UNet2DConditionModel, "forward", watched)
    return found


def piped(cls: Any, loaded: Any, request: EditRequest, **options: Any) -> torch.Tensor:
    """Return the latents of a pipeline of diffusers."""
    with torch.no_grad(), known_warnings():
        job = prepare(loaded, request, Progress(), [], encode_prompts)
        scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
        ours = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
        parts = {**ours.components, "requires_safety_checker": False}
        more = {name: options.pop(name) for name in ("pag_applied_layers",) if name in options}
        pipeline = cls(**parts, **more)
        pipeline.set_progress_bar_config(disable=True)
        positive, negative = job.prompts
        output: torch.Tensor = pipeline(
            prompt_embeds=positive.text,
            negative_prompt_embeds=negative.text if negative else None,
            width=job.width,
            height=job.height,
            num_inference_steps=STEPS,
            guidance_scale=request.sampling.cfg_scale,
            generator=[torch.Generator("cpu").manual_seed(7)],
            output_type="latent",
            return_dict=False,
            **options,
        )[0]
    return output


def modular(guider: Any, loaded: Any, request: EditRequest) -> torch.Tensor:
    """Return the latents of a guider as diffusers' modular pipelines drive it: a call a row."""
    with torch.no_grad(), known_warnings():
        job = prepare(loaded, request, Progress(), [], encode_prompts)
        scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
        scheduler.set_timesteps(STEPS)
        positive, negative = job.prompts
        assert negative is not None
        unet = loaded.networks.unet
        size = (1, 4, job.height // 8, job.width // 8)
        latents = torch.randn(size, generator=torch.Generator("cpu").manual_seed(7))
        for number, timestep in enumerate(scheduler.timesteps):
            guider.set_state(number, STEPS, timestep)
            parts = guider.prepare_inputs({"text": (positive.text, negative.text)})
            for part in parts:
                guider.prepare_models(unet)
                part.noise_pred = unet(latents, timestep, part.text, return_dict=False)[0]
                guider.cleanup_models(unet)
            prediction = guider(parts).pred
            latents = scheduler.step(prediction, timestep, latents).prev_sample
    return latents


def test_all_defaults_are_plain_guidance_bit_for_bit_and_for_no_more_calls(
    loaded: Any, guided: Any, rows: list[int]
) -> None:
    plain = sampled(loaded, guided({}))
    assert rows == [2] * STEPS
    defaults = {one.id: one.default for one in GUIDANCE_SETTINGS}
    assert torch.equal(sampled(loaded, guided(defaults)), plain)
    assert rows == [2] * STEPS * 2
    assert torch.equal(piped(StableDiffusionPipeline, loaded, guided({})), plain)


def test_rescale_equals_the_stock_pipeline(loaded: Any, guided: Any) -> None:
    request = guided({"guidance_rescale": 0.7})
    found = sampled(loaded, request)
    stock = piped(StableDiffusionPipeline, loaded, request, guidance_rescale=0.7)
    assert torch.equal(found, stock)
    assert not torch.allclose(found, sampled(loaded, guided({})), atol=1e-2)


@pytest.mark.parametrize("cfg", [7.5, 1.0])
def test_perturbed_attention_equals_the_stock_pipeline(
    loaded: Any, guided: Any, rows: list[int], cfg: float
) -> None:
    extras = {"guidance": "perturbed_attention", "perturbation_scale": 2.0}
    request = guided(extras, cfg_scale=cfg)
    found = sampled(loaded, request)
    assert rows == ([2, 1] if cfg > 1 else [1, 1]) * STEPS
    before = dict(loaded.networks.unet.attn_processors)
    stock = piped(
        StableDiffusionPAGPipeline, loaded, request, pag_scale=2.0, pag_applied_layers="mid"
    )
    loaded.networks.unet.set_attn_processor(before)
    assert torch.allclose(found, stock, atol=1e-3)
    assert not torch.allclose(found, sampled(loaded, guided({}, cfg_scale=cfg)), atol=1e-2)


def test_projected_guidance_equals_the_guider(loaded: Any, guided: Any) -> None:
    extras = {
        "guidance": "projected",
        "projected_parallel": 0.2,
        "projected_norm": 0.05,
        "projected_momentum": -0.5,
    }
    found = sampled(loaded, guided(extras))
    guider = AdaptiveProjectedGuidance(
        7.5,
        adaptive_projected_guidance_momentum=-0.5,
        adaptive_projected_guidance_rescale=0.05,
        eta=0.2,
    )
    assert torch.allclose(found, modular(guider, loaded, guided({})), atol=1e-3)
    for name, other in (("parallel", 1.0), ("norm", 0.01), ("momentum", 0.5)):
        changed = sampled(loaded, guided({**extras, f"projected_{name}": other}))
        assert not torch.allclose(found, changed, atol=1e-2), name


def test_an_interval_equals_the_guider_and_saves_rows(
    loaded: Any, guided: Any, rows: list[int]
) -> None:
    extras = {"guidance_start": 0.34, "guidance_end": 0.67}
    found = sampled(loaded, guided(extras))
    assert rows == [1, 1, 2, 2, 1, 1]
    guider = ClassifierFreeGuidance(7.5, start=0.34, stop=0.67)
    assert torch.allclose(found, modular(guider, loaded, guided({})), atol=1e-3)


def test_skip_layer_and_perturbation_equal_the_guiders(loaded: Any, guided: Any) -> None:
    # The guiders leave out the first step of an interval: theirs begins a step earlier.
    extras = {"perturbation_scale": 2.5, "guidance_start": 0.34}
    skip = SkipLayerGuidance(
        7.5, 2.5, 0.17, 1.0, skip_layer_config=LayerSkipConfig([0], MID), start=0.34
    )
    found = sampled(loaded, guided({**extras, "guidance": "skip_layer"}))
    assert torch.allclose(found, modular(skip, loaded, guided({})), atol=1e-3)
    scores = LayerSkipConfig([0], MID, False, True, False)
    perturbed = PerturbedAttentionGuidance(
        7.5, 2.5, 0.17, 1.0, perturbed_guidance_config=scores, start=0.34
    )
    other = sampled(loaded, guided({**extras, "guidance": "perturbed_attention"}))
    assert torch.allclose(other, modular(perturbed, loaded, guided({})), atol=1e-3)
    assert not torch.allclose(found, other, atol=1e-2)


@pytest.mark.parametrize("task", TASKS_OF_SD)
@pytest.mark.parametrize("method", METHODS)
def test_every_task_has_it_and_the_model_stays_as_it_was(
    engine: Engine, ask: MakeRequest, tiny_fill: Path, task: Task, method: str
) -> None:
    model = str(tiny_fill)
    plain = ask(task, model=model)
    before = engine.run(plain).images[0]
    result = engine.run(ask(task, model=model, sampling={"extras": {"guidance": method}}))
    told = any("plain guidance" in str(note) for note in result.notes)
    # Prompt-to-prompt has none of it, and says so.
    assert told == (task is Task.REWRITE)
    assert np.array_equal(result.images[0], before) == told
    assert np.array_equal(engine.run(plain).images[0], before)


def test_a_control_acts_on_the_perturbed_call_too_and_a_cancel_leaves_nothing(
    engine: Engine, ask: MakeRequest, tiny: Path, rows: list[int]
) -> None:
    write_control(tiny, "canny")
    hint = np.full((64, 96, 3), 200, np.uint8)
    sampling = {"steps": 4, "extras": {"guidance": "perturbed_attention"}}
    request = ask(sampling=sampling, controls=(ControlUse("canny", hint, mode="control"),))
    plain = ask()
    first = engine.run(plain).images[0]
    assert not np.array_equal(
        engine.run(request).images[0], engine.run(request.replace(controls=())).images[0]
    )
    progress: Progress
    rows.clear()

    def stop(event: ProgressEvent) -> None:
        if event.preview is not None:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    # Within the step after the first preview.
    assert rows == [2, 1]
    assert np.array_equal(engine.run(plain).images[0], first)


@pytest.mark.parametrize(
    "extras",
    [
        {"guidance": "psychic"},
        {"guidance_rescale": 1.5},
        {"guidance_start": 0.8, "guidance_end": 0.2},
        {"perturbation_scale": float("nan")},
        {"guidence": "projected"},
    ],
)
def test_what_makes_no_sense_is_refused_before_loading(
    ask: MakeRequest, extras: dict[str, Any]
) -> None:
    engine = Engine("cpu")
    with pytest.raises(StudioError):
        engine.run(ask(sampling={"extras": extras}))
    assert engine.residency.loaded is None


@pytest.mark.parametrize(
    ("extras", "cfg", "told"),
    [
        ({}, 1.0, ""),
        ({"perturbation_scale": 5.0}, 7.5, "Perturbation scale"),
        ({"guidance": "perturbed_attention", "perturbation_scale": 5.0}, 7.5, ""),
        ({"guidance": "skip_layer", "projected_norm": 3.0}, 7.5, "Projected: largest length"),
        ({"guidance_end": 0.5}, 7.5, ""),
        ({"guidance_end": 0.5}, 1.0, "Guidance end"),
        ({"guidance": "skip_layer"}, 1.0, ""),
        ({"guidance": "projected"}, 1.0, "Guidance"),
    ],
)
def test_what_has_no_effect_is_told(
    engine: Engine, guided: Any, extras: dict[str, Any], cfg: float, told: str
) -> None:
    changed = engine.run(guided(extras, cfg_scale=cfg))
    method = {name: value for name, value in extras.items() if name == "guidance"}
    plain = engine.run(guided(method if len(extras) > 1 else {}, cfg_scale=cfg))
    same = np.array_equal(changed.images[0], plain.images[0])
    assert same == bool(told or not extras)
    assert (told in " ".join(map(str, changed.notes))) if told else not changed.notes
