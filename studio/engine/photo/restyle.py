"""Paints a picture in the style of a preset or of a painting (``Task.RESTYLE``)."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_TASKS
from studio.catalog.settings import Value, all_values
from studio.catalog.styles import PAINTING, PRESETS
from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, EditResult
from studio.edit.styling import mixed, painted_size
from studio.engine.photo.networks import Networks
from studio.engine.photo.style_network import (
    PaintingStyles,
    PresetStyles,
    Scaling,
    Statistics,
    StyleNetwork,
)
from studio.engine.photo.style_tiles import QUICK, painted, painted_part, statistics

Pixels = NDArray[np.uint8]

ASSET = "styles"
KEPT = 40
"""Statistics of previews that are kept: more than there are presets. Each has 10 kB."""


def run(request: EditRequest, progress: Progress, networks: Networks) -> EditResult:
    """Return the request's picture in a style; StudioError without a picture or an asset.

    The style of a painting is that of the first reference of the request.
    """
    if request.image is None:
        raise StudioError("There is no picture to paint.", "Open a picture first.")
    values = all_values(request.sampling.extras, PHOTO_TASKS["restyle"].settings)
    painting = request.references[0].image if request.references else None
    start = time.perf_counter()
    image = restyled(request.image, values, painting, progress, networks)
    return EditResult(
        request=request,
        images=(image,),
        seeds=(request.sampling.seed,),
        timings={"paint": time.perf_counter() - start},
        device=networks.device.name,
    )


def restyled(
    picture: Pixels,
    values: Mapping[str, Value],
    painting: Pixels | None,
    progress: Progress,
    networks: Networks,
) -> Pixels:
    """Return a picture (h, w, 3) uint8 in the style that the settings name.

    ``painting`` (h, w, 3) uint8 is used if the style is ``PAINTING``; StudioError if it is None.
    """
    network, style = _chosen(str(values["style"]), painting, networks)
    amount = float(values["amount"])
    if amount == 0:
        return picture.copy()
    height, width = picture.shape[:2]
    size, small = painted_size(width, height, str(values["strokes"])), picture
    if size != (width, height):
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    made = painted(network, style, small, networks.device.torch, progress, "Painting")
    if made.shape != picture.shape:
        made = np.asarray(
            cv2.resize(made, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8
        )
    return mixed(picture, made, amount, bool(values["keep_colours"]))


def preview(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return a part of a request's picture in a style, (h, w, 3) uint8, not mixed with the photo.

    The picture has the size at which it is painted; ``part`` of the extras is the rectangle in its
    pixels. A painting is among the extras. A report carries a quick version; the result equals that
    part of the painted picture. Statistics are kept for the next part of the same picture.
    """
    extras, device = request.extras, networks.device.torch
    progress.report(0.0, "Painting")
    picture, painting = request.picture(), extras.get("painting")
    name, part = str(request.settings["style"]), Rect(*extras["part"])
    network, style = _chosen(name, painting, networks)
    kept = networks.get("style-statistics", OrderedDict[bytes, Statistics])
    key = _digest(picture, painting, name)

    def paint(known: Statistics) -> Pixels:
        inner = progress.sub(0.0, 0.0)
        return painted_part(network, style, known, picture, part, device, inner, "Painting")

    if key not in kept:
        quick = statistics(network, style, picture, device, QUICK, progress)
        progress.report(0.3, "Painting", paint(quick)[None])
        kept[key] = statistics(network, style, picture, device, progress=progress)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return PhotoResult(request=request, image=paint(kept[key]))


def thumbnails(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return a request's picture in each preset: ``thumbnails`` (26, h, w, 3) uint8.

    The reports carry those that are made so far.
    """
    picture, device = request.picture(), networks.device.torch
    # Kept, so that a job which had to give way does not begin again.
    kept = networks.get("style-thumbnails", dict[bytes, Pixels])
    made = np.empty((len(PRESETS), *picture.shape), np.uint8)
    progress.report(0.0, "Painting")
    for number, preset in enumerate(PRESETS):
        key = _digest(picture, None, preset.id)
        if key not in kept:
            network, style = _chosen(preset.id, None, networks)
            kept[key] = painted(network, style, picture, device, progress.sub(0.0, 0.0))
        made[number] = kept[key]
        progress.report((number + 1) / len(PRESETS), "Painting", made[: number + 1].copy())
    return PhotoResult(request=request, arrays={"thumbnails": made})


def _digest(picture: Pixels, painting: Pixels | None, name: str) -> bytes:
    found = hashlib.sha1(name.encode(), usedforsecurity=False)
    for pixels in (picture, painting):
        if pixels is not None:
            found.update(repr(pixels.shape).encode())
            found.update(pixels.tobytes())
    return found.digest()


def _chosen(name: str, painting: Pixels | None, networks: Networks) -> tuple[StyleNetwork, Scaling]:
    device = networks.device.torch
    if name == PAINTING:
        if painting is None:
            raise StudioError(
                "The style is that of a painting, but there is none.",
                "Choose a painting, or one of the presets.",
            )
        predictor = asset_path(ASSET, "arbitrary_predict.onnx")
        transform = asset_path(ASSET, "arbitrary_transform.onnx")
        any_style = networks.get(
            "style-painting", lambda: PaintingStyles.load(predictor, transform, device)
        )
        return any_style.network, any_style.style(painting)
    path = asset_path(ASSET, "multistyle26.onnx")
    presets = networks.get("style-presets", lambda: PresetStyles.load(path, device))
    number = [one.id for one in PRESETS].index(name)
    return presets.network, presets.style(number)
