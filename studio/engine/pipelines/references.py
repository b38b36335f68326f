"""Reference pictures for families that run through diffusers' pipelines, by their IP-Adapters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PIL import Image

from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.catalog.references import BLEND, ReferenceSpec
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, ReferenceUse
from studio.engine.loading import guarded
from studio.engine.pipelines.controls import active_controls
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.pipelines.route import Call, Route

PICTURES = "ip_adapter_image"


def active_references(request: EditRequest) -> list[ReferenceUse]:
    """Return the references of a request that act by an IP-Adapter."""
    return [use for use in request.references if use.weight != 0 and use.mode != BLEND]


def _blends(request: EditRequest) -> list[ReferenceUse]:
    return [use for use in request.references if use.weight != 0 and use.mode == BLEND]


def check_references(spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError for references that the model cannot take in this task; reads headers."""
    for use in _blends(request):
        family(spec.family).find_reference(spec, use.model, use.mode)
    uses = active_references(request)
    if not uses:
        return
    if active_controls(request):
        raise StudioError(
            "{model} takes references or control images, not both at once.",
            "Switch the references or the controls off.",
            model=spec.name,
        )
    for use in uses:
        _find(spec, use)


def _find(spec: ModelSpec, use: ReferenceUse) -> ReferenceSpec:
    found = family(spec.family).find_reference(spec, use.model, use.mode)
    if not isinstance(found, ReferenceSpec):
        raise TypeError(type(found).__name__)
    return found


def reference_bytes(spec: ModelSpec, request: EditRequest, item_bytes: int) -> int:
    """Return the bytes of the IP-Adapters of a request."""
    return sum(_find(spec, use).parameters * item_bytes for use in active_references(request))


def with_pictures(call: Call, route: Route) -> Route:
    """Return the route of a task with the pictures of the references, itself without any."""
    uses = active_references(call.request)
    if not uses:
        return route
    pictures = [Image.fromarray(use.image) for use in uses]
    return replace(route, arguments=lambda one: {**route.arguments(one), PICTURES: pictures})


@contextmanager
def with_references(
    pipeline: Any, loaded: LoadedPipeline, request: EditRequest, progress: Progress
) -> Iterator[list[Notice]]:
    """Attach an IP-Adapter for each reference at its weight; yields notices for the artist.

    On exit, error or not, the transformer has its own attention processors again.
    """
    uses = active_references(request)
    blends = _notes(_blends(request), loaded.spec.name)
    if not uses:
        yield blends
        return
    progress.report(0.0, "Loading the reference")
    found = [_find(loaded.spec, use) for use in uses]
    try:
        guarded(found[0].path, lambda: _load(pipeline, loaded, found))
        pipeline.set_ip_adapter_scale([float(use.weight) for use in uses])
        pipeline.image_encoder.to(loaded.device.torch)
        yield [*_notes(uses, loaded.spec.name), *blends]
    finally:
        pipeline.unload_ip_adapter()


def _load(pipeline: Any, loaded: LoadedPipeline, found: list[ReferenceSpec]) -> None:
    pipeline.load_ip_adapter(
        [str(one.path.parent) for one in found],
        weight_name=[one.path.name for one in found],
        image_encoder_pretrained_model_name_or_path=str(found[0].encoder),
        image_encoder_dtype=loaded.device.dtype,
        local_files_only=True,
    )


def _notes(uses: list[ReferenceUse], name: str) -> list[Notice]:
    """Return notices about what a reference asks and the pipeline does not do."""
    notes = []
    if any((use.start, use.end) != (0, 1) for use in uses):
        notes.append(notice("{model} follows references in every step, not in a part.", model=name))
    if any(use.mask is not None for use in uses):
        notes.append(
            notice("{model} follows references in the whole picture, not in a place.", model=name)
        )
    return notes
