"""Estimates the edge of a mask again: where the artist painted, or all along it."""

from __future__ import annotations

from functools import partial

import numpy as np

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.engine.photo.networks import Networks
from studio.engine.photo.subject import fine_alpha, flattened, optional
from studio.retouch.subject_network import person_edge


def run(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return the alpha of the picture for the rough ``mask``.

    ``extras["unknown"]`` (h, w) uint8 is above 0 where it is to be estimated; without it, that is
    a band along the edge, and the edge of a person is that of the network for people.
    StudioError without a mask.
    """
    if request.mask is None or not request.mask.any():
        raise StudioError("There is no edge to refine.", "Select a thing first.")
    picture = flattened(request.picture())
    progress.report(0.1, "Refining the edge")
    unknown = request.extras.get("unknown")
    rough = request.mask
    if unknown is None:
        person = person_edge(picture, rough, partial(optional, networks))
        rough = rough if person is None else person
    progress.report(0.4, "Refining the edge")
    alpha, notes = fine_alpha(picture, rough, None if unknown is None else np.asarray(unknown))
    progress.report(1.0)
    return PhotoResult(request=request, mask=alpha, notes=notes)
