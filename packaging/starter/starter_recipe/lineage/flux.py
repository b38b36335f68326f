"""Flux, small: rectified flow on a small multimodal diffusion transformer.

The network is diffusers' FluxTransformer2DModel with a double and four single blocks of width 256.
A picture is 64 tokens, each 2 x 2 of its latents. Two groups of input channels are for fills, as in
Flux Fill: the latents that stay, and the mask; they are zero for pictures from text. A third says
which of the 64 places a token has, beside Flux's rotary positions: those only reach a token by its
attention to others, and after 40,000 samples things still had no outlines. The picture that an
instruction changes is appended as 64 further tokens, as in Flux Kontext.

The stage `lineage-flux` learns pictures from text, `lineage-flux-edits` continues it with fills,
instructions and the guidance embedding beside them. That is trained without a teacher: a prompt's
target moves away from what the network predicts without one.

Sources: Esser et al. 2024, https://arxiv.org/abs/2403.03206 (rectified flow, logit-normal times);
Black Forest Labs 2024, https://github.com/black-forest-labs/flux (blocks, fill channels, guidance
embedding); Peebles and Xie 2022, https://arxiv.org/abs/2212.09748 (zero initialisation); Tang et
al. 2025, https://arxiv.org/abs/2502.12154 (guidance as part of the target).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import diffusers
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel
from diffusers.models.normalization import (
    AdaLayerNormContinuous,
    AdaLayerNormZero,
    AdaLayerNormZeroSingle,
)
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from starter_recipe import models
from starter_recipe.lineage.data import PlainData, folder
from starter_recipe.lineage.flux_edits import Edits
from starter_recipe.paths import PROJECT, Work
from starter_recipe.trainer import Plan, Trainer

NAME = "flux"
BATCH = 16
SEED = 61
TEXT = 16
"""The tokens of a prompt that the network attends to; 99.6 % of the captions have no more."""
SIDE = 8
"""Tokens along a side of the picture."""
CHANNELS = 16
"""The numbers of a token: 2 x 2 latents of four channels."""
FILL = CHANNELS + 4
"""Further input channels: the latents that stay, and the mask of the token's four latents.

After them there is a channel for each place, 1 in that of the token."""
NOISY = 0.8
"""The mean of the logit of the times. With 0 most samples showed the network its picture: after
24,000 of them it denoised well, and pictures from noise alone were mosaics."""
SHARES = {"white": 0.7, "ground": 0.3}
"""The part of each group of captions; more of the first than for the other systems, because each
thing needs a hundred views."""
WEIGHTS = (1.0, 4.0)
"""The guidance scales that the network learns."""
CONFIG = {
    "patch_size": 1,
    "in_channels": CHANNELS + FILL + SIDE**2,
    "out_channels": CHANNELS,
    "num_layers": 1,
    "num_single_layers": 4,
    "attention_head_dim": 64,
    "num_attention_heads": 4,
    "joint_attention_dim": 256,
    "pooled_projection_dim": 256,
    "guidance_embeds": True,
    "axes_dims_rope": (16, 24, 24),
}


def pack(latents: Tensor) -> Tensor:
    """Return latents (n, c, 2 h, 2 w) as tokens (n, h * w, 4 c), as Flux orders them."""
    count, channels, height, width = latents.shape
    cells = latents.view(count, channels, height // 2, 2, width // 2, 2)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(count, -1, channels * 4)


def unpack(tokens: Tensor, side: int = SIDE) -> Tensor:
    """Return tokens (n, side * side, 4 c) as latents (n, c, 2 side, 2 side)."""
    count, _, channels = tokens.shape
    cells = tokens.view(count, side, side, channels // 4, 2, 2)
    return cells.permute(0, 3, 1, 4, 2, 5).reshape(count, channels // 4, side * 2, side * 2)


def positions(side: int = SIDE, first: int = 0) -> Tensor:
    """Return the positions (side * side, 3) of a picture's tokens: picture, row, column.

    The picture that is made has ``first`` 0, one that it is made from has 1, as in Kontext.
    """
    made = torch.zeros(side, side, 3)
    made[..., 0] = first
    made[..., 1] = torch.arange(side)[:, None]
    made[..., 2] = torch.arange(side)[None]
    return made.view(-1, 3)


def network() -> FluxTransformer2DModel:
    """Return an untrained network whose blocks are identities at first, as in DiT."""
    made = FluxTransformer2DModel(**CONFIG)
    for part in made.modules():
        if isinstance(part, nn.Linear):
            nn.init.xavier_uniform_(part.weight)
            nn.init.zeros_(part.bias)
    for part in made.modules():
        if isinstance(part, AdaLayerNormZero | AdaLayerNormZeroSingle | AdaLayerNormContinuous):
            nn.init.zeros_(part.linear.weight)
    nn.init.zeros_(made.proj_out.weight)
    with torch.no_grad():
        made.x_embedder.weight[:, CHANNELS:] = 0
    return made


@dataclass(frozen=True)
class Example:
    """Packed latents (n, 64, 16) to learn, the encoded prompt, and what else the network gets.

    ``extra`` (n, 64, FILL) are the channels of a fill, ``reference`` (n, 64, 16) the picture that
    an instruction changes, ``weights`` (n,) guidance scales; None for a picture from text alone.
    """

    clean: Tensor
    states: Tensor
    pooled: Tensor
    extra: Tensor | None = None
    reference: Tensor | None = None
    weights: Tensor | None = None


class FluxLoss:
    """The loss of the network on pictures from text: the velocity of a rectified flow."""

    def __init__(self, net: nn.Module, data: PlainData) -> None:
        self.net = net
        self.data = data
        self.places = torch.eye(SIDE**2)
        # The first caption of the data is the empty one.
        self.empty = torch.from_numpy(np.array(data.states[:1])).float()
        self.empty_pooled = torch.from_numpy(data.pooled[:1]).float()

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        return self.flow(self.example(step), torch.Generator().manual_seed(step))

    def example(self, step: int) -> Example:
        """Return the batch of a step."""
        batch = self.data.draw(np.random.default_rng((SEED, step)), BATCH)
        return Example(pack(batch.latents), batch.states, batch.pooled)

    def flow(self, one: Example, generator: torch.Generator) -> Tensor:
        """Return the loss of a batch at random times."""
        noise = torch.randn(one.clean.shape, generator=generator)
        time = (NOISY + torch.randn(len(noise), generator=generator)).sigmoid()
        noisy = torch.lerp(one.clean, noise, time[:, None, None])
        target = noise - one.clean
        if one.weights is not None:
            with torch.no_grad():
                prompted = self.velocity(noisy, time, one, torch.ones_like(time))
                bare = self.velocity(noisy, time, self._bare(one), torch.ones_like(time))
            target = target + (one.weights - 1)[:, None, None] * (prompted - bare)
        return F.mse_loss(self.velocity(noisy, time, one, one.weights), target)

    def velocity(self, noisy: Tensor, time: Tensor, one: Example, weights: Tensor | None) -> Tensor:
        """Return what the network predicts for noisy tokens (n, 64, 16) at times (n,)."""
        image, ids, rows = F.pad(noisy, (0, FILL)), positions(), self.places
        if one.extra is not None:
            image = torch.cat([noisy, one.extra], -1)
        if one.reference is not None:
            image = torch.cat([image, F.pad(one.reference, (0, FILL))], 1)
            ids, rows = torch.cat([ids, positions(first=1)]), rows.repeat(2, 1)
        image = torch.cat([image, rows.expand(len(image), -1, -1)], -1)
        made: Tensor = self.net(
            hidden_states=image,
            encoder_hidden_states=one.states[:, :TEXT],
            pooled_projections=one.pooled,
            timestep=time,
            img_ids=ids,
            txt_ids=torch.zeros(TEXT, 3),
            guidance=torch.ones_like(time) if weights is None else weights,
            return_dict=False,
        )[0]
        return made[:, : noisy.shape[1]]

    def _bare(self, one: Example) -> Example:
        count = len(one.clean)
        empty = self.empty.expand(count, -1, -1), self.empty_pooled.expand(count, -1)
        return Example(one.clean, *empty, one.extra, one.reference)


class EditsLoss(FluxLoss):
    """The same on a cycle of pictures from text, fills, instructions and guided pictures."""

    CYCLE = (
        "text", "text", "edit", "text", "fill", "text", "edit", "text", "text", "guided",
    )  # fmt: skip

    def __init__(self, net: nn.Module, data: PlainData, edits: Edits) -> None:
        super().__init__(net, data)
        self.edits = edits

    def example(self, step: int) -> Example:
        """Return the batch of a step; a guided one is of each other kind in turn."""
        cycle, at = divmod(step, len(self.CYCLE))
        kind, rng = self.CYCLE[at], np.random.default_rng((SEED, step))
        if kind == "guided":
            one = self._of(("text", "fill", "edit")[cycle % 3], step, rng)
            weights = torch.from_numpy(rng.uniform(*WEIGHTS, BATCH)).float()
            return replace(one, weights=weights)
        return self._of(kind, step, rng)

    def _of(self, kind: str, step: int, rng: np.random.Generator) -> Example:
        if kind == "edit":
            before, after, states, pooled = self.edits.draw(rng, BATCH)
            return Example(pack(after), states, pooled, reference=pack(before))
        one = super().example(step)
        if kind == "text":
            return one
        holes = pack(torch.from_numpy(np.stack([hole(rng) for _ in range(BATCH)])[:, None]).float())
        stays = one.clean * (1 - holes.repeat(1, 1, CHANNELS // 4))
        return replace(one, extra=torch.cat([stays, holes], -1))


def hole(rng: np.random.Generator, side: int = 2 * SIDE) -> NDArray[np.bool_]:
    """Draw which latents (side, side) a fill makes: boxes, an ellipse, a border or all of them."""
    kind = rng.choice(["boxes", "ellipse", "border", "all"], p=[0.4, 0.3, 0.2, 0.1])
    if kind == "all":
        return np.ones((side, side), bool)
    if kind == "border":
        made = np.ones((side, side), bool)
        edges = rng.integers(0, side // 2, 4) * (rng.random(4) < 0.6)
        made[edges[0] : side - edges[1], edges[2] : side - edges[3]] = False
        return made
    made = np.zeros((side, side), bool)
    rows, columns = np.mgrid[:side, :side]
    for _ in range(int(rng.integers(1, 4)) if kind == "boxes" else 1):
        high, wide = rng.integers(3, side + 1, 2)
        top, left = rng.integers(0, side - high + 1), rng.integers(0, side - wide + 1)
        inside = (rows >= top) & (rows < top + high) & (columns >= left) & (columns < left + wide)
        if kind == "ellipse":
            far = ((rows - top + 0.5) / high * 2 - 1) ** 2 + (
                (columns - left + 0.5) / wide * 2 - 1
            ) ** 2
            inside &= far <= 1
        made |= inside
    return made


def train_flux(work: Work, minutes: float) -> None:
    """Train the network from text until the deadline."""
    _train(work, minutes, lambda net: FluxLoss(net, PlainData(work, SHARES)))


def train_edits(work: Work, minutes: float) -> None:
    """Continue it on text, fills, instructions and guidance together."""

    def loss(net: nn.Module) -> FluxLoss:
        data = PlainData(work, SHARES)
        return EditsLoss(net, data, Edits(work, data))

    _train(work, minutes, loss)


def _train(work: Work, minutes: float, loss: Callable[[nn.Module], FluxLoss]) -> None:
    torch.manual_seed(0)
    net = network()
    plan = Plan(batch=BATCH, rate=1e-3, minutes=minutes, anneal=0.3, warmup=150, average=0.998)
    Trainer(net, loss(net), plan, folder(work) / f"{NAME}.pt").run()


def export_flux(work: Work) -> None:
    """Write the averaged weights in half precision to resources/lineage/flux."""
    target = PROJECT / "resources" / "lineage" / "flux"
    net = network()
    net.load_state_dict(load_file(folder(work) / f"{NAME}.safetensors"))
    net.half().save_pretrained(target / "transformer")
    FlowMatchEulerDiscreteScheduler().save_pretrained(target / "scheduler")
    index = {
        "_class_name": "SmallFluxPipeline",
        "_diffusers_version": diffusers.__version__,
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "transformer": ["diffusers", "FluxTransformer2DModel"],
    }
    own = {"name": "Flux (small)", "native_size": models.SIDE, "version": "1"}
    for name, content in (("model_index.json", index), ("lienzo.json", own)):
        (target / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
