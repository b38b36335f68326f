"""Prompt-to-prompt: samples a new prompt with the attention of the old one.

Hertz et al. 2022, https://arxiv.org/abs/2208.01626. Each step runs the old text first and stores
its attention; then it runs the new text, whose attention is replaced for words that the two texts
share or swap, kept for words that are new, and scaled for words that are weighted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from studio.engine.rewrite.alignment import Alignment

SELF_POSITIONS = 32 * 32
"""Self-attention is stored in layers of at most this many positions, as the authors do."""
MAP_POSITIONS = 24 * 24
"""Maps of words come from the finest layers of at most this many positions, usually 16 x 16."""
SOFT = 0.1
"""A mask fades out over this distance above and below its threshold."""
BLEND_FROM = 0.2
"""Fraction of the steps after which the local mask applies; earlier attention is too diffuse."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Fractions of the steps, 0..1, that keep the old text's attention and pooled prompt."""

    cross: float = 0.4
    self_attention: float = 0.2
    pooled: float = 0.8


class AttentionControl:
    """Stores the old text's attention and applies it to the new text; see ``processors.Control``.

    ``begin`` selects the text and the step that run next. The conditional row is the last of a
    batch; the unconditional one is left as it is. ``scales`` are factors by position in the new
    text. ``size`` is (height, width) of the latents. ``watched`` are the weights in ``map`` of the
    tokens of the old and the new text, (tokens,) each; None if no token is watched.
    """

    def __init__(
        self,
        alignment: Alignment,
        scales: Mapping[int, float],
        windows: Windows,
        steps: int,
        size: tuple[int, int],
        watched: tuple[torch.Tensor | None, torch.Tensor | None] = (None, None),
    ) -> None:
        self.alignment, self.windows, self.steps = alignment, windows, steps
        self.scales = scales
        self._step, self._is_source = 0, True
        self._kept: dict[str, Any] = {}
        self._maps = tuple(None if one is None else _Map(size, one) for one in watched)
        self._tensors: tuple[torch.Tensor, ...] | None = None

    def begin(self, step: int, *, is_source: bool) -> None:
        """Select the text that runs next, old or new, and the step, counted from 0."""
        self._step, self._is_source = step, is_source
        if is_source:
            self._kept.clear()

    def attend(
        self, name: str, is_cross: bool, layer: Any, states: torch.Tensor, text: torch.Tensor,
        output: torch.Tensor,
    ) -> torch.Tensor:  # fmt: skip
        """Store the old text's attention, or return ``output`` with the new text's changed."""
        if is_cross:
            return self._cross(name, layer, states, text, output)
        if not self._within(self.windows.self_attention) or states.shape[1] > SELF_POSITIONS:
            return output
        query = _heads(layer, layer.to_q(states[-1:]))
        key = _heads(layer, layer.to_k(states[-1:]))
        if self._is_source:
            self._kept[name] = (query, key)
            return output
        value = _heads(layer, layer.to_v(states[-1:]))
        now = F.scaled_dot_product_attention(query, key, value)
        old_query, old_key = self._kept[name]
        then = F.scaled_dot_product_attention(old_query, old_key, value)
        return _changed(layer, output, then - now)

    def pooled(self, output: torch.Tensor) -> torch.Tensor:
        """Store the old text's pooled prompt, or replace the new one's by it."""
        if not self._within(self.windows.pooled):
            return output
        if self._is_source:
            self._kept["pooled"] = output[-1:]
            return output
        return torch.cat([output[:-1], self._kept["pooled"]])

    def map(self) -> torch.Tensor | None:
        """Return where the watched tokens act so far, (h, w) float32 in 0..1; None without any.

        The maximum over both texts, each stretched to 0..1 after averaging over steps, layers,
        heads and tokens.
        """
        found = [one.stretched() for one in self._maps if one is not None]
        return torch.stack(found).amax(dim=0) if found else None

    def _within(self, part: float) -> bool:
        return self._step < round(part * self.steps)

    def _cross(
        self, name: str, layer: Any, states: torch.Tensor, text: torch.Tensor, output: torch.Tensor
    ) -> torch.Tensor:
        seen = self._maps[0 if self._is_source else 1]
        watches = seen is not None and seen.reads(states.shape[1])
        replaces = self._within(self.windows.cross)
        scales = bool(self.scales) and not self._is_source
        if not (watches or replaces or scales):
            return output
        query = _heads(layer, layer.to_q(states[-1:]))
        key = _heads(layer, layer.to_k(text[-1:]))
        share = torch.softmax((query @ key.transpose(-1, -2)).float() * layer.scale, dim=-1)
        if self._is_source:
            if replaces:
                self._kept[name] = share
            edited = share
        else:
            edited = self._edited(share, self._kept[name] if replaces else None)
            value = _heads(layer, layer.to_v(text[-1:]))
            output = _changed(layer, output, (edited - share).to(value.dtype) @ value)
        if seen is not None and watches:
            seen.add(edited[0])
        return output

    def _edited(self, share: torch.Tensor, kept: torch.Tensor | None) -> torch.Tensor:
        """Return the new text's attention (1, heads, positions, tokens); Hertz et al. 2022, 3.2."""
        matrix, own, factors = self._prepared(share)
        if kept is not None:
            share = torch.where(own, share, kept @ matrix)
        return share * factors

    def _prepared(self, like: torch.Tensor) -> tuple[torch.Tensor, ...]:
        if self._tensors is None:
            factors = torch.ones(like.shape[-1])
            for position, factor in self.scales.items():
                factors[position] = factor
            parts = (torch.from_numpy(self.alignment.matrix), torch.from_numpy(self.alignment.own))
            self._tensors = tuple(part.to(like.device) for part in (*parts, factors))
        return self._tensors


class _Map:
    """The summed attention of tokens in layers of one size, for latents of (h, w)."""

    def __init__(self, size: tuple[int, int], counts: torch.Tensor) -> None:
        self.size, self.counts = size, counts
        height, width = size
        while height * width > MAP_POSITIONS:
            height, width = -(-height // 2), -(-width // 2)
        self.shape = (height, width)
        self.total = torch.zeros(self.shape)

    def reads(self, positions: int) -> bool:
        """Whether layers with this many positions are read."""
        return positions == self.shape[0] * self.shape[1]

    def add(self, share: torch.Tensor) -> None:
        """Add one layer's attention (heads, positions, tokens)."""
        seen = share.float().mean(dim=0) @ self.counts.to(share.device, torch.float32)
        self.total += seen.cpu().reshape(self.shape)

    def stretched(self) -> torch.Tensor:
        """Return the map at the latents' size, its minimum 0 and its maximum 1."""
        low, high = self.total.min(), self.total.max()
        part = (self.total - low) / (high - low).clamp(min=1e-12)
        sized = F.interpolate(part[None, None], self.size, mode="bilinear", align_corners=False)
        return sized[0, 0]


def local_mask(seen: torch.Tensor, threshold: float) -> torch.Tensor:
    """Return where ``seen`` (h, w) 0..1 reaches a threshold, as (1, 1, h, w) of 0 and 1.

    Hertz et al. 2022, section 4 (local editing).
    """
    return (seen >= threshold).float()[None, None]


def soft_mask(seen: torch.Tensor, threshold: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return ``local_mask`` with a soft edge, (height, width) uint8 at a picture's ``size``."""
    sized = F.interpolate(seen[None, None], size, mode="bicubic", align_corners=False)[0, 0]
    ramp = ((sized - threshold) / (2 * SOFT) + 0.5).clamp(0, 1)
    return np.asarray((ramp * 255).round().to(torch.uint8).numpy(), dtype=np.uint8)


def _heads(layer: Any, states: torch.Tensor) -> torch.Tensor:
    """Return (n, positions, width) as (n, heads, positions, head width)."""
    count, positions, width = states.shape
    return states.view(count, positions, layer.heads, width // layer.heads).transpose(1, 2)


def _changed(layer: Any, output: torch.Tensor, more: torch.Tensor) -> torch.Tensor:
    """Return a layer's output with ``more`` (1, heads, positions, width) added to its last row.

    The output projection of a layer is linear, so contributions other than the text's, such as
    those of an IP-Adapter's images, are preserved.
    """
    flat = more.transpose(1, 2).flatten(2)
    way = layer.to_out[0]
    added = (way(flat) - way(torch.zeros_like(flat[:, :1]))) / layer.rescale_output_factor
    return torch.cat([output[:-1], output[-1:] + added])
