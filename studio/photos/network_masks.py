"""Masks the subject of a training photo by the small networks that were fetched, if they were."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.assets import asset_path, missing_asset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.retouch.matting import refine_alpha
from studio.retouch.subject_network import FILES, U2NETP, find_subject_mask, read_network

Pixels = NDArray[np.uint8]

LEAST_SHARE = 0.03
"""The least share of the asked rectangle that its subject covers."""


def network_mask(rgb: Pixels, asked: Rect) -> Pixels | None:
    """Return the mask (h, w) uint8 of the subject inside ``asked`` of (h, w, 3) uint8 sRGB.

    Outside the rectangle it is 0. None if nothing stands out there, or the networks are missing or
    damaged. They are loaded for each photo, a fraction of the time that they take, because OpenCV's
    networks must not be shared by threads.
    """
    try:
        saliency = loaded_network(U2NETP)
        if saliency is None:
            return None
        rows, columns = slice(asked.y, asked.bottom), slice(asked.x, asked.right)
        part = np.ascontiguousarray(rgb[rows, columns])
        found = find_subject_mask(part, saliency, loaded_network)
    except StudioError:
        # A damaged file; the search by colours needs none.
        return None
    if found is None or float((found.mask > 127).mean()) < LEAST_SHARE:
        return None
    mask = np.zeros(rgb.shape[:2], np.uint8)
    mask[rows, columns] = refine_alpha(part, found.mask)
    return mask


def loaded_network(asset: str) -> cv2.dnn.Net | None:
    """Load the network of an asset, None if it is missing; StudioError if it is damaged."""
    if missing_asset(asset) is not None:
        return None
    return read_network(asset_path(asset, FILES[asset]))
