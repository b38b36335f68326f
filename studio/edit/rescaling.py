"""Results and masks of a canvas that was scaled since they were made, at its present size."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import replace

import numpy as np

from studio.core.geometry import Rect
from studio.core.limits import LIMITS
from studio.document.document import Document
from studio.document.frame import Frame
from studio.document.image_size import FLAT, Scaling
from studio.document.raster import Raster
from studio.edit.request import ControlUse, EditRequest, EditResult, Pixels
from studio.retouch.resampling import LANCZOS, NEAREST, Resampler, resample

MARGIN = 3
"""Pixels by which a picture is continued, since a scaled crop ends between pixels."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Crop:
    """From the pixels of a crop in an old frame to those of the same crop in a new one."""

    old: Rect
    new: Rect
    box: tuple[float, float, float, float]

    def picture(self, pixels: Pixels, how: Resampler = LANCZOS) -> Pixels:
        """Return the pixels (h, w) or (h, w, 3) of the old crop at the size of the new one."""
        edges = ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0))[: pixels.ndim]
        grown = np.pad(pixels, edges, mode="edge")
        made = resample(grown, self.new.width, self.new.height, how, self.box)
        return np.ascontiguousarray(made.reshape(self.new.height, self.new.width, *made.shape[2:]))


def rescaled(result: EditResult, old: Frame, new: Frame) -> EditResult:
    """Return a result of a canvas in the frame ``old`` as one of the same canvas in ``new``.

    Pictures and masks are resampled by Lanczos, segmentation maps by the nearest pixel.
    """
    request = result.request
    crop = _crop(request.region, old, new)
    return replace(
        result,
        request=_request(request, crop, old.factors(new)),
        images=tuple(crop.picture(one) for one in result.images),
        masks=tuple(crop.picture(one) for one in result.masks),
    )


def reframed(raster: Raster, old: Document, new: Document) -> Raster:
    """Return a mask of the document ``old`` as one of ``new``, cropped or scaled meanwhile."""
    across, down = old.frame.factors(new.frame)
    width, height = max(round(old.width * across), 1), max(round(old.height * down), 1)
    scaling = Scaling((old.width, old.height), (width, height))
    x, y = scaling.along(old.origin[0], 0), scaling.along(old.origin[1], 1)
    return scaling.raster(raster).shifted(x - new.origin[0], y - new.origin[1])


def _crop(region: Rect, old: Frame, new: Frame) -> _Crop:
    """Return the crop with the exact part of the old pixels that the new ones cover."""
    moved = old.moved(region, new)
    across, down = old.factors(new)

    def back(value: int, axis: int, factor: float) -> float:
        return (value + new.origin[axis]) / factor - old.origin[axis]

    left = back(moved.x, 0, across) - region.x
    top = back(moved.y, 1, down) - region.y
    right = back(moved.right, 0, across) - region.x
    bottom = back(moved.bottom, 1, down) - region.y
    size = region.width + 2 * MARGIN, region.height + 2 * MARGIN
    box = (
        max(left + MARGIN, 0.0),
        max(top + MARGIN, 0.0),
        min(right + MARGIN, float(size[0])),
        min(bottom + MARGIN, float(size[1])),
    )
    return _Crop(region, moved, box)


def _request(request: EditRequest, crop: _Crop, factors: tuple[float, float]) -> EditRequest:
    factor = math.sqrt(factors[0] * factors[1])

    def length(name: str, value: int) -> int:
        limit = LIMITS[name]
        return min(max(round(value * factor), limit.least), limit.most)

    return request.replace(
        region=crop.new,
        image=None if request.image is None else crop.picture(request.image),
        mask=None if request.mask is None else crop.picture(request.mask),
        mask_blur=length("mask_blur", request.mask_blur),
        padding=length("padding", request.padding),
        controls=tuple(_control(use, crop) for use in request.controls),
        references=tuple(
            use if use.mask is None else replace(use, mask=crop.picture(use.mask))
            for use in request.references
        ),
        regions=tuple(replace(use, mask=crop.picture(use.mask)) for use in request.regions),
    )


def _control(use: ControlUse, crop: _Crop) -> ControlUse:
    how = NEAREST if use.kind in FLAT else LANCZOS
    return replace(use, image=crop.picture(use.image, how))
