"""Trains a conditional VAE on the latents (Kingma and Welling 2013; Sohn et al. 2015)."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from starter_recipe.lineage import data, flips
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer
from studio.engine.families.one_step.networks import LatentGenerator, ModulatedBlock

BATCH = 32
WIDTH = 32
"""Numbers of the random vector."""
SPREAD = 0.5
"""Standard deviation of a latent around what the decoder predicts: the weight of reconstruction
against the KL term."""


def vae_decoder() -> LatentGenerator:
    """Build the decoder, the only part that ships."""
    made: LatentGenerator = LatentGenerator(
        latent_width=WIDTH, widths=(96, 96, 80), blocks=(1, 1, 1)
    )
    return made


class ConditionalVAE(nn.Module):
    """An encoder of latents beside their prompt, and the decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = vae_decoder()
        self.entry = nn.Conv2d(4, 48, 3, padding=1)
        self.blocks = nn.ModuleList([ModulatedBlock(48, 64), ModulatedBlock(64, 96)])
        self.exit = nn.Linear(96 * 16, 2 * WIDTH)

    def encode(self, latents: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and logarithm of the variance (n, WIDTH) of the random vectors."""
        features = self.entry(latents)
        for block in self.blocks:
            features = F.avg_pool2d(block(features, pooled), 2)
        mean, log_variance = self.exit(F.silu(features).flatten(1)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 4)


class VAELoss:
    """The negative evidence lower bound, a latent of the picture."""

    def __init__(self, model: ConditionalVAE, found: data.PlainData, latents: Tensor) -> None:
        self.model = model
        self.data = found
        self.latents = latents

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((71, step))
        batch = self.data.draw(rng, BATCH)
        clean = self.latents[rng.integers(0, 2, BATCH), batch.pictures]
        mean, log_variance = self.model.encode(clean, batch.pooled)
        noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(step))
        made = self.model.decoder(mean + (log_variance / 2).exp() * noise, batch.pooled)
        fit = (made - clean).pow(2).flatten(1).sum(1) / (2 * SPREAD**2)
        divergence = 0.5 * (mean.pow(2) + log_variance.exp() - 1 - log_variance).sum(1)
        bound: Tensor = (fit + divergence).mean() / clean[0].numel()
        return bound


def train_vae_sampling(work: Work, minutes: float) -> None:
    """Train the VAE until the deadline."""
    torch.manual_seed(0)
    model = ConditionalVAE().to(memory_format=torch.channels_last)
    found = data.PlainData(work)
    loss = VAELoss(model, found, flips.both_ways(work, found))
    plan = Plan(batch=BATCH, rate=2e-3, minutes=minutes, anneal=0.6, warmup=100, average=0.995)
    Trainer(model, loss, plan, data.folder(work) / "vae-sampling.pt").run()
