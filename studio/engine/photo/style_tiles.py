"""Paints a picture of any size in a style, in tiles that are exactly parts of one whole.

The statistics of every normalised layer are measured once, and each tile sees ``MARGIN`` pixels
beyond its border. A tile is therefore the same as that part of a run over the whole picture with
these statistics, and nothing has to be blended.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.engine.photo.style_network import CELL, LEAST, MARGIN, Scaling, Statistics, StyleNetwork

Pixels = NDArray[np.uint8]

TILE = 768
"""Width and height of a tile without its margin; with it the largest layer has 100 MB."""

WHOLE = 1_200_000
"""Pixels of a picture up to which the statistics are those of the whole picture."""

MEASURED = 320
"""Width and height of the crops from which those of a larger picture are measured."""

CROPS = 4
"""Crops along the longer side; they are spread evenly."""

QUICK = 160
"""Width and height of the crops for a first preview: a quarter of the time. Colours and contrasts
of the result may differ from it by a twentieth of the range."""

MEASURING = 0.1
"""The share of measuring in the progress."""


def painted(
    network: StyleNetwork,
    style: Scaling,
    picture: Pixels,
    device: torch.device,
    progress: Progress,
    text: str = "",
) -> Pixels:
    """Return a picture (h, w, 3) uint8 in a style; ``Cancelled`` between tiles."""
    height, width = picture.shape[:2]
    progress.report(0.0, text)
    known = statistics(network, style, picture, device, progress=progress)
    inner = progress.sub(MEASURING, 1 - MEASURING)
    return painted_part(
        network, style, known, picture, Rect(0, 0, width, height), device, inner, text
    )


def painted_part(
    network: StyleNetwork,
    style: Scaling,
    known: Statistics,
    picture: Pixels,
    part: Rect,
    device: torch.device,
    progress: Progress,
    text: str = "",
) -> Pixels:
    """Return the pixels of ``part`` of a picture (h, w, 3) uint8 in a style.

    ``known`` are the statistics of the whole picture. ``Cancelled`` between tiles.
    """
    # Starts are multiples of CELL, so that the halving falls on the same pixels as in the whole.
    y, x = part.y // CELL * CELL, part.x // CELL * CELL
    made = np.empty((part.bottom - y, part.right - x, 3), np.uint8)
    places = [
        (top, left) for top in range(y, part.bottom, TILE) for left in range(x, part.right, TILE)
    ]
    for number, (top, left) in enumerate(places):
        progress.report(number / len(places), text)
        target = made[top - y : top - y + TILE, left - x : left - x + TILE]
        place = Rect(left, top, target.shape[1], target.shape[0])
        target[:] = _tile(network, style, known, picture, place, device)
    progress.report(1.0, text)
    return made[part.y - y :, part.x - x :]


def statistics(
    network: StyleNetwork,
    style: Scaling,
    picture: Pixels,
    device: torch.device,
    side: int = 0,
    progress: Progress | None = None,
) -> Statistics:
    """Return the statistics that all tiles of a picture share.

    Those of a large picture are measured over crops at its own scale: a reduced copy has other
    frequencies, and the result other contrasts than that of the whole. ``side`` is the size of the
    crops, by default ``MEASURED``. ``Cancelled`` is raised within one layer.
    """
    height, width = picture.shape[:2]
    side = side or MEASURED
    if height * width <= WHOLE * (side / MEASURED) ** 2:
        return network.measure(_tensor(_grown(picture), device), style, progress)
    side = min(side, height // CELL * CELL, width // CELL * CELL)
    down, across = _starts(height, width, side), _starts(width, height, side)
    parts = [picture[y : y + side, x : x + side] for y in down for x in across]
    return network.measure(torch.cat([_tensor(part, device) for part in parts]), style, progress)


def _starts(size: int, other: int, side: int) -> list[int]:
    """Return where the crops begin on one axis: ``CROPS`` on the longer one."""
    count = max(round(CROPS * min(1.0, size / other)), 1)
    return [round((size - side) * (i + 0.5) / count) for i in range(count)]


def _tile(
    network: StyleNetwork,
    style: Scaling,
    known: Statistics,
    picture: Pixels,
    place: Rect,
    device: torch.device,
) -> Pixels:
    """Return the tile at a place, which begins at multiples of ``CELL``."""
    height, width = picture.shape[:2]
    above, before = min(MARGIN, place.y), min(MARGIN, place.x)
    bottom, right = min(place.bottom + MARGIN, height), min(place.right + MARGIN, width)
    part = _grown(picture[place.y - above : bottom, place.x - before : right])
    made = network.paint(_tensor(part, device), style, known)[0, :, above:, before:]
    pixels = (made * 255).round_().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
    return np.ascontiguousarray(pixels[: place.height, : place.width])


def _grown(part: Pixels) -> Pixels:
    """Return a part whose sides are multiples of ``CELL`` and long enough for the network."""
    height, width = part.shape[:2]
    more_rows = max(math.ceil(height / CELL) * CELL, LEAST) - height
    more_columns = max(math.ceil(width / CELL) * CELL, LEAST) - width
    if not more_rows and not more_columns:
        return part
    grown = cv2.copyMakeBorder(part, 0, more_rows, 0, more_columns, cv2.BORDER_REPLICATE)
    return np.asarray(grown, np.uint8)


def _tensor(part: Pixels, device: torch.device) -> torch.Tensor:
    values = torch.from_numpy(np.ascontiguousarray(part.transpose(2, 0, 1))).to(device)
    # Convolutions are a third faster in this memory layout.
    return values[None].float().div_(255).contiguous(memory_format=torch.channels_last)
