"""Classifier guidance: a judge's gradient changes predicted x0 in each step of a run.

Dhariwal and Nichol 2021, https://arxiv.org/abs/2105.05233, algorithm 2, for a judge of noisy
latents; Bansal et al. 2023, https://arxiv.org/abs/2302.07121, for a judge of clean pictures, in the
form of their backward guidance, which changes predicted x0 and needs no gradient of the denoiser.

With sigma the standard deviation of the noise over that of the clean latents, the score of the
noisy latents x0 + sigma n is (predicted x0 - x) / sigma^2, so that adding w times the gradient of
log p(y | x) to it adds w sigma^2 times that gradient to predicted x0. For a judge of clean pictures
it is the gradient with respect to predicted x0 times the variance of x0 given x, which is taken as
sigma^2 / (1 + sigma^2), that of latents of unit variance (Song et al. 2023, "Pseudoinverse-guided
diffusion models for inverse problems", section 3.1).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from studio.catalog.families.steered import steering
from studio.catalog.ladder import Offload, Rung
from studio.catalog.model_spec import ModelSpec
from studio.catalog.steering import BY_LATENTS, BY_PICTURE, Steering
from studio.core.errors import StudioError
from studio.edit.request import EditRequest
from studio.engine.judges.loading import load_judge, load_latent_judge
from studio.engine.judges.networks import LatentJudge, PictureJudge, to_judge
from studio.engine.scheduling import noise_level, predicted_x0

SHARE = 0.4
"""The largest length of a change of the noise prediction, as a part of the length of the noise."""
CELLS = 32
"""Predicted x0 is shrunk to so many cells before it is decoded, since the judge sees 64 pixels."""
FLOW = "flow"
LATEST = 0.999
"""The time of rectified flow from which nothing is steered: sigma is infinite at 1."""

Decode = Callable[[Tensor], Tensor]
"""Maps latents (1, c, h, w) as in a step to pictures (1, 3, h', w') in -1..1, with gradients."""


class Objective(Protocol):
    """Something that a picture or noisy latents should fulfil."""

    def gradient(self, scaled: Tensor, clean: Tensor, sigma: float) -> Tensor:
        """Return the change of predicted x0 (1, c, h, w) for a strength of 1.

        ``scaled`` are the noisy latents of unit variance, ``clean`` is predicted x0.
        """


@dataclass(frozen=True, slots=True, eq=False)
class NoisyObjective:
    """The likelihood of a thing given noisy latents, by the judge that was trained on them."""

    judge: LatentJudge
    thing: int

    def gradient(self, scaled: Tensor, clean: Tensor, sigma: float) -> Tensor:
        """See ``Objective``: sigma^2 times the gradient with respect to x0 + sigma n."""
        signal = 1 / (1 + sigma * sigma)
        latents = scaled.detach().float()
        alphas = torch.full((len(latents),), signal, device=latents.device)

        def likely(noisy: Tensor) -> Tensor:
            made: Tensor = self.judge(noisy, alphas)[0].log_softmax(1)[:, self.thing].sum()
            return made

        return sigma * sigma * math.sqrt(signal) * _gradient(likely, latents)


@dataclass(frozen=True, slots=True, eq=False)
class PictureObjective:
    """The likelihood of a thing given the decoded picture of predicted x0."""

    likely: Callable[[Tensor], Tensor]
    decode: Decode

    def gradient(self, scaled: Tensor, clean: Tensor, sigma: float) -> Tensor:
        """See ``Objective``."""

        def likely(latents: Tensor) -> Tensor:
            return self.likely(self.decode(_shrunk(latents)).float().clamp(-1.2, 1.2))

        return sigma * sigma / (1 + sigma * sigma) * _gradient(likely, clean.detach().float())


def _gradient(function: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    """Return the gradient of a sum, 0 where it is not finite."""
    with torch.enable_grad():
        place = at.clone().requires_grad_(True)
        found = torch.autograd.grad(function(place), place)[0]
    return torch.nan_to_num(found, 0.0, 0.0, 0.0)


def _shrunk(latents: Tensor) -> Tensor:
    height, width = latents.shape[-2:]
    if max(height, width) <= CELLS:
        return latents
    scale = CELLS / max(height, width)
    size = max(1, round(height * scale)), max(1, round(width * scale))
    return F.adaptive_avg_pool2d(latents, size)


def judged(judge: PictureJudge, thing: int) -> Callable[[Tensor], Tensor]:
    """Return the log likelihood of a thing as a function of pictures (n, 3, h, w) in -1..1."""

    def likely(pictures: Tensor) -> Tensor:
        made: Tensor = judge(to_judge(pictures))[0].log_softmax(1)[:, thing].sum()
        return made

    return likely


class Steer:
    """Changes the predictions of one run; made by `make_steer`."""

    def __init__(self, settings: Steering, objective: Objective) -> None:
        self._settings, self._objective = settings, objective

    def within(self, index: int, total: int) -> bool:
        """Whether a step, counted from 0, is inside the interval of steering."""
        at = (index + 0.5) / max(1, total)
        return self._settings.start <= at < self._settings.end

    def change(self, scaled: Tensor, clean: Tensor, sigma: float) -> Tensor:
        """Return the change of predicted x0 (1, c, h, w) at a noise level, limited by `SHARE`."""
        made = self._settings.strength * self._objective.gradient(scaled, clean, sigma)
        limit = SHARE * sigma * math.sqrt(made.numel())
        length = float(made.norm())
        return (made * (limit / length) if length > limit else made).to(clean.dtype)

    def prediction(
        self, prediction: Tensor, scaled: Tensor, sigma: float, kind: str, index: int, total: int
    ) -> Tensor:
        """Return the prediction of a step with the change, the same object outside the interval.

        ``scaled`` are the latents of unit variance (1, c, h, w) that the network took, ``kind`` is
        the type of prediction as in `predicted_x0`.
        """
        if not self.within(index, total) or sigma <= 0:
            return prediction
        clean = predicted_x0(prediction, scaled, sigma, kind)
        change = self.change(scaled, clean, sigma)
        if kind == "sample":
            return prediction + change
        noise = sigma if kind == "epsilon" else sigma / math.sqrt(1 + sigma * sigma)
        return prediction - change / noise

    def velocity(
        self, prediction: Tensor, noisy: Tensor, time: float, index: int, total: int
    ) -> Tensor:
        """Return the velocity of rectified flow with the change; ``time`` is 1 in pure noise.

        ``noisy`` is (1 - time) x0 + time n, the velocity n - x0 (Liu et al. 2022,
        https://arxiv.org/abs/2209.03003).
        """
        if not self.within(index, total) or not 0 < time < LATEST:
            return prediction
        spread = math.sqrt((1 - time) ** 2 + time**2)
        clean = noisy - time * prediction
        change = self.change(noisy / spread, clean, time / (1 - time))
        return prediction - change / time


def make_steer(
    spec: ModelSpec, request: EditRequest, decode: Decode, device: torch.device
) -> Steer | None:
    """Return what steers a request, None if nothing does; loads a judge.

    ``decode`` is the decoder of the model on ``device``. StudioError for a thing that no judge
    knows, and for a judge that is missing or damaged.
    """
    settings = steering(spec, request.sampling.extras)
    if settings is None:
        return None
    if settings.by == BY_LATENTS:
        return Steer(settings, NoisyObjective(load_latent_judge(device), settings.thing))
    likely = judged(load_judge(device), settings.thing)
    return Steer(settings, PictureObjective(likely, decode))


def check_rung(spec: ModelSpec, request: EditRequest, rung: Rung) -> None:
    """Raise StudioError if the weights of the decoder do not stay where their gradients need them.

    Layers that are moved to the GPU one by one are gone when the gradient comes back.
    """
    settings = steering(spec, request.sampling.extras)
    if settings is not None and settings.by == BY_PICTURE and rung.offload is Offload.SEQUENTIAL:
        raise StudioError(
            "Too little memory is free to steer {model} by its predicted picture.",
            "Switch steering off, choose a smaller model, or close other programs.",
            model=spec.name,
        )


DECODED = 256 * 256
"""Pixels of the picture that the judge looks at, if a cell of the latents has eight a side."""
FLOATS = 30
"""Numbers per pixel and channel for decoding with gradients: three times those of decoding."""


def steering_bytes(spec: ModelSpec, request: EditRequest, channels: int, item: int) -> int:
    """Return a conservative estimate of the bytes that steering needs beside the run.

    ``channels`` is the width of the first block of the autoencoder, ``item`` the bytes a number.
    """
    settings = steering(spec, request.sampling.extras)
    is_decoded = settings is not None and settings.by == BY_PICTURE
    return DECODED * channels * item * FLOATS if is_decoded else 0


class SchedulerSteer:
    """Steers a run of one of diffusers' pipelines between its denoiser and its scheduler.

    ``unpack`` maps the latents of a step to (1, c, h, w), with gradients.
    """

    def __init__(self, steer: Steer, unpack: Callable[[Tensor], Tensor]) -> None:
        self._steer, self._unpack = steer, unpack
        self._calls, self._total = 0, 1

    @contextmanager
    def attached(self, scheduler: Any) -> Iterator[None]:
        """Steer the steps of a scheduler inside the block; it is as before afterwards."""
        step = scheduler.step

        @functools.wraps(step)
        def steered(model_output: Tensor, timestep: Any, sample: Tensor, *args: Any, **kw: Any):  # type: ignore[no-untyped-def]
            changed = self._changed(scheduler, model_output, timestep, sample)
            return step(changed, timestep, sample, *args, **kw)

        scheduler.step = steered
        try:
            yield
        finally:
            del scheduler.step

    def restart(self) -> None:
        """Count the steps of the next picture from 0."""
        self._calls = 0

    def _changed(self, scheduler: Any, output: Tensor, timestep: Any, sample: Tensor) -> Tensor:
        order = int(getattr(scheduler, "order", 1))
        if self._calls == 0:
            self._total = -(-_left(scheduler, float(timestep)) // order)
        index = self._calls // order
        self._calls += 1
        if not self._steer.within(index, self._total):
            return output
        sigma, is_flow = noise_level(scheduler, float(timestep)), is_flow_scheduler(scheduler)
        channels = sample.shape[1]
        # Some networks predict their variance as well, in further channels.
        more = output[:, channels:] if output.shape[1] == 2 * channels else None
        own = output if more is None else output[:, :channels]
        if is_flow:
            made = self._packed(own, sample, lambda v, x: self._steer.velocity(
                v, x, sigma, index, self._total))  # fmt: skip
        else:
            kind = scheduler.config.prediction_type
            scaled = scheduler.scale_model_input(sample, timestep)
            made = self._packed(own, scaled, lambda p, x: self._steer.prediction(
                p, x, sigma, kind, index, self._total))  # fmt: skip
        return made if more is None else torch.cat([made, more], 1)

    def _packed(
        self, output: Tensor, sample: Tensor, change: Callable[[Tensor, Tensor], Tensor]
    ) -> Tensor:
        """Apply a function of plain latents to packed ones.

        The packing only moves numbers, so that its transpose, which autograd gives, is its inverse.
        """
        with torch.enable_grad():
            place = output.detach().clone().requires_grad_(True)
            plain = self._unpack(place)
            with torch.no_grad():
                changed = change(plain.detach(), self._unpack(sample)) - plain
            back: Tensor = torch.autograd.grad(plain, place, changed.to(plain.dtype))[0]
        return output + back


def _left(scheduler: Any, timestep: float) -> int:
    """Return how many of a scheduler's timesteps are left at one of them, at least 1."""
    times = [float(one) for one in scheduler.timesteps]
    return len(times) - times.index(timestep) if timestep in times else max(1, len(times))


def is_flow_scheduler(scheduler: Any) -> bool:
    """Whether a scheduler is one of rectified flow, whose sigmas are times 0..1."""
    kind = getattr(scheduler.config, "prediction_type", "")
    return type(scheduler).__name__.startswith("FlowMatch") or kind == "flow_prediction"
