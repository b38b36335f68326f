"""Trains an IP-Adapter (Ye et al. 2023) and its small image encoder, with the UNet held still."""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from starter_recipe import companions, models, scenes
from starter_recipe.bank import CHUNK, CHUNKS, PEOPLE_CHUNKS, Bank, Sample, drawn, latent_scale
from starter_recipe.base import PARTS, load_base, noised
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

BATCH = 16
SIDE = 64
WIDTH = 192
TOKENS = 4
FILE = "ip-adapter.safetensors"
CHUNKS_SEEN = (*range(0, CHUNKS, 4), *range(CHUNKS, CHUNKS + PEOPLE_CHUNKS))
UNSAID = 0.6
UNSEEN = 0.1
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
"""Mean and deviation of RGB in 0..1 by which transformers' CLIPImageProcessor normalizes."""


def image_encoder() -> CLIPVisionModelWithProjection:
    """Build the image encoder: six layers, 192 wide, 8 x 8 patches of 64 x 64 pictures."""
    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            projection_dim=models.TEXT_WIDTH,
            num_hidden_layers=6,
            num_attention_heads=4,
            image_size=SIDE,
            patch_size=8,
        )
    )


def adapt(unet: UNet2DConditionModel) -> None:
    """Give a UNet an IP-Adapter whose keys and values begin as those of the words."""
    unet.requires_grad_(False)
    layers = {}
    for number, (key, value) in enumerate(_cross_attention(unet)):
        layers[f"{2 * number + 1}.to_k_ip.weight"] = key.clone()
        layers[f"{2 * number + 1}.to_v_ip.weight"] = value.clone()
    width = models.TEXT_WIDTH
    proj = nn.Linear(width, TOKENS * width)
    norm = nn.LayerNorm(width)
    image_proj = {
        **{f"proj.{name}": value.detach() for name, value in proj.state_dict().items()},
        **{f"norm.{name}": value.detach() for name, value in norm.state_dict().items()},
    }
    unet._load_ip_adapter_weights([{"image_proj": image_proj, "ip_adapter": layers}])
    for name, parameter in unet.named_parameters():
        parameter.requires_grad_("_ip." in name or name.startswith("encoder_hid_proj"))


def _cross_attention(unet: UNet2DConditionModel) -> list[tuple[Tensor, Tensor]]:
    state = unet.state_dict()
    names = [n.removesuffix(".processor") for n in unet.attn_processors if "attn2" in n]
    return [(state[f"{n}.to_k.weight"], state[f"{n}.to_v.weight"]) for n in names]


class Reader(nn.Module):
    """The image encoder and the adapted UNet, which learn together."""

    def __init__(self, unet: UNet2DConditionModel) -> None:
        super().__init__()
        adapt(unet)
        self.unet = unet
        self.encoder = image_encoder()

    def forward(self, image: Tensor, time: Tensor, texts: Tensor, seen: Tensor) -> Tensor:
        """Return v for noisy input, texts (n, 77, 256) and references (n, 3, 64, 64)."""
        embeds = self.encoder(seen).image_embeds
        # A picture that is left out is one of zeros, as the pipelines have it for guidance.
        embeds = embeds * (seen.abs().amax((1, 2, 3)) > 0).float()[:, None]
        extra = {"image_embeds": [embeds[:, None]]}
        made: Tensor = self.unet(image, time, texts, added_cond_kwargs=extra).sample
        return made


class Likeness:
    """The loss of the UNet itself, with each picture as its own reference, mirrored or cropped."""

    def __init__(self, reader: Reader, work: Work) -> None:
        self.reader = reader
        self.bank, self.scale = Bank(work), latent_scale(work)
        self.pictures = drawn(work, "reference", CHUNKS_SEEN, small)
        self.signal = models.scheduler().alphas_cumprod
        self.nothing = torch.from_numpy(np.array(self.bank.texts[0])).float()

    def __call__(self, number: int) -> Tensor:
        """Return the loss of the batch that belongs to a number."""
        rng = np.random.default_rng((19, number))
        batch = self.bank.draw(rng, BATCH, CHUNKS_SEEN)
        generator = torch.Generator().manual_seed(number)
        noisy, time, target = noised(batch["latents"] * self.scale, self.signal, generator)
        extra = torch.cat([batch["masks"].unsqueeze(1), batch["hidden"] * self.scale], 1)
        places = [divmod(n, CHUNK) for n in batch["numbers"].tolist()]
        seen = to_encoder(np.stack([turned(rng, self.pictures[c][p]) for c, p in places]))
        unseen, unsaid = (torch.from_numpy(rng.random(BATCH)) for _ in range(2))
        seen = torch.where((unseen < UNSEEN).view(-1, 1, 1, 1), torch.zeros_like(seen), seen)
        texts = torch.where((unsaid < UNSAID).view(-1, 1, 1), self.nothing, batch["texts"])
        with autocast(cache_enabled=False):
            made = self.reader(torch.cat([noisy, extra], 1), time, texts, seen)
        return F.mse_loss(made.float(), target)


def small(sample: Sample) -> scenes.Pixels:
    """Return a sample's picture as the encoder reads it, (64, 64, 3) uint8."""
    return np.asarray(cv2.resize(sample.image, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def turned(rng: np.random.Generator, picture: scenes.Pixels) -> scenes.Pixels:
    """Mirror and crop a reference at random, so that its look counts more than its places."""
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    keep = int(SIDE * rng.uniform(0.75, 1.0))
    top, left = rng.integers(0, SIDE - keep + 1, 2)
    piece = np.ascontiguousarray(picture[top : top + keep, left : left + keep])
    return np.asarray(cv2.resize(piece, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR))


def to_encoder(pictures: scenes.Pixels) -> Tensor:
    """Normalize pictures (n, 64, 64, 3) uint8 to (n, 3, 64, 64) as CLIPImageProcessor does."""
    levels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    mean, deviation = (torch.tensor(t).view(3, 1, 1) for t in (MEAN, DEVIATION))
    return (levels - mean) / deviation


def train_reference(work: Work, minutes: float) -> None:
    """Train the adapter and the encoder until the deadline."""
    companions.begin("reference", work)
    torch.manual_seed(0)
    reader = Reader(load_base(work)).to(memory_format=torch.channels_last)
    plan = Plan(
        batch=BATCH, parts=PARTS, rate=5e-4, minutes=minutes, anneal=0.6, warmup=100, average=0.995
    )
    Trainer(reader, Likeness(reader, work), plan, work.checkpoint("reference")).run()


def load_reference(work: Work) -> tuple[CLIPVisionModelWithProjection, dict[str, Tensor]]:
    """Return the averaged encoder, and the adapter by the names of the published IP-Adapters."""
    reader = Reader(load_base(work))
    reader.load_state_dict(load_file(work.weights("reference")))
    state = reader.unet.state_dict()
    found = {
        f"image_proj.{ours}.{part}": state[
            f"encoder_hid_proj.image_projection_layers.0.{name}.{part}"
        ]
        for name, ours in (("image_embeds", "proj"), ("norm", "norm"))
        for part in ("weight", "bias")
    }
    names = [n.removesuffix(".processor") for n in reader.unet.attn_processors if "attn2" in n]
    for number, name in enumerate(names):
        for part in ("to_k_ip", "to_v_ip"):
            key = f"ip_adapter.{2 * number + 1}.{part}.weight"
            found[key] = state[f"{name}.processor.{part}.0.weight"]
    return reader.encoder.eval().requires_grad_(False), found
