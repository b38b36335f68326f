"""The discrete autoencoder of the DALL-E family (Ramesh et al. 2021,
https://arxiv.org/abs/2102.12092), on the latents of an autoencoder instead of pixels."""

from __future__ import annotations

from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.utils.accelerate_utils import apply_forward_hook
from torch import Tensor, nn


class Residual(nn.Module):
    """Two 3 x 3 convolutions beside the input, each after a group norm and SiLU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Map (n, width, h, w) to the same shape."""
        changed: Tensor = self.layers(features)
        return features + changed


class DalleDVAE(ModelMixin, ConfigMixin):  # type: ignore[misc]
    """Latents (n, channels, 2h, 2w) of unit variance to tokens (n, h, w) and back.

    ``codes`` is the size of the codebook, ``code_width`` the length of its vectors, ``grid`` the
    tokens along an edge of a picture, ``scale`` the factor that gives the autoencoder's latents
    unit variance. A token is the entry nearest to the encoder's vector (VQ-VAE, van den Oord et al.
    2017, https://arxiv.org/abs/1711.00937), not the largest of the encoder's own logits as in the
    paper of DALL-E: relaxed by Gumbel softmax those used 27 of 1,024 entries here.
    """

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(
        self,
        channels: int = 4,
        codes: int = 1024,
        code_width: int = 16,
        widths: tuple[int, int] = (64, 128),
        grid: int = 8,
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        narrow, wide = widths
        self.encoder = nn.Sequential(
            nn.Conv2d(channels, narrow, 3, padding=1),
            Residual(narrow),
            nn.Conv2d(narrow, wide, 4, stride=2, padding=1),
            Residual(wide),
            nn.GroupNorm(8, wide),
            nn.SiLU(),
            nn.Conv2d(wide, code_width, 1),
        )
        self.codebook = nn.Embedding(codes, code_width)
        self.decoder = nn.Sequential(
            nn.Conv2d(code_width, wide, 1),
            Residual(wide),
            nn.ConvTranspose2d(wide, narrow, 4, stride=2, padding=1),
            Residual(narrow),
            Residual(narrow),
            nn.GroupNorm(8, narrow),
            nn.SiLU(),
            nn.Conv2d(narrow, channels, 3, padding=1),
        )

    @apply_forward_hook  # type: ignore[untyped-decorator]
    def vectors(self, latents: Tensor) -> Tensor:
        """Return the encoder's vectors (n, code_width, h, w) of latents of unit variance."""
        found: Tensor = self.encoder(latents)
        return found

    def nearest(self, vectors: Tensor) -> Tensor:
        """Return the tokens (n, h, w) int64 whose entries are nearest to vectors."""
        flat = vectors.permute(0, 2, 3, 1)
        book = self.codebook.weight
        # The vector's own length is the same for all entries.
        return (book.pow(2).sum(1) - 2 * flat @ book.T).argmin(-1)

    @apply_forward_hook  # type: ignore[untyped-decorator]
    def encode(self, latents: Tensor) -> Tensor:
        """Return the tokens (n, h, w) int64, 0 <= token < codes, of latents of unit variance."""
        return self.nearest(self.vectors(latents))

    def decode_codes(self, vectors: Tensor) -> Tensor:
        """Return latents (n, channels, 2h, 2w) of code vectors (n, code_width, h, w)."""
        made: Tensor = self.decoder(vectors)
        return made

    @apply_forward_hook  # type: ignore[untyped-decorator]
    def decode(self, tokens: Tensor) -> Tensor:
        """Return latents (n, channels, 2h, 2w) of unit variance of tokens (n, h, w)."""
        return self.decode_codes(self.codebook(tokens).permute(0, 3, 1, 2))

    def forward(self, latents: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the latents made from the nearest entries, the encoder's vectors and those
        entries; gradients pass the choice as if it were none (straight-through)."""
        vectors = self.vectors(latents)
        chosen = self.codebook(self.nearest(vectors)).permute(0, 3, 1, 2)
        return self.decode_codes(vectors + (chosen - vectors).detach()), vectors, chosen
