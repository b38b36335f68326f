"""Calls of a UNet: their position in the sampling, their arguments, and the hooks around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import torch

from studio.core.notices import Notice
from studio.core.progress import Progress


@dataclass(frozen=True, slots=True)
class StepContext:
    """The position of a UNet call in the sampling.

    ``index`` of ``total`` steps, from 0: a step of a second-order sampler is two calls with the
    same index. ``timestep`` is the network's time, ``sigma`` the standard deviation of the noise
    over that of the clean latents (Karras et al. 2022, https://arxiv.org/abs/2206.00364).
    ``conditional`` marks the rows of the batch that are predicted with the prompt. ``plain`` calls
    ignore controls, references and region prompts, as for the inversion of a picture.
    """

    index: int
    total: int
    timestep: float
    sigma: float
    conditional: tuple[bool, ...]
    plain: bool = False

    def within(self, start: float, end: float) -> bool:
        """Whether the step is entirely within an interval of the sampling, given as 0..1.

        The rule of diffusers' ControlNet pipelines, by steps instead of calls of the UNet.
        """
        return self.index / self.total >= start and (self.index + 1) / self.total <= end


@dataclass(frozen=True, slots=True, eq=False)
class UNetCall:
    """The arguments of one call of the UNet.

    ``latents`` (n, channels, h, w), scaled for the network; ``text`` (n, tokens, width);
    ``options`` are its further keyword arguments.
    """

    step: StepContext
    latents: torch.Tensor
    timestep: Any
    text: torch.Tensor
    options: Mapping[str, Any] = field(default_factory=dict)

    def with_options(self, **options: Any) -> UNetCall:
        """Return the call with keyword arguments added or replaced."""
        return replace(self, options={**self.options, **options})

    def with_added(self, **added: Any) -> UNetCall:
        """Return the call with entries of ``added_cond_kwargs`` added or replaced."""
        known = self.options.get("added_cond_kwargs") or {}
        return self.with_options(added_cond_kwargs={**known, **added})

    @property
    def conditional_rows(self) -> slice:
        """The conditional rows of the batch, which are contiguous."""
        rows = [row for row, one in enumerate(self.step.conditional) if one]
        return slice(rows[0], rows[-1] + 1) if rows else slice(0, 0)

    def only_conditional(self) -> UNetCall:
        """Return the call for the conditional rows only; all batched arguments are sliced."""
        size, rows = len(self.step.conditional), self.conditional_rows
        if all(self.step.conditional):
            return self

        def cut(value: Any) -> Any:
            if isinstance(value, torch.Tensor):
                return value[rows] if value.ndim and len(value) == size else value
            if isinstance(value, Mapping):
                return {name: cut(one) for name, one in value.items()}
            if isinstance(value, (list, tuple)):
                return type(value)(map(cut, value))
            return value

        return replace(
            self,
            step=replace(self.step, conditional=self.step.conditional[rows]),
            latents=self.latents[rows],
            text=self.text[rows],
            options=cut(dict(self.options)),
        )


INTRABLOCK = "down_intrablock_additional_residuals"
"""The UNet's argument with the feature maps of T2I-Adapters."""
Predict = Callable[[UNetCall], torch.Tensor]
"""A network with or without hooks: takes a call, returns its prediction (n, channels, h, w)."""


class StepHook(Protocol):
    """A hook around the calls of a UNet: may change arguments, prediction, or number of calls."""

    def __call__(self, call: UNetCall, predict: Predict) -> torch.Tensor:
        """Return the prediction for ``call``; ``predict`` calls the inner hooks and the UNet."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """The contribution of a part of a request to a run: UNet hooks, and notices for the artist."""

    hooks: tuple[StepHook, ...] = ()
    notes: tuple[Notice, ...] = ()


class Denoiser:
    """A UNet with the hooks of a run, the first outermost; checks for a cancel before each call."""

    def __init__(self, unet: Any, hooks: Iterable[StepHook], progress: Progress) -> None:
        self.unet = unet
        self._progress = progress
        predict: Predict = self._call
        for hook in reversed(list(hooks)):
            predict = partial(hook, predict=predict)
        self._predict = predict

    def __call__(self, call: UNetCall) -> torch.Tensor:
        """Return the prediction (n, channels, h, w) for a call."""
        return self._predict(call)

    def _call(self, call: UNetCall) -> torch.Tensor:
        self._progress.check()
        options = dict(call.options)
        if options.get(INTRABLOCK) is not None:
            # The UNet takes the entries out of the list.
            options[INTRABLOCK] = list(options[INTRABLOCK])
        output: torch.Tensor = self.unet(
            call.latents,
            call.timestep,
            encoder_hidden_states=call.text,
            return_dict=False,
            **options,
        )[0]
        return output
