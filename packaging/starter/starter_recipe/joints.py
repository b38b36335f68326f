"""Trains the finder of joints, which scores poses; like the judge it sees real renderings only."""

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import models, scenes
from starter_recipe.bank import Composer
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from studio.control_maps.pose import JOINTS

BATCH = 32
PICTURES = 4096
CELLS = 32
SPREAD = 1.0
NEAR = 0.1


class Finder(nn.Module):
    """A small hourglass that says for each joint how likely it lies in each of 32 x 32 cells."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_step(3, 32, 2), _step(32, 48, 2), _step(48, 64, 1))
        self.low = nn.Sequential(_step(64, 96, 2), _step(96, 128, 2), _step(128, 128, 1))
        self.rise = _step(128, 96, 1)
        self.join = _step(64 + 96, 96, 1)
        self.head = nn.Conv2d(96, len(JOINTS), 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, 128, 128) in -1..1 to logits (n, 18, 32, 32)."""
        fine = self.stem(pictures)
        coarse = F.interpolate(self.rise(self.low(fine)), scale_factor=4.0, mode="bilinear")
        found: Tensor = self.head(self.join(torch.cat([fine, coarse], 1)))
        return found


def _step(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1), nn.GroupNorm(8, outputs), nn.SiLU()
    )


def people_pictures(composer: Composer, start: int, count: int) -> tuple[scenes.Pixels, Tensor]:
    """Compose pictures (n, 128, 128, 3) uint8 of people with their joints (n, 18, 3)."""
    samples = [composer.person(start + number) for number in range(count)]
    joints = [sample.joints for sample in samples if sample.joints is not None]
    return np.stack([sample.image for sample in samples]), torch.from_numpy(np.stack(joints))


def train_joints(work: Work, minutes: float) -> None:
    """Train the finder on people whose joints are known."""
    torch.manual_seed(2)
    finder = Finder().to(memory_format=torch.channels_last)
    pictures, joints = _pictures(work)

    def loss(step: int) -> Tensor:
        generator = torch.Generator().manual_seed(step)
        picked = torch.randint(len(joints), (BATCH,), generator=generator)
        batch = to_tensor(pictures[picked.numpy()])
        batch = batch + 0.08 * torch.randn(batch.shape, generator=generator)
        with autocast():
            logits = finder(batch.contiguous(memory_format=torch.channels_last))
        return location_loss(logits.float(), joints[picked])

    plan = Plan(batch=BATCH, rate=2e-3, steps=2500, minutes=minutes, average=0.99, anneal=0.6)
    Trainer(finder, loss, plan, work.checkpoint("joints")).run()


def _pictures(work: Work) -> tuple[scenes.Pixels, Tensor]:
    path = work.root / "people.npz"
    if not path.exists():
        images, joints = people_pictures(Composer(work, seed=303), 0, PICTURES)
        partial = path.with_suffix(".partial.npz")
        np.savez_compressed(partial, images=images, joints=joints.numpy())
        partial.rename(path)
    with np.load(path) as kept:
        return kept["images"], torch.from_numpy(kept["joints"])


def to_tensor(pictures: scenes.Pixels) -> Tensor:
    """Convert (n, h, w, 3) uint8 to (n, 3, h, w) float32 in -1..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def location_loss(logits: Tensor, joints: Tensor) -> Tensor:
    """Return the cross entropy of cells (n, 18, 32, 32) against a bump at each visible joint."""
    cells = torch.arange(CELLS) + 0.5
    places = joints[..., :2] * (CELLS / models.SIDE)
    across = -((cells - places[..., 0:1]) ** 2) / (2 * SPREAD**2)
    down = -((cells - places[..., 1:2]) ** 2) / (2 * SPREAD**2)
    target = (down[..., :, None] + across[..., None, :]).flatten(2).softmax(2)
    entropy = -(target * logits.flatten(2).log_softmax(2)).sum(2)
    seen = joints[..., 2]
    return (entropy * seen).sum() / seen.sum().clamp(min=1)


def find_joints(finder: Finder, pictures: Tensor) -> Tensor:
    """Return where the joints lie, (n, 18, 2) x and y in pixels of (n, 3, 128, 128) in -1..1."""
    with torch.no_grad():
        logits = torch.cat([finder(some) for some in pictures.split(BATCH)])
    chance = logits.flatten(2).softmax(2).view_as(logits)
    # The mean over the neighbourhood of the likeliest cell is finer than the cell.
    near = F.max_pool2d(chance, CELLS * 2 - 1, stride=1, padding=CELLS - 1) == chance
    chance = chance * F.max_pool2d(near.float(), 5, stride=1, padding=2)
    chance = chance / chance.sum((2, 3), keepdim=True)
    cells = (torch.arange(CELLS) + 0.5) * (models.SIDE / CELLS)
    return torch.stack([(chance.sum(2) * cells).sum(2), (chance.sum(3) * cells).sum(2)], 2)


def correct_keypoints(found: Tensor, joints: Tensor) -> float:
    """Return PCK@0.1: the part of visible joints within a tenth of their person's longer side."""
    seen = joints[..., 2] > 0
    far = torch.where(seen[..., None], joints[..., :2], torch.tensor(float("nan")))
    low = far.nan_to_num(float("inf")).amin(1)
    high = far.nan_to_num(float("-inf")).amax(1)
    size = (high - low).amax(1, keepdim=True)
    near = (found - joints[..., :2]).norm(dim=2) <= NEAR * size
    return float(near[seen].float().mean())


def load_finder(work: Work) -> Finder:
    """Load the averaged finder."""
    finder = Finder()
    finder.load_state_dict(load_file(work.weights("joints")))
    return finder.eval().requires_grad_(False)
