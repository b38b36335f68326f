"""Trains CLIP: a picture tower, and a projection of the starter's frozen text encoder."""

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe.art import STYLES
from starter_recipe.concepts import concepts
from starter_recipe.judge import worn
from starter_recipe.lineage.clip_data import KINDS, Captions, Scenes, matches, to_tensor
from starter_recipe.lineage.data import folder
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer
from studio.engine.clip.networks import ClipPictures, ClipTexts
from studio.engine.judges.networks import PictureJudge

HEADS = ("concept_head", "style_head")

BATCH = 64
QUEUE = 256
"""Earlier pictures among which a text must find its own; a longer queue is out of date."""
BACK = 0.5
"""The weight of that half of the loss."""
RATE = 1e-3
COLOUR = 0.06
"""How far brightness and each channel may drift: little, since colours are words."""


class Towers(nn.Module):
    """Both towers under one roof, for the trainer."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures = ClipPictures().to(memory_format=torch.channels_last)
        self.texts = ClipTexts()


class ClipLoss:
    """Symmetric cross entropy in which every text that is true of a picture is a positive."""

    def __init__(self, towers: Towers, scenes: Scenes, captions: Captions) -> None:
        self.towers = towers
        self.scenes = scenes
        self.captions = captions
        self.queue = torch.zeros(0, towers.texts.projection.out_features)
        self.queued: NDArray[np.int64] = np.zeros((0, 4), np.int64)

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((11, step))
        images, seen, rows = self.draw(rng)
        pictures = self.towers.pictures(drifted(worn(images, step), step))
        every = np.concatenate([rows, self.captions.one_each(rng)])
        texts = self.towers.texts(self.captions.encoded[every])
        factor = self.towers.texts.factor()
        facts = self.captions.facts[every]
        targets = torch.from_numpy(matches(seen, facts))
        total = spread_cross_entropy(factor * pictures @ texts.T, targets)
        known = np.concatenate([seen, self.queued])
        among = torch.cat([pictures, self.queue])
        back = torch.from_numpy(matches(known, facts[:BATCH]).T.copy())
        total = total + BACK * spread_cross_entropy(factor * texts[:BATCH] @ among.T, back)
        self.queue = among.detach()[:QUEUE]
        self.queued = known[:QUEUE]
        return total

    def draw(self, rng: np.random.Generator) -> tuple[Tensor, NDArray[np.int64], NDArray[np.int64]]:
        """Return pictures (BATCH, 3, 64, 64), what they show (BATCH, 4), and a caption of each."""
        things = rng.permutation(len(concepts()))[:BATCH]
        kinds = rng.choice(list(KINDS), BATCH, p=list(KINDS.values()))
        made = [self.scenes.draw(rng, int(c), str(k)) for c, k in zip(things, kinds, strict=True)]
        rows = np.array([self.captions.fitting(rng, one) for one in made])
        seen = np.array([[one.concept, one.style, one.ground, one.place] for one in made])
        images = to_tensor([one.image for one in made])
        return images.contiguous(memory_format=torch.channels_last), seen, rows


def spread_cross_entropy(logits: Tensor, positives: Tensor) -> Tensor:
    """Return the cross entropy of logits (n, m) to equal parts of each row's positives."""
    wanted = positives.float() / positives.sum(1, keepdim=True).clamp(min=1)
    return -(wanted * F.log_softmax(logits, dim=1)).sum(1).mean()


def drifted(pictures: Tensor, step: int) -> Tensor:
    """Change brightness, contrast and colour of pictures (n, 3, h, w) a little."""
    generator = torch.Generator().manual_seed(1_000_003 + step)
    n = len(pictures)
    gain = 1 + COLOUR * torch.randn((n, 1, 1, 1), generator=generator)
    shift = COLOUR * torch.randn((n, 3, 1, 1), generator=generator)
    return (pictures * gain + shift).clamp(-1, 1)


def begin_as_judge(work: Work, towers: Towers, captions: Captions) -> None:
    """Give the picture tower the judge's convolutions, and a projection that answers like it.

    The projection is the least squares solution that gives each concept's plain captions the
    judge's logits.
    """
    judge = PictureJudge(len(concepts()), len(STYLES))
    judge.load_state_dict(load_file(folder(work) / "judge.safetensors"))
    wanted = {n: t for n, t in judge.state_dict().items() if not n.startswith(HEADS)}
    towers.pictures.body.load_state_dict(wanted)
    with torch.no_grad():
        texts = towers.texts(captions.encoded)
        concept = torch.from_numpy(captions.facts[:, 0])
        means = torch.stack([texts[concept == one].mean(0) for one in range(len(concepts()))])
        head = judge.concept_head
        centred = head.weight - head.weight.mean(0), head.bias - head.bias.mean()
        towers.pictures.projection.weight.copy_(torch.linalg.lstsq(means, centred[0]).solution)
        bias = torch.linalg.lstsq(means, centred[1][:, None]).solution
        towers.pictures.projection.bias.copy_(bias[:, 0])


def train_clip(work: Work, minutes: float) -> None:
    """Train both towers until the deadline."""
    torch.manual_seed(2)
    towers = Towers()
    captions = Captions(work)
    towers.texts.mean.copy_(captions.encoded.mean(0))
    towers.texts.deviation.copy_(captions.encoded.std(0))
    begin_as_judge(work, towers, captions)
    loss = ClipLoss(towers, Scenes(work), captions)
    plan = Plan(
        batch=BATCH, rate=RATE, minutes=minutes, warmup=200, anneal=0.6, average=0.995, decay=0.05
    )
    Trainer(towers, loss, plan, folder(work) / "clip.pt").run()
