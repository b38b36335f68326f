"""The judges that ship with the program: classifiers of pictures and of noisy latents."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

JUDGE_SIDE = 64
"""Width and height in pixels of the pictures that the judge takes."""


class _Block(nn.Module):
    """A residual block and a convolution to the next width, with half the size or the same."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.second = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, inputs) for _ in range(2))
        self.down = nn.Conv2d(inputs, outputs, 3 if stride > 1 else 1, stride, stride // 2)

    def forward(self, state: Tensor) -> Tensor:
        inner = self.first(F.silu(self.norms[0](state)))
        state = state + self.second(F.silu(self.norms[1](inner)))
        down: Tensor = self.down(F.silu(state))
        return down


class PictureJudge(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """A residual convolutional classifier of what a picture shows and of its style."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        concepts: int = 367,
        styles: int = 3,
        widths: tuple[int, ...] = (32, 64, 128, 192),
    ) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, widths[0], 5, stride=2, padding=2)
        pairs = zip(widths, (*widths[1:], widths[-1]), strict=True)
        last = len(widths) - 1
        self.stages = nn.ModuleList(
            _Block(a, b, 1 if number == last else 2) for number, (a, b) in enumerate(pairs)
        )
        self.concept_head = nn.Linear(widths[-1], concepts)
        self.style_head = nn.Linear(widths[-1], styles)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Map pictures (n, 3, 64, 64) in -1..1 to logits (n, concepts) and (n, styles)."""
        pooled = self.features(pictures)
        return self.concept_head(pooled), self.style_head(pooled)

    def features(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 64, 64) in -1..1 to the input of the last layers, (n, width)."""
        state = self.stem(pictures)
        for stage in self.stages:
            state = stage(state)
        pooled: Tensor = F.silu(state).mean(dim=(2, 3))
        return pooled


def to_judge(pictures: Tensor) -> Tensor:
    """Shrink or enlarge pictures (n, 3, h, w) to the judge's size, with gradients."""
    if min(pictures.shape[2:]) < JUDGE_SIDE:
        size = (JUDGE_SIDE, JUDGE_SIDE)
        return F.interpolate(pictures, size, mode="bilinear", align_corners=False)
    return F.adaptive_avg_pool2d(pictures, JUDGE_SIDE)


class _NoisyBlock(nn.Module):
    """A residual block whose features are scaled and shifted by the embedded noise level."""

    def __init__(self, width: int, embedded: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, width) for _ in range(2))
        self.modulation = nn.Linear(embedded, 2 * width)

    def forward(self, state: Tensor, level: Tensor) -> Tensor:
        scale, shift = self.modulation(level)[:, :, None, None].chunk(2, dim=1)
        inner = self.first(F.silu(self.norms[0](state)))
        inner = self.norms[1](inner) * (1 + scale) + shift
        changed: Tensor = state + self.second(F.silu(inner))
        return changed


class LatentJudge(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """A classifier of noisy latents that is told their noise level.

    Dhariwal and Nichol 2021, https://arxiv.org/abs/2105.05233, section 4.1, made small: two sizes,
    attention at the smaller one, average pooling. Features are scaled and shifted by the level.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        concepts: int = 367,
        styles: int = 3,
        channels: int = 4,
        widths: tuple[int, ...] = (64, 96, 112),
        embedded: int = 64,
        heads: int = 4,
    ) -> None:
        super().__init__()
        self.level = nn.Sequential(nn.Linear(embedded, embedded), nn.SiLU())
        self.stem = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList(_NoisyBlock(width, embedded) for width in widths)
        steps = pairwise(widths)
        self.downs = nn.ModuleList(nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in steps)
        self.norm = nn.GroupNorm(8, widths[-1])
        self.attention = nn.MultiheadAttention(widths[-1], heads, batch_first=True)
        self.last = _NoisyBlock(widths[-1], embedded)
        self.concept_head = nn.Linear(widths[-1], concepts)
        self.style_head = nn.Linear(widths[-1], styles)

    def forward(self, latents: Tensor, alphas: Tensor) -> tuple[Tensor, Tensor]:
        """Map noisy latents to logits (n, concepts) and (n, styles).

        ``latents`` (n, channels, h, w) are sqrt(alpha) x0 + sqrt(1 - alpha) noise of latents of
        unit variance, and ``alphas`` (n,) their alpha (cumulative, 0..1).
        """
        level = self.level(self.embed(alphas).to(latents.dtype))
        state = self.stem(latents)
        for number, block in enumerate(self.blocks):
            state = block(state, level)
            if number < len(self.downs):
                state = self.downs[number](state)
        tokens = self.norm(state).flatten(2).transpose(1, 2)
        seen = self.attention(tokens, tokens, tokens, need_weights=False)[0]
        state = state + seen.transpose(1, 2).reshape(state.shape)
        pooled = F.silu(self.last(state, level)).mean(dim=(2, 3))
        return self.concept_head(pooled), self.style_head(pooled)

    def embed(self, alphas: Tensor) -> Tensor:
        """Return sines and cosines (n, embedded) of the log signal-to-noise ratio of ``alphas``."""
        kept = alphas.float().clamp(1e-4, 1 - 1e-4)
        ratio = (kept / (1 - kept)).log()
        half = int(self.config.embedded) // 2
        rates = torch.exp(torch.linspace(math.log(0.1), math.log(4.0), half, device=ratio.device))
        angles = ratio[:, None] * rates
        return torch.cat([angles.sin(), angles.cos()], dim=1)
