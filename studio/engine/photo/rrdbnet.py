"""RRDBNet, the network of Real-ESRGAN that doubles the size of a picture.

ESRGAN (Wang et al. 2018) with the pixel unshuffle of Real-ESRGAN's x2plus (Wang et al. 2021): the
picture enters at half its size with 12 channels, and leaves at four times that. Layer names are
those of the published weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

SLOPE = 0.2
"""Slope of the leaky ReLUs, and the factor of every residual."""
SCALE = 2
CELL = 2
"""Width and height of a picture must be multiples of this."""


class DenseBlock(nn.Module):
    """Five convolutions, each of which reads the input and the outputs of all before it."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        for number in range(4):
            layer = nn.Conv2d(width + number * growth, growth, 3, padding=1)
            self.add_module(f"conv{number + 1}", layer)
        self.conv5 = nn.Conv2d(width + 4 * growth, width, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return features of the same shape (n, width, h, w)."""
        found = [x]
        for number in range(4):
            made = self.get_submodule(f"conv{number + 1}")(torch.cat(found, 1))
            found.append(functional.leaky_relu(made, SLOPE, inplace=True))
        out: torch.Tensor = self.conv5(torch.cat(found, 1))
        return torch.add(x, out, alpha=SLOPE)


class ResidualBlock(nn.Module):
    """Three dense blocks with a residual around them."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.rdb1 = DenseBlock(width, growth)
        self.rdb2 = DenseBlock(width, growth)
        self.rdb3 = DenseBlock(width, growth)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return features of the same shape (n, width, h, w)."""
        return torch.add(x, self.rdb3(self.rdb2(self.rdb1(x))), alpha=SLOPE)


class RRDBNet(nn.Module):
    """The network; the defaults are those of RealESRGAN_x2plus, 16.7 million weights."""

    def __init__(self, width: int = 64, blocks: int = 23, growth: int = 32) -> None:
        super().__init__()
        self.conv_first = nn.Conv2d(3 * CELL * CELL, width, 3, padding=1)
        self.body = nn.Sequential(*(ResidualBlock(width, growth) for _ in range(blocks)))
        self.conv_body = nn.Conv2d(width, width, 3, padding=1)
        self.conv_up1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_up2 = nn.Conv2d(width, width, 3, padding=1)
        self.conv_hr = nn.Conv2d(width, width, 3, padding=1)
        self.conv_last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        """Return (n, 3, 2h, 2w) for an RGB picture (n, 3, h, w) of 0..1, h and w even.

        The result may exceed 0..1 a little.
        """
        features = self.conv_first(functional.pixel_unshuffle(picture, CELL))
        features = features + self.conv_body(self.body(features))
        for layer in (self.conv_up1, self.conv_up2):
            larger = functional.interpolate(features, scale_factor=2, mode="nearest")
            features = functional.leaky_relu(layer(larger), SLOPE, inplace=True)
        features = functional.leaky_relu(self.conv_hr(features), SLOPE, inplace=True)
        made: torch.Tensor = self.conv_last(features)
        return made


def network_of(weights: Mapping[str, torch.Tensor]) -> RRDBNet:
    """Return the network with weights by their published names, in float32 and for inference.

    Names that the network does not have are ignored (constants of a converted file). KeyError or
    RuntimeError if weights are missing or have other shapes.
    """
    with torch.device("meta"):
        network = RRDBNet()
    wanted = network.state_dict()
    state: dict[str, Any] = {name: weights[name].float() for name in wanted}
    network.load_state_dict(state, strict=True, assign=True)
    for weight in network.parameters():
        weight.requires_grad_(False)
    return network.eval()
