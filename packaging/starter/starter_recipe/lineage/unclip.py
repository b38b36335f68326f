"""Trains the small unCLIP: what lets the starter's UNet read a CLIP image embedding, and the prior.

The UNet itself is frozen, so that the addition alone is stored. A stage notices that the UNet is
another one than before, and then continues from its last weights with a new plan.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import models
from starter_recipe.base import noised
from starter_recipe.lineage.data import EMPTY, PlainData, folder
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from studio.engine.clip.networks import ClipPictures, ClipTexts
from studio.engine.families.small_unclip.networks import (
    ImageConditioning,
    UnclipPrior,
    decode_step,
    normalized,
)

DECODER, PRIOR = "unclip-decoder", "unclip-prior"
SHARES = {"white": 0.4, "ground": 0.3, "style": 0.2, "key": 0.1}
BATCH = 16
PRIOR_BATCH = 128
UNSEEN = 0.1
"""The part of embeddings that are left out, for classifier-free guidance."""
VIEWS = 2
"""Embeddings of each picture: of itself, and of it mirrored or cropped."""
CLEAN = 0.5
"""The part of embeddings that are taken without noise; a prior's are never exact."""
NOISE = 0.5
"""The largest deviation of the noise, that of an embedding's numbers being 1."""
RIDGE = 30.0
IMITATION = 1000
"""Steps in which the addition first learns to give the UNet what a caption gives it."""


def prior_scheduler() -> DDIMScheduler:
    """Build the cosine schedule of the prior, which predicts x0."""
    return DDIMScheduler(
        beta_schedule="squaredcos_cap_v2",
        num_train_timesteps=1000,
        prediction_type="sample",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="trailing",
    )


def load_clip(work: Work) -> tuple[ClipPictures, ClipTexts]:
    """Return the frozen towers of CLIP for pictures and for texts, as trained so far."""
    state = load_file(folder(work) / "clip.safetensors")
    pictures, texts = ClipPictures(), ClipTexts()
    for name, tower in (("pictures", pictures), ("texts", texts)):
        begin = f"{name}."
        own = {key.removeprefix(begin): one for key, one in state.items() if key.startswith(begin)}
        tower.load_state_dict(own)
        tower.eval().requires_grad_(False)
    return pictures, texts


@dataclass(frozen=True)
class Embedded:
    """``table`` (VIEWS, pictures, width) of unit variance, in the order of `PlainData.pairs`."""

    table: NDArray[np.float16]

    def draw(self, rng: np.random.Generator, places: NDArray[np.int64]) -> Tensor:
        """Return the embeddings (n, width) of some pictures, of a view each."""
        views = np.where(rng.random(len(places)) < 0.5, 0, rng.integers(0, VIEWS, len(places)))
        return torch.from_numpy(self.table[views, places]).float()


def embedded(work: Work, data: PlainData) -> Embedded:
    """Return the CLIP embeddings of all pictures; made anew for other weights of CLIP."""
    encoder, _ = load_clip(work)
    key = _hash(encoder.state_dict())
    path = folder(work) / f"unclip-embeds-{key}.npy"
    if not path.exists():
        rng, made = np.random.default_rng(7), []
        encoder = encoder.to(memory_format=torch.channels_last)
        for view in range(VIEWS):
            rows = []
            for start in range(0, len(data.pairs), 64):
                places = np.arange(start, min(start + 64, len(data.pairs)))
                with torch.no_grad():
                    rows.append(normalized(encoder(_view(rng, data.images(places), view))))
            made.append(torch.cat(rows).half().numpy())
        np.save(path, np.stack(made))
    return Embedded(np.load(path))


def _view(rng: np.random.Generator, pictures: Tensor, view: int) -> Tensor:
    """Return pictures (n, 3, 64, 64) of some (n, 3, 128, 128): whole, or mirrored or cropped."""
    if view and rng.random() < 0.5:
        pictures = pictures.flip(-1)
    elif view:
        side = int(rng.integers(100, 128))
        top, left = rng.integers(0, 129 - side, 2)
        pictures = pictures[..., top : top + side, left : left + side]
    return F.interpolate(pictures, (64, 64), mode="area")


def _hash(state: dict[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(state[name].float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:12]


def load_unet(work: Work, mix: bool = False) -> UNet2DConditionModel:
    """Return the UNet for text to image that ships, or with ``mix`` the one in training."""
    if mix:
        unet = models.text_to_image_slice(models.load_unet(load_file(work.weights("mix")), 9))
    else:
        unet = UNet2DConditionModel.from_pretrained(work.result / "unet")
    unet = unet.float().eval().requires_grad_(False).to(memory_format=torch.channels_last)
    unet.set_attn_processor(AttnProcessor())
    return unet


class Seeing:
    """The loss of the addition: the UNet's v-prediction, given a picture's own embedding."""

    def __init__(
        self,
        unet: UNet2DConditionModel,
        addition: ImageConditioning,
        data: PlainData,
        embeds: Embedded,
    ) -> None:
        self.unet, self.addition = unet, addition
        self.data, self.embeds = data, embeds
        self.signal = models.scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng, generator = np.random.default_rng((61, step)), torch.Generator().manual_seed(step)
        batch = self.data.draw(rng, BATCH)
        seen = worn(self.embeds.draw(rng, batch.pictures), generator)
        seen = seen * (torch.rand(BATCH, 1, generator=generator) >= UNSEEN)
        noisy, time, target = noised(batch.latents, self.signal, generator)
        noisy = noisy.contiguous(memory_format=torch.channels_last)
        with autocast(cache_enabled=False):
            made = decode_step(self.unet, self.addition, noisy, time, seen)
        return F.mse_loss(made.float(), target)


def worn(embeds: Tensor, generator: torch.Generator) -> Tensor:
    """Add noise to some of the embeddings (n, width); all keep the usual length."""
    count = len(embeds)
    level = NOISE * torch.rand(count, 1, generator=generator)
    level = level * (torch.rand(count, 1, generator=generator) >= CLEAN)
    return normalized(embeds + level * torch.randn(embeds.shape, generator=generator))


def imitate(loss: Seeing, work: Work) -> None:
    """Teach the addition to give the UNet, for a picture, what its caption gives.

    Its tokens learn the state of the end of a caption and three of those that follow, which are
    what the UNet mostly attends to; with its sum, the pooled tokens become those of the caption.
    """
    texts = np.load(work.root / "plain" / "texts.npy", mmap_mode="r")
    pooling = loss.unet.add_embedding
    optimizer = torch.optim.AdamW(loss.addition.parameters(), lr=2e-3, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, IMITATION)
    rng, generator = np.random.default_rng(62), torch.Generator().manual_seed(62)
    names, parts = list(SHARES), np.array(list(SHARES.values()))
    for _ in range(IMITATION):
        groups = rng.choice(names, 48, p=parts)
        picked = np.array([rng.choice(loss.data.groups[name]) for name in groups])
        seen = worn(loss.embeds.draw(rng, loss.data.places[picked]), generator)
        unseen = rng.random(48) < UNSEEN
        seen[torch.from_numpy(unseen)] = 0
        rows = np.where(unseen, 0, picked + 1)
        wanted = torch.from_numpy(np.asarray(texts[np.sort(rows)])).float()
        wanted = wanted[torch.from_numpy(np.argsort(np.argsort(rows)))]
        tokens, sums = loss.addition(seen)
        ends = wanted[:, [24, 40, 56, 72]]
        pooled = pooling(tokens) + sums
        error = F.mse_loss(tokens, ends) + F.mse_loss(pooled, pooling(wanted))
        optimizer.zero_grad(set_to_none=True)
        error.backward()
        optimizer.step()
        schedule.step()


def train_decoder(work: Work, minutes: float, mix: bool = False) -> None:
    """Train the addition to a frozen UNet until the deadline."""
    torch.manual_seed(0)
    data = PlainData(work, SHARES)
    unet, addition = load_unet(work, mix), ImageConditioning()
    checkpoint = folder(work) / f"{DECODER}{'-mix' if mix else ''}.pt"
    loss = Seeing(unet, addition, data, embedded(work, data))
    _begin(addition, checkpoint, _hash(unet.state_dict()))
    if not checkpoint.exists() and not checkpoint.with_suffix(".safetensors").exists():
        imitate(loss, work)
    plan = Plan(
        batch=BATCH, rate=1e-3, minutes=minutes, warmup=100, anneal=0.7, average=0.998, decay=0.0
    )
    Trainer(addition, loss, plan, checkpoint).run()


def _begin(module: torch.nn.Module, checkpoint: Path, key: str) -> None:
    """Set a checkpoint for other frozen weights aside, and begin with its averaged weights."""
    note = checkpoint.with_suffix(".json")
    known = json.loads(note.read_text("utf-8"))["frozen"] if note.exists() else key
    if known != key and checkpoint.exists():
        checkpoint.rename(checkpoint.with_suffix(".old"))
    weights = checkpoint.with_suffix(".safetensors")
    if not checkpoint.exists() and weights.exists():
        module.load_state_dict(load_file(weights))
    note.write_text(json.dumps({"frozen": key}), "utf-8")


def text_embeds(texts: ClipTexts, states: Tensor, ends: Tensor) -> Tensor:
    """Return CLIP's embeddings (n, width), of unit variance, of captions.

    ``states`` (n, TOKENS, 256) are theirs, ``ends`` (n, 256) those of their end marks, which also
    tell where each caption ends.
    """
    places = (states == ends[:, None]).all(-1).int().argmax(1)
    kept = torch.arange(states.shape[1])[None] <= places[:, None]
    mean = (states * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
    with torch.no_grad():
        return normalized(texts(torch.cat([ends, mean], 1)))


def begin_prior(prior: UnclipPrior, data: PlainData, embeds: Embedded, texts: ClipTexts) -> None:
    """Set the linear map of the prior to the best one of all captions, by ridge regression."""
    width = int(embeds.table.shape[-1])
    wanted = torch.from_numpy(embeds.table[0, data.places]).float()
    states, ends = data.states, data.pooled
    rows = [
        text_embeds(texts, *(torch.from_numpy(np.asarray(part[at : at + 512])).float()
                             for part in (states, ends)))
        for at in range(0, len(data.rows) + 1, 512)
    ]  # fmt: skip
    given = torch.cat([torch.cat(rows), torch.ones(len(data.rows) + 1, 1)], 1).double()
    # The empty caption, the first row, is any picture, a tenth of all.
    weight = torch.ones(len(given), 1, dtype=torch.float64)
    weight[0] = EMPTY * len(data.rows)
    target = torch.cat([wanted.mean(0, keepdim=True), wanted]).double()
    ridge = RIDGE * torch.eye(width + 1, dtype=torch.float64)
    solved = torch.linalg.solve(given.T @ (weight * given) + ridge, given.T @ (weight * target))
    with torch.no_grad():
        prior.of_text.weight.copy_(solved[:width].T)
        prior.of_text.bias.copy_(solved[width])


class Guessing:
    """The loss of the prior: the embedding of a picture, from a noisy one and a caption."""

    def __init__(
        self, prior: UnclipPrior, data: PlainData, embeds: Embedded, texts: ClipTexts
    ) -> None:
        self.prior, self.data, self.embeds, self.texts = prior, data, embeds, texts
        self.signal = prior_scheduler().alphas_cumprod

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng, generator = np.random.default_rng((63, step)), torch.Generator().manual_seed(step)
        batch = self.data.draw(rng, PRIOR_BATCH, EMPTY)
        # Of the picture itself, since a crop is not what a caption asks for.
        clean = torch.from_numpy(self.embeds.table[0, batch.pictures]).float()
        time = torch.randint(0, 1000, (len(clean),), generator=generator)
        part = self.signal[time][:, None]
        noise = torch.randn(clean.shape, generator=generator)
        noisy = part.sqrt() * clean + (1 - part).sqrt() * noise
        said = text_embeds(self.texts, batch.states, batch.pooled)
        with autocast():
            made = self.prior(noisy, time, batch.states, batch.pooled, said)
        return F.mse_loss(made.float(), clean)


def train_prior(work: Work, minutes: float) -> None:
    """Train the prior until the deadline."""
    torch.manual_seed(0)
    data = PlainData(work, SHARES)
    embeds = embedded(work, data)
    prior = UnclipPrior(embed_dim=embeds.table.shape[-1])
    checkpoint = folder(work) / f"{PRIOR}.pt"
    _begin(prior, checkpoint, hashlib.sha256(embeds.table.tobytes()).hexdigest()[:12])
    plan = Plan(
        batch=PRIOR_BATCH, rate=1e-3, minutes=minutes, warmup=200, anneal=0.7, average=0.998
    )
    _, texts = load_clip(work)
    if not checkpoint.with_suffix(".safetensors").exists():
        begin_prior(prior, data, embeds, texts)
    Trainer(prior, Guessing(prior, data, embeds, texts), plan, checkpoint).run()
