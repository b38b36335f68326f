"""The two towers of the small CLIP: one for pictures of 64 px, one for encoded prompts.

Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision".
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from studio.engine.judges.networks import PictureJudge

SIDE = 64
START_TEMPERATURE = 0.07
MOST_SCALE = math.log(100.0)
"""The largest logarithm of the factor of the similarities, as in the paper."""


class _Layer(nn.Module):
    """One layer of a transformer, norms first; the identity at the beginning."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.inner = nn.Linear(width, 4 * width)
        self.outer = nn.Linear(4 * width, width)
        # So that the convolutions learn from the first step.
        for last in (self.out, self.outer):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, state: Tensor) -> Tensor:
        n, tokens, width = state.shape
        qkv = self.qkv(self.norm1(state)).view(n, tokens, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value)
        state = state + self.out(mixed.transpose(1, 2).reshape(n, tokens, width))
        changed: Tensor = state + self.outer(F.gelu(self.inner(self.norm2(state))))
        return changed


class ClipPictures(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """The picture tower: the judge's convolutions to 4 x 4 patches, then a transformer.

    The paper's towers are residual networks or transformers over patches; this one is both, since
    a transformer alone learns nothing from so few pictures.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        widths: tuple[int, ...] = (32, 64, 128, 192),
        layers: int = 2,
        heads: int = 6,
        dimension: int = 256,
    ) -> None:
        super().__init__()
        self.body = PictureJudge(1, 1, widths)
        del self.body.concept_head, self.body.style_head
        self.positions = nn.Parameter(torch.zeros((SIDE // 2 ** len(widths)) ** 2, widths[-1]))
        self.transformer = nn.ModuleList(_Layer(widths[-1], heads) for _ in range(layers))
        self.projection = nn.Linear(widths[-1], dimension)

    def patches(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 64, 64) in -1..1 to projected patches (n, 16, d), row by row.

        Their mean is the embedding of the picture before it is normalised.
        """
        state = self.body.stem(pictures)
        for stage in self.body.stages:
            state = stage(state)
        tokens = F.silu(state).flatten(2).transpose(1, 2) + self.positions
        for layer in self.transformer:
            tokens = layer(tokens)
        projected: Tensor = self.projection(tokens)
        return projected

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 64, 64) in -1..1 to unit vectors (n, d)."""
        return F.normalize(self.patches(pictures).mean(1), dim=-1)


class ClipTexts(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """The text tower on top of a frozen text encoder: its pooled and its mean state to a vector."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, states: int = 256, inner: int = 448, dimension: int = 256) -> None:
        super().__init__()
        # Of the training captions, whose states hardly differ before they are centred.
        self.register_buffer("mean", torch.zeros(2 * states))
        self.register_buffer("deviation", torch.ones(2 * states))
        self.hidden = nn.Linear(2 * states, inner)
        self.projection = nn.Linear(inner, dimension)
        self.scale = nn.Parameter(torch.tensor(math.log(1 / START_TEMPERATURE)))

    def forward(self, pooled: Tensor) -> Tensor:
        """Map `pooled` of some prompts (n, 2 * states) to unit vectors (n, d)."""
        hidden = F.gelu(self.hidden((pooled - self.mean) / self.deviation))
        return F.normalize(self.projection(hidden), dim=-1)

    def factor(self) -> Tensor:
        """Return the factor of similarities in the loss and in probabilities, at most 100."""
        return self.scale.clamp(max=MOST_SCALE).exp()


def pooled(states: Tensor, tokens: Tensor, end: int) -> Tensor:
    """Return the state of the first token ``end`` and the mean of those up to it, side by side.

    ``states`` (n, length, width) are the last hidden states of ``tokens`` (n, length); a text
    without ``end`` counts to its last token. Returns (n, 2 * width).
    """
    is_end = tokens == end
    length = tokens.shape[1]
    ends = torch.where(is_end.any(1), is_end.int().argmax(1), length - 1)
    kept = torch.arange(length, device=tokens.device)[None] <= ends[:, None]
    weights = kept.to(states.dtype) / kept.sum(1, keepdim=True)
    mean = (states * weights[..., None]).sum(1)
    return torch.cat([states[torch.arange(len(states)), ends], mean], dim=1)


def shrink(pictures: Tensor) -> Tensor:
    """Scale pictures (n, 3, h, w) to the tower's 64 x 64; gradients pass."""
    if pictures.shape[-2:] == (SIDE, SIDE):
        return pictures
    if min(pictures.shape[-2:]) < SIDE:
        return F.interpolate(
            pictures, (SIDE, SIDE), mode="bilinear", align_corners=False, antialias=True
        )
    return F.adaptive_avg_pool2d(pictures, SIDE)
