"""Trains the UNet, with nine input channels, on the bank."""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import models
from starter_recipe.bank import CHUNKS, PEOPLE_CHUNKS, Bank, latent_scale
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

BATCH = 16
PARTS = 2
REFRESH = 100
PURE_NOISE = 0.03
LITTLE_TO_SEE = 450
MIX = (*range(CHUNKS), *2 * tuple(range(CHUNKS, CHUNKS + PEOPLE_CHUNKS)))
"""The chunks of the bank, those of people twice: a pose takes more learning than a thing."""


class Denoising:
    """The loss of the UNet: v-prediction (Salimans and Ho 2022), every step weighing the same.

    Min-SNR weights would leave three percent of the gradient to the noisy half of the schedule,
    which is where a picture of 16 x 16 latents gets its subject.
    """

    def __init__(self, unet: UNet2DConditionModel, bank: Bank, scale: float) -> None:
        self.unet = unet
        self.bank = bank
        self.scale = scale
        self.signal = models.scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        if step % REFRESH == 0:
            self.bank.refresh()
        there = [chunk for chunk in MIX if chunk in self.bank.chunks]
        batch = self.bank.draw(np.random.default_rng((7, step)), BATCH, there)
        generator = torch.Generator().manual_seed(step)
        noisy, time, target = noised(batch["latents"] * self.scale, self.signal, generator)
        mask = batch["masks"].unsqueeze(1)
        image = torch.cat([noisy, mask, batch["hidden"] * self.scale], 1)
        image = image.contiguous(memory_format=torch.channels_last)
        # Without the cache of cast weights, which the parts of a step would share.
        with autocast(cache_enabled=False):
            made = self.unet(image, time, batch["texts"]).sample
        return F.mse_loss(made.float(), target)


def noised(
    clean: Tensor, signal: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw steps and noise for latents (n, 4, h, w); returns noisy latents, steps, v targets.

    ``signal`` (1000,) is the schedule's cumulative product of alphas.
    """
    count = len(clean)
    noise = torch.randn(clean.shape, generator=generator)
    time = torch.randint(0, 1000, (count,), generator=generator)
    # The words decide while there is little to see: half of the steps go there.
    early = torch.randint(LITTLE_TO_SEE, 1000, (count,), generator=generator)
    time = torch.where(torch.rand(count, generator=generator) < 0.5, early, time)
    blind = torch.rand(count, generator=generator) < PURE_NOISE
    time = torch.where(blind, 999, time)
    part = signal[time].view(-1, 1, 1, 1)
    noisy = part.sqrt() * clean + (1 - part).sqrt() * noise
    # Samplers start from noise alone, while step 999 of the schedule keeps 7 % of the picture.
    noisy = torch.where(blind.view(-1, 1, 1, 1), noise, noisy)
    return noisy, time, part.sqrt() * noise - (1 - part).sqrt() * clean


def train_base(work: Work, minutes: float) -> None:
    """Train the UNet until the deadline, with the learning rate annealed to zero."""
    torch.manual_seed(0)
    unet = models.unet(9)
    if not work.checkpoint("base").exists() and work.weights("base").exists():
        unet = models.load_unet(load_file(work.weights("base")), 9)  # from `adopt`
    unet = unet.to(memory_format=torch.channels_last)
    # The fused attention of CPUs is slow at narrow heads: plain matrix products train 20 % faster.
    unet.set_attn_processor(AttnProcessor())
    loss = Denoising(unet, Bank(work), latent_scale(work))
    plan = Plan(
        batch=BATCH, parts=PARTS, rate=8e-4, minutes=minutes, anneal=0.8, warmup=100, average=0.998
    )
    Trainer(unet, loss, plan, work.checkpoint("base")).run()


def load_base(work: Work) -> UNet2DConditionModel:
    """Load the averaged nine-channel UNet."""
    return models.load_unet(load_file(work.weights("base")), 9).eval().requires_grad_(False)
