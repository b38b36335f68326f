"""The network of Lightweight OpenPose (Osokin 2018, arXiv 1811.12004).

MobileNet v1 (Howard et al. 2017) up to its fifth stage, whose stride is replaced by dilation, so
that the maps have an eighth of the picture's size; then lightweight versions of OpenPose's stages
(Cao et al. 2017). Module names match the public weights, which are loaded strictly.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

STRIDE = 8
"""Pixels of the picture per cell of the maps, in both directions."""

HEATMAPS = 19
"""18 joints and the background."""

FIELDS = 38
"""Part affinity fields: x and y for each of 19 limbs."""

WIDTH = 128
REFINEMENTS = 3
# In channels, out channels, stride and dilation of MobileNet's separable convolutions.
_BACKBONE = (
    (32, 64, 1, 1),
    (64, 128, 2, 1),
    (128, 128, 1, 1),
    (128, 256, 2, 1),
    (256, 256, 1, 1),
    (256, 512, 1, 1),
    (512, 512, 1, 2),
    *((512, 512, 1, 1),) * 4,
)


class OpenPoseNetwork(nn.Module):
    """Confidence maps of joints and part affinity fields of limbs, refined stage by stage."""

    def __init__(self) -> None:
        super().__init__()
        first = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
        )
        self.model = nn.Sequential(first, *(_separable(*row) for row in _BACKBONE))
        self.cpm = _Adapter(512, WIDTH)
        self.initial_stage = _InitialStage()
        self.refinement_stages = nn.ModuleList(_RefinementStage() for _ in range(REFINEMENTS))

    def stages(self, image: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the maps after each stage, the best last, so that a caller can stop between them.

        ``image`` is (n, 3, h, w) float, BGR, 8-bit levels as (level - 128) / 256, h and w multiples
        of ``STRIDE``. A pair is (n, 19, h / 8, w / 8) confidence, about 0..1, and
        (n, 38, h / 8, w / 8) fields, x and y about -1..1.
        """
        features = self.cpm(self.model(image))
        heat, fields = self.initial_stage(features)
        yield heat, fields
        for stage in self.refinement_stages:
            heat, fields = stage(torch.cat([features, heat, fields], dim=1))
            yield heat, fields

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return the maps of the last stage; see ``stages``."""
        *_, last = self.stages(image)
        return last


class _Adapter(nn.Module):
    """Projects the backbone's features to the width of the stages."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.align = _conv(channels, width, 1)
        self.trunk = nn.Sequential(*(_separable_elu(width) for _ in range(3)))
        self.conv = _conv(width, width, 3)

    def forward(self, features: Tensor) -> Tensor:
        aligned = self.align(features)
        made: Tensor = self.conv(aligned + self.trunk(aligned))
        return made


class _InitialStage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(*(_conv(WIDTH, WIDTH, 3) for _ in range(3)))
        self.heatmaps = _head(512, HEATMAPS)
        self.pafs = _head(512, FIELDS)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        deep = self.trunk(features)
        return self.heatmaps(deep), self.pafs(deep)


class _RefinementStage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        entry = _RefinementBlock(WIDTH + HEATMAPS + FIELDS)
        self.trunk = nn.Sequential(entry, *(_RefinementBlock(WIDTH) for _ in range(4)))
        self.heatmaps = _head(WIDTH, HEATMAPS)
        self.pafs = _head(WIDTH, FIELDS)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        deep = self.trunk(features)
        return self.heatmaps(deep), self.pafs(deep)


class _RefinementBlock(nn.Module):
    """A 3 x 3 convolution and a dilated one, with the receptive field of a 7 x 7 convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.initial = _conv(channels, WIDTH, 1)
        self.trunk = nn.Sequential(_conv_norm(1), _conv_norm(2))

    def forward(self, features: Tensor) -> Tensor:
        narrow: Tensor = self.initial(features)
        made: Tensor = narrow + self.trunk(narrow)
        return made


def _separable(channels: int, out: int, stride: int, dilation: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(
            channels, channels, 3, stride, dilation, dilation, groups=channels, bias=False
        ),
        nn.BatchNorm2d(channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(channels, out, 1, bias=False),
        nn.BatchNorm2d(out),
        nn.ReLU(inplace=True),
    )  # fmt: skip


def _separable_elu(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False),
        nn.ELU(inplace=True),
        nn.Conv2d(width, width, 1, bias=False),
        nn.ELU(inplace=True),
    )


def _conv(channels: int, out: int, size: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, out, size, padding=size // 2), nn.ReLU(inplace=True)
    )  # fmt: skip


def _conv_norm(dilation: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation),
        nn.BatchNorm2d(WIDTH),
        nn.ReLU(inplace=True),
    )


def _head(width: int, out: int) -> nn.Sequential:
    return nn.Sequential(_conv(WIDTH, width, 1), nn.Sequential(nn.Conv2d(width, out, 1)))
