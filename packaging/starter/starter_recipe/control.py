"""Trains ControlNets (Zhang et al. 2023) for the finished UNet, one kind of map each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import ControlNetModel, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import classes, companions, depths, models, scenes
from starter_recipe.bank import (
    CHUNK,
    CHUNKS,
    PEOPLE_CHUNKS,
    Bank,
    Sample,
    drawn,
    latent_scale,
)
from starter_recipe.base import PARTS, load_base, noised
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from studio.control_maps.pose import draw_pose

BATCH = 16
HINT_WIDTHS = (8, 16, 32, 64)
LOW, HIGH = 100, 200
LOUD = 25.0
"""Brings what a skeleton leaves after the reading layers to the size of the latents' features."""

DENSE = 12.0
"""The same for maps that say something everywhere."""


PEOPLE = tuple(range(CHUNKS, CHUNKS + PEOPLE_CHUNKS))
SOLID = (*range(1, CHUNKS, 5), *PEOPLE)


@dataclass(frozen=True)
class Kind:
    """One kind of map: how it is drawn for a sample, and the chunks of the bank that it learns.

    `loud` multiplies the last of the freshly drawn layers that read it.
    """

    draw: Callable[[Sample], scenes.Pixels]
    chunks: tuple[int, ...]
    loud: float = LOUD


def canny_map(image: scenes.Pixels) -> scenes.Pixels:
    """Return the Canny edges of (n, n, 3) uint8 as (n, n, 3) uint8, white on black."""
    edges = cv2.Canny(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), LOW, HIGH)
    return np.repeat(np.asarray(edges, np.uint8)[..., None], 3, axis=2)


def pose_map(sample: Sample) -> scenes.Pixels:
    """Return the OpenPose drawing (n, n, 3) uint8 of a sample's person; black if there is none."""
    people = [] if sample.joints is None else [sample.joints]
    side = sample.image.shape[0]
    return draw_pose(people, side, side)


KINDS = {
    "canny": Kind(lambda sample: canny_map(sample.image), tuple(range(0, CHUNKS, 4))),
    "pose": Kind(pose_map, PEOPLE),
    "depth": Kind(depths.depth_map, SOLID, DENSE),
    "segmentation": Kind(classes.segmentation_map, SOLID, DENSE),
}
"""The kinds of map that ControlNets are trained for."""


def draw_maps(kind: str, work: Work) -> dict[int, scenes.Pixels]:
    """Return the maps (1024, n, n, 3) uint8 of each of a kind's chunks."""
    return drawn(work, kind, KINDS[kind].chunks, KINDS[kind].draw)


def new_control(unet: UNet2DConditionModel, loud: float = LOUD) -> ControlNetModel:
    """Build a ControlNet that begins as a copy of the four-channel UNet's encoder."""
    control: ControlNetModel = ControlNetModel.from_unet(
        unet, conditioning_embedding_out_channels=HINT_WIDTHS
    )
    _awaken(control.controlnet_cond_embedding, loud)
    return control


def _awaken(embedding: Any, loud: float) -> None:
    """Initialise the reading of maps for depth, its last layer too.

    Stock weights fade through eight layers and end in one of zeros: 700 steps long nothing of a
    skeleton reached the UNet. What a ControlNet adds begins with zero all the same.
    """
    for part in embedding.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)
    embedding.conv_out.weight.data.mul_(loud)


class Steering:
    """The loss of a ControlNet: the UNet's own, with the UNet held still."""

    def __init__(
        self, kind: str, control: ControlNetModel, unet: UNet2DConditionModel, work: Work
    ) -> None:
        self.maps = draw_maps(kind, work)
        self.control, self.unet = control, unet
        self.bank = Bank(work)
        self.scale = latent_scale(work)
        self.signal = models.scheduler().alphas_cumprod

    def __call__(self, number: int) -> Tensor:
        """Return the loss of the batch that belongs to a number."""
        batch = self.bank.draw(np.random.default_rng((11, number)), BATCH, tuple(self.maps))
        generator = torch.Generator().manual_seed(number)
        noisy, time, target = noised(batch["latents"] * self.scale, self.signal, generator)
        extra = torch.cat([batch["masks"].unsqueeze(1), batch["hidden"] * self.scale], 1)
        places = [divmod(number, CHUNK) for number in batch["numbers"].tolist()]
        hints = as_hints([self.maps[chunk][place] for chunk, place in places])
        with autocast(cache_enabled=False):
            down, middle = self.control(
                noisy, time, batch["texts"], controlnet_cond=hints, return_dict=False
            )
            made = self.unet(
                torch.cat([noisy, extra], 1),
                time,
                batch["texts"],
                down_block_additional_residuals=down,
                mid_block_additional_residual=middle,
            ).sample
        return F.mse_loss(made.float(), target)


def as_hints(maps: list[NDArray[np.uint8]]) -> Tensor:
    """Stack maps (n, n, 3) uint8 to (count, 3, n, n) float32 in 0..1, as ControlNets read them."""
    return torch.from_numpy(np.stack(maps)).permute(0, 3, 1, 2).float() / 255


def train_control(kind: str, work: Work, minutes: float) -> None:
    """Train the ControlNet of a kind until the deadline; one of another base begins afresh."""
    companions.begin(f"control-{kind}", work)
    torch.manual_seed(0)
    unet = load_base(work)
    unet.set_attn_processor(AttnProcessor())
    control = new_control(models.text_to_image_slice(unet), KINDS[kind].loud)
    control.set_attn_processor(AttnProcessor())
    loss = Steering(kind, control, unet, work)
    plan = Plan(
        batch=BATCH, parts=PARTS, rate=5e-4, minutes=minutes, anneal=0.5, warmup=100, average=0.995
    )
    Trainer(control, loss, plan, work.checkpoint(f"control-{kind}")).run()


def load_control(kind: str, work: Work) -> ControlNetModel:
    """Load the averaged ControlNet of a kind."""
    control = new_control(models.unet(4))
    control.load_state_dict(load_file(work.weights(f"control-{kind}")))
    return control.eval().requires_grad_(False)
