"""The causal transformer of the DALL-E family (Ramesh et al. 2021,
https://arxiv.org/abs/2102.12092) over one sequence of text tokens and image tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

Cache = list[tuple[Tensor, Tensor]]
"""Keys and values (n, heads, positions, width / heads) of each layer."""


@dataclass(frozen=True, slots=True, eq=False)
class Logits:
    """``image`` (n, image positions, codes); ``hidden`` (n, text, text_width) of text positions,
    whose products with the text encoder's token embeddings are the logits of the next words."""

    image: Tensor
    hidden: Tensor


class Block(nn.Module):
    """Causal attention and a two-layer network, each after a norm that the prompt modulates.

    The scale and shift of both norms come from the pooled prompt (FiLM, Perez et al. 2018,
    https://arxiv.org/abs/1709.07871), since attention alone teaches small networks no shapes.
    """

    def __init__(self, width: int, heads: int, film: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.modulation = nn.Linear(film, 4 * width)
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.second_norm = nn.LayerNorm(width)
        last = nn.Linear(4 * width, width)
        self.layers = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(approximate="tanh"), last)

    def forward(
        self, hidden: Tensor, film: Tensor, gate: Tensor, mask: Tensor, cache: Cache | None, at: int
    ) -> Tensor:
        """Map (n, positions, width) to the same shape.

        ``film`` (n, film width) modulates the positions whose ``gate`` (positions, 1) is 1, not
        those with 0. ``mask`` (n, 1, positions, keys) is True for the keys that a position attends
        to. The keys and values are added to ``cache[at]``.
        """
        count, length, width = hidden.shape
        scale, shift, second_scale, second_shift = self.modulation(film)[:, None].chunk(4, -1)
        normed = self.norm(hidden) * (1 + gate * scale) + gate * shift
        q, k, v = (
            one.reshape(count, length, self.heads, -1).transpose(1, 2)
            for one in self.qkv(normed).chunk(3, -1)
        )
        if cache is not None:
            k, v = _remember(cache, at, k, v)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        found = self.out(found.transpose(1, 2).reshape(count, length, width))
        hidden = hidden + F.dropout(found, self.dropout, self.training)
        normed = self.second_norm(hidden) * (1 + gate * second_scale) + gate * second_shift
        return hidden + F.dropout(self.layers(normed), self.dropout, self.training)


def _remember(cache: Cache, at: int, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """Return the keys and values of all positions so far, and keep them as layer ``at``."""
    if len(cache) == at:
        cache.append((k, v))
    else:
        cache[at] = torch.cat([cache[at][0], k], 2), torch.cat([cache[at][1], v], 2)
    return cache[at]


class DalleTransformer(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Predicts each token of [text, image] from those before it.

    A text token enters as the state of a frozen text encoder, ``text_width`` wide, an image token
    as its embedding with the row and column of the token to predict; the first follows a learned
    mark. ``grid`` is the tokens along an edge. Text and image share one vocabulary, of which each
    position may take one part; only the logits of that part are computed. The norms of image
    positions take the pooled prompt; those of text positions do not, for it contains their answer.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        codes: int = 1024,
        grid: int = 8,
        text_tokens: int = 24,
        text_width: int = 256,
        width: int = 256,
        layers: int = 6,
        heads: int = 4,
        film_width: int = 96,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.text_in = nn.Linear(text_width, width)
        self.text_places = nn.Parameter(torch.randn(text_tokens, width) * 0.02)
        self.image_in = nn.Embedding(codes + 1, width)
        self.rows = nn.Parameter(torch.randn(grid, width) * 0.02)
        self.columns = nn.Parameter(torch.randn(grid, width) * 0.02)
        self.film = nn.Sequential(nn.Linear(text_width, film_width), nn.SiLU())
        self.blocks = nn.ModuleList(Block(width, heads, film_width, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.text_out = nn.Linear(width, text_width)
        self._initialise(layers)

    def _initialise(self, layers: int) -> None:
        for part in self.modules():
            if isinstance(part, nn.Linear | nn.Embedding):
                nn.init.normal_(part.weight, std=0.02)
            if isinstance(part, nn.Linear):
                nn.init.zeros_(part.bias)
            if isinstance(part, Block):
                # GPT-2's smaller start for what is added to the residual stream.
                nn.init.normal_(part.out.weight, std=0.02 * (2 * layers) ** -0.5)
                last: Any = part.layers[-1]
                nn.init.normal_(last.weight, std=0.02 * (2 * layers) ** -0.5)

    @property
    def image_tokens(self) -> int:
        """The number of tokens of a picture."""
        return int(self.config.grid) ** 2

    def forward(
        self,
        states: Tensor,
        lengths: Tensor,
        pooled: Tensor,
        tokens: Tensor,
        cache: Cache | None = None,
    ) -> Logits:
        """Return the logits of image tokens 0..t, of which ``tokens`` (n, t) int64 are the first t.

        ``states`` (n, text, text_width), of which the first ``lengths`` (n,) are no padding,
        ``pooled`` (n, text_width). Positions that are in ``cache`` are not computed again, and have
        no logits; it grows by the others. t is less than the number of tokens of a picture.
        """
        text, count = states.shape[1], tokens.shape[1] + 1
        known = cache[0][0].shape[2] if cache else 0
        mark = tokens.new_full((len(tokens), 1), int(self.config.codes))
        done = max(0, known - text)
        places = torch.arange(done, count, device=tokens.device)
        hidden = self._image(torch.cat([mark, tokens], 1)[:, done:], places)
        if not known:
            hidden = torch.cat([self._text(states), hidden], 1)
        at = torch.arange(known, text + count, device=tokens.device)
        hidden = self._run(hidden, at, _keys(lengths, text, count), pooled, text, cache)
        written = max(0, text - known)
        return Logits(self._codes(hidden[:, written:]), self.text_out(hidden[:, :written]))

    def _run(
        self,
        hidden: Tensor,
        at: Tensor,
        keys: Tensor,
        pooled: Tensor,
        text: int,
        cache: Cache | None,
    ) -> Tensor:
        """Return the normed output of positions ``at`` (positions,), which may see ``keys`` (n, all
        keys so far); the first ``text`` positions are text."""
        before = torch.arange(keys.shape[1], device=at.device)[None] <= at[:, None]
        mask = before[None, None] & keys[:, None, None]
        gate = (at >= text).to(hidden.dtype)[:, None]
        film = self.film(pooled)
        for number, block in enumerate(self.blocks):
            hidden = block(hidden, film, gate, mask, cache, number)
        normed: Tensor = self.norm(hidden)
        return normed

    def _text(self, states: Tensor) -> Tensor:
        made: Tensor = self.text_in(states)
        return made + self.text_places[: states.shape[1]]

    def _image(self, previous: Tensor, places: Tensor) -> Tensor:
        """Return the input (n, positions, width) that predicts the tokens at ``places``."""
        grid = int(self.config.grid)
        made: Tensor = self.image_in(previous)
        return made + self.rows[places // grid] + self.columns[places % grid]

    def _codes(self, hidden: Tensor) -> Tensor:
        """Return logits by the embeddings of the image tokens, without that of the first mark."""
        return F.linear(hidden, self.image_in.weight[:-1])


def _keys(lengths: Tensor, text: int, image: int) -> Tensor:
    """Return (n, text + image) bool: the positions that are no padding."""
    places = torch.arange(text + image, device=lengths.device)[None]
    return (places < lengths[:, None]) | (places >= text)
