"""Matches the fills of models to the photo around them, for every family."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.model_spec import ModelSpec
from studio.catalog.sizes import working_size
from studio.core.progress import Progress
from studio.edit.request import MATCHED_TASKS, EditRequest, EditResult, Task
from studio.retouch.fill_match import match_fill

CELLS = 16
"""Pixels of the model around the mask in which it paints too: two latent cells."""


def match_result(
    spec: ModelSpec, request: EditRequest, result: EditResult, progress: Progress
) -> EditResult:
    """Return a result whose pictures are matched to the photo inside the request's mask.

    Other tasks, and requests with ``match_fill`` off, keep their pictures. A replacement keeps its
    own colour, since the artist asks for another one.
    """
    photo, mask = request.image, request.mask
    asked = request.match_fill and request.task in MATCHED_TASKS
    if not asked or photo is None or mask is None:
        return result
    region = request.region
    margin = CELLS * region.width / working_size(spec, region.width, region.height)[0]
    keep = request.task is Task.REPLACE
    images = []
    for made, seed in zip(result.images, result.seeds, strict=True):
        progress.check()
        images.append(match_fill(photo, made, mask, margin, keep, seed))
    return replace(result, images=tuple(images))
