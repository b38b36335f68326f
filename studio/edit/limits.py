"""Whether the numbers of a request are in the ranges of ``core.limits``."""

from __future__ import annotations

from studio.core.errors import StudioError
from studio.core.limits import MAX_SEED, check
from studio.edit.request import EditRequest, Sampling


def check_numbers(request: EditRequest) -> None:
    """Raise StudioError for a number of a request that is outside its range."""
    check_sampling(request.sampling)
    check("mask_blur", request.mask_blur)
    check("padding", request.padding)


def check_sampling(sampling: Sampling) -> None:
    """Raise StudioError for a number of the sampling settings that is outside its range."""
    for name in ("steps", "cfg_scale", "seed", "variations", "denoise"):
        check(name, getattr(sampling, name))
    if sampling.seed >= 0 and sampling.seed + sampling.variations - 1 > MAX_SEED:
        raise StudioError(
            "The seed {seed} leaves no seeds for {variations} variations.",
            "The last of them can be at most {most}.",
            seed=sampling.seed,
            variations=sampling.variations,
            most=MAX_SEED,
        )
