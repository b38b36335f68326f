"""Checks a request before anything is loaded."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from studio.catalog.controls import MODES
from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import ModelSpec
from studio.catalog.samplers import SCHEDULES
from studio.catalog.settings import checked_extras
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice, translatable
from studio.edit.inversions import check_rewrite
from studio.edit.limits import check_numbers
from studio.edit.networks import is_named
from studio.edit.request import (
    TASK_LABELS,
    ControlUse,
    EditRequest,
    ReferenceUse,
    RegionUse,
    Task,
)

EMBEDDING = "textual_inversion"
REGION_PROMPTS = translatable("region prompts")
NEGATIVE_PROMPT = translatable("negative prompt")
SUBJECT = translatable("subjects")


def validate(request: EditRequest) -> None:
    """Raise StudioError for a request that is invalid for every model."""
    sampling = request.sampling
    if request.region.is_empty:
        raise StudioError("The area to paint is empty.", "Choose a place on the canvas.")
    check_numbers(request)
    if sampling.schedule not in SCHEDULES:
        raise StudioError(
            "There is no sampler {sampler} with schedule {schedule}.",
            "Choose one from the list.",
            sampler=sampling.sampler,
            schedule=sampling.schedule,
        )
    for adapter in request.adapters:
        if not math.isfinite(adapter.weight):
            raise StudioError(
                "{number} is not a valid weight for {path}.",
                "Give a number, such as 0.8.",
                number=adapter.weight,
                path=adapter.path,
            )
    for control in request.controls:
        _validate_control(request, control)
    for reference in request.references:
        _validate_reference(request, reference)
    for region in request.regions:
        _validate_region(request, region)
    if request.task is Task.GENERATE:
        if not request.says_anything:
            raise StudioError("The prompt is empty.", "Describe what the picture should show.")
        return
    _validate_pixels(request)
    if request.task is Task.REWRITE:
        check_rewrite(request)


def _validate_control(request: EditRequest, control: ControlUse) -> None:
    size = (request.region.height, request.region.width)
    if control.image.shape != (*size, 3) or control.image.dtype != np.uint8:
        raise StudioError(
            "The control image has {found} pixels, the area to paint {wanted}.",
            "Use an 8-bit colour control image of the same size as the picture.",
            found=" x ".join(str(n) for n in control.image.shape[1::-1]),
            wanted=f"{request.region.width} x {request.region.height}",
        )
    if not (0 <= control.start <= control.end <= 1) or not 0 <= control.strength <= 2:
        raise StudioError(
            "A control needs a strength of 0 to 2, and a start before its end, between 0 and 1.",
            "Change the settings of the control.",
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
            "The reference is not an 8-bit colour picture.", "Choose another picture."
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
            "Change the settings of the reference.",
        )


def _validate_region(request: EditRequest, region: RegionUse) -> None:
    size = (request.region.height, request.region.width)
    if region.mask.shape != size or region.mask.dtype != np.uint8:
        raise StudioError(
            "The mask and the picture are of different sizes ({mask} and {image}).",
            "Use a mask that is as large as the picture.",
            mask=" x ".join(str(n) for n in region.mask.shape[1::-1]),
            image=f"{request.region.width} x {request.region.height}",
        )
    if not 0 <= region.weight <= 1:
        raise StudioError("A region prompt needs a weight between 0 and 1.", "Change the weight.")


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


def without_prompt_embeddings(
    spec: ModelSpec, request: EditRequest
) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return a request without embeddings whose name merely occurs as a word in its prompt.

    This applies to a family without embeddings: there the name is an ordinary word. An embedding
    that was chosen explicitly is kept, and refused later.
    """
    if family(spec.family).can(Capability.ADAPTER, EMBEDDING, spec):
        return request, ()
    named = [use for use in request.adapters if use.kind == EMBEDDING and is_named(use)]
    notes = tuple(
        notice(
            "{model} takes no embeddings, so {word} counts as a plain word.",
            model=spec.name,
            word=Path(use.path).stem,
        )
        for use in named
    )
    kept = tuple(use for use in request.adapters if use not in named)
    return request.replace(adapters=kept), notes


def check_exchange(spec: ModelSpec) -> None:
    """Raise StudioError for a model whose family learns no subjects, so that it has none to export
    and no form for one of another program."""
    row = family(spec.family)
    if not row.names(Capability.TRAINING):
        raise StudioError(
            "{model} cannot do this ({what}): {reason}",
            "Choose another model.",
            model=spec.name,
            what=Listed((("", SUBJECT),)),
            reason=Listed((("", row.reason(Capability.TRAINING, "lora", spec)),)),
        )


def check_capabilities(spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError for the first part of a request that the family or model does not support.

    Parts without effect, such as a control of strength 0, are checked too: they are stored in the
    recipe, and would be refused as soon as they had an effect.
    """
    row = family(spec.family)
    for capability, name, label in wanted_capabilities(request):
        reason = row.reason(capability, name, spec)
        if reason:
            raise StudioError(
                "{model} cannot do this ({what}): {reason}",
                "Choose another model or switch it off.",
                model=spec.name,
                what=Listed((("", label),)),
                reason=Listed((("", reason),)),
            )
    checked_extras(request.sampling.extras, row.settings, spec.name)


def unused_settings(spec: ModelSpec, request: EditRequest) -> tuple[Notice, ...]:
    """Return notices about changed settings of the family that have no effect with this model."""
    row = family(spec.family)
    found = []
    for one in row.settings:
        value = request.sampling.extras.get(one.id, one.default)
        reason = row.reason(Capability.SETTING, one.id, spec)
        if value != one.default and reason:
            found.append(
                notice(
                    "{setting} has no effect with {model}: {reason}",
                    setting=Listed((("", one.label),)),
                    model=spec.name,
                    reason=Listed((("", reason),)),
                )
            )
    return tuple(found)


def wanted_capabilities(request: EditRequest) -> list[tuple[Capability, str, str]]:
    """Return the capabilities that a request needs, with their names and labels for the artist.

    Settings of the family are omitted; ``settings.checked_extras`` has its own error for them.
    """
    named = [(Capability.SAMPLER, request.sampling.sampler)]
    named += [(Capability.ADAPTER, use.kind) for use in request.adapters]
    named += [(Capability.CONTROL, use.kind) for use in request.controls]
    named += [(Capability.REFERENCE, use.mode) for use in request.references]
    if request.task is Task.REWRITE and request.rewrite is not None:
        named.append((Capability.INVERSION, request.rewrite.method))
    found = [
        (Capability.TASK, request.task.value, TASK_LABELS.get(request.task, request.task.value))
    ]
    found += [(capability, name, name) for capability, name in named]
    if any(use.prompt.strip() for use in request.regions):
        found.append((Capability.REGION_PROMPTS, "", REGION_PROMPTS))
    if request.negative_prompt.strip():
        found.append((Capability.NEGATIVE_PROMPT, "", NEGATIVE_PROMPT))
    return found
