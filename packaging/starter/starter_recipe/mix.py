"""Trains the UNet on plain renderings and the bank together: the second part of its curriculum.

Half of every batch are the renderings of `plain`, so that what was learned there stays. The rest
comes from the bank: fills of photographs, things in named places, pairs, and people.
"""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import models, plain
from starter_recipe.bank import CHUNKS, PAIR_CHUNKS, PEOPLE_CHUNKS, Bank, latent_scale
from starter_recipe.base import noised
from starter_recipe.paths import Work
from starter_recipe.plain import PlainLoss
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

BATCH = 16
SHARE = 0.5
"""The part of a batch that are plain renderings."""
GROUPS = {
    range(CHUNKS): 0.6,
    range(CHUNKS, CHUNKS + PEOPLE_CHUNKS): 0.25,
    range(CHUNKS + PEOPLE_CHUNKS, CHUNKS + PEOPLE_CHUNKS + PAIR_CHUNKS): 0.15,
}
"""The chunks of things, people and pairs, with their parts of what comes from the bank."""


class MixLoss:
    """The loss of the UNet on a batch of which a part is plain: v-prediction."""

    def __init__(self, rendered: PlainLoss, bank: Bank) -> None:
        self.rendered = rendered
        self.bank = bank

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((37, step))
        latents, texts = self.rendered.draw(rng, round(BATCH * SHARE))
        empty = torch.zeros(len(latents), 5, *latents.shape[2:])
        clean, extra, words = [latents], [empty], [texts]
        left = BATCH - len(latents)
        counts = rng.multinomial(left, list(GROUPS.values()))
        for chunks, count in zip(GROUPS, counts.tolist(), strict=True):
            if not count:
                continue
            some = self.bank.draw(rng, count, tuple(chunks))
            clean.append(some["latents"] * self.rendered.scale)
            hidden = some["hidden"] * self.rendered.scale
            extra.append(torch.cat([some["masks"].unsqueeze(1), hidden], 1))
            words.append(some["texts"])
        generator = torch.Generator().manual_seed(step)
        noisy, time, target = noised(torch.cat(clean), self.rendered.signal, generator)
        image = torch.cat([noisy, torch.cat(extra)], 1)
        image = image.contiguous(memory_format=torch.channels_last)
        with autocast(cache_enabled=False):
            made = self.rendered.unet(image, time, torch.cat(words)).sample
        return F.mse_loss(made.float(), target)


def train_mix(work: Work, minutes: float) -> None:
    """Continue the weights of `plain` on renderings and the bank until the deadline."""
    plain.build(work)
    torch.manual_seed(0)
    begun = work.weights("mix") if work.weights("mix").exists() else work.weights("plain")
    unet = models.load_unet(load_file(begun), 9).to(memory_format=torch.channels_last)
    unet.set_attn_processor(AttnProcessor())
    folder = work.root / "plain"
    rendered = PlainLoss(
        unet,
        np.load(folder / "latents.npy"),
        np.load(folder / "texts.npy", mmap_mode="r"),
        latent_scale(work),
    )
    plan = Plan(batch=BATCH, rate=6e-4, minutes=minutes, anneal=0.7, warmup=100, average=0.998)
    Trainer(unet, MixLoss(rendered, Bank(work)), plan, work.checkpoint("mix")).run()
