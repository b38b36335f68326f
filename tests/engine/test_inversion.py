"""A picture is inverted and painted again; what is kept of it is used, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import DDIMScheduler
from test_lora import fingerprint

from studio.catalog.ladder import LADDER
from studio.catalog.models import STARTER, identify
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.core.progress import Progress, ProgressEvent
from studio.edit.inversions import fitting_inversion, wanted_key
from studio.edit.request import EditRequest, EditResult, Pixels, Sampling, Task
from studio.edit.rewrite import Inversion, RewriteUse
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion import family as stable_diffusion
from studio.engine.rewrite.ddim import ddim_steps

Ask = Callable[..., EditRequest]


@pytest.fixture
def ask_words(ask: MakeRequest) -> Ask:
    """Make edits by words with the tiny model: "a cat" to "a dog", three steps, CFG scale 5."""

    def make(method: str = "null_text", prompt: str = "a dog", **changes: Any) -> EditRequest:
        use = RewriteUse("a cat", method, **changes.pop("use", {}))
        made: EditRequest = ask(Task.REWRITE, sampling={"steps": 3}, **changes)
        return made.replace(prompt=prompt, rewrite=use)

    return make


def with_inversion(request: EditRequest, inversion: Inversion | None) -> EditRequest:
    assert request.rewrite is not None
    return request.replace(rewrite=replace(request.rewrite, inversion=inversion))


def texts(engine: Engine, request: EditRequest) -> tuple[EditResult, set[str]]:
    """Run a request; returns the result and all that the progress said."""
    events: list[ProgressEvent] = []
    result = engine.run(request, Progress(events.append))
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions) and fractions[-1] == pytest.approx(1)
    return result, {event.text for event in events}


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("spacing", ["leading", "trailing"])
def test_a_step_is_diffusers_and_can_be_taken_back(kind: str, spacing: str) -> None:
    config = {
        "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
        "prediction_type": kind, "timestep_spacing": spacing,
    }  # fmt: skip
    theirs: Any = DDIMScheduler(**config, steps_offset=1, clip_sample=False, set_alpha_to_one=False)
    theirs.set_timesteps(20)
    steps = ddim_steps(config, 20)
    torch.manual_seed(1)
    latents, output = torch.randn(2, 1, 4, 6, 5)
    assert [step.time for step in steps] == theirs.timesteps.tolist()
    for number in (0, 7, 19):
        step = steps[number]
        expected = theirs.step(output, step.time, latents)
        made = step.down(latents, output)
        assert torch.allclose(made, expected.prev_sample, atol=1e-4)
        assert torch.allclose(step.clean(latents, output), expected.pred_original_sample, atol=1e-3)
        assert torch.allclose(step.up(made, output), latents, atol=1e-4)


def photo(name: str) -> Pixels:
    """A sample photo's middle, 128 x 128."""
    read = cv2.imread(str(resource("samples", name)))
    assert read is not None
    side = min(read.shape[:2])
    top, left = (read.shape[0] - side) // 2, (read.shape[1] - side) // 2
    part = np.ascontiguousarray(read[top : top + side, left : left + side, ::-1])
    return np.asarray(cv2.resize(part, (128, 128), interpolation=cv2.INTER_AREA), np.uint8)


def test_the_starter_paints_a_photo_again_by_null_text(engine: Engine) -> None:
    """At CFG 7.5 DDIM alone loses it; before any blend with the photo."""
    sampling = Sampling(steps=8, cfg_scale=7.5, sampler="ddim", seed=0)
    whole = np.full((128, 128), 255, np.uint8)
    request = EditRequest(
        task=Task.REWRITE, prompt="a cat", region=Rect(0, 0, 128, 128), model=STARTER,
        image=photo("sample-cat.jpg"), mask=whole, sampling=sampling,
    )  # fmt: skip
    found = {}
    for method in ("null_text", "negative_prompt", "ddim"):
        made = engine.run(request.replace(rewrite=RewriteUse("a cat", method)))
        assert made.inversion is not None and request.image is not None
        missed = np.square(made.images[0].astype(float) - request.image).mean()
        # The words being the same, the picture is the reconstruction that was measured.
        assert made.inversion.psnr == pytest.approx(10 * np.log10(255**2 / missed), abs=0.01)
        assert (made.inversion.nulls is not None) == (method == "null_text")
        found[method] = made.inversion
    assert found["null_text"].psnr > found["ddim"].psnr + 6
    assert found["negative_prompt"].psnr > found["ddim"].psnr + 3
    assert found["null_text"].psnr > found["null_text"].ceiling - 4
    assert len({one.ceiling for one in found.values()}) == 1


@pytest.mark.parametrize("method", ["null_text", "negative_prompt", "ddim"])
def test_a_stored_inversion_gives_the_same_bytes(
    engine: Engine, ask_words: Ask, method: str
) -> None:
    first, said = texts(engine, ask_words(method))
    assert "Inverting the picture" in said and first.inversion is not None
    stored = Inversion.from_bytes(first.inversion.to_bytes())
    again, said = texts(engine, with_inversion(ask_words(method), stored))
    assert not said & {"Inverting the picture", "Optimising the empty prompt"}
    assert np.array_equal(again.images[0], first.images[0])
    assert again.inversion is stored
    other, said = texts(engine, with_inversion(ask_words(method, "a bird"), stored))
    assert "Inverting the picture" not in said
    assert not np.array_equal(other.images[0], first.images[0])


def test_the_inversion_of_another_picture_or_setting_is_not_used(
    engine: Engine, ask_words: Ask, tiny_fill: Path
) -> None:
    request = ask_words()
    first = engine.run(request)
    assert first.inversion is not None and request.image is not None
    changed = request.image.copy()
    changed[0, 0, 0] ^= 1
    assert request.rewrite is not None
    others = [
        request.replace(image=changed),
        request.replace(rewrite=replace(request.rewrite, source="a bird")),
        request.replace(rewrite=replace(request.rewrite, method="ddim")),
        request.replace(sampling=replace(request.sampling, steps=4)),
        request.replace(sampling=replace(request.sampling, cfg_scale=4.0)),
        request.replace(model=str(tiny_fill)),
    ]
    for other in others:
        fresh, said = texts(engine, with_inversion(other, first.inversion))
        assert "Inverting the picture" in said
        assert fresh.inversion is not None and fresh.inversion.key != first.inversion.key
    # What the inversion does not depend on may change.
    spec = identify(request.model)
    for other in (
        request.replace(prompt="a bird", negative_prompt="rain", mask_blur=1),
        request.replace(rewrite=replace(request.rewrite, cross=0.1, weights={"dog": 2.0})),
    ):
        assert wanted_key(other, spec) == first.inversion.key
        assert fitting_inversion(with_inversion(other, first.inversion), spec) is first.inversion


def test_a_damaged_inversion_with_the_right_key_is_made_again(
    engine: Engine, ask_words: Ask
) -> None:
    first = engine.run(ask_words())
    kept = first.inversion
    assert kept is not None and kept.nulls is not None
    broken = kept.nulls.copy()
    broken[1, 2, 3] = np.nan
    for wrong in (
        replace(kept, nulls=broken),
        replace(kept, nulls=kept.nulls[:-1]),
        replace(kept, nulls=None),
        replace(kept, latents=kept.latents[:, :-1]),
    ):
        made, said = texts(engine, with_inversion(ask_words(), wrong))
        assert "Inverting the picture" in said
        assert np.array_equal(made.images[0], first.images[0])
        assert made.inversion is not None and made.inversion is not wrong
        assert made.inversion.nulls is not None
        assert np.array_equal(made.inversion.nulls, kept.nulls)


def test_learning_leaves_no_gradient_and_no_weight_changed(engine: Engine, ask_words: Ask) -> None:
    plain = ask_words("ddim")
    first = engine.run(plain).images[0]
    weights = fingerprint(engine)
    networks: Any = engine.residency.loaded.networks  # type: ignore[union-attr]
    assert engine.run(ask_words("null_text")).inversion is not None
    for part in (networks.unet, networks.vae, networks.text_encoder):
        assert all(p.grad is None and not p.requires_grad for p in part.parameters())
    assert fingerprint(engine) == weights
    assert not networks.unet.is_gradient_checkpointing
    assert np.array_equal(engine.run(plain).images[0], first)


@pytest.mark.parametrize(
    "phase",
    [
        "Loading the model", "Reading the prompt", "Reading the picture", "Inverting the picture",
        "Optimising the empty prompt", "Painting", "Finishing the picture",
    ],
)  # fmt: skip
def test_cancel_in_each_phase(ask_words: Ask, phase: str) -> None:
    engine = Engine("cpu")
    seen: list[str] = []

    def listen(event: ProgressEvent) -> None:
        seen.append(event.text)
        if event.text == phase:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(ask_words(), progress)
    assert seen.count(phase) == 1 and seen[-1] == phase
    loaded: Any = engine.residency.loaded
    if loaded is not None:
        unet = loaded.networks.unet
        assert not any("Controlled" in type(one).__name__ for one in unet.attn_processors.values())
        assert all(p.grad is None and not p.requires_grad for p in unet.parameters())
    assert engine.run(ask_words("ddim")).images


def test_cancel_comes_within_one_call_of_the_unet(
    engine: Engine, ask_words: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.run(ask_words("ddim"))
    unet = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    forward = type(unet).forward
    # Three calls invert, the next ones learn, and with 11 a step at most the last ones paint.
    for stop in (2, 6, 40):
        progress = Progress()
        calls: list[int] = []

        def slow(
            self: Any,
            *args: Any,
            calls: list[int] = calls,
            stop: int = stop,
            progress: Progress = progress,
            **kwargs: Any,
        ) -> Any:
            calls.append(1)
            if len(calls) == stop:
                progress.cancel()
            return forward(self, *args, **kwargs)

        monkeypatch.setattr(type(unet), "forward", slow)
        with pytest.raises(Cancelled):
            engine.run(ask_words(), progress)
        assert len(calls) == stop


def test_previews_come_with_each_step(engine: Engine, ask_words: Ask) -> None:
    events: list[ProgressEvent] = []
    engine.run(ask_words(), Progress(events.append))
    for text in ("Inverting the picture", "Optimising the empty prompt", "Painting"):
        shown = [e.preview for e in events if e.text == text and e.preview is not None]
        assert len(shown) == 3, text
        assert all(one.ndim == 4 and one.dtype == np.uint8 for one in shown)


def test_little_memory_takes_checkpoints_and_gives_the_same(engine: Engine, ask_words: Ask) -> None:
    # So small that the autoencoder needs no tiles, which would change the picture, too.
    image = np.random.default_rng(5).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    mask = np.full((64, 64), 255, np.uint8)
    request = ask_words(image=image, mask=mask, region=Rect(0, 0, 64, 64))
    spec, device = identify(request.model), choose_device("cpu")
    needs = [stable_diffusion.working_bytes(spec, request, device, rung) for rung in LADDER]
    plain = stable_diffusion.working_bytes(
        spec, request.replace(rewrite=RewriteUse("a cat", "ddim")), device, LADDER[0]
    )
    assert needs[0] > needs[1] and needs[0] > plain
    whole = engine.run(request)
    # Only the second rung fits.
    weights = spec.parameters * 4
    small = Engine("cpu", free=lambda: 128 * 2**20 + weights + needs[0] - 1)
    assert whole.notes == ()
    tight = small.run(request)
    assert any("memory" in str(note) for note in tight.notes)
    assert np.abs(tight.images[0].astype(int) - whole.images[0]).max() <= 2
    networks: Any = small.residency.loaded.networks  # type: ignore[union-attr]
    assert not networks.unet.is_gradient_checkpointing


def test_without_guidance_there_is_nothing_to_learn(engine: Engine, ask_words: Ask) -> None:
    sampling = Sampling(steps=3, cfg_scale=1.0, sampler="ddim", seed=7)
    made, said = texts(engine, ask_words().replace(sampling=sampling))
    assert "Optimising the empty prompt" not in said
    assert made.inversion is not None and made.inversion.nulls is None
    again, said = texts(
        engine, with_inversion(ask_words().replace(sampling=sampling), made.inversion)
    )
    assert "Inverting the picture" not in said
    assert np.array_equal(again.images[0], made.images[0])


def test_chance_and_the_negative_prompt_have_no_part_in_it(engine: Engine, ask_words: Ask) -> None:
    plain = engine.run(ask_words("ddim"))
    sampling = Sampling(steps=3, cfg_scale=5.0, sampler="euler_a", seed=9, variations=3)
    other = engine.run(ask_words("ddim").replace(sampling=sampling, negative_prompt="rain"))
    assert len(other.images) == 1 and np.array_equal(other.images[0], plain.images[0])
    assert len(other.notes) == 3 and plain.notes == ()


def test_the_starters_few_step_form_is_not_inverted(engine: Engine, ask_words: Ask) -> None:
    request = ask_words("ddim", model=STARTER)
    pictures = [
        engine.run(request.replace(sampling=Sampling(2, 3.0, sampler, seed=1))).images[0]
        for sampler in ("ddim", "tcd")
    ]
    assert np.array_equal(*pictures)


def test_what_cannot_work_is_refused_before_loading(ask_words: Ask, tiny_inpaint: Path) -> None:
    engine = Engine("cpu")
    good = ask_words()
    use = good.rewrite
    assert use is not None
    wrong = [
        good.replace(rewrite=None),
        good.replace(rewrite=replace(use, source="  ")),
        good.replace(prompt=" "),
        good.replace(rewrite=replace(use, method="magic")),
        good.replace(rewrite=replace(use, cross=1.2)),
        good.replace(rewrite=replace(use, self_attention=-0.1)),
        good.replace(rewrite=replace(use, threshold=float("nan"))),
        good.replace(rewrite=replace(use, weights={"dog": float("inf")})),
        good.replace(rewrite=replace(use, weights={"dog": 99.0})),
        good.replace(sampling=replace(good.sampling, cfg_scale=float("nan"))),
        good.replace(image=None),
        good.replace(mask=np.zeros((64, 96), np.uint8)),
        good.replace(model=str(tiny_inpaint)),
    ]
    for request in wrong:
        with pytest.raises(StudioError):
            engine.run(request)
    assert engine.residency.loaded is None
