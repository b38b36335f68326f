"""Finds the subject of a picture, with a soft edge, and its colours without the background."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.assets import asset_path, missing_asset
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.engine.photo.networks import Networks
from studio.retouch.decontaminate import foreground_colours
from studio.retouch.matting import edge_band, refine_alpha
from studio.retouch.subject_network import (
    FILES,
    U2NETP,
    SubjectFound,
    find_subject_mask,
    read_network,
)

Pixels = NDArray[np.uint8]

LARGEST = 60_000_000
"""Pixels of the largest picture whose edge is refined at full size."""

SURROUNDINGS = 0.08
"""What is left around a thing before its edge is refined, over its longer side."""


def run(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return the mask of the subject, and its colours if the setting ``colours`` asks for them.

    ``image`` is (h, w, 3) then. StudioError if nothing stands out.
    """
    picture = flattened(request.picture())
    progress.report(0.1, "Looking for the subject")
    found = subject_of(picture, networks)
    progress.report(0.5, "Refining the edge")
    refine = bool(request.settings.get("refine", True))
    alpha, notes = fine_alpha(picture, found.mask) if refine else (found.mask, ())
    progress.report(0.8, "Cleaning the colours of the edge")
    wanted = bool(request.settings.get("colours", False))
    image = foreground_colours(picture, alpha) if wanted else None
    progress.report(1.0)
    return PhotoResult(request=request, image=image, mask=alpha, notes=notes)


def subject_of(picture: Pixels, networks: Networks) -> SubjectFound:
    """Return the subject of (h, w, 3) uint8 sRGB; StudioError if nothing stands out."""
    found = find_subject_mask(picture, network(networks, U2NETP), partial(optional, networks))
    if found is None:
        raise StudioError(
            "Nothing stands out in this picture, so no subject was found.",
            "Click the thing with the object selection tool, or draw around it with the lasso.",
        )
    return found


def network(networks: Networks, asset: str) -> cv2.dnn.Net:
    """Return the network of an asset; StudioError if it is missing or damaged."""
    made: cv2.dnn.Net = networks.get(asset, lambda: read_network(asset_path(asset, FILES[asset])))
    return made


def optional(networks: Networks, asset: str) -> cv2.dnn.Net | None:
    """Return the network of an asset, None if it is missing."""
    return None if missing_asset(asset) is not None else network(networks, asset)


def fine_alpha(
    picture: Pixels, rough: Pixels, unknown: Pixels | None = None
) -> tuple[Pixels, tuple[Notice, ...]]:
    """Return ``refine_alpha`` of a whole picture, computed around the thing alone, and notices.

    Arguments as there. The edge of a very large thing is refined on a reduced copy.
    """
    band = edge_band(rough) if unknown is None else unknown
    x, y, width, height = cv2.boundingRect(np.maximum(band, (rough > 127).astype(np.uint8)))
    margin = round(SURROUNDINGS * max(width, height)) + 4
    part = np.s_[max(0, y - margin) : y + height + margin, max(0, x - margin) : x + width + margin]
    alpha = rough.copy()
    image = np.ascontiguousarray(picture[part])
    if image.shape[0] * image.shape[1] <= LARGEST:
        alpha[part] = refine_alpha(image, rough[part], band[part])
        return alpha, ()
    scale = (LARGEST / (image.shape[0] * image.shape[1])) ** 0.5
    small, level, free = (
        np.asarray(
            cv2.resize(one, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
        for one in (image, rough[part], band[part])
    )
    size = image.shape[1], image.shape[0]
    alpha[part] = cv2.resize(refine_alpha(small, level, free), size)
    return alpha, (notice("The picture is very large, so the edge was refined on a smaller copy."),)


def flattened(picture: Pixels) -> Pixels:
    """Return (h, w, 3 or 4) uint8 over white, (h, w, 3) uint8."""
    if picture.shape[2] == 3:
        return picture
    rgb = np.ascontiguousarray(picture[:, :, :3])
    if picture[:, :, 3].min(initial=255) == 255:
        return rgb
    share = picture[:, :, 3:].astype(np.uint16)
    mixed = rgb.astype(np.uint16) * share + 255 * (255 - share)
    return np.asarray((mixed + 127) // 255, np.uint8)
