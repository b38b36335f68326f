"""One job in, one result out; progress on the way."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import overload

import numpy as np

from studio.catalog.controls import MODES, find_control
from studio.catalog.families import family
from studio.catalog.models import STARTER, ModelSpec, identify
from studio.catalog.references import find_reference
from studio.catalog.samplers import SAMPLERS, SCHEDULES
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.request import ControlUse, EditRequest, EditResult, ReferenceUse, Task
from studio.engine.adapters.base import attach
from studio.engine.adapters.control import steer
from studio.engine.adapters.few_step import quickened
from studio.engine.adapters.reference import refer
from studio.engine.annotators.base import annotate
from studio.engine.device import BuildInfo, build_info, choose_device, known_warnings
from studio.engine.families.base import Rung, family_module
from studio.engine.loading import is_out_of_memory
from studio.engine.residency import FreeMemory, Residency, out_of_memory

LOAD_SHARE = 0.3
"""Part of the progress bar that loading a model takes."""


class Engine:
    """Runs requests on one device, one at a time; not for use from two threads at once.

    After a StudioError or ``Cancelled`` it is as usable as before. ``free`` replaces the
    measurement of free memory in bytes.
    """

    def __init__(self, device: str | None = None, free: FreeMemory | None = None) -> None:
        self._device = choose_device(device)
        self.residency = Residency(self._device, free)

    @overload
    def run(self, request: EditRequest, progress: Progress | None = None) -> EditResult: ...

    @overload
    def run(self, request: AnnotateRequest, progress: Progress | None = None) -> AnnotateResult: ...

    def run(
        self, request: EditRequest | AnnotateRequest, progress: Progress | None = None
    ) -> EditResult | AnnotateResult:
        """Do what ``request`` asks; StudioError says why it cannot be done.

        Nothing is loaded for a request that cannot work. ``Cancelled`` comes within one step.
        """
        progress = progress or Progress()
        if isinstance(request, AnnotateRequest):
            with known_warnings():
                return annotate(request, progress)
        return self._edit(request, progress)

    def _edit(self, request: EditRequest, progress: Progress) -> EditResult:
        start = time.perf_counter()
        validate(request)
        spec = identify(request.model)
        check_capabilities(spec, request)
        rungs = self.residency.rungs(spec, request)
        loading = not self.residency.is_loaded(spec)
        begun = time.perf_counter()
        if loading:
            self._load(spec, progress.sub(0.0, LOAD_SHARE))
        timings = {"load": time.perf_counter() - begun}
        rest = progress.sub(LOAD_SHARE, 1 - LOAD_SHARE) if loading else progress
        result = self._descend(spec, request, rungs, rest)
        timings.update(result.timings)
        timings["total"] = time.perf_counter() - start
        return EditResult(
            request=result.request,
            images=result.images,
            seeds=result.seeds,
            timings=timings,
            notes=result.notes,
        )

    def warm_up(self, model: str = STARTER, progress: Progress | None = None) -> None:
        """Load ``model`` so that the first edit need not wait for it."""
        self._load(identify(model), progress or Progress())

    def build_info(self) -> BuildInfo:
        """Return the torch version, the kind of build and the device, for the About box."""
        return build_info(self._device)

    def unload(self) -> None:
        """Give back the memory of the loaded model."""
        self.residency.unload()

    def _load(self, spec: ModelSpec, progress: Progress) -> None:
        try:
            self.residency.get(spec, progress)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            self.residency.unload()
            raise out_of_memory(spec, spec.weight_bytes, 0) from error

    def _descend(
        self, spec: ModelSpec, request: EditRequest, rungs: tuple[Rung, ...], progress: Progress
    ) -> EditResult:
        """Run on the first rung; where memory runs out all the same, once more on the next."""
        for last, rung in zip((False, True), rungs[:2], strict=False):
            try:
                return self._run_once(spec, request, rung, progress)
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                if last or len(rungs) == 1:
                    need = family_module(spec).working_bytes(spec, request, self._device, rung)
                    raise out_of_memory(spec, need, 0) from error
        raise AssertionError("a ladder has at least one rung")

    def _run_once(
        self, spec: ModelSpec, request: EditRequest, rung: Rung, progress: Progress
    ) -> EditResult:
        loaded = self.residency.get(spec, progress.sub(0.0, 0.0))
        with ExitStack() as stack, known_warnings():
            loaded = quickened(loaded, request.sampling.sampler)
            attach(stack, loaded, request.adapters)
            stack.enter_context(steer(loaded, request, progress))
            stack.enter_context(refer(loaded, request, progress))
            return family_module(spec).run(loaded, request, progress, rung)


def validate(request: EditRequest) -> None:
    """Raise StudioError for a request that no model could do."""
    sampling = request.sampling
    if request.region.is_empty:
        raise StudioError("The region to paint is empty.", "Choose a place on the canvas.")
    if sampling.steps < 1 or sampling.variations < 1 or not 0 <= sampling.denoise <= 1:
        raise StudioError(
            "Steps and variations must be at least 1, denoising strength between 0 and 1.",
            "Correct the settings.",
        )
    if sampling.sampler not in SAMPLERS or sampling.schedule not in SCHEDULES:
        raise StudioError(
            "There is no sampler {sampler} with schedule {schedule}.",
            "Choose one from the list.",
            sampler=sampling.sampler,
            schedule=sampling.schedule,
        )
    for control in request.controls:
        _validate_control(request, control)
    for reference in request.references:
        _validate_reference(request, reference)
    if request.task is Task.GENERATE:
        if not request.prompt.strip():
            raise StudioError("The prompt is empty.", "Say what the picture should show.")
        return
    _validate_pixels(request)


def _validate_control(request: EditRequest, control: ControlUse) -> None:
    size = (request.region.height, request.region.width)
    if control.image.shape != (*size, 3) or control.image.dtype != np.uint8:
        raise StudioError(
            "The control image has {found}, the region to paint {wanted} pixels.",
            "Use a control image of the picture's size, in colour with 8 bits.",
            found=" x ".join(str(n) for n in control.image.shape[1::-1]),
            wanted=f"{request.region.width} x {request.region.height}",
        )
    if not (0 <= control.start <= control.end <= 1) or not 0 <= control.strength <= 2:
        raise StudioError(
            "A control needs a strength of 0 to 2, and a start before its end, between 0 and 1.",
            "Correct the settings of the control.",
        )
    if control.mode not in MODES:
        raise StudioError(
            "There is no control mode {mode}.",
            "Choose one of: {modes}.",
            mode=control.mode,
            modes=", ".join(MODES),
        )


def _validate_reference(request: EditRequest, reference: ReferenceUse) -> None:
    shape = reference.image.shape
    if len(shape) != 3 or shape[2] != 3 or 0 in shape or reference.image.dtype != np.uint8:
        raise StudioError(
            "The reference is no picture in colour with 8 bits.", "Choose another picture."
        )
    size = (request.region.height, request.region.width)
    if reference.mask is not None and reference.mask.shape != size:
        raise StudioError(
            "The mask and the picture are of different sizes ({mask} and {image}).",
            "Use a mask that is as large as the picture.",
            mask=f"{reference.mask.shape[1]} x {reference.mask.shape[0]}",
            image=f"{request.region.width} x {request.region.height}",
        )
    if not (0 <= reference.start <= reference.end <= 1) or not 0 <= reference.weight <= 2:
        raise StudioError(
            "A reference needs a weight of 0 to 2, and a start before its end, between 0 and 1.",
            "Correct the settings of the reference.",
        )


def _validate_pixels(request: EditRequest) -> None:
    size = (request.region.height, request.region.width)
    if request.image is None or request.mask is None:
        raise StudioError("There is no picture to work on.", "Open a picture first.")
    if request.image.shape != (*size, 3) or request.mask.shape != size:
        raise StudioError(
            "The mask and the picture are of different sizes ({mask} and {image}).",
            "Use a mask that is as large as the picture.",
            mask=f"{request.mask.shape[1]} x {request.mask.shape[0]}",
            image=f"{request.image.shape[1]} x {request.image.shape[0]}",
        )
    if not request.mask.any():
        raise StudioError(
            "The mask is empty, so there is nothing to change.",
            "Paint over the place with the mask brush, or select it.",
        )


def check_capabilities(spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError where the family of ``spec`` cannot do what is asked."""
    row = family(spec.family)
    wanted = [request.task.value, *(adapter.kind for adapter in request.adapters)]
    wanted += [control.kind for control in request.controls]
    wanted += [reference.mode for reference in request.references]
    missing = [name for name in wanted if not row.can(name)]
    if missing:
        raise StudioError(
            "{model} cannot do this ({what}): {reason}",
            "Choose another model or switch it off.",
            model=spec.name,
            what=missing[0],
            reason=row.reason(missing[0]),
        )
    for control in request.controls:
        if control.strength != 0:
            find_control(spec, control.kind, control.model)
    for reference in request.references:
        if reference.weight != 0:
            find_reference(spec, reference.model)
