"""Computes the number of steps of a request and its denoising strength."""

from __future__ import annotations

from studio.edit.request import EditRequest, Task


def steps_of(request: EditRequest) -> int:
    """Return the number of steps that run for a request, 0 if nothing is to change."""
    return min(int(request.sampling.steps * strength_of(request)), request.sampling.steps)


def strength_of(request: EditRequest) -> float:
    """Return the denoising strength of a request, 0 if nothing is to change."""
    strength = request.sampling.denoise if request.task is Task.REPLACE else 1.0
    # Less than one step would be an error in the pipeline.
    least = min(1.0, 1.0 / request.sampling.steps + 1e-9)
    return max(strength, least) if strength > 0 else 0.0
