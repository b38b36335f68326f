"""Steers a run of diffusers' pipelines: the schedulers of its stages that paint."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from torch import Tensor

from studio.catalog.ladder import Rung
from studio.core.errors import StudioError
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route
from studio.engine.pipelines.row import PipelineRow
from studio.engine.steering import SchedulerSteer, check_rung, make_steer


def with_steering(
    stack: ExitStack,
    row: PipelineRow,
    call: Call,
    stages: Sequence[tuple[Any, Route]],
    rung: Rung,
) -> list[SchedulerSteer]:
    """Steer the stages of a run until ``stack`` is closed; [] if the request is not steered.

    A stage without previews has latents that are no picture. StudioError if no stage is left.
    """
    loaded, request = call.loaded, call.request
    check_rung(loaded.spec, request, rung)
    decode = partial(_decoded, row, loaded)
    steer = make_steer(loaded.spec, request, decode, loaded.device.torch)
    if steer is None:
        return []
    made = []
    for pipeline, route in stages:
        scheduler = getattr(pipeline, row.steered, None)
        if scheduler is None or not route.previews:
            continue
        one = SchedulerSteer(steer, partial(_plain, row, call))
        stack.enter_context(one.attached(scheduler))
        made.append(one)
    if not made:
        raise StudioError(
            "{model} has no step that a judge could steer for this task.",
            "Switch steering off or choose another task.",
            model=loaded.spec.name,
        )
    return made


def _plain(row: PipelineRow, call: Call, latents: Tensor) -> Tensor:
    """Return the latents of a step as (1, c, h, w)."""
    if row.unpack is None:
        return latents
    return row.unpack(call.loaded, latents, call.width, call.height)


def _decoded(row: PipelineRow, loaded: LoadedPipeline, latents: Tensor) -> Tensor:
    """Return the picture of latents; the steps of a model without a decoder are pictures."""
    return latents if row.decode is None else row.decode(loaded, latents)
