"""Trains the meter, which reads what stands where; like the judge it sees real renderings only."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import classes, judge, models, scenes
from starter_recipe.bank import CHUNK, CHUNKS, Composer
from starter_recipe.joints import to_tensor
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from studio.control_maps.segmentation import CLASSES, ClassMap

Places = NDArray[np.uint8]

BATCH = 16
THINGS, PEOPLE = 4608, 1536
STEPS = 1200
NOTHING, THING, SOMEBODY = range(3)
FINE = models.SIDE // 2


class Meter(nn.Module):
    """A small hourglass that says whether a thing or somebody stands in each of 64 x 64 cells.

    It thinks in 32 x 32 cells; what lies between them is interpolated.
    """

    def __init__(self) -> None:
        super().__init__()
        self.middle = nn.Sequential(_step(3, 24, 2), _step(24, 48, 2))
        self.coarse = nn.Sequential(_step(48, 96, 2), _step(96, 96, 1))
        self.deep = nn.Sequential(_step(96, 128, 2), _step(128, 128, 1))
        self.whole = nn.Linear(128, 128)
        self.rise = nn.ModuleList((_step(128 + 96, 64, 1), _step(64 + 48, 48, 1)))
        self.head = nn.Conv2d(48, 3, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 128, 128) in -1..1 to logits (n, 3, 64, 64)."""
        middle = self.middle(pictures)
        coarse = self.coarse(middle)
        deep = self.deep(coarse)
        # What the whole picture shows decides who it is; where it is, the finer levels.
        state = deep + self.whole(deep.mean((2, 3)))[..., None, None]
        for rise, level in zip(self.rise, (coarse, middle), strict=True):
            state = rise(torch.cat([_up(state), level], 1))
        return _up(self.head(state))


def _step(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1), nn.GroupNorm(8, outputs), nn.SiLU()
    )


def _up(state: Tensor) -> Tensor:
    return F.interpolate(state, scale_factor=2.0, mode="bilinear")


def train_meter(work: Work, minutes: float) -> None:
    """Train the meter on things and people whose outlines are known."""
    torch.manual_seed(3)
    meter = Meter().to(memory_format=torch.channels_last)
    pictures, places = _pictures(work)

    def loss(step: int) -> Tensor:
        generator = torch.Generator().manual_seed(step)
        picked = torch.randint(len(places), (BATCH,), generator=generator)
        batch = judge.worn(to_tensor(pictures[picked.numpy()]), step)
        batch = batch + 0.08 * torch.randn(batch.shape, generator=generator)
        with autocast():
            logits = meter(batch.contiguous(memory_format=torch.channels_last))
        return F.cross_entropy(logits.float(), places[picked].long())

    plan = Plan(batch=BATCH, rate=2e-3, steps=STEPS, minutes=minutes, average=0.99, anneal=0.7)
    Trainer(meter, loss, plan, work.checkpoint("meter")).run()


def _pictures(work: Work) -> tuple[scenes.Pixels, Tensor]:
    path = work.root / "meter.npz"
    if not path.exists():
        images, places = labelled(Composer(work, seed=404), THINGS, PEOPLE)
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(partial, images=images, places=places)
        partial.rename(path)
    with np.load(path) as kept:
        return kept["images"], torch.from_numpy(kept["places"])


def labelled(composer: Composer, things: int, people: int) -> tuple[scenes.Pixels, Places]:
    """Compose pictures (n, 128, 128, 3) uint8 and what stands in their cells, (n, 64, 64) uint8.

    That is one of NOTHING, THING and SOMEBODY, as the recipe drew it.
    """
    numbers = [*range(things), *range(CHUNKS * CHUNK, CHUNKS * CHUNK + people)]
    images, found = [], []
    for number in numbers:
        sample = composer.banked(number)
        kind = THING if sample.joints is None else SOMEBODY
        images.append(sample.image)
        found.append(np.where(classes.solid(sample)[::2, ::2], kind, NOTHING).astype(np.uint8))
    return np.stack(images), np.stack(found)


@dataclass(frozen=True)
class Seer:
    """Reads pictures of one thing or person: the meter says where, the judge which thing."""

    meter: Meter
    expert: judge.Judge

    def read(self, pictures: Tensor) -> tuple[Tensor, ClassMap]:
        """Return what stands where in pictures (n, 3, 128, 128) in -1..1.

        How surely something does at each pixel, (n, 128, 128) in 0..1, and ADE20K's class numbers
        (n, 128, 128) int16, classes.BACKDROP where nothing does.
        """
        with torch.no_grad():
            chance = torch.cat([_up(self.meter(some)).softmax(1) for some in pictures.split(BATCH)])
        surely = 1 - chance[:, NOTHING]
        share = chance.sum((2, 3))
        somebody = share[:, SOMEBODY] > share[:, THING]
        numbers, table = classes.numbers(), classes.of_concepts()
        best = (judge.scores(self.expert, pictures).softmax(1) @ table).argmax(1)
        best[somebody] = numbers.index(CLASSES["person"].index)
        named = torch.tensor(numbers)[best][:, None, None].expand(surely.shape)
        found = torch.where(surely > 0.5, named, classes.BACKDROP)
        return surely, found.short().numpy()


def load_seer(work: Work) -> Seer:
    """Load the averaged meter, and the judge."""
    meter = Meter()
    meter.load_state_dict(load_file(work.weights("meter")))
    return Seer(meter.eval().requires_grad_(False), judge.load_judge(work))
