"""How many steps a request takes, and from which noise level it begins."""

from __future__ import annotations

from studio.edit.request import EditRequest, Task


def steps_of(request: EditRequest) -> int:
    """Return how many steps the pipelines make for a request, 0 where nothing is to change."""
    return min(int(request.sampling.steps * strength_of(request)), request.sampling.steps)


def strength_of(request: EditRequest) -> float:
    """Return the denoising strength that the pipelines are given, 0 where nothing is to change."""
    strength = request.sampling.denoise if request.task is Task.REPLACE else 1.0
    # Fewer steps than one would be an error of the pipeline; the least that works is one.
    least = min(1.0, 1.0 / request.sampling.steps + 1e-9)
    return max(strength, least) if strength > 0 else 0.0
