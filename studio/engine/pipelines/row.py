"""The description of a family that runs through diffusers' pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from studio.catalog.model_spec import ModelSpec
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice
from studio.edit.request import TASK_LABELS, EditRequest, Task
from studio.engine.pipelines.controls import ControlRow
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Route

Routes = Mapping[Task, Route] | Callable[[ModelSpec], Mapping[Task, Route]]
Unpack = Callable[[LoadedPipeline, Tensor, int, int], Tensor]
EncodePicture = Callable[[LoadedPipeline, Tensor], Tensor]
Attach = Callable[[Any, LoadedPipeline, EditRequest], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """A family by data.

    ``routes`` are those of all its models, or a function that returns those of one. ``tokenizers``
    are classes by folder, ``scheduler`` is the class of the scheduler, ``denoiser`` the name of the
    network that runs in each step. ``unpack(loaded, latents, width, height)`` returns the latents
    of a step as (1, c, h, w), for previews, and ``encode(loaded, picture)`` the latents of a
    picture (1, 3, h, w) in -1..1 in the same form; without them there are no previews. ``decode``
    is the inverse of ``encode``, with gradients, for steering by the predicted picture (None if the
    steps are pictures), and ``steered`` the scheduler whose steps are steered. The steps of a
    family with ``in_pixels`` are pictures already. The pictures of one that
    ``is_square`` are cut to the proportions of the request. ``controls`` returns how a model takes
    control images, None if it takes none. ``adjust`` changes a model after it is
    loaded, for what a pipeline expects and its files lack.
    ``attach`` changes a pipeline during the run of a request.
    ``notes`` returns notices about parts of a request that act otherwise than asked.
    """

    routes: Routes
    tokenizers: Mapping[str, str]
    scheduler: str
    denoiser: str = "transformer"
    unpack: Unpack | None = None
    encode: EncodePicture | None = None
    decode: EncodePicture | None = None
    steered: str = "scheduler"
    in_pixels: bool = False
    is_square: bool = False
    controls: Callable[[ModelSpec], ControlRow | None] = lambda spec: None
    adjust: Callable[[LoadedPipeline], None] | None = None
    attach: Attach | None = None
    notes: Callable[[LoadedPipeline, EditRequest], list[Notice]] | None = None

    def route(self, spec: ModelSpec, task: Task) -> Route:
        """Return the route of a task; StudioError if the model has none."""
        routes = self.routes(spec) if callable(self.routes) else self.routes
        if task not in routes:
            raise StudioError(
                "{model} cannot do this ({what}): {reason}",
                "Choose another model or switch it off.",
                model=spec.name,
                what=Listed((("", TASK_LABELS[task]),)),
                reason=Listed((("", "This kind of model cannot do that."),)),
            )
        return routes[task]
