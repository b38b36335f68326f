"""The interface of a model family with a UNet for training: four functions and its text parts.

``engine.training`` implements the loop, the data, the objective, the checkpoints and the files of
a subject; a family supplies a ``TrainingFamily`` and declares the methods that it supports in its
``FamilySpec``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import Networks

Conditions = Mapping[str, torch.Tensor]
"""The conditioning of n prompts, each tensor with n rows; the names are the family's own."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text encoder of a model and its tokenizer, by their names in ``Networks``."""

    encoder: str = "text_encoder"
    tokenizer: str = "tokenizer"


class TrainingFamily(Protocol):
    """The functions of a family that training calls."""

    @property
    def text_parts(self) -> tuple[TextPart, ...]:
        """The trainable text encoders; new embeddings are added only to the first."""

    def encode(self, networks: Networks, prompts: Sequence[str], side: int) -> Conditions:
        """Return the conditioning of prompts for pictures of side x side pixels.

        With gradients, as a text encoder may be trained.
        """

    def predict(
        self, unet: Any, noisy: torch.Tensor, times: torch.Tensor, conditions: Conditions
    ) -> torch.Tensor:
        """Return the UNet's output (n, c, h, w) for noisy latents at timesteps (n,)."""

    def encode_picture(self, loaded: UNetModel, picture: torch.Tensor) -> torch.Tensor:
        """Return the scaled latents (1, c, h, w) of a picture (1, 3, h, w) in -1..1."""

    def sample(
        self,
        loaded: UNetModel,
        unet: Any,
        conditions: tuple[Conditions, Conditions],
        side: int,
        generators: Sequence[torch.Generator],
        after_step: Any,
    ) -> torch.Tensor:
        """Return sampled, scaled latents (n, c, h, w) for n prompts, each with its generator.

        ``conditions`` are those of the prompts and of the empty ones; ``after_step`` is the
        callback of diffusers' pipelines, called after each of ``sampling.STEPS``.
        """


def select(conditions: Conditions, rows: list[int]) -> Conditions:
    """Return some rows of a conditioning, in that order."""
    return {name: value[rows] for name, value in conditions.items()}


def join(parts: Sequence[Conditions]) -> Conditions:
    """Concatenate the rows of several conditionings."""
    return {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
