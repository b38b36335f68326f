"""Trains the two judges: of pictures, and of the starter's latents with noise."""

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import models, scenes
from starter_recipe.art import STYLES
from starter_recipe.concepts import concepts
from starter_recipe.lineage.data import PlainData, folder
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer
from studio.engine.judges.networks import JUDGE_SIDE, LatentJudge, PictureJudge

BATCH = 64
STYLE_WEIGHT = 0.2
UNKNOWN = -100
"""The style of a rendering that looks the same in two styles, which no loss counts."""
WHOLE = 106 / 128
"""The part of the frame that a thing fills in the plain renderings."""
Chance = Callable[..., Tensor]
"""Returns uniform numbers (n, *shape) in 0..1 for a shape."""
ALL_STYLES = {"white": 0.35, "ground": 0.3, "key": 0.1, "style": 0.25}


class Renderer:
    """Draws things at any size, in any place, on any ground, at the size of the judge."""

    def __init__(self, work: Work) -> None:
        """Read the sprites (things, styles) and the photographs at the judge's size."""
        sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        self.things = _shrunk(sprites.reshape(-1, *sprites.shape[2:]))
        self.photos = _shrunk(np.load(work.art / "photos.npy", mmap_mode="r"))
        self.flips = torch.tensor([thing.flips for thing in concepts()])
        self.colours = torch.tensor(list(scenes.COLOURS.values())) / 255
        self.styles = known_styles(sprites)

    def draw(self, number: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return pictures (count, 3, 64, 64) in -1..1, their things and their styles."""
        generator = torch.Generator().manual_seed(number)

        def chance(*shape: int) -> Tensor:
            return torch.rand((count, *shape), generator=generator)

        named = torch.randint(len(self.flips), (count,), generator=generator)
        other = 1 + (chance() * (len(STYLES) - 1)).long()
        style = torch.where(chance() < 0.6, 0, other)
        mirrored = self.flips[named] & (chance() < 0.3)
        thing = self.things[named * len(STYLES) + style].float() / 255
        thing = self._placed(thing, mirrored, chance)
        ground = self._grounds(chance)
        picture = thing[:, :3] + (1 - thing[:, 3:]) * ground
        level = 0.85 + 0.3 * chance(3, 1, 1)
        picture = torch.where(chance(1, 1, 1) < 0.3, (picture * level).clamp(0, 1), picture)
        return _worn(picture * 2 - 1, chance, generator), named, self.styles[named, style]

    def _placed(self, thing: Tensor, mirrored: Tensor, chance: Chance) -> Tensor:
        """Return sprites (n, 4, side, side) at a size and a place, half of them as in the data."""
        usual = chance() < 0.5
        size = torch.where(usual, WHOLE * (0.96 + 0.08 * chance()), 0.45 + 0.55 * chance())
        slack = torch.where(usual, 0.03, (1.05 - size).clamp(min=0))
        angle = torch.where(usual, 0.0, (chance() - 0.5) * 0.35)
        side = torch.where(mirrored, -1.0, 1.0)
        cosine, sine = angle.cos() / size, angle.sin() / size
        moved = (chance(2) - 0.5) * 2 * slack[:, None] / size[:, None]
        rows = torch.stack([side * cosine, side * -sine, side * moved[:, 0]], 1)
        other = torch.stack([sine, cosine, moved[:, 1]], 1)
        matrix = torch.stack([rows, other], 1)
        grid = F.affine_grid(matrix, list(thing.shape), align_corners=False)
        return F.grid_sample(thing, grid, align_corners=False)

    def _grounds(self, chance: Chance) -> Tensor:
        """Return white, named colours, any colours with a gradient, and photographs."""
        kind = chance(1, 1, 1)
        named = self.colours[(chance() * len(self.colours)).long()][:, :, None, None]
        line = torch.linspace(-0.5, 0.5, JUDGE_SIDE)
        turn = chance(1, 1, 1) * 2 * torch.pi
        ramp = turn.cos() * line[None, None, None, :] + turn.sin() * line[None, None, :, None]
        free = (chance(3, 1, 1) + ramp * chance(3, 1, 1) * 0.6).clamp(0, 1)
        picked = self.photos[(chance() * len(self.photos)).long()].float() / 255
        ground = torch.where(kind < 0.65, named, torch.where(kind < 0.85, free, picked))
        return torch.where(kind < 0.3, torch.ones(()), ground)


def _shrunk(pictures: NDArray[np.uint8]) -> Tensor:
    """Return pictures (n, h, w, c) uint8 as (n, c, 64, 64) uint8."""
    found = []
    for start in range(0, len(pictures), 256):
        some = torch.from_numpy(np.array(pictures[start : start + 256])).permute(0, 3, 1, 2)
        found.append(F.interpolate(some.float(), (JUDGE_SIDE, JUDGE_SIDE), mode="area").byte())
    return torch.cat(found)


def known_styles(sprites: NDArray[np.uint8]) -> Tensor:
    """Return the style (things, styles) of sprites, `UNKNOWN` where two styles are one drawing."""
    found = torch.arange(len(STYLES)).repeat(len(sprites), 1)
    for thing, drawn in enumerate(sprites):
        for style, one in enumerate(drawn):
            others = (o for number, o in enumerate(drawn) if number != style)
            if any(np.array_equal(one, other) for other in others):
                found[thing, style] = UNKNOWN
    return found


def _worn(pictures: Tensor, chance: Chance, generator: torch.Generator) -> Tensor:
    """Blur some of the pictures (n, 3, h, w), some of them much, and add noise to all."""
    draw = chance(1, 1, 1)
    soft = F.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    softer = F.avg_pool2d(soft, 5, stride=1, padding=2, count_include_pad=False)
    pictures = torch.where(draw < 0.35, soft, pictures)
    pictures = torch.where(draw < 0.12, softer, pictures)
    noise = torch.randn(pictures.shape, generator=generator)
    return pictures + 0.08 * chance(1, 1, 1).square() * noise


def train_judge(work: Work, minutes: float) -> None:
    """Train the judge of pictures."""
    torch.manual_seed(1)
    judge = PictureJudge(len(concepts()), len(STYLES)).to(memory_format=torch.channels_last)
    renderer = Renderer(work)

    def loss(step: int) -> Tensor:
        pictures, things, styles = renderer.draw(step, BATCH)
        thing, style = judge(pictures.contiguous(memory_format=torch.channels_last))
        named = F.cross_entropy(thing, things, label_smoothing=0.05)
        return named + STYLE_WEIGHT * F.cross_entropy(style, styles, ignore_index=UNKNOWN)

    plan = Plan(batch=BATCH, rate=2.5e-3, minutes=minutes, average=0.995, anneal=0.6, warmup=100)
    Trainer(judge, loss, plan, folder(work) / "judge.pt").run()


def train_latent_judge(work: Work, minutes: float) -> None:
    """Train the judge of noisy latents on the plain renderings, at every noise level."""
    torch.manual_seed(2)
    judge = LatentJudge(len(concepts()), len(STYLES)).to(memory_format=torch.channels_last)
    data = PlainData(work, ALL_STYLES)
    style_of = torch.tensor([style for _, style, _ in data.pairs])
    signal = models.scheduler().alphas_cumprod

    def loss(step: int) -> Tensor:
        batch = data.draw(np.random.default_rng((59, step)), BATCH, 0.0)
        generator = torch.Generator().manual_seed(step)
        alphas = signal[torch.randint(len(signal), (BATCH,), generator=generator)]
        clean = moved(batch.latents, generator)
        noise = torch.randn(clean.shape, generator=generator)
        kept = alphas[:, None, None, None]
        noisy = kept.sqrt() * clean + (1 - kept).sqrt() * noise
        thing, style = judge(noisy.contiguous(memory_format=torch.channels_last), alphas)
        named = F.cross_entropy(thing, batch.concepts, label_smoothing=0.1)
        styles = style_of[torch.from_numpy(batch.pictures)]
        return named + STYLE_WEIGHT * F.cross_entropy(style, styles)

    plan = Plan(
        batch=BATCH, rate=1.5e-3, minutes=minutes, average=0.995, anneal=0.6, decay=0.05, warmup=100
    )
    Trainer(judge, loss, plan, folder(work) / "latent-judge.pt").run()


def moved(latents: Tensor, generator: torch.Generator) -> Tensor:
    """Shift half of some latents (n, c, h, w) by up to two cells, repeating their border."""
    drawn = torch.randint(-2, 3, (len(latents), 2), generator=generator)
    drawn[torch.rand(len(latents), generator=generator) < 0.5] = 0
    padded = F.pad(latents, (2, 2, 2, 2), mode="replicate")
    height, width = latents.shape[2:]
    return torch.stack(
        [
            one[:, 2 + y : 2 + y + height, 2 + x : 2 + x + width]
            for one, (y, x) in zip(padded, drawn.tolist(), strict=True)
        ]
    )


def load_judge(work: Work) -> PictureJudge:
    """Load the averaged judge of pictures."""
    judge: PictureJudge = PictureJudge(len(concepts()), len(STYLES))
    judge.requires_grad_(False)
    judge.load_state_dict(load_file(folder(work) / "judge.safetensors"))
    judge.eval()
    return judge


def load_latent_judge(work: Work) -> LatentJudge:
    """Load the averaged judge of noisy latents."""
    judge: LatentJudge = LatentJudge(len(concepts()), len(STYLES))
    judge.requires_grad_(False)
    judge.load_state_dict(load_file(folder(work) / "latent-judge.safetensors"))
    judge.eval()
    return judge
