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

DVAE, DECODER, TRANSFORMER = "dall-e-dvae", "dall-e-decoder", "dall-e"
CODES = 1024

SCENES = 0.25
"""The part of the autoencoder's batches from the bank: photographs and free places, for fills."""
WARM, COLD = 1.0, 0.3
"""The temperature of the relaxed choice at the start and from COOLED of the training on."""
COOLED = 0.6
KL = 1e-3
DEAD_EVERY = 200
SHARES = {"white": 0.6, "ground": 0.4}
EMPTY = 0.2
BATCH, CODED = 32, 16
"""The samples of a step of the transformer, and of the autoencoder."""


class CodeLoss:
    """The loss of the autoencoder: squared error of the latents, and the codes' divergence."""

    def __init__(self, dvae: DalleDVAE, latents: Tensor, more: Tensor) -> None:
        """Take latents (n, 4, 16, 16) of unit variance of plain renderings and of scenes."""
        self.dvae = dvae
        self.latents, self.more = latents, more
        self.used = torch.zeros(CODES)
        self.progress: Callable[[], float] = lambda: 0.0

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((71, step))
        torch.manual_seed(step)
        some = int(CODED * SCENES)
        picked = torch.from_numpy(rng.integers(len(self.latents), size=CODED - some))
        others = torch.from_numpy(rng.integers(len(self.more), size=some))
        clean = torch.cat([self.latents[picked], self.more[others]])
        if step % DEAD_EVERY == DEAD_EVERY - 1 and self.progress() < COOLED:
            self.revive(rng)
        with autocast(cache_enabled=False):
            made, logits = self.dvae(clean, temperature(self.progress()))
        self.used.lerp_(torch.bincount(logits.argmax(1).flatten(), minlength=CODES).float(), 0.02)
        share = logits.float().log_softmax(1)
        # The mean use of a code against an even one: KL of the marginal, which keeps codes alive.
        marginal = share.exp().mean((0, 2, 3))
        even = (marginal * (marginal.clamp(min=1e-9) * CODES).log()).sum()
        total: Tensor = F.mse_loss(made.float(), clean) + KL * even
        return total

    def revive(self, rng: np.random.Generator) -> None:
        """Make each code that is never chosen a slightly changed copy of a frequent one."""
        dead = torch.nonzero(self.used < 0.02).flatten()
        if not len(dead):
            return
        odds = (self.used / self.used.sum()).double().numpy()
        source = torch.from_numpy(rng.choice(CODES, len(dead), p=odds / odds.sum()))
        head: Any = self.dvae.encoder[-1]
        book = self.dvae.codebook.weight
        with torch.no_grad():
            for weight in (head.weight, head.bias, book):
                copy = weight[source]
                weight[dead] = copy + 0.1 * weight.std() * torch.randn_like(copy)
        self.used[dead] = 1.0


def temperature(progress: float) -> float:
    """Return the temperature of the Gumbel softmax after a part of the training, 0..1."""
    return float(WARM * (COLD / WARM) ** min(1.0, progress / COOLED))


def train_dvae(work: Work, minutes: float) -> None:
    """Train the discrete autoencoder until the deadline."""
    torch.manual_seed(0)
    data = PlainData(work)
    dvae = DalleDVAE(codes=CODES, scale=data.scale)
    loss = CodeLoss(dvae, data.latents, scene_latents(work, data.scale))
    plan = Plan(
        batch=CODED, rate=1.5e-3, minutes=minutes, warmup=60, anneal=0.6, average=0.99, decay=0.0
    )
    trainer = Trainer(dvae, loss, plan, checkpoint(work, DVAE))
    loss.progress = trainer.progress
    trainer.run()
    encode_all(work)


class DecoderLoss:
    """The squared error of latents made from chosen codes, as they are when pictures are drawn."""

    def __init__(self, dvae: DalleDVAE, latents: Tensor, more: Tensor) -> None:
        """Take latents (n, 4, 16, 16) of unit variance of plain renderings and of scenes."""
        self.dvae = dvae
        self.parts = []
        with torch.no_grad():
            for some in (latents, more):
                self.parts.append((some, torch.cat([dvae.encode(one) for one in some.split(64)])))

    def __call__(self, step: int) -> Tensor:
        """Return the loss of the batch that belongs to a step."""
        rng = np.random.default_rng((79, step))
        scenes = int(BATCH * SCENES)
        clean, tokens = [], []
        for (latents, codes), count in zip(self.parts, (BATCH - scenes, scenes), strict=True):
            picked = torch.from_numpy(rng.integers(len(latents), size=count))
            clean.append(latents[picked])
            tokens.append(codes[picked])
        with autocast(cache_enabled=False):
            made = self.dvae.decode(torch.cat(tokens))
        return F.mse_loss(made.float(), torch.cat(clean))


def train_decoder(work: Work, minutes: float) -> None:
    """Train codebook and decoder further, the tokens of every picture fixed."""
    data = PlainData(work)
    dvae = load_dvae(work, (DVAE,))
    dvae.encoder.requires_grad_(False)
    loss = DecoderLoss(dvae, data.latents, scene_latents(work, data.scale))
    plan = Plan(batch=BATCH, rate=1e-3, minutes=minutes, warmup=50, anneal=0.8, average=0.99)
    Trainer(dvae, loss, plan, checkpoint(work, DECODER)).run()


def scene_latents(work: Work, scale: float) -> Tensor:
    """Return the latents (n, 4, 16, 16) of the bank's pictures."""
    chunks = [np.load(path)["latents"] for path in sorted(work.bank.glob("chunk-*.npz"))]
    return torch.from_numpy(np.concatenate(chunks)).float() * scale


def checkpoint(work: Work, name: str) -> Path:
    """Return the checkpoint of a stage."""
    return folder(work) / f"{name}.pt"


def load_dvae(work: Work, stages: tuple[str, ...] = (DECODER, DVAE)) -> DalleDVAE:
    """Return the averaged autoencoder of the first of the stages that has a checkpoint."""
    dvae: DalleDVAE = DalleDVAE(codes=CODES, scale=PlainData(work).scale)
    files = [checkpoint(work, name).with_suffix(".safetensors") for name in stages]
    dvae.load_state_dict(load_file(next(file for file in files if file.exists())))
    dvae.eval()
    return dvae


def encode_all(work: Work) -> None:
    """Write the tokens (n, 64) of every rendering, and print how many codes they use."""
    dvae, data = load_dvae(work, (DVAE,)), PlainData(work)
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
