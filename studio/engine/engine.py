"""Runs one request at a time on a device, with progress, and returns its result."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import overload

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.hashes import Hashes
from studio.catalog.integrity import check_shipped
from studio.catalog.ladder import FULL, Rung
from studio.catalog.models import BUILT_IN, STARTER, ModelSpec, identify
from studio.catalog.subjects import read_subject
from studio.core.errors import StudioError
from studio.core.notices import Listed
from studio.core.progress import Progress
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.identity import add_hashes
from studio.edit.judging import JudgeRequest, JudgeResult
from studio.edit.networks import missing_networks
from studio.edit.photo_tools import PhotoRequest, PhotoResult, photo_task
from studio.edit.prompt_syntax import unique
from studio.edit.request import EditRequest, EditResult
from studio.edit.subjects import expand_subjects
from studio.edit.training import TrainRequest, TrainResult
from studio.edit.training_defaults import check as check_training
from studio.edit.training_defaults import resolve_defaults
from studio.engine.annotators.base import annotate
from studio.engine.device import BuildInfo, Device, build_info, choose_device, known_warnings
from studio.engine.families.base import family_module
from studio.engine.judges.judging import judge
from studio.engine.judges.score import Scorer
from studio.engine.loading import is_out_of_memory
from studio.engine.matching import match_result
from studio.engine.peak import peak_memory
from studio.engine.photo.networks import Networks
from studio.engine.photo.running import run_photo_edit, run_photo_tool
from studio.engine.residency import FreeMemory, Residency, out_of_memory
from studio.engine.training.exchange import check_import
from studio.engine.training.memory import training_out_of_memory
from studio.engine.validation import (
    check_capabilities,
    check_exchange,
    unused_settings,
    validate,
    without_prompt_embeddings,
)

LOAD_SHARE = 0.3
"""Share of the progress bar for loading a model."""
TRAIN_LOAD_SHARE = 0.02
"""The same for a training, which takes far longer."""


class Engine:
    """Runs requests on one device, one at a time; not for use from two threads at once.

    After a StudioError or ``Cancelled`` it remains usable. ``free`` replaces the measurement of
    free memory in bytes. ``hashes`` caches the checksums of weights files.
    """

    def __init__(
        self,
        device: str | Device | None = None,
        free: FreeMemory | None = None,
        hashes: Hashes | None = None,
    ) -> None:
        self._device = device if isinstance(device, Device) else choose_device(device)
        self._hashes = hashes or Hashes()
        self.residency = Residency(self._device, free)
        self._networks = Networks(self._device)

    @overload
    def run(self, request: EditRequest, progress: Progress | None = None) -> EditResult: ...

    @overload
    def run(self, request: AnnotateRequest, progress: Progress | None = None) -> AnnotateResult: ...

    @overload
    def run(self, request: PhotoRequest, progress: Progress | None = None) -> PhotoResult: ...

    @overload
    def run(self, request: TrainRequest, progress: Progress | None = None) -> TrainResult: ...

    @overload
    def run(
        self, request: ExportRequest | ImportRequest, progress: Progress | None = None
    ) -> ExchangeResult: ...

    @overload
    def run(self, request: JudgeRequest, progress: Progress | None = None) -> JudgeResult: ...

    def run(
        self,
        request: EditRequest
        | AnnotateRequest
        | PhotoRequest
        | TrainRequest
        | ExportRequest
        | ImportRequest
        | JudgeRequest,
        progress: Progress | None = None,
    ) -> EditResult | AnnotateResult | PhotoResult | TrainResult | ExchangeResult | JudgeResult:
        """Run a request; StudioError with the reason if it is impossible.

        Nothing is loaded for an invalid request. ``Cancelled`` is raised within one step.
        """
        progress = progress or Progress()
        if isinstance(request, AnnotateRequest):
            with known_warnings():
                return annotate(request, progress)
        if isinstance(request, PhotoRequest):
            with known_warnings():
                return run_photo_tool(request, progress, self._networks)
        if isinstance(request, JudgeRequest):
            return judge(request, progress, self._networks.get("judge", Scorer))
        if isinstance(request, TrainRequest):
            return self._train(request, progress)
        if isinstance(request, ExportRequest | ImportRequest):
            return self._exchange(request, progress)
        with peak_memory(self._device) as peak:
            if photo_task(request) is None:
                result = self._edit(request, progress)
            else:
                with known_warnings():
                    result = run_photo_edit(request, progress, self._networks)
        return replace(result, peak_bytes=peak.size, device=self.build_info().device)

    def _edit(self, asked: EditRequest, progress: Progress) -> EditResult:
        start = time.perf_counter()
        request = expand_subjects(asked)
        validate(request)
        spec = identify(request.model)
        request, words = without_prompt_embeddings(spec, request)
        check_capabilities(spec, request)
        request, unfit = family_module(spec).check(spec, request)
        rungs = self.residency.rungs(spec, request)
        loading = not self.residency.is_loaded(spec)
        # The recipe keeps the prompt as typed: a subject's token may change when it is retrained.
        named = add_hashes(asked, self._hashes, progress.sub(0.0, 0.0))
        begun = time.perf_counter()
        if loading:
            self._load(spec, progress.sub(0.0, LOAD_SHARE), rungs[0])
        timings = {"load": time.perf_counter() - begun}
        rest = progress.sub(LOAD_SHARE, 1 - LOAD_SHARE) if loading else progress
        result = self._descend(spec, request, rungs, rest)
        result = match_result(spec, request, result, rest)
        unused = unused_settings(spec, request)
        notes = unique((*missing_networks(asked), *words, *unfit, *unused, *result.notes))
        result = replace(result, notes=notes)
        timings.update(result.timings)
        timings["total"] = time.perf_counter() - start
        return replace(result, request=named, timings=timings)

    def _train(self, request: TrainRequest, progress: Progress) -> TrainResult:
        check_training(request)
        spec = identify(request.model)
        method = request.settings.method
        reason = family(spec.family).reason(Capability.TRAINING, method, spec)
        if reason:
            raise StudioError(
                "{model} cannot learn a subject this way: {reason}",
                "Choose another model or another method.",
                model=spec.name,
                reason=Listed((("", reason),)),
            )
        settings = resolve_defaults(request.settings, spec)
        module = family_module(spec)
        need = module.training_bytes(spec, settings, self._device)
        room = self.residency.room(spec)
        if need > room:
            raise training_out_of_memory(spec, need, room)
        if not self.residency.is_loaded(spec):
            self._load(spec, progress.sub(0.0, TRAIN_LOAD_SHARE))
        loaded = self.residency.get(spec, progress.sub(0.0, 0.0))
        try:
            with known_warnings():
                rest = progress.sub(TRAIN_LOAD_SHARE, 1 - TRAIN_LOAD_SHARE)
                return module.train(loaded, request, rest)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            raise training_out_of_memory(spec, need, 0) from error

    def _exchange(
        self, request: ExportRequest | ImportRequest, progress: Progress
    ) -> ExchangeResult:
        if isinstance(request, ExportRequest):
            model = read_subject(Path(request.folder)).model
        else:
            model = request.model
        spec = identify(model)
        check_exchange(spec)
        if isinstance(request, ImportRequest):
            check_import(spec, request)
        if not self.residency.is_loaded(spec):
            self._load(spec, progress)
        loaded = self.residency.get(spec, progress)
        module = family_module(spec)
        if isinstance(request, ExportRequest):
            return module.export_subject(loaded, request)
        return module.import_subject(loaded, request)

    def warm_up(self, model: str = STARTER, progress: Progress | None = None) -> None:
        """Load ``model``, if its weights fit, so that the first edit does not have to wait."""
        spec = identify(model)
        rung = self.residency.resting(spec)
        if rung is not None:
            self._load(spec, progress or Progress(), rung)

    def build_info(self) -> BuildInfo:
        """Return the torch version, the kind of build and the device, for the About box."""
        return build_info(self._device)

    def unload(self) -> None:
        """Release the memory of the loaded model and networks."""
        self.residency.unload()
        self._networks.clear()

    def _load(self, spec: ModelSpec, progress: Progress, rung: Rung = FULL) -> None:
        """Load a model; one that ships is compared with its checksums first."""
        if spec.id in BUILT_IN:
            check_shipped(spec, progress.sub(0.0, 0.1))
        try:
            self.residency.get(spec, progress, rung)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            self.residency.unload()
            raise out_of_memory(spec, spec.weight_bytes, 0) from error

    def _descend(
        self, spec: ModelSpec, request: EditRequest, rungs: tuple[Rung, ...], progress: Progress
    ) -> EditResult:
        """Run on the first rung; if memory runs out nevertheless, retry once on the next."""
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
        loaded = self.residency.get(spec, progress.sub(0.0, 0.0), rung)
        with known_warnings():
            return family_module(spec).run(loaded, request, progress, rung)
