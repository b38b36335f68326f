"""Reads the merged picture of a Photoshop document and compares our layers with it."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage

from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice
from studio.document.document import Document
from studio.document.io.common import broken, check_memory, flatten, stem
from studio.document.io.pictures import on_white, to_rgba
from studio.document.io.psd_layer import PSD_ERRORS, linear_to_image
from studio.document.io.psd_losses import DIFFERS, DIFFERS_BY, MERGED
from studio.document.layer import RasterLayer
from studio.document.raster import Pixels, Raster

_FAR_OFF, _SEEN, _SEEN_PART = 4.0, 32, 0.02
"""Limits for pictures that look alike: the mean difference in levels, a larger local difference,
and the share of the pixels that may exceed it."""


def merged_layer(
    psd: PSDImage, name: str, label: str, profile: bytes | None
) -> tuple[RasterLayer, list[Notice]]:
    """Return the merged picture as a layer; StudioError if the file has no readable one."""
    check_memory(psd.width * psd.height * 4 * max(4, psd.channels), name)
    try:
        image: Image.Image | None
        if psd.depth == 32:
            image = linear_to_image(psd.numpy("color"))
        else:
            image = psd.topil(apply_icc=False)
        if image is None:
            raise ValueError("no picture")
    except PSD_ERRORS as error:
        raise broken(name, error, label) from error
    found: list[Notice] = []
    pixels = to_rgba(image, None if psd.depth == 32 else profile, found)
    return RasterLayer(name=stem(name), raster=Raster.from_array(pixels)), found


def add_merged_if_different(
    psd: PSDImage, document: Document, name: str, profile: bytes | None, causes: tuple[str, ...]
) -> tuple[Document, Notice | None]:
    """Return the document with the file's merged picture on top, hidden, if it looks different.

    This detects every loss, reported or not; ``causes`` are the likely reasons.
    """
    if not psd.has_preview():
        return document, None
    try:
        picture, _ = merged_layer(psd, name, "", profile)
        ours = flatten(document)
    except (StudioError, *PSD_ERRORS):
        return document, None
    theirs = picture.raster.read(document.rect)
    whites = on_white(theirs)
    if whites.std() < 0.5 and (on_white(ours).std() > 2 or not whites.any()):
        return document, None  # One colour although the layers show more: none was saved.
    grounds = [on_white(ours)]
    if (theirs[:, :, 3] == 255).all():
        # Some programs save it without transparency: on black, or just the colours.
        clear = ours[:, :, 3:] == 0
        grounds += [_on_black(ours), np.where(clear, whites, ours[:, :, :3])]
    if any(_alike(ground, whites) for ground in grounds):
        return document, None
    values = {"name": name, "layer": MERGED, "causes": Listed(tuple(("", one) for one in causes))}
    told = notice(DIFFERS_BY if causes else DIFFERS, **values)
    layer = picture.replace(name=MERGED, visible=False)
    return document.replace(layers=(*document.layers, layer)), told


def _alike(ours: Pixels, theirs: Pixels) -> bool:
    far = cv2.absdiff(ours, theirs)
    near = far.mean() <= _FAR_OFF
    return bool(near and (far.max(axis=2) > _SEEN).mean() <= _SEEN_PART)


def _on_black(pixels: Pixels) -> Pixels:
    """Return (h, w, 4) straight RGBA composited on black as (h, w, 3)."""
    over = pixels[:, :, :3].astype(np.uint16) * pixels[:, :, 3:]
    return ((over + 127) // 255).astype(np.uint8)
