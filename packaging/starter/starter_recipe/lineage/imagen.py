"""Trains the two stages of the small Imagen on pixels."""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDIMScheduler
from torch import Tensor

from starter_recipe.base import noised
from starter_recipe.lineage import data
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer
from studio.engine.families.imagen.networks import PixelUNet, base_settings, enlarger_settings

BATCH = 16
SHARES = {"white": 0.55, "ground": 0.4, "key": 0.05}
"""The key ground serves to cut things out, for which these pictures are too small."""
SMALL, LARGE = 32, 128
CROP = 64
"""Edge of the crops that the second stage learns from: a network of convolutions enlarges any
size."""
LEVELS = 500
"""Largest timestep of the noise in a small picture while the second stage learns."""


def scheduler() -> DDIMScheduler:
    """Build the cosine schedule of both stages (Nichol and Dhariwal 2021)."""
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        clip_sample=False,
        thresholding=True,
        dynamic_thresholding_ratio=0.98,
        sample_max_value=10.0,
        set_alpha_to_one=True,
    )


class BaseLoss:
    """The loss of the first stage: v-prediction of pictures of 32 px."""

    def __init__(self, unet: PixelUNet, found: data.PlainData) -> None:
        self.unet = unet
        self.data = found
        every = np.arange(len(found.pictures))
        parts = [found.images(some, SMALL) for some in np.array_split(every, 100)]
        self.small = torch.cat(parts)
        self.signal = scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        batch = self.data.draw(np.random.default_rng((61, step)), BATCH)
        clean = self.small[torch.from_numpy(batch.pictures)]
        noisy, time, target = noised(clean, self.signal, torch.Generator().manual_seed(step))
        made = self.unet(noisy, time, batch.states, batch.pooled)
        return F.mse_loss(made, target)


def train_base(work: Work, minutes: float) -> None:
    """Train the first stage until the deadline."""
    torch.manual_seed(0)
    unet = PixelUNet(**base_settings()).to(memory_format=torch.channels_last)
    plan = Plan(batch=BATCH, rate=1e-3, minutes=minutes, anneal=0.6, warmup=100, average=0.997)
    loss = BaseLoss(unet, data.PlainData(work, SHARES))
    Trainer(unet, loss, plan, data.folder(work) / "imagen-base.pt").run()


class EnlargerLoss:
    """The loss of the second stage on crops, with noise conditioning augmentation: its small
    picture has noise of a random level, which it is told."""

    def __init__(self, unet: PixelUNet, found: data.PlainData) -> None:
        self.unet = unet
        self.data = found
        self.signal = scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((67, step))
        batch = self.data.draw(rng, BATCH)
        large = _crops(self.data.images(batch.pictures, LARGE), rng)
        small = F.avg_pool2d(large, LARGE // SMALL)
        generator = torch.Generator().manual_seed(step)
        noisy, time, target = noised(large, self.signal, generator)
        level = torch.randint(0, LEVELS, (BATCH,), generator=generator)
        worn = augmented(small, level, self.signal, generator)
        made = self.unet(noisy, time, batch.states, batch.pooled, worn, level)
        return F.mse_loss(made, target)


def augmented(small: Tensor, level: Tensor, signal: Tensor, generator: torch.Generator) -> Tensor:
    """Return small pictures (n, 3, h, w) with noise of timesteps ``level`` (n,)."""
    part = signal[level].view(-1, 1, 1, 1)
    noise = torch.randn(small.shape, generator=generator)
    return part.sqrt() * small + (1 - part).sqrt() * noise


def _crops(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Return a crop of each picture (n, 3, LARGE, LARGE), at a multiple of a small pixel."""
    step = LARGE // SMALL
    at = rng.integers(0, (LARGE - CROP) // step + 1, (len(pictures), 2)) * step
    crops = [one[:, y : y + CROP, x : x + CROP] for one, (y, x) in zip(pictures, at, strict=True)]
    return torch.stack(crops)


def train_enlarger(work: Work, minutes: float) -> None:
    """Train the second stage until the deadline."""
    torch.manual_seed(0)
    unet = PixelUNet(**enlarger_settings()).to(memory_format=torch.channels_last)
    plan = Plan(batch=BATCH, rate=1e-3, minutes=minutes, anneal=0.6, warmup=100, average=0.997)
    loss = EnlargerLoss(unet, data.PlainData(work, SHARES))
    Trainer(unet, loss, plan, data.folder(work) / "imagen-enlarger.pt").run()
