"""Checks of a rewrite before it starts, and the key of the inversion it needs, without torch."""

from __future__ import annotations

import json
import math
from pathlib import Path

from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.request import EditRequest
from studio.edit.rewrite import METHODS, Inversion, RewriteUse, inversion_key
from studio.edit.subjects import expand_subjects

MOST_WEIGHT = 10.0
MOST_CFG = 50.0


def wanted_key(request: EditRequest, spec: ModelSpec) -> str:
    """Return the key of the inversion that ``request`` needs, "" if it is not a rewrite.

    The key depends on the model's files and its adapters, not on the new prompt, its weights,
    controls and references, so that these can change while the inversion stays valid.
    """
    request = expand_subjects(request)
    use = request.rewrite
    if use is None or request.image is None:
        return ""
    adapters = [
        [use.kind, use.path, *_stamp(Path(use.path)), use.weight, dict(use.options)]
        for use in request.adapters
        if use.acts
    ]
    model = json.dumps([spec.id, spec.fingerprint, adapters], default=str)
    sampling = request.sampling
    return inversion_key(
        request.image, use.source, model, use.method, sampling.steps, sampling.cfg_scale
    )


def _stamp(path: Path) -> tuple[int, int]:
    """Return size and time of an adapter's file, to detect another file of the same name."""
    try:
        found = path.expanduser().stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def fitting_inversion(request: EditRequest, spec: ModelSpec) -> Inversion | None:
    """Return the inversion in a request, None if it is of another picture or model."""
    use = request.rewrite
    if use is None or use.inversion is None or use.inversion.key != wanted_key(request, spec):
        return None
    return use.inversion


def check_rewrite(request: EditRequest) -> None:
    """Raise StudioError for a rewrite that no model can do."""
    use = request.rewrite
    if use is None or not use.source.strip():
        raise StudioError(
            "The description of the picture is missing.",
            "Describe the picture in a few words, then change a word of them.",
        )
    if not request.prompt.strip():
        raise StudioError(
            "The prompt is empty.",
            "Describe what the picture should show, in words like those of the caption.",
        )
    _check_numbers(use)
    scale = request.sampling.cfg_scale
    if not math.isfinite(scale) or not 0 <= scale <= MOST_CFG:
        raise StudioError(
            "A CFG scale of {number} is out of range.",
            "Give a number between 0 and {most}.",
            number=scale,
            most=MOST_CFG,
        )


def _check_numbers(use: RewriteUse) -> None:
    if use.method not in METHODS:
        raise StudioError(
            "There is no inversion method called {method}.",
            "Choose one of: {methods}.",
            method=use.method,
            methods=", ".join(METHODS),
        )
    shares = (use.cross, use.self_attention, use.threshold)
    if not all(0 <= share <= 1 for share in shares):
        raise StudioError(
            "The shares of kept attention and the mask threshold must be between 0 and 1.",
            "Change the settings.",
        )
    for word, factor in use.weights.items():
        if not math.isfinite(factor) or abs(factor) > MOST_WEIGHT:
            raise StudioError(
                "{number} is not a valid weight for “{word}”.",
                "Give a number between -{most} and {most}.",
                number=factor,
                word=word,
                most=MOST_WEIGHT,
            )
