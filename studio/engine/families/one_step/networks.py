"""The generator of the small conditional GAN and the decoder of the small conditional VAE, which
are one network: a random vector and a prompt become latents."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

START = 4
"""Edge of the features that the first level begins with."""
EMBEDDED = 256


class LatentGenerator(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Maps a random vector and a pooled prompt to latents of 16 x 16 cells.

    ``widths`` are the channels at 4, 8 and 16 cells; ``scale`` is what the autoencoder's latents
    were multiplied by for unit variance. Vector and prompt together make the features that the
    first level begins with, as in BigGAN (Brock et al. 2018, https://arxiv.org/abs/1809.11096), and
    scale and shift those of every block. With a learned constant to begin with, as in StyleGAN, the
    place of things was hardly learned.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        latent_width: int = 64,
        text_width: int = 256,
        widths: tuple[int, int, int] = (160, 144, 112),
        blocks: tuple[int, int, int] = (1, 1, 2),
        channels: int = 4,
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        self.mapping = nn.Sequential(
            nn.Linear(latent_width + text_width, EMBEDDED),
            nn.SiLU(),
            nn.Linear(EMBEDDED, EMBEDDED),
            nn.SiLU(),
        )
        self.start = nn.Linear(EMBEDDED, widths[0] * START * START)
        self.levels = nn.ModuleList()
        width = widths[0]
        for own, count in zip(widths, blocks, strict=True):
            inputs = (width, *[own] * (count - 1))
            self.levels.append(nn.ModuleList(ModulatedBlock(one, own) for one in inputs))
            width = own
        self.norm = nn.GroupNorm(8, width)
        self.exit = nn.Conv2d(width, channels, 3, padding=1)

    def forward(self, vectors: Tensor, pooled: Tensor) -> Tensor:
        """Return latents (n, channels, 16, 16) of unit variance for random vectors
        (n, latent_width) and pooled prompts (n, text_width)."""
        signal = self.mapping(torch.cat([vectors, pooled], 1))
        features = self.start(signal).view(len(signal), -1, START, START)
        features = features.contiguous(memory_format=torch.channels_last)
        for number, level in enumerate(self.levels):
            if number:
                features = F.interpolate(features, scale_factor=2.0, mode="nearest")
            for block in level:  # type: ignore[attr-defined]
                features = block(features, signal)
        made: Tensor = self.exit(F.silu(self.norm(features)))
        return made


class ModulatedBlock(nn.Module):
    """Two convolutions, each after a scale and shift by the signal, with a residual connection."""

    def __init__(self, inputs: int, outputs: int, embedded: int = EMBEDDED) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.GroupNorm(8, one) for one in (inputs, outputs))
        self.signals = nn.ModuleList(nn.Linear(embedded, 2 * one) for one in (inputs, outputs))
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, features: Tensor, signal: Tensor) -> Tensor:
        """Return features (n, outputs, h, w) of features (n, inputs, h, w)."""
        inner = self.first(F.silu(self._modulated(0, features, signal)))
        inner = self.second(F.silu(self._modulated(1, inner, signal)))
        made: Tensor = (self.skip(features) + inner) * 0.5**0.5
        return made

    def _modulated(self, number: int, features: Tensor, signal: Tensor) -> Tensor:
        scale, shift = self.signals[number](signal)[..., None, None].chunk(2, 1)
        made: Tensor = self.norms[number](features) * (1 + scale) + shift
        return made
