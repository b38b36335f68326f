"""Soft edges by holistically-nested edge detection (HED; Xie and Tu 2015, arXiv 1504.06375)."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from studio.control_maps.edges import enlarge_lines
from studio.core.assets.places import asset_path, damaged_asset
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.cancelling import cancellable

TEXT = "Finding edges"
SIDE = 512
"""The shorter side of the network's input in pixels, as for the public ControlNets."""
LEAST, MOST = 64, 2048
LONGEST = 4
"""A panorama's longer side is at most this many times the wanted shorter side."""
MULTIPLE = 8
MEAN = (104.00699, 116.66877, 122.67892)
"""The mean of the training pictures, blue first."""
BLOCKS = ((3, 64, 2), (64, 128, 2), (128, 256, 3), (256, 512, 3), (512, 512, 3))
"""Channels in, channels out, and number of convolutions of each block of VGG16."""


class HedNetwork(nn.Module):
    """VGG16 with an edge map from each of its five blocks, and a convolution that fuses them."""

    def __init__(self) -> None:
        super().__init__()
        for block, (before, after, count) in enumerate(BLOCKS, 1):
            for number in range(1, count + 1):
                width = before if number == 1 else after
                setattr(self, f"conv{block}_{number}", nn.Conv2d(width, after, 3, padding=1))
            setattr(self, f"dsn{block}", nn.Conv2d(after, 1, 1))
        self.fuse = nn.Conv2d(len(BLOCKS), 1, 1)

    def forward(self, picture: Tensor) -> Tensor:
        """Return the edges (1, 1, h, w) in 0..1 of (1, 3, h, w), blue first, minus ``MEAN``."""
        size, features, sides = picture.shape[2:], picture, []
        for block, (_, _, count) in enumerate(BLOCKS, 1):
            if block > 1:
                features = F.max_pool2d(features, 2, 2, ceil_mode=True)
            for number in range(1, count + 1):
                features = F.relu(getattr(self, f"conv{block}_{number}")(features))
            side = getattr(self, f"dsn{block}")(features)
            sides.append(F.interpolate(side, size=size, mode="bilinear", align_corners=False))
        fused: Tensor = self.fuse(torch.cat(sides, dim=1))
        return torch.sigmoid(fused)


class SoftEdgeAnnotator:
    """White, soft edges on black, as the public soft-edge ControlNets expect.

    ``side`` is the length in pixels to which the picture's shorter side is scaled.
    """

    def __init__(self, side: int = SIDE) -> None:
        self.side = min(max(LEAST, int(side)), MOST)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 edges of an (h, w, 3) uint8 sRGB picture.

        StudioError if the weights are missing or damaged; can be cancelled between two layers.
        """
        progress.report(0.0, TEXT)
        network = load_network()
        progress.report(0.1, TEXT)
        seen = _fitted(image, self.side)
        levels = seen[:, :, ::-1].astype(np.float32) - np.array(MEAN, np.float32)
        tensor = torch.from_numpy(np.ascontiguousarray(levels.transpose(2, 0, 1)))[None]
        with torch.inference_mode(), cancellable(network, progress):
            edges = network(tensor)[0, 0].numpy()
        grey = np.rint(edges * 255).astype(np.uint8)
        progress.report(1.0, TEXT)
        return enlarge_lines(np.dstack([grey] * 3), image.shape[1], image.shape[0])


def load_network() -> HedNetwork:
    """Return the network with its weights, in eval mode; StudioError if missing or damaged."""
    path = asset_path("hed")
    with torch.device("meta"):
        network = HedNetwork()
    try:
        state: Mapping[str, Tensor] = load_file(path)
        network.load_state_dict(state, strict=True, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise damaged_asset("hed") from error
    return network.float().requires_grad_(False).eval()


def _fitted(image: Pixels, side: int) -> Pixels:
    """Return a picture scaled to the network's input size, its sides multiples of 8."""
    height, width = image.shape[:2]
    factor = min(side / min(height, width), LONGEST * side / max(height, width))
    size = tuple(max(1, round(length * factor / MULTIPLE)) * MULTIPLE for length in (width, height))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
