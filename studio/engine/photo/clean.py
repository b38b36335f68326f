"""The engine's half of "Clean": removes noise and JPEG blocks by enlarging and scaling back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.cleaning import mixed
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, EditResult
from studio.engine.photo.enlarging import Enlarger, double, enlarger
from studio.engine.photo.networks import Networks

Pixels = NDArray[np.uint8]

TEXT = "Cleaning"


def run(request: EditRequest, progress: Progress, networks: Networks) -> EditResult:
    """Return the picture of the crop without noise and blocks, by the two amounts."""
    if request.image is None:
        raise StudioError("There is no picture to clean.", "Open a photo first.")
    progress.report(0.0, "Loading the network")
    network = enlarger(networks)
    clean = cleaned(request.image, network, progress)
    values = request.sampling.extras
    made = mixed(request.image, clean, float(values["noise"]), float(values["jpeg"]))
    return EditResult(request=request, images=(made,), seeds=(request.sampling.seed,))


def cleaned(picture: Pixels, network: Enlarger, progress: Progress) -> Pixels:
    """Return a picture (h, w, 3) at its own size as the network sees it, without noise."""
    large = double(picture, network, progress, TEXT, anchor=False)
    return np.asarray(
        cv2.resize(large, picture.shape[1::-1], interpolation=cv2.INTER_AREA), np.uint8
    )


def preview(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return the picture of a request cleaned in full, (h, w, 3) uint8."""
    progress.report(0.0, "Loading the network")
    network = enlarger(networks)
    return PhotoResult(request=request, image=cleaned(request.picture(), network, progress))
