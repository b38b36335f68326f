"""Draws the image tokens of DALL-E in raster order, those that are known kept as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.engine.families.dall_e.networks import Cache, DalleTransformer
from studio.engine.pipelines.route import check_finite


@dataclass(frozen=True, slots=True, eq=False)
class Prompts:
    """The encoded prompt and the negative one, in this order: ``states`` (2, text, width), of which
    ``lengths`` (2,) are no padding, and ``pooled`` (2, width)."""

    states: Tensor
    lengths: Tensor
    pooled: Tensor

    def repeated(self, count: int, guided: bool) -> Prompts:
        """Return ``count`` rows of the prompt, then as many of the negative one if ``guided``."""
        rows = torch.arange(2 if guided else 1).repeat_interleave(count).to(self.states.device)
        return Prompts(self.states[rows], self.lengths[rows], self.pooled[rows])


@dataclass(frozen=True, slots=True)
class Choice:
    """How a token is chosen: ``temperature`` > 0, among the ``top_k`` likeliest; logits are
    unconditional + ``guidance`` (conditional - unconditional) if ``guidance`` is over 1."""

    temperature: float
    top_k: int
    guidance: float

    def pick(self, logits: Tensor, generator: torch.Generator) -> Tensor:
        """Return one code (n,) of each row of logits (n, codes), drawn on the CPU."""
        best, codes = logits.topk(min(self.top_k, logits.shape[-1]))
        odds = (best / self.temperature).softmax(-1)
        picked = torch.multinomial(odds, 1, generator=generator)
        return codes.gather(1, picked)[:, 0]


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """``tokens`` (n, image tokens) of n candidates, and ``fit`` (n,): the mean logarithm of the
    probability of the known tokens that come after a free one. ``is_weighed`` is False if there
    are none, and ``fit`` 0."""

    tokens: Tensor
    fit: Tensor
    is_weighed: bool


Watch = Callable[[int, Tensor], None]
"""Is called after each drawn token with the place and the tokens (n, image tokens) so far."""


def draw_tokens(
    model: DalleTransformer,
    prompts: Prompts,
    known: Tensor,
    free: Tensor,
    count: int,
    choice: Choice,
    generator: torch.Generator,
    watch: Watch,
    name: str,
) -> Drawn:
    """Return ``count`` candidates, drawn side by side.

    ``known`` (image tokens,) int64 are the tokens of the picture, of which those that are ``free``
    (image tokens,) bool are drawn anew, each by the prompt and all tokens before it. StudioError
    with the ``name`` of the model if a logit is not a finite number.
    """
    guided = choice.guidance > 1
    rows = prompts.repeated(count, guided)
    tokens = known.to(rows.states.device).repeat(count, 1)
    cache: Cache = []
    places = torch.nonzero(free).flatten().tolist()
    fit, weighed, done = torch.zeros(count), 0, 0
    last = len(known) - 1
    for place in [*places, last] if places and places[-1] < last else places:
        seen = tokens[:, :place].repeat(2 if guided else 1, 1)
        logits = model(rows.states, rows.lengths, rows.pooled, seen, cache).image
        logits = logits.float().cpu()
        check_finite(logits, name)
        if places[0] < place:
            # Known tokens since the last free place: how well they go on from what was drawn.
            until = place + (place not in places)
            part = logits[:count, : until - done].log_softmax(-1)
            wanted = tokens[:, done:until].cpu()
            fit = fit + part.gather(2, wanted[..., None])[..., 0].sum(1)
            weighed += until - done
        if free[place]:
            now = logits[:count, -1]
            if guided:
                now = logits[count:, -1] + choice.guidance * (now - logits[count:, -1])
            tokens[:, place] = choice.pick(now, generator).to(tokens.device)
            watch(place, tokens)
        done = place + 1
    return Drawn(tokens, fit / max(1, weighed), weighed > 0)


def least_fitting(
    model: DalleTransformer, prompts: Prompts, tokens: Tensor, free: Tensor, part: float
) -> Tensor:
    """Return the part (0..1) of the free places whose tokens fit the prompt least, bool.

    The fit of a token is the logarithm of its probability with the prompt over that with the
    negative one, both after the same picture (``tokens``, (image tokens,)).
    """
    seen = tokens.to(prompts.states.device)[None, :-1].repeat(2, 1)
    logits = model(prompts.states, prompts.lengths, prompts.pooled, seen).image
    odds = logits.float().cpu().log_softmax(-1)
    wanted = tokens.cpu()[None, :, None].repeat(2, 1, 1)
    said = odds.gather(2, wanted)[..., 0]
    fit = torch.where(free, said[0] - said[1], torch.inf)
    count = min(int(free.sum()), max(1, round(part * int(free.sum()))))
    chosen = torch.zeros_like(free)
    chosen[fit.argsort(stable=True)[:count]] = True
    return chosen
