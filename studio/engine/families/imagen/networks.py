"""The UNet of both stages of the small Imagen (Saharia et al. 2022,
https://arxiv.org/abs/2205.11487)."""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

FREQUENCIES = 64
"""Numbers of the sinusoidal embedding of a timestep."""
EMBEDDED = 256
"""Width of the embedding of timestep and prompt."""


class PixelUNet(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts v for pictures in -1..1; most of its weights work at the lowest resolution, as in
    the paper's efficient UNet.

    Pictures are folded ``patch`` times first, so that a cell of the first level has ``patch`` x
    ``patch`` pixels; each further level of ``widths`` has half as many cells along an edge, and
    ``blocks`` on the way down and up again. The level ``attends`` takes part in attention, to the
    states of the text encoder and, with ``self_attention``, to its own cells. The pooled prompt
    scales and shifts the features of every block. A stage that ``enlarges`` takes the small
    picture too, one pixel a cell, and the level of the noise in it.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        patch: int = 2,
        widths: tuple[int, ...] = (80, 160, 256),
        blocks: tuple[int, ...] = (1, 1, 1),
        attends: int = 1,
        text_width: int = 256,
        heads: int = 4,
        self_attention: bool = True,
        enlarges: bool = False,
        sample_size: int = 32,
    ) -> None:
        super().__init__()
        cells = 3 * patch * patch
        self.time = _embedding(EMBEDDED)
        self.noise_level = _embedding(EMBEDDED) if enlarges else None
        self.pooled = nn.Linear(text_width, EMBEDDED)
        self.entry = nn.Conv2d(cells + 3 * enlarges, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.widen = nn.ModuleList(), nn.ModuleList()
        for number, (width, count) in enumerate(zip(widths, blocks, strict=True)):

            def attention(width: int = width, number: int = number) -> nn.Module | None:
                if number != attends:
                    return None
                return _Attention(width, text_width, heads, self_attention)

            self.down.append(_Level([width] * (count + 1), attention()))
            self.up.append(_Level([2 * width, *[width] * count], attention()))
        for outer, inner in itertools.pairwise(widths):
            self.shrink.append(nn.Conv2d(outer, inner, 3, stride=2, padding=1))
            self.widen.append(nn.Conv2d(inner, 4 * outer, 1))
        self.middle = _Block(widths[-1], widths[-1])
        self.norm = nn.GroupNorm(8, widths[0])
        self.exit = nn.Conv2d(widths[0], cells, 3, padding=1)
        nn.init.zeros_(self.exit.weight)
        assert self.exit.bias is not None
        nn.init.zeros_(self.exit.bias)

    def forward(
        self,
        noisy: Tensor,
        time: Tensor,
        states: Tensor,
        pooled: Tensor,
        small: Tensor | None = None,
        level: Tensor | None = None,
    ) -> Tensor:
        """Return v (n, 3, h, w) for noisy pictures; edges are multiples of `multiple`.

        ``time`` and ``level`` (n,) are timesteps 0..999, ``states`` (n, tokens, text_width) and
        ``pooled`` (n, text_width) the encoded prompts, ``small`` (n, 3, h / patch, w / patch) the
        pictures to enlarge, already with noise of ``level``.
        """
        patch = int(self.config.patch)
        signal = self.time(_waves(time, noisy.dtype)) + self.pooled(pooled)
        cells = F.pixel_unshuffle(noisy, patch)
        if self.noise_level is not None:
            if small is None or level is None:
                raise ValueError("this stage enlarges, and takes the small picture and its level")
            signal = signal + self.noise_level(_waves(level, noisy.dtype))
            cells = torch.cat([cells, small], 1)
        signal = F.silu(signal)
        features = self.entry(_last(cells))
        kept = []
        for number, run in enumerate(self.down):
            features = run(
                self.shrink[number - 1](features) if number else features, signal, states
            )
            kept.append(features)
        features = self.middle(features, signal)
        for number in reversed(range(len(self.up))):
            features = self.up[number](_last(torch.cat([features, kept.pop()], 1)), signal, states)
            if number:
                features = F.pixel_shuffle(self.widen[number - 1](features), 2)
        made: Tensor = F.pixel_shuffle(self.exit(F.silu(self.norm(features))), patch)
        return made

    @property
    def multiple(self) -> int:
        """What the edges of pictures are multiples of."""
        halvings = len(self.config.widths) - 1
        return int(self.config.patch) << halvings


def _last(features: Tensor) -> Tensor:
    return features.contiguous(memory_format=torch.channels_last)


class _Level(nn.Module):
    """The blocks of one level, each from one of ``widths`` to the next, and its attention."""

    def __init__(self, widths: list[int], attention: nn.Module | None) -> None:
        super().__init__()
        pairs = itertools.pairwise(widths)
        self.blocks = nn.ModuleList(_Block(inputs, outputs) for inputs, outputs in pairs)
        self.attention = attention

    def forward(self, features: Tensor, signal: Tensor, states: Tensor) -> Tensor:
        for block in self.blocks:
            features = block(features, signal)
        return features if self.attention is None else self.attention(features, states)


class _Block(nn.Module):
    """Two convolutions around a scale and shift by the signal, with a residual connection."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(8, inputs)
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.signal = nn.Linear(EMBEDDED, 2 * outputs)
        self.norm_out = nn.GroupNorm(8, outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.second.weight)
        assert self.second.bias is not None
        nn.init.zeros_(self.second.bias)

    def forward(self, features: Tensor, signal: Tensor) -> Tensor:
        inner = self.first(F.silu(self.norm_in(features)))
        scale, shift = self.signal(signal)[..., None, None].chunk(2, 1)
        inner = self.norm_out(inner) * (1 + scale) + shift
        made: Tensor = self.skip(features) + self.second(F.silu(inner))
        return made


class _Attention(nn.Module):
    """Self attention over the cells, if wanted, and cross attention to the prompt's states."""

    def __init__(self, width: int, text_width: int, heads: int, self_attention: bool) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(8, width) if self_attention else None
        self.own = nn.Linear(width, 3 * width) if self_attention else None
        self.own_out = nn.Linear(width, width) if self_attention else None
        self.norm_text = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.text = nn.Linear(text_width, 2 * width)
        self.out = nn.Linear(width, width)
        for last in (self.own_out, self.out):
            if last is not None:
                nn.init.zeros_(last.weight)
                nn.init.zeros_(last.bias)

    def forward(self, features: Tensor, states: Tensor) -> Tensor:
        height, width = features.shape[-2:]
        cells = features.flatten(2).transpose(1, 2)
        if self.norm is not None and self.own is not None and self.own_out is not None:
            normed = self.norm(features).flatten(2).transpose(1, 2)
            query, key, value = self.own(normed).chunk(3, -1)
            cells = cells + self.own_out(self._attend(query, key, value))
        key, value = self.text(states).chunk(2, -1)
        query = self.query(self.norm_text(cells))
        cells = cells + self.out(self._attend(query, key, value))
        return _last(cells.transpose(1, 2).unflatten(2, (height, width)))

    def _attend(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        parts = [one.unflatten(-1, (self.heads, -1)).transpose(1, 2) for one in (query, key, value)]
        made: Tensor = F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
        return made


def _embedding(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))


def _waves(time: Tensor, dtype: torch.dtype) -> Tensor:
    """Return the sinusoidal embedding (n, FREQUENCIES) of timesteps (n,)."""
    half = FREQUENCIES // 2
    steps = torch.arange(half, device=time.device, dtype=torch.float32) / half
    angles = time.float()[:, None] * torch.exp(-math.log(10000.0) * steps)
    return torch.cat([angles.sin(), angles.cos()], 1).to(dtype)


def base_settings() -> dict[str, Any]:
    """Return the configuration of the first stage, which makes pictures of 32 px."""
    return {"patch": 2, "widths": (80, 128, 160), "blocks": (1, 1, 1), "sample_size": 32}


def enlarger_settings() -> dict[str, Any]:
    """Return the configuration of the second stage, which makes 128 px of 32."""
    return {
        "patch": 4,
        "widths": (80, 96, 96),
        "blocks": (1, 1, 1),
        "self_attention": False,
        "enlarges": True,
        "sample_size": 128,
    }
