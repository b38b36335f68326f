"""Makes the pictures of a request with a diffusers pipeline, one variation after the other."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.catalog.families.pipeline import pipeline_facts
from studio.catalog.families.table import family
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.catalog.samplers import SCHEDULES
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult, Pixels, Task
from studio.engine.device import known_warnings
from studio.engine.in_place import keep_in_place
from studio.engine.latent_diffusion.running import Clock, draw_seeds, guidance_notes, stack
from studio.engine.offloading import offload_networks
from studio.engine.pipelines.controls import control_notes, with_controls
from studio.engine.pipelines.loaded import LoadedPipeline, library_class
from studio.engine.pipelines.lora import with_loras
from studio.engine.pipelines.preview import IDENTITY, fit_preview
from studio.engine.pipelines.references import with_pictures, with_references
from studio.engine.pipelines.route import Call, Route, check_finite, prepare_call
from studio.engine.pipelines.row import PipelineRow
from studio.engine.pipelines.steered import with_steering
from studio.engine.preview import Preview
from studio.engine.scaling import cover, resize, working_size
from studio.engine.tiny_preview import tiny_preview

FIT = "fit"


def paint(
    row: PipelineRow,
    loaded: LoadedPipeline,
    request: EditRequest,
    progress: Progress,
    rung: Rung,
) -> EditResult:
    """Make the variations of a request; ``Cancelled`` within one call of the denoiser.

    The prompt is encoded once for all variations. Each has its own generator on the CPU, so that a
    seed gives the same noise on every device. The weights are the same objects afterwards.
    """
    sampling = request.sampling
    seeds, clock = draw_seeds(sampling), Clock()
    notes = _notes(loaded, request, rung)
    if row.notes is not None:
        notes += row.notes(loaded, request)
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    call = prepare_call(loaded, request, width, height)
    if call.steps < 1 and request.image is not None:
        images = (request.image.copy(),) * len(seeds)
        return EditResult(request=request, images=images, seeds=seeds, notes=tuple(notes))
    controls = row.controls(loaded.spec)
    route = row.route(loaded.spec, request.task)
    route = with_controls(controls, loaded, call, route, progress)
    notes += control_notes(controls, request, loaded.spec.name)
    route = with_pictures(call, route)
    stages = [(make_pipeline(loaded, stage, request), stage) for stage in route.stages]
    watch = _Watch(row, route, call, len(seeds), progress)
    made: list[Pixels] = []
    last = stages[-1][0]
    with ExitStack() as stack, torch.no_grad():
        notes += stack.enter_context(with_references(last, loaded, request, progress))
        stack.enter_context(_saving(loaded, rung))
        notes += stack.enter_context(with_loras(last, loaded, request))
        if row.attach is not None:
            stack.enter_context(row.attach(last, loaded, request))
        steered = with_steering(stack, row, call, stages, rung)
        with _checked(stages, row.denoiser, progress, watch), clock.part("denoise"):
            for seed in seeds:
                for one in steered:
                    one.restart()
                picture = _picture(stages, call, seed, watch)
                watch.finished(picture)
                size = request.region.width, request.region.height
                made.append(cover(picture, *size) if row.is_square else resize(picture, *size))
                if route.can_finish and progress.should_finish:
                    seeds = seeds[: len(made)]
                    break
    masks: tuple[Pixels, ...] = ()
    if request.task is Task.INSTRUCT and request.image is not None:
        kept = keep_in_place(request.image, made)
        made, masks = list(kept.images), kept.masks
        notes += kept.notes
    return EditResult(
        request=request,
        images=tuple(made),
        seeds=seeds,
        timings=clock.parts,
        notes=tuple(notes),
        masks=masks,
    )


def make_pipeline(loaded: LoadedPipeline, route: Route, request: EditRequest) -> Any:
    """Return the pipeline of a route, with the loaded parts and a scheduler of its own.

    No weights are copied. Encoded prompts are kept for the next variation.
    """
    cls = _pipeline_class(route)
    wanted = inspect.signature(cls.__init__).parameters
    parts = {}
    for name in wanted:
        own = route.prefix + name
        if own in loaded.parts or name in loaded.parts:
            found = loaded.parts.get(own)
            parts[name] = loaded.parts.get(name) if found is None else found
    parts.update(route.parts)
    absent = {
        name: None
        for name, one in wanted.items()
        if name not in parts and name != "self" and one.default is inspect.Parameter.empty
    }
    if "requires_safety_checker" in wanted:
        # Without this the pipelines warn in the terminal that they have none.
        parts["requires_safety_checker"] = False
    own_scheduler: Any = parts.get("scheduler")
    if own_scheduler is not None and route.own_sampler:
        parts["scheduler"] = type(own_scheduler).from_config(own_scheduler.config)
    elif own_scheduler is not None:
        parts["scheduler"] = _scheduler(own_scheduler, loaded.spec, request)
    with known_warnings():
        pipeline = cls(**absent, **parts)
    pipeline.set_progress_bar_config(disable=True)
    if hasattr(pipeline, "encode_prompt"):
        pipeline.encode_prompt = _remembering(pipeline.encode_prompt)
    return pipeline


def _pipeline_class(route: Route) -> Any:
    return library_class(route.pipeline) if isinstance(route.pipeline, str) else route.pipeline


def _scheduler(own: Any, spec: ModelSpec, request: EditRequest) -> Any:
    """Return a scheduler of the chosen sampler with the configuration of the model's ``own``."""
    sampling = request.sampling
    sampler = family(spec.family).samplers[sampling.sampler]
    schedule = sampling.schedule if sampling.schedule in sampler.schedules else "normal"
    options = {**sampler.options, **SCHEDULES[schedule].options}
    cls = library_class(sampler.scheduler.rpartition(".")[2])
    defaults = [one for one in own.config.get("_use_default_values", ()) if one not in options]
    return cls.from_config({**own.config, **options, "_use_default_values": defaults})


def _remembering(encode: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that returns the results of calls with plain arguments from a table."""
    kept: dict[str, Any] = {}

    def encoded(*args: Any, **kwargs: Any) -> Any:
        given = [*args, *kwargs.values()]
        plain = all(
            isinstance(one, str | int | float | list | tuple | torch.device | None) for one in given
        )
        if not plain:
            return encode(*args, **kwargs)
        key = repr((args, sorted(kwargs.items())))
        if key not in kept:
            kept[key] = encode(*args, **kwargs)
        return kept[key]

    return encoded


Stages = Sequence[tuple[Any, Route]]


def _picture(stages: Stages, call: Call, seed: int, watch: _Watch) -> Pixels:
    """Return the picture of one variation, (h, w, 3) uint8, at the size of the call."""
    generator = torch.Generator("cpu").manual_seed(seed)
    for pipeline, route in stages:
        arguments = {**route.arguments(call), "generator": generator}
        if route is stages[-1][1]:
            arguments["output_type"] = "np"
        taken = inspect.signature(type(pipeline).__call__).parameters
        if "callback_on_step_end" in taken:
            arguments["callback_on_step_end"] = watch.step
        elif "callback" in taken:
            arguments["callback"] = partial(watch.shown, pipeline)
        watch.begin(route)
        with _seeded(seed):
            call = replace(call, previous=pipeline(**arguments))
    pixels = np.asarray(call.previous.images[0], np.float32)
    check_finite(pixels, call.loaded.spec.name)
    return np.ascontiguousarray((pixels[..., :3] * 255).round().clip(0, 255).astype(np.uint8))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed torch's global generators, from which some pipelines encode a control image, and
    restore them at the end."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


@contextmanager
def _checked(stages: Stages, usual: str, progress: Progress, watch: _Watch) -> Iterator[None]:
    """Check before each call of a denoiser whether the run was cancelled.

    A pipeline without a callback reports its progress by the calls of its denoiser.
    """
    with ExitStack() as hooks:
        for pipeline, route in stages:
            taken = inspect.signature(type(pipeline).__call__).parameters
            silent = "callback_on_step_end" not in taken and "callback" not in taken
            for name in route.denoisers or (usual,):
                network = getattr(pipeline, name)
                before = network.register_forward_pre_hook(lambda module, args: progress.check())
                hooks.callback(before.remove)
                if silent:
                    after = network.register_forward_hook(lambda module, args, out: watch.called())
                    hooks.callback(after.remove)
        yield


@contextmanager
def _saving(loaded: LoadedPipeline, rung: Rung) -> Iterator[None]:
    """Enable the memory savings of ``rung``, and disable them all at the end."""
    vae: Any = loaded.parts.get("vae")
    tiles = hasattr(vae, "enable_tiling")
    try:
        if rung.tiled and tiles:
            vae.enable_tiling()
        with offload_networks(loaded.networks, loaded.device.torch, rung.offload):
            yield
    finally:
        if tiles:
            vae.disable_tiling()


class _Watch:
    """Reports each step with a preview of predicted x0."""

    def __init__(
        self, row: PipelineRow, route: Route, call: Call, variations: int, progress: Progress
    ) -> None:
        self._row, self._call, self._progress = row, call, progress
        self._steps = sum(stage.steps(call) for stage in route.stages)
        self._total = 1 + variations * (self._steps + 1)
        self._at = 0
        self._shown: list[Pixels] = []
        self._before: Tensor | None = None
        self._map = _preview_map(row, call.loaded)
        self._stage = route
        progress.report(0.0, "Reading the prompt")

    def begin(self, route: Route) -> None:
        """Note that a stage begins."""
        self._stage, self._before = route, None

    def step(self, pipeline: Any, index: int, timestep: Any, values: dict[str, Any]) -> Any:
        """Report a step; the callback of a pipeline, which leaves its values unchanged."""
        self.shown(pipeline, index, timestep, values["latents"])
        return {"finish": True} if self._should_finish else {}

    @property
    def _should_finish(self) -> bool:
        return self._stage.can_finish and self._progress.should_finish

    def shown(self, pipeline: Any, index: int, timestep: Any, latents: Tensor | None) -> None:
        """Report a step with a preview of its latents, if it has some."""
        frames = None
        # The steps of a prior have an embedding (1, width), which is no picture.
        can_show = self._stage.previews and latents is not None and latents.ndim > 2
        if can_show and self._map is not None and self._row.unpack is not None:
            assert latents is not None
            clean = self._clean(pipeline.scheduler, index, latents)
            size = self._call.width, self._call.height
            picture = self._map.image(self._row.unpack(self._call.loaded, clean, *size))
            frames = stack([*self._like(picture), picture])
        self.called(frames)

    def called(self, frames: Pixels | None = None) -> None:
        """Report one more call of the denoiser."""
        self._at = min(self._at + 1, self._steps)
        number = 1 + len(self._shown) * (self._steps + 1) + self._at
        can_finish = self._stage.can_finish
        self._progress.report(number / self._total, "Painting", frames, can_finish=can_finish)

    def finished(self, picture: Pixels) -> None:
        """Report the end of a variation."""
        self._shown.append(picture)
        self._before, self._at = None, 0
        done = 1 + len(self._shown) * (self._steps + 1)
        small = resize(picture, max(1, picture.shape[1] // 8), max(1, picture.shape[0] // 8))
        frames = stack([*self._like(small)])
        self._progress.report(done / self._total, "Finishing the picture", frames)

    def _like(self, picture: Pixels) -> list[Pixels]:
        height, width = picture.shape[:2]
        return [resize(one, width, height) for one in self._shown]

    def _clean(self, scheduler: Any, index: int, latents: Tensor) -> Tensor:
        """Return predicted x0 after a step of rectified flow: x - sigma v, with v from two steps.

        DPM++ keeps its last prediction. For other schedulers and in the first step the noisy
        latents themselves.
        """
        kept = getattr(scheduler, "model_outputs", None)
        if kept and str(getattr(scheduler.config, "algorithm_type", "")).endswith("++"):
            return latents if kept[-1] is None else kept[-1]
        before, self._before = self._before, latents
        sigmas = getattr(scheduler, "sigmas", None)
        at = getattr(scheduler, "step_index", None)
        if before is None or sigmas is None or at is None or not hasattr(scheduler, "shift"):
            return latents
        earlier, later = float(sigmas[at - 1]), float(sigmas[at])
        if before.shape != latents.shape or earlier == later:
            return latents
        return latents - later * (latents - before) / (later - earlier)


def _preview_map(row: PipelineRow, loaded: LoadedPipeline) -> Preview | None:
    """Return the tiny autoencoder beside a model, else its map to colours, fitted at first use."""
    encode = row.encode
    if row.in_pixels:
        return IDENTITY
    if encode is None:
        return None
    if FIT not in loaded.previews:
        scale = pipeline_facts(loaded.spec).vae_scale
        fitted = fit_preview(lambda picture: encode(loaded, picture), scale)
        tiny = tiny_preview(loaded.spec, loaded.device)
        # Flux.2 packs and normalises its latents in a step, which a tiny decoder does not take.
        fits = tiny is not None and tiny.channels == fitted.weight.shape[1]
        loaded.previews[FIT] = tiny if tiny is not None and fits else fitted
    return loaded.previews[FIT]


def _notes(loaded: LoadedPipeline, request: EditRequest, rung: Rung) -> list[Notice]:
    """Return notices about the prompt, the guidance, the schedule and the memory."""
    notes = [rung.note] if rung.note else []
    sampling, spec = request.sampling, loaded.spec
    sampler = family(spec.family).samplers[sampling.sampler]
    if sampling.schedule not in sampler.schedules:
        notes.append(
            notice(
                "{sampler} has no {schedule} schedule, so {used} was used.",
                sampler=sampler.label,
                schedule=SCHEDULES[sampling.schedule].label,
                used=SCHEDULES["normal"].label,
            )
        )
    notes += guidance_notes(request)
    wordless = (Task.GENERATE, Task.VARY)
    if request.task not in wordless and not request.prompt.strip():
        notes.append(notice("The prompt is empty, so the model used only the surroundings."))
    split = family(spec.family).splitter(spec)(request.prompt)
    if split.dropped:
        notes.append(
            notice(
                "The prompt is longer than the model reads ({count} of {limit} tokens); "
                "this was left out: {dropped}",
                count=split.count,
                limit=split.limit,
                dropped=split.dropped,
            )
        )
    return notes
