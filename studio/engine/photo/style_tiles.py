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
    known = statistics(network, style, picture, device)
    made = np.empty_like(picture)
    places = [(top, left) for top in range(0, height, TILE) for left in range(0, width, TILE)]
    for number, (top, left) in enumerate(places):
        progress.report(MEASURING + (1 - MEASURING) * number / len(places), text)
        part = made[top : top + TILE, left : left + TILE]
        part[:] = _tile(network, style, known, picture, top, left, device)[
            : part.shape[0], : part.shape[1]
        ]
    progress.report(1.0, text)
    return made


def statistics(
    network: StyleNetwork, style: Scaling, picture: Pixels, device: torch.device
) -> Statistics:
    """Return the statistics that all tiles of a picture share.

    Those of a large picture are measured over crops at its own scale: a reduced copy has other
    frequencies, and the result other contrasts than that of the whole.
    """
    height, width = picture.shape[:2]
    if height * width <= WHOLE:
        return network.measure(_tensor(_grown(picture), device), style)
    side = min(MEASURED, height // CELL * CELL, width // CELL * CELL)
    down, across = _starts(height, width, side), _starts(width, height, side)
    crops = [picture[y : y + side, x : x + side] for y in down for x in across]
    return network.measure(torch.cat([_tensor(crop, device) for crop in crops]), style)


def _starts(size: int, other: int, side: int) -> list[int]:
    """Return where the crops begin on one axis: ``CROPS`` on the longer one."""
    count = max(round(CROPS * min(1.0, size / other)), 1)
    return [round((size - side) * (i + 0.5) / count) for i in range(count)]


def _tile(
    network: StyleNetwork,
    style: Scaling,
    known: Statistics,
    picture: Pixels,
    top: int,
    left: int,
    device: torch.device,
) -> Pixels:
    """Return the tile at a place; at the right and lower edge it may be larger than the picture."""
    height, width = picture.shape[:2]
    # Starts are multiples of CELL, so that the halving falls on the same pixels as in the whole.
    above, before = min(MARGIN, top), min(MARGIN, left)
    bottom = min(top + TILE + MARGIN, height)
    right = min(left + TILE + MARGIN, width)
    part = _grown(picture[top - above : bottom, left - before : right])
    made = network.paint(_tensor(part, device), style, known)[0, :, above:, before:]
    pixels = (made * 255).round_().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
    return np.ascontiguousarray(pixels[:TILE, :TILE])


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
