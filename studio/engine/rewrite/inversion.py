"""Inverts a picture to the noise from which the model reproduces it.

DDIM inversion (Song et al. 2020, https://arxiv.org/abs/2010.02502) alone drifts under guidance;
null-text inversion (Mokady et al. 2022, https://arxiv.org/abs/2211.09794) learns an embedding of
the empty prompt for each step that leads back; negative-prompt inversion (Miyake et al. 2023,
https://arxiv.org/abs/2305.16807) uses the picture's own caption instead, at no cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from studio.engine.rewrite.ddim import Step

Predict = Callable[[torch.Tensor, int, torch.Tensor], torch.Tensor]
"""The network: takes latents (n, 4, h, w), step index and text embeddings (n, tokens, width), and
returns its prediction."""

OnStep = Callable[[int, torch.Tensor], None]
"""Called after each step with the number of steps done and predicted x0 (1, 4, h, w) to preview."""

INNER = 10
"""Maximum number of embedding updates per step, the authors' value."""
RATE = 3e-2
"""Learning rate of the first step, halved by the last; three times the authors', which brings the
starter closer to its autoencoder."""
ENOUGH = 1e-5
ENOUGH_GROWS = 2e-5
"""The updates of a step end below this loss, which grows with each step: the authors' values."""


def ddim_inversion(
    predict: Predict,
    steps: Sequence[Step],
    latents: torch.Tensor,
    text: torch.Tensor,
    on_step: OnStep,
) -> list[torch.Tensor]:
    """Return the latents (1, 4, h, w) before the first of ``steps``, after each, the noise first.

    The steps are taken backwards without guidance; the output at the end of a step, not yet known,
    is approximated by that at its beginning (Mokady et al. 2022, section 3.2).
    """
    track = [latents]
    for index, step in reversed(list(enumerate(steps))):
        output = predict(track[0], index, text)
        on_step(len(steps) - index, step.clean(track[0], output))
        track.insert(0, step.up(track[0], output))
    return track


def guide(without: torch.Tensor, with_text: torch.Tensor, cfg_scale: float) -> torch.Tensor:
    """Return the guided output (Ho and Salimans 2022, https://arxiv.org/abs/2207.12598)."""
    return without + cfg_scale * (with_text - without)


def null_text(
    predict: Predict,
    steps: Sequence[Step],
    track: Sequence[torch.Tensor],
    text: torch.Tensor,
    empty: torch.Tensor,
    cfg_scale: float,
    on_step: OnStep,
    inner: int = INNER,
) -> torch.Tensor:
    """Return embeddings (steps, tokens, width) of the empty prompt that lead along ``track``.

    Mokady et al. 2022, equation 3 and algorithm 1: each step's embedding starts as the previous
    one and is updated by Adam until the guided step ends near the track. Embeddings are rounded to
    half precision before they are tried, so that the stored values are those that were tried.
    """
    found = []
    null = _rounded(empty)
    current = track[0]
    for number, step in enumerate(steps):
        with torch.no_grad():
            cond = predict(current, number, text)
        null, output = _fit(
            predict, number, step, current, cond, track[number + 1], null, cfg_scale,
            rate=RATE * (1 - number / (2 * len(steps))),
            enough=ENOUGH + ENOUGH_GROWS * number,
            inner=inner,
        )  # fmt: skip
        found.append(null)
        clean = step.clean(current, output)
        current = step.down(current, output)
        on_step(number + 1, clean)
    return torch.cat(found)


def _fit(
    predict: Predict,
    index: int,
    step: Step,
    current: torch.Tensor,
    cond: torch.Tensor,
    goal: torch.Tensor,
    null: torch.Tensor,
    cfg_scale: float,
    *,
    rate: float,
    enough: float,
    inner: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the best embedding tried for one step and its guided output."""
    master = null.float().clone()
    optimiser = torch.optim.Adam([master], lr=rate)
    # In half precision the loss is scaled up, or its gradients would underflow.
    scale = 1.0 if null.dtype == torch.float32 else float(goal.numel())
    best = (float("inf"), null, cond)
    for update in range(inner + 1):
        tried = _rounded(master).to(null.dtype).requires_grad_(True)
        with torch.set_grad_enabled(update < inner):
            output = guide(predict(current, index, tried), cond, cfg_scale)
            missed = step.down(current, output).float() - goal.float()
            loss = missed.square().mean() * scale
        value = float(loss.detach()) / scale
        if value < best[0]:
            best = (value, tried.detach(), output.detach())
        if value < enough or update == inner:
            break
        (gradient,) = torch.autograd.grad(loss, tried)
        master.grad = gradient.float() / scale
        optimiser.step()
    return best[1], best[2]


def _rounded(embedding: torch.Tensor) -> torch.Tensor:
    return embedding.detach().half().to(embedding.dtype)
