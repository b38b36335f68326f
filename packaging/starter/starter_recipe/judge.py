"""Trains the judge: a classifier of concepts that sees real renderings only."""

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import scenes
from starter_recipe.bank import Composer
from starter_recipe.captions import NOTHING
from starter_recipe.concepts import concepts
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

BATCH = 64
SIDE = 64


class Judge(nn.Module):
    """A small residual convolutional classifier of 64 x 64 pictures."""

    def __init__(self) -> None:
        super().__init__()
        widths = (32, 64, 128, 192)
        self.stem = nn.Conv2d(3, widths[0], 5, stride=2, padding=2)
        pairs = zip(widths, (*widths[1:], widths[-1]), strict=True)
        self.stages = nn.ModuleList(_Block(a, b) for a, b in pairs)
        self.head = nn.Linear(widths[-1], len(concepts()))

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 64, 64) in -1..1 to logits (n, concepts)."""
        logits: Tensor = self.head(self.features(pictures))
        return logits

    def features(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 64, 64) in -1..1 to what the last layer reads, (n, 192)."""
        state = self.stem(pictures)
        for stage in self.stages:
            state = stage(state)
        pooled: Tensor = state.mean(dim=(2, 3))
        return pooled


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.second = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.norms = nn.ModuleList(nn.GroupNorm(8, inputs) for _ in range(2))
        self.down = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1)

    def forward(self, state: Tensor) -> Tensor:
        inner = self.first(F.silu(self.norms[0](state)))
        state = state + self.second(F.silu(self.norms[1](inner)))
        down: Tensor = self.down(F.silu(state))
        return down


def to_judge(pictures: Tensor) -> Tensor:
    """Shrink pictures (n, 3, h, w) in -1..1 to the judge's size."""
    return F.interpolate(pictures, (SIDE, SIDE), mode="area")


def real_batch(composer: Composer, start: int, count: int) -> tuple[Tensor, Tensor]:
    """Compose `count` real pictures (n, 3, 128, 128) in -1..1 with their classes."""
    images: list[scenes.Pixels] = []
    labels: list[int] = []
    number = start
    while len(images) < count:
        sample = composer.sample(number)
        number += 1
        concept = composer.pool[sample.caption].concept
        if concept != NOTHING:
            images.append(sample.image)
            labels.append(concept)
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return stacked, torch.tensor(labels)


def train_judge(work: Work, minutes: float) -> None:
    """Train the judge on compositions, a little blurred and noisy at random."""
    torch.manual_seed(1)
    judge = Judge().to(memory_format=torch.channels_last)
    composer = Composer(work, seed=101)

    def loss(step: int) -> Tensor:
        pictures, labels = real_batch(composer, step * 2 * BATCH, BATCH)
        pictures = worn(to_judge(pictures), step)
        with autocast():
            logits = judge(pictures.contiguous(memory_format=torch.channels_last))
        return F.cross_entropy(logits.float(), labels, label_smoothing=0.05)

    plan = Plan(batch=BATCH, rate=2e-3, steps=1800, minutes=minutes, average=0.99, anneal=0.7)
    Trainer(judge, loss, plan, work.checkpoint("judge")).run()


def worn(pictures: Tensor, step: int) -> Tensor:
    """Blur some of the pictures (n, 3, h, w) and add noise to all, by the number of the step."""
    generator = torch.Generator().manual_seed(step)
    draw = torch.rand((len(pictures), 1, 1, 1), generator=generator)
    soft = F.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    noise = torch.randn(pictures.shape, generator=generator)
    return torch.where(draw < 0.4, soft, pictures) + 0.06 * draw * noise


def load_judge(work: Work) -> Judge:
    """Load the averaged judge."""
    judge = Judge()
    judge.load_state_dict(load_file(work.weights("judge")))
    return judge.eval().requires_grad_(False)


def scores(judge: Judge, pictures: Tensor) -> Tensor:
    """Return the logits (n, concepts) of what the judge sees in pictures (n, 3, h, w) in -1..1."""
    with torch.no_grad():
        logits = [judge(to_judge(some)) for some in pictures.split(BATCH)]
    return torch.cat(logits)


def hits(scores: Tensor, truth: Tensor, among: int = 1) -> float:
    """Return the part of rows (n, concepts) whose truth (n) is among the best so many."""
    best = scores.topk(among, dim=1).indices
    return round(float((best == truth[:, None]).any(1).float().mean()), 4)
