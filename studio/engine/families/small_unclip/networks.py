"""The networks of the small unCLIP: the prior, and what lets a UNet read an image embedding.

After DALL-E 2 (Ramesh et al. 2022, https://arxiv.org/abs/2204.06125). An embedding here is CLIP's,
normalized and multiplied by the root of its width, so that its numbers have unit variance; zeros
stand for "no picture".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.models.embeddings import get_timestep_embedding
from torch import Tensor, nn


class UnclipPrior(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts the image embedding of a prompt from a noisy one.

    A transformer over the states of the prompt, its pooled state, CLIP's embedding of it, the
    timestep, the noisy embedding and a learned query, whose output is the prediction (section 2.2
    of the paper). It begins as a linear map of the text embedding, to which it adds what it
    learns. The pooled state and the timestep scale and shift every layer too, by one shared layer
    and a table for each, as in PixArt (https://arxiv.org/abs/2310.00426).
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        embed_dim: int = 256,
        text_dim: int = 256,
        text_tokens: int = 24,
        width: int = 256,
        num_layers: int = 4,
        num_attention_heads: int = 4,
        mlp_ratio: int = 2,
    ) -> None:
        super().__init__()
        self.read_states = nn.Linear(text_dim, width)
        self.read_pooled = nn.Linear(text_dim, width)
        self.read_embed = nn.Linear(embed_dim, width)
        self.read_clip = nn.Linear(embed_dim, width)
        self.read_time = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.positions = nn.Parameter(0.02 * torch.randn(text_tokens + 5, width))
        self.query = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.modulation = nn.Linear(width, 6 * width)
        self.layers = nn.ModuleList(
            _PriorLayer(width, num_attention_heads, mlp_ratio) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(width)
        self.predict = nn.Linear(width, embed_dim)
        self.of_text = nn.Linear(embed_dim, embed_dim)
        for layer in (self.modulation, self.predict):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self, noisy: Tensor, timestep: Tensor, states: Tensor, pooled: Tensor, clip: Tensor
    ) -> Tensor:
        """Return predicted x0 (n, embed_dim).

        ``noisy`` (n, embed_dim) is an embedding with noise, ``timestep`` (n,) 0..999, ``states``
        (n, text_tokens, text_dim) and ``pooled`` (n, text_dim) are those of the prompts, ``clip``
        (n, embed_dim) CLIP's embeddings of them, of the same length as those of pictures.
        """
        width = int(self.config.width)
        moment = get_timestep_embedding(timestep, width, flip_sin_to_cos=True).to(noisy.dtype)
        time, summary = self.read_time(moment), self.read_pooled(pooled)
        single = (summary, self.read_clip(clip), time, self.read_embed(noisy))
        tokens = torch.cat(
            [
                self.read_states(states),
                *(one[:, None] for one in single),
                self.query.expand(len(noisy), -1, -1),
            ],
            1,
        )
        tokens = tokens + self.positions
        changes = self.modulation(F.silu(time + summary)).view(len(noisy), 6, 1, width)
        for layer in self.layers:
            tokens = layer(tokens, changes)
        made: Tensor = self.of_text(clip) + self.predict(self.norm(tokens[:, -1]))
        return made


class _PriorLayer(nn.Module):
    """Attention and a feed-forward layer, each scaled, shifted and gated."""

    def __init__(self, width: int, heads: int, ratio: int) -> None:
        super().__init__()
        self.heads = heads
        self.table = nn.Parameter(
            torch.cat([torch.zeros(2, 1, width), torch.ones(1, 1, width)] * 2)
        )
        self.project = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.widen = nn.Linear(width, ratio * width)
        self.narrow = nn.Linear(ratio * width, width)

    def forward(self, tokens: Tensor, changes: Tensor) -> Tensor:
        shift, scale, gate, shift_2, scale_2, gate_2 = (changes + self.table).unbind(1)
        inner = self.project(_normed(tokens) * (1 + scale) + shift)
        tokens = tokens + gate * self.attended(self._attention(inner))
        inner = self.widen(_normed(tokens) * (1 + scale_2) + shift_2)
        fed: Tensor = tokens + gate_2 * self.narrow(F.gelu(inner, approximate="tanh"))
        return fed

    def _attention(self, inner: Tensor) -> Tensor:
        count, length, width = inner.shape
        split = inner.view(count, length, 3, self.heads, width // (3 * self.heads))
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return mixed.transpose(1, 2).reshape(count, length, -1)


def _normed(tokens: Tensor) -> Tensor:
    return F.layer_norm(tokens, tokens.shape[-1:])


class ImageConditioning(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Turns image embeddings into what a UNet of the starter's kind reads in place of a prompt.

    ``tokens`` for its cross-attention, and a sum for its time embedding, beside the pooled tokens,
    by which the embedding scales and shifts the features of every residual block.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        embed_dim: int = 256,
        cross_attention_dim: int = 256,
        time_embed_dim: int = 256,
        tokens: int = 4,
        hidden: int = 448,
    ) -> None:
        super().__init__()
        self.widen = nn.Linear(embed_dim, hidden)
        self.predict = nn.Linear(hidden, tokens * cross_attention_dim + time_embed_dim)

    def forward(self, embeds: Tensor) -> tuple[Tensor, Tensor]:
        """Return tokens (n, tokens, cross_attention_dim) and sums (n, time_embed_dim) of embeddings
        (n, embed_dim)."""
        made = self.predict(F.silu(self.widen(embeds)))
        count, width = int(self.config.tokens), int(self.config.cross_attention_dim)
        tokens = made[:, : count * width].reshape(len(embeds), count, width)
        return tokens, made[:, count * width :]


@contextmanager
def added_to_time(unet: Any, sums: Tensor) -> Iterator[None]:
    """Add ``sums`` (n, time_embed_dim) to what a UNet adds to its time embedding.

    On exit, error or not, the UNet is as before.
    """

    def add(module: nn.Module, given: tuple[Any, ...], pooled: Tensor) -> Tensor:
        return pooled + sums.to(pooled.dtype)

    handle = unet.add_embedding.register_forward_hook(add)
    try:
        yield
    finally:
        handle.remove()


def decode_step(
    unet: Any, conditioning: ImageConditioning, noisy: Tensor, timestep: Tensor, embeds: Tensor
) -> Tensor:
    """Return the prediction (n, 4, h, w) of a UNet for noisy latents and embeddings (n, width)."""
    tokens, sums = conditioning(embeds)
    with added_to_time(unet, sums):
        made: Tensor = unet(noisy, timestep, tokens).sample
    return made


def normalized(embeds: Tensor) -> Tensor:
    """Return embeddings (n, width) of the length at which their numbers have unit variance."""
    return F.normalize(embeds.float(), dim=-1) * math.sqrt(embeds.shape[-1])
