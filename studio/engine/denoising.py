"""The denoising loop shared by the families with a UNet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from studio.engine.guidance import PICTURE_ROWS, Guidance, PictureGuidance, Rows
from studio.engine.scheduling import Stepper, noise_level, with_noise
from studio.engine.steering import Steer
from studio.engine.steps import Denoiser, StepContext, UNetCall

OnStep = Callable[[int, torch.Tensor], None]
"""Called after each step with the number of steps done and predicted x0 (1, channels, h, w)."""


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """One row of the batch: ``text`` (1, tokens, width), and ``added`` entries (1, ...) of the
    UNet's ``added_cond_kwargs``, such as pooled prompts and sizes."""

    text: torch.Tensor
    added: Mapping[str, torch.Tensor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class KnownArea:
    """The area that a four-channel UNet must keep: clean ``latents`` (1, c, h, w) and the initial
    ``noise``; ``mask`` (1, 1, h, w) is 1 where the picture may change, 0 elsewhere."""

    latents: torch.Tensor
    noise: torch.Tensor
    mask: torch.Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The initial state and the conditioning of a sampling run.

    ``latents`` (1, c, h, w) at the noise level of the first of ``timesteps``, one per call of the
    network. ``channels`` (1, n, h, w) are appended to the latents, as inpainting UNets expect.
    ``options`` are further keyword arguments of the UNet. ``negative`` may be None if the guidance
    never uses it. With ``blank_last`` the last of three rows of a batch gets zeros instead of
    ``channels``, as the guidance of InstructPix2Pix needs it.
    """

    latents: torch.Tensor
    timesteps: torch.Tensor
    positive: Conditioning
    negative: Conditioning | None = None
    channels: torch.Tensor | None = None
    known: KnownArea | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    blank_last: bool = False


def denoise(
    denoiser: Denoiser,
    scheduler: Any,
    start: Start,
    guidance: Guidance | PictureGuidance,
    generator: Any,
    on_step: OnStep,
    steer: Steer | None = None,
) -> torch.Tensor:
    """Run the denoising loop and return the clean latents (1, c, h, w).

    The operations and their order are those of diffusers' StableDiffusionPipeline and
    StableDiffusionInpaintPipeline, so that the results are equal bit for bit. ``steer`` changes the
    guided prediction of each step, without a further call of the UNet.
    """
    latents, order = start.latents, int(scheduler.order)
    times = start.timesteps.tolist()
    total = -(-len(times) // order)
    stepper, batch = Stepper(scheduler, generator), _Batch(start)
    for number, timestep in enumerate(start.timesteps):
        # A second-order sampler calls the network twice per step, but once in the last.
        index = number // order
        sigma = noise_level(scheduler, times[number])
        scaled = scheduler.scale_model_input(latents, timestep)

        def predict(
            rows: Rows,
            index: int = index,
            time: Any = timestep,
            number: int = number,
            sigma: float = sigma,
            scaled: torch.Tensor = scaled,
        ) -> torch.Tensor:
            step = StepContext(index, total, times[number], sigma, rows)
            return denoiser(batch.call(step, scaled, time))

        prediction = guidance(index, total, timestep, denoiser.unet, predict)
        if steer is not None:
            kind = scheduler.config.prediction_type
            prediction = steer.prediction(prediction, scaled, sigma, kind, index, total)
        latents, clean = stepper(prediction, timestep, latents, sigma)
        is_last = number + 1 == len(times)
        if start.known is not None:
            following = None if is_last else start.timesteps[number + 1]
            latents = _keep_known(scheduler, start.known, latents, following)
        if is_last or (number + 1) // order != index:
            on_step(index + 1, clean)
    return latents


def _keep_known(
    scheduler: Any, known: KnownArea, latents: torch.Tensor, following: torch.Tensor | None
) -> torch.Tensor:
    """Return latents with the known area replaced by the picture at the next noise level."""
    base = known.latents
    if following is not None:
        base = with_noise(scheduler, base, known.noise, following)
    return (1 - known.mask) * base + known.mask * latents


class _Batch:
    """Builds UNet calls with conditional and unconditional rows."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._rows: dict[Rows, Conditioning] = {}

    def call(self, step: StepContext, scaled: torch.Tensor, timestep: Any) -> UNetCall:
        """Return the call for ``scaled`` latents (1, c, h, w)."""
        rows, start = step.conditional, self._start
        if rows not in self._rows:
            self._rows[rows] = self._conditioning(rows)
        conditioning = self._rows[rows]
        latents = torch.cat([scaled] * len(rows))
        if start.channels is not None:
            channels = [start.channels] * len(rows)
            if start.blank_last and len(rows) == PICTURE_ROWS:
                channels[-1] = torch.zeros_like(start.channels)
            latents = torch.cat([latents, torch.cat(channels)], dim=1)
        added = dict(conditioning.added) or None
        options = {**start.options, "added_cond_kwargs": added}
        return UNetCall(step, latents, timestep, conditioning.text, options)

    def _conditioning(self, rows: Rows) -> Conditioning:
        parts = [self._start.positive if row else self._start.negative for row in rows]
        present = [part for part in parts if part is not None]
        if len(present) != len(rows):
            raise ValueError("this guidance needs a negative prompt")
        added = {
            name: torch.cat([part.added[name] for part in present]) for name in present[0].added
        }
        return Conditioning(torch.cat([part.text for part in present]), added)
