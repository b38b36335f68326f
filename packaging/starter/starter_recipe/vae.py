"""Trains the autoencoder on crops of photographs and of illustrations on backgrounds."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import models, scenes
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

CROP = 64
BATCH = 8
GUIDED_STEPS = 1500
NOISE = 0.04
ROUGH = 0.4
SHARP = 0.7
"""The weight of the sharpened decoder in its blend with the one before.

Alone it is sharper still, but costs photographs 0.4 dB and turns errors of the UNet into flakes.
"""


class Crops:
    """Draws batches of training crops; the step number decides every choice."""

    def __init__(self, work: Work, seed: int) -> None:
        self.photos = np.load(work.art / "photos.npy", mmap_mode="r")
        self.sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        self.extras = np.load(work.art / "extras.npy", mmap_mode="r")
        self.seed = seed

    def batch(self, step: int) -> Tensor:
        """Return (BATCH, 3, CROP, CROP) float32 in -1..1."""
        rng = np.random.default_rng((self.seed, step))
        images = np.stack([self._crop(rng) for _ in range(BATCH)])
        tensor = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
        return tensor.contiguous(memory_format=torch.channels_last)

    def _crop(self, rng: np.random.Generator) -> scenes.Pixels:
        photo = self.photos[rng.integers(len(self.photos))]
        side = int(rng.uniform(1.0, 1.6) * CROP)
        draw = rng.random()
        if draw < 0.45:
            background = scenes.photo_crop(rng, photo, side)
        elif draw < 0.65:
            background = scenes.named_background(rng, side, "white")
        elif draw < 0.8:
            background = scenes.soft_background(rng, side)
        else:
            name = list(scenes.COLOURS)[rng.integers(len(scenes.COLOURS))]
            background = scenes.named_background(rng, side, name)
        image = np.rint(background * 255).astype(np.uint8)
        if draw > 0.4:
            thing = scenes.place(rng, self._sprite(rng), side, (0.6, 1.0), True)
            image = scenes.over(thing, background).image
        top, left = rng.integers(0, side - CROP + 1, 2)
        piece = image[top : top + CROP, left : left + CROP]
        if rng.random() < 0.08:
            hole = scenes.free_mask(rng, CROP)
            piece = np.where(hole[..., None] > 0, np.uint8(128), piece)
        return np.asarray(piece, np.uint8)

    def _sprite(self, rng: np.random.Generator) -> scenes.Pixels:
        if rng.random() < 0.7:
            concept = self.sprites[rng.integers(len(self.sprites))]
            return np.asarray(concept[rng.integers(concept.shape[0])])
        return np.asarray(self.extras[rng.integers(len(self.extras))])


def train_vae(work: Work, minutes: float) -> None:
    """Train encoder and decoder together."""
    torch.manual_seed(0)
    vae = models.autoencoder().to(memory_format=torch.channels_last)
    _awaken(vae)
    crops = Crops(work, seed=1)
    plan = Plan(batch=BATCH, rate=1.5e-3, minutes=minutes, anneal=0.5, average=0.998)
    Trainer(vae, vae_loss(vae, crops), plan, work.checkpoint("vae")).run()


def train_decoder(work: Work, minutes: float) -> None:
    """Train the decoder further for the encoder as it is, and for latents that a UNet made.

    Those are never quite right, each cell wrong in its own way, and a decoder that saw only exact
    ones paints every error as a blotch; half of the latents are therefore noisy.
    """
    vae = models.autoencoder().to(memory_format=torch.channels_last)
    vae.load_state_dict(load_file(work.weights("vae")))
    vae.encoder.requires_grad_(False)
    crops = Crops(work, seed=2)
    plan = Plan(batch=BATCH, parts=2, rate=5e-4, minutes=minutes, anneal=0.7, average=0.998)
    Trainer(vae, vae_loss(vae, crops, ROUGH), plan, work.checkpoint("decoder")).run()


def vae_loss(
    vae: AutoencoderTiny, crops: Crops, roughest: float = NOISE
) -> Callable[[int], Tensor]:
    """Return the loss of a step: pixels, edges and structure, with latents kept in bounds.

    The decoder sees latents with noise of the deviation NOISE, half of them of up to ``roughest``.
    """

    def loss(step: int) -> Tensor:
        image = crops.batch(step)
        generator = torch.Generator().manual_seed(step)
        with autocast(cache_enabled=False):
            latent = vae.encoder(image).float()
            noise = torch.randn(latent.shape, generator=generator)
            draw = torch.rand((len(latent), 1, 1, 1), generator=generator)
            rough = NOISE + (roughest - NOISE) * (2 * draw - 1).clamp(min=0)
            made = vae.decoder(latent + rough * noise).float()
        spread = latent.std(dim=(0, 2, 3))
        centre = latent.mean(dim=(0, 2, 3))
        bounds = F.relu(latent.abs() - 2.6).pow(2).mean()
        keep = (spread - 1).pow(2).mean() + centre.pow(2).mean() + 10 * bounds
        guide = max(0.0, 1 - step / GUIDED_STEPS)
        total: Tensor = picture_loss(made, image) + 0.05 * keep
        return total + guide * _colour_guide(latent, image)

    return loss


def _awaken(vae: AutoencoderTiny) -> None:
    """Initialise for depth: full variance through every ReLU, residual branches small."""
    for name, part in vae.named_modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if name.endswith("conv.4"):
                part.weight.data.mul_(0.25)
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def _colour_guide(latent: Tensor, image: Tensor) -> Tensor:
    """Ask the first three channels for a cell's mean brightness and two colour differences."""
    red, green, blue = F.avg_pool2d(image, 8).unbind(1)
    light = (red + green + blue) / 3 - 0.3
    wanted = torch.stack([1.7 * light, 2.2 * (red - blue), 2.2 * (green - (red + blue) / 2)], 1)
    return (latent[:, :3] - wanted.clamp(-2.5, 2.5)).abs().mean()


def picture_loss(made: Tensor, image: Tensor) -> Tensor:
    """Compare pictures in -1..1 by L1 at four scales, by colour, by gradients and by SSIM."""
    total = (made - image).abs().mean() + 0.5 * (made - image).pow(2).mean()
    total = total + 0.5 * _edges(made, image) + 0.3 * (1 - _ssim(made, image))
    tint = (made - image) - (made - image).mean(1, keepdim=True)
    total = total + tint.abs().mean()
    for _ in range(3):
        made, image = F.avg_pool2d(made, 2), F.avg_pool2d(image, 2)
        total = total + 0.5 * (made - image).abs().mean() + 0.25 * _edges(made, image)
    return total


def _edges(a: Tensor, b: Tensor) -> Tensor:
    difference = a - b
    down = (difference[..., 1:, :] - difference[..., :-1, :]).abs().mean()
    across = (difference[..., 1:] - difference[..., :-1]).abs().mean()
    return down + across


def _ssim(a: Tensor, b: Tensor) -> Tensor:
    """Return the mean structural similarity over 7x7 windows (Wang et al. 2004)."""
    pool = torch.nn.AvgPool2d(7, 1)
    mean_a, mean_b = pool(a), pool(b)
    var_a = pool(a * a) - mean_a * mean_a
    var_b = pool(b * b) - mean_b * mean_b
    both = pool(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + 4e-4) / (mean_a * mean_a + mean_b * mean_b + 4e-4)
    shape = (2 * both + 3.6e-3) / (var_a + var_b + 3.6e-3)
    similarity: Tensor = (light * shape).mean()
    return similarity


def load_vae(work: Work, sharp: bool = True) -> AutoencoderTiny:
    """Load the encoder of `vae` with the newest decoder, ready to encode and decode.

    With ``sharp`` it is blended with that of the stage `sharpen`, if that has run.
    """
    vae = models.autoencoder()
    vae.load_state_dict(load_file(work.weights("vae")))
    if work.weights("decoder").exists():
        vae.load_state_dict(load_file(work.weights("decoder")))
    if sharp and work.weights("sharp").exists():
        state = load_file(work.weights("sharp"))
        before = vae.state_dict()
        vae.load_state_dict(
            {name: torch.lerp(value, state[f"vae.{name}"], SHARP) for name, value in before.items()}
        )
    return vae.eval().requires_grad_(False)
