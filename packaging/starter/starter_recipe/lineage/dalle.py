"""Trains DALL-E's two stages: the discrete autoencoder, then the causal transformer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import CLIPTokenizer

from starter_recipe import models, text
from starter_recipe.lineage.data import TOKENS, PlainData, folder
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer
from studio.engine.families.dall_e.dvae import DalleDVAE
from studio.engine.families.dall_e.networks import DalleTransformer

DVAE, TRANSFORMER = "dall-e-dvae", "dall-e"
CODES = 1024

SCENES = 0.25
"""The part of the autoencoder's batches from the bank: photographs and free places, for fills."""
FREE_STEPS = 150
"""The first steps, without a codebook: it then begins at vectors that carry something."""
COMMITMENT = 0.25
DEAD_EVERY, LAST_REVIVAL = 25, 0.6
"""Unused entries begin anew every so many steps, in this part of the training."""
SAMPLED = 512
"""Pictures whose vectors the codebook begins with."""
SHARES = {"white": 0.6, "ground": 0.4}
EMPTY = 0.2
BATCH, CODED = 32, 16
"""The samples of a step of the transformer, and of the autoencoder."""


class CodeLoss:
    """The loss of the autoencoder: squared error of the latents, and the distance between the
    encoder's vectors and their entries."""

    def __init__(self, dvae: DalleDVAE, latents: Tensor, more: Tensor) -> None:
        """Take latents (n, 4, 16, 16) of unit variance of plain renderings and of scenes."""
        self.dvae = dvae
        self.latents, self.more = latents, more
        self.used = torch.ones(CODES)
        self.progress: Callable[[], float] = lambda: 0.0

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((71, step))
        torch.manual_seed(step)
        clean = self._draw(rng, CODED)
        if step < FREE_STEPS:
            # The codebook has no part in this, but the trainer takes a gradient for every weight.
            unused = 0 * self.dvae.codebook.weight.sum()
            free: Tensor = F.mse_loss(self.dvae.decode_codes(self.dvae.vectors(clean)), clean)
            return free + unused
        if step == FREE_STEPS:
            with torch.no_grad():
                begun = _flat(self.dvae.vectors(self._draw(rng, SAMPLED)))
                self.dvae.codebook.weight.copy_(spread(begun, CODES))
        made, vectors, chosen = self.dvae(clean)
        with torch.no_grad():
            tokens = self.dvae.nearest(vectors).flatten()
            self.used.lerp_(torch.bincount(tokens, minlength=CODES).float(), 0.02)
            if step % DEAD_EVERY == 0 and self.progress() < LAST_REVIVAL:
                self._revive(_flat(vectors), _flat(chosen))
        distance = F.mse_loss(chosen, vectors.detach())
        pull = F.mse_loss(vectors, chosen.detach())
        total: Tensor = F.mse_loss(made, clean) + distance + COMMITMENT * pull
        return total

    def _draw(self, rng: np.random.Generator, count: int) -> Tensor:
        scenes = int(count * SCENES)
        picked = torch.from_numpy(rng.integers(len(self.latents), size=count - scenes))
        others = torch.from_numpy(rng.integers(len(self.more), size=scenes))
        return torch.cat([self.latents[picked], self.more[others]])

    def _revive(self, vectors: Tensor, chosen: Tensor) -> None:
        """Move the entries that are hardly used to vectors that are far from any entry."""
        dead = torch.nonzero(self.used < 0.05).flatten()
        far = (vectors - chosen).pow(2).sum(1)
        count = min(len(dead), 64)
        if count and float(far.sum()) > 0:
            self.dvae.codebook.weight[dead[:count]] = vectors[torch.multinomial(far, count)]
            self.used[dead[:count]] = 1.0


def _flat(vectors: Tensor) -> Tensor:
    """Return (n, c, h, w) as (n h w, c)."""
    return vectors.permute(0, 2, 3, 1).flatten(0, 2)


def spread(vectors: Tensor, count: int, rounds: int = 8) -> Tensor:
    """Return ``count`` of some vectors (n, c), those that are far from the others likelier.

    As k-means++ (Arthur and Vassilvitskii 2007), many at once: plain grounds have the same vector
    in half of all places.
    """
    chosen = vectors[torch.randint(len(vectors), (count // rounds,))]
    while len(chosen) < count:
        far = torch.cdist(vectors, chosen).amin(1).pow(2)
        more = min(count // rounds, count - len(chosen))
        chosen = torch.cat([chosen, vectors[torch.multinomial(far, more)]])
    return chosen


def train_dvae(work: Work, minutes: float) -> None:
    """Train the discrete autoencoder until the deadline."""
    torch.manual_seed(0)
    data = PlainData(work)
    dvae = DalleDVAE(codes=CODES, scale=data.scale)
    loss = CodeLoss(dvae, data.latents, scene_latents(work, data.scale))
    plan = Plan(
        batch=CODED, rate=2e-3, minutes=minutes, warmup=50, anneal=0.6, average=0.99, decay=0.0
    )
    trainer = Trainer(dvae, loss, plan, checkpoint(work, DVAE))
    loss.progress = trainer.progress
    trainer.run()
    encode_all(work)


def scene_latents(work: Work, scale: float) -> Tensor:
    """Return the latents (n, 4, 16, 16) of the bank's pictures."""
    chunks = [np.load(path)["latents"] for path in sorted(work.bank.glob("chunk-*.npz"))]
    return torch.from_numpy(np.concatenate(chunks)).float() * scale


def checkpoint(work: Work, name: str) -> Path:
    """Return the checkpoint of a stage."""
    return folder(work) / f"{name}.pt"


def load_dvae(work: Work) -> DalleDVAE:
    """Return the averaged autoencoder of the last checkpoint."""
    dvae: DalleDVAE = DalleDVAE(codes=CODES, scale=PlainData(work).scale)
    dvae.load_state_dict(load_file(checkpoint(work, DVAE).with_suffix(".safetensors")))
    dvae.eval()
    return dvae


def encode_all(work: Work) -> None:
    """Write the tokens (n, 64) of every rendering, and print how many codes they use."""
    dvae, data = load_dvae(work), PlainData(work)
    with torch.no_grad():
        tokens = torch.cat([dvae.encode(some).flatten(1) for some in data.latents.split(64)])
    np.save(folder(work) / "dall-e-tokens.npy", tokens.numpy().astype(np.int16))
    used = len(tokens.unique())
    print(f"{used} of {CODES} codes are used", flush=True)


class SequenceLoss:
    """The loss of the transformer: one part text, seven parts image, as in the paper."""

    def __init__(self, work: Work, model: nn.Module) -> None:
        self.model = model
        self.data = PlainData(work, SHARES)
        self.tokens = torch.from_numpy(np.load(folder(work) / "dall-e-tokens.npy")).long()
        tokenizer, encoder = text.load_text(work)
        self.ids = caption_ids(tokenizer, ["", *(row.text for row in self.data.rows)])
        self.lengths = (self.ids == tokenizer.eos_token_id).int().argmax(1) + 1
        words: Any = encoder.get_input_embeddings()
        self.words: Tensor = words.weight.detach()

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        torch.manual_seed(step)
        batch = self.data.draw(np.random.default_rng((73, step)), BATCH, EMPTY)
        lengths = self.lengths[batch.captions]
        longest = int(lengths.max())
        ids = self.ids[batch.captions][:, :longest]
        tokens = self.tokens[batch.pictures]
        with autocast(cache_enabled=False):
            states = batch.states[:, :longest]
            made = self.model(states, lengths, batch.pooled, tokens[:, :-1])
            words = made.hidden[:, :-1] @ self.words.T
        image = F.cross_entropy(made.image.float().transpose(1, 2), tokens)
        is_text = torch.arange(longest)[None] < lengths[:, None]
        wanted = torch.where(is_text, ids, -100)[:, 1:]
        said = F.cross_entropy(words.float().transpose(1, 2), wanted)
        return said / 8 + image * 7 / 8


def caption_ids(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Return the token ids (n, TOKENS) of texts."""
    batch = tokenizer(
        texts, padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt"
    )
    ids: Tensor = batch.input_ids
    return ids


def train_dalle(work: Work, minutes: float) -> None:
    """Train the transformer until the deadline, on the tokens of ``lineage-dvae``."""
    torch.manual_seed(0)
    model = DalleTransformer(codes=CODES, text_width=models.TEXT_WIDTH)
    plan = Plan(
        batch=BATCH, rate=1e-3, minutes=minutes, warmup=300, anneal=0.6, average=0.998, decay=0.05
    )
    Trainer(model, SequenceLoss(work, model), plan, checkpoint(work, TRANSFORMER)).run()
