"""How a model is steered by a judge, and whether its latents are those of the starter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from studio.catalog.families.pipeline import PipelineFacts, part_folder
from studio.catalog.judges import HINT, LATENTS, judge_labels, missing_judge
from studio.catalog.model_spec import STARTER, ModelSpec, model_folder
from studio.catalog.settings import Value, all_values
from studio.catalog.steering import (
    BEST,
    BY_LATENTS,
    BY_PICTURE,
    STEERING_SETTINGS,
    Steering,
    is_steered,
)
from studio.core.errors import StudioError

WEIGHTS = "diffusion_pytorch_model.safetensors"
AUTOENCODER = "AutoencoderTiny"


def steering(spec: ModelSpec, extras: Mapping[str, Value]) -> Steering | None:
    """Return how a model is steered, None if it is not.

    StudioError if the judge is missing or does not know the thing, if it does not know the latents
    of the model, or if steering ends before it starts.
    """
    values = all_values(extras, STEERING_SETTINGS)
    target, strength = str(values["steer_towards"]).strip(), float(values["steer_strength"])
    if not is_steered(extras):
        return None
    start, end = float(values["steer_start"]), float(values["steer_end"])
    if start >= end:
        raise StudioError(
            "Steering cannot end ({end}) before it starts ({start}).",
            "Make the end the larger of the two.",
            start=start,
            end=end,
        )
    reason = missing_judge()
    if reason:
        raise StudioError(reason, HINT)
    thing = judge_labels().thing(target)
    by = str(values["steer_by"])
    chosen = BY_PICTURE if by == BEST else by
    if by == BEST and thing is not None and not missing_judge(LATENTS):
        chosen = BY_LATENTS if has_starter_latents(spec) else BY_PICTURE
    known = _checked(spec, target, thing, chosen)
    return Steering(target, known, strength, start, end, chosen)


def _checked(spec: ModelSpec, target: str, thing: int | None, by: str) -> int:
    """Return the thing; StudioError if it is none or the judge does not know the latents."""
    if thing is None:
        raise StudioError(
            "The judge does not know {thing}.",
            "Steer towards something else, such as {examples}.",
            thing=target,
            examples=", ".join(_examples()),
        )
    if by != BY_LATENTS:
        return thing
    reason = missing_judge(LATENTS)
    if reason:
        raise StudioError(reason, HINT)
    if not has_starter_latents(spec):
        raise StudioError(
            "The judge of noisy latents does not know those of {model}.",
            "Let the judge of the predicted picture steer.",
            model=spec.name,
        )
    return thing


@cache
def _examples() -> tuple[str, ...]:
    names = judge_labels().all_names()
    return names[:: max(1, len(names) // 4)][:4]


def has_starter_latents(spec: ModelSpec) -> bool:
    """Return whether the autoencoder of a model has the starter's weights, in whatever folder."""
    return any(
        component.class_name == AUTOENCODER and _is_starters(_file(spec, component.name))
        for component in spec.components
    )


def _file(spec: ModelSpec, name: str) -> Path:
    is_pipeline = isinstance(spec.facts, PipelineFacts)
    return (part_folder(spec, name) if is_pipeline else spec.path / name) / WEIGHTS


def _is_starters(file: Path) -> bool:
    own = model_folder(STARTER) / "vae" / WEIGHTS
    try:
        if file.stat().st_size != own.stat().st_size:
            return False
        stamp = file.stat().st_mtime_ns
    except OSError:
        return False
    return file == own or _equal(file, own, stamp)


@cache
def _equal(file: Path, own: Path, stamp: int) -> bool:
    return file.read_bytes() == own.read_bytes()
