"""How the predictions with and without the prompt become one, by diffusers' guiders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers.guiders import BaseGuidance, ClassifierFreeGuidance

Rows = tuple[bool, ...]
"""Which rows of a batch are predicted with the prompt."""

PREDICTION = "__guidance_identifier__"
"""Where diffusers' guiders note the name of a prediction that they ask for."""


class Guidance:
    """A guider of diffusers over calls of the UNet: the rows that it needs go in as one batch."""

    def __init__(self, guider: BaseGuidance) -> None:
        self._guider: Any = guider

    def __call__(
        self, index: int, total: int, timestep: Any, predict: Callable[[Rows], torch.Tensor]
    ) -> torch.Tensor:
        """Return the guided prediction (1, channels, h, w) of step ``index`` of ``total``.

        ``predict`` returns a prediction for each of its rows. A step without guidance asks for one
        row, so that it costs half as much.
        """
        self._guider.set_state(index, total, timestep)
        wanted = [getattr(part, PREDICTION) for part in self._guider.prepare_inputs({})]
        found: dict[str, torch.Tensor] = {}
        if "pred_uncond" in wanted:
            # One call for both, the row without the prompt first, as in diffusers' pipelines.
            found["pred_uncond"], found["pred_cond"] = predict((False, True)).chunk(2)
        else:
            found["pred_cond"] = predict((True,))
        guided: torch.Tensor = self._guider.forward(**found).pred
        return guided


def classifier_free(cfg_scale: float) -> Guidance:
    """Return classifier-free guidance (Ho and Salimans 2022, https://arxiv.org/abs/2207.12598).

    A scale of at most 1 is none.
    """
    return Guidance(ClassifierFreeGuidance(max(cfg_scale, 1.0)))
