"""Trains the tokenizer and pretrains the text encoder on captions alone."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from starter_recipe import captions, crowd, models
from starter_recipe.art import STYLES
from starter_recipe.concepts import concepts
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

START, END = "<|startoftext|>", "<|endoftext|>"
VOCABULARY = 4096
LENGTH = 24
PAIRS = 32
ANCHOR = 4.0
WORDS = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d"
    r"|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)


def train_tokenizer(work: Work) -> None:
    """Train a CLIP-style byte-level BPE on the names and keywords of all emoji, and captions."""
    if (work.tokenizer / "merges.txt").exists():
        return
    tokenizer = Tokenizer(BPE(end_of_word_suffix="</w>", unk_token=END))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    trainer = BpeTrainer(
        vocab_size=VOCABULARY,
        min_frequency=2,
        special_tokens=[START, END],
        end_of_word_suffix="</w>",
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(work), trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges: Any = [tuple(m) for m in model["merges"]]
    clip = CLIPTokenizer(vocab=model["vocab"], merges=merges, model_max_length=models.TEXT_LENGTH)
    partial = work.tokenizer.with_suffix(".partial")
    clip.save_pretrained(partial)
    (partial / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False), "utf-8")
    lines = ["#version: 0.2", *(" ".join(m) for m in merges)]
    (partial / "merges.txt").write_text("\n".join(lines) + "\n", "utf-8")
    partial.rename(work.tokenizer)


def corpus(work: Work) -> list[str]:
    """Return the tokenizer's training texts, with and without accents."""
    texts: list[str] = []
    for language in captions.LANGUAGES:
        table = work.sources / "emojibase" / language / "data.json"
        for row in json.loads(table.read_text("utf-8")):
            texts += [row["label"], *row.get("tags", ())] * 2
        own = [n for thing in concepts() for n in thing.names(language)]
        texts += (own + captions.templates(language)) * 8
    return texts + [captions.strip_accents(t) for t in texts]


def vocabulary() -> dict[str, dict[str, list[str]]]:
    """Return, for each language, the concepts' names and every other word of the captions."""
    found = {}
    for language in captions.LANGUAGES:
        names = [thing.names(language)[0] for thing in concepts()]
        texts = [n for thing in concepts() for n in thing.names(language)]
        words = {
            word
            for text in [*texts, *captions.templates(language), *crowd.wordings(language)]
            for word in re.findall(r"\w+", text.lower())
        }
        articles = ("un", "una", "unos", "unas") if language == "es" else ("a", "an", "some")
        words |= set(articles)
        # Whole words of names only: a "t-shirt" does not say that a "shirt" is known.
        used = {word for name in names for word in name.lower().split()}
        found[language] = {"concepts": names, "words": sorted(words - used)}
    return found


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """Load the tokenizer of a folder as the stock class."""
    tokenizer: CLIPTokenizer = CLIPTokenizer.from_pretrained(folder)
    return tokenizer


class Reader(nn.Module):
    """The text encoder with heads that tell what a caption asks for."""

    def __init__(self, tokenizer: CLIPTokenizer) -> None:
        super().__init__()
        bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
        self.encoder = models.text_encoder(len(tokenizer), bos, eos)
        width = models.TEXT_WIDTH
        self.concept = nn.Linear(width, len(concepts()) + 1)
        self.style = nn.Linear(width, len(STYLES))
        self.background = nn.Linear(width, len(captions.BACKGROUNDS))
        self.eos = eos

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens (n, length) int64 to the states (n, 2, width) at the end and one later."""
        return self.ends(tokens, self.states(tokens))

    def states(self, tokens: Tensor) -> Tensor:
        """Map tokens (n, length) int64 to all their states (n, length, width)."""
        states: Tensor = self.encoder(input_ids=tokens).last_hidden_state
        return states

    def ends(self, tokens: Tensor, states: Tensor) -> Tensor:
        """Pick the states (n, 2, width) at the end of each text and one later."""
        ends = (tokens == self.eos).int().argmax(dim=1)
        later = (ends + 1 + (ends * 7) % 5).clamp(max=tokens.shape[1] - 1)
        rows = torch.arange(len(tokens))
        return torch.stack([states[rows, ends], states[rows, later]], 1)


class Elder:
    """The adopted text encoder: what the UNet has learned to read."""

    def __init__(self, work: Work) -> None:
        encoder = CLIPTextModel.from_pretrained(work.elder).float()
        self.encoder = encoder.eval().requires_grad_(False)
        known = json.loads((work.elder / "vocabulary.json").read_text("utf-8"))
        self.names = {language: set(known[language]["concepts"]) for language in known}

    def distance(self, rows: list[captions.Caption], tokens: Tensor, states: Tensor) -> Tensor:
        """Return the mean squared distance from the elder's states (n, length, width).

        Only texts count that call a thing by the name that the elder had for it.
        """
        keeps = [self._knew(row) for row in rows]
        with torch.no_grad():
            wanted = self.encoder(input_ids=tokens).last_hidden_state
        far = (states.float() - wanted.float()).pow(2).mean(dim=(1, 2))
        total: Tensor = (far * torch.tensor(keeps)).sum()
        return total / max(1, sum(keeps))

    def _knew(self, row: captions.Caption) -> bool:
        if row.concept == captions.NOTHING:
            return False
        name = concepts()[row.concept].names(row.language)[0]
        return name in self.names[row.language] and name in row.text.lower()


def train_text(work: Work, minutes: float) -> None:
    """Pretrain the text encoder: captions of both languages must tell the same."""
    torch.manual_seed(0)
    tokenizer = load_tokenizer(work.tokenizer)
    reader = Reader(tokenizer)
    if not work.checkpoint("text").exists() and work.weights("text").exists():
        reader.load_state_dict(load_file(work.weights("text")))  # from `adopt`
    elder = Elder(work) if work.elder.exists() else None
    strangers = _strangers(work)

    def loss(step: int) -> Tensor:
        rng = np.random.default_rng((5, step))
        rows = [c for _ in range(PAIRS) for c in _pair(rng, strangers)]
        batch = tokenizer(
            [r.text for r in rows],
            padding="longest", truncation=True, max_length=LENGTH, return_tensors="pt",
        )  # fmt: skip
        with autocast():
            states = reader.states(batch.input_ids)
            total = _reading_loss(reader, rows, reader.ends(batch.input_ids, states).float())
            if elder is not None:
                total = total + ANCHOR * elder.distance(rows, batch.input_ids, states)
        return total

    plan = Plan(batch=2 * PAIRS, rate=6e-4, steps=2200, minutes=minutes, average=0.995, anneal=0.6)
    Trainer(reader, loss, plan, work.checkpoint("text")).run()


def _reading_loss(reader: Reader, rows: list[captions.Caption], states: Tensor) -> Tensor:
    count = len(concepts())
    concept = torch.tensor([r.concept if r.concept >= 0 else count for r in rows])
    style = torch.tensor([r.style for r in rows])
    background = torch.tensor([r.background for r in rows])
    total = torch.zeros(())
    for state in (states[:, 0], states[:, 1]):
        total = total + F.cross_entropy(reader.concept(state), concept)
        total = total + F.cross_entropy(reader.style(state), style)
        total = total + F.cross_entropy(reader.background(state), background)
    agree = (states[0::2] - states[1::2]).pow(2).mean()
    return total + 0.2 * agree


def _pair(
    rng: np.random.Generator, strangers: dict[str, list[str]]
) -> tuple[captions.Caption, captions.Caption]:
    """Write two captions that mean the same, mostly one in each language."""
    draw = rng.random()
    if draw < 0.06:
        names = [strangers[lang][int(rng.integers(len(strangers[lang])))] for lang in ("en", "es")]
        first, second = (
            captions.Caption(captions.worn(rng, n), "en", captions.NOTHING, 0, 0) for n in names
        )
        return first, second
    if draw < 0.1:
        return captions.nothing(rng, "en"), captions.nothing(rng, "es")
    concept = int(rng.integers(len(concepts())))
    seed = int(rng.integers(2**31))
    pair = [_same(seed, concept, language) for language in ("en", "es")]
    return pair[0], pair[1]


def _same(seed: int, concept: int, language: str) -> captions.Caption:
    """Write a caption whose style and background follow from the seed, not the wording."""
    choose = np.random.default_rng(seed)
    style = 0 if choose.random() < 0.6 else int(choose.integers(1, len(STYLES)))
    background = 0 if choose.random() < 0.5 else int(choose.integers(len(captions.BACKGROUNDS)))
    rng = np.random.default_rng((seed, len(language), ord(language[1])))
    say = STYLES[style] if style > 0 or rng.random() < 0.12 else ""
    text = captions.phrase(rng, concepts()[concept], language, say)
    if background:
        text = captions.with_background(rng, text, language, captions.BACKGROUNDS[background])
    for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.3 else 0):
        tail = captions.AFTER[language]
        text = f"{text}, {tail[int(rng.integers(len(tail)))]}"
    return captions.Caption(captions.worn(rng, text), language, concept, style, background)


def _strangers(work: Work) -> dict[str, list[str]]:
    """Return names of emoji that are no concept of the starter, by language."""
    known = {thing.code.replace("-FE0F", "") for thing in concepts()}
    found: dict[str, list[str]] = {}
    for language in captions.LANGUAGES:
        named = {n for thing in concepts() for n in thing.names(language)}
        table = work.sources / "emojibase" / language / "data.json"
        rows = json.loads(table.read_text("utf-8"))
        found[language] = [
            r["label"]
            for r in rows
            if r["hexcode"].replace("-FE0F", "") not in known
            and not any(n in r["label"].lower() for n in named)
        ]
    return found


def load_text(work: Work) -> tuple[CLIPTokenizer, CLIPTextModel]:
    """Load the tokenizer and the pretrained text encoder.

    Positions past the trained length get the last trained embedding: padding stands there.
    """
    tokenizer = load_tokenizer(work.tokenizer)
    reader = Reader(tokenizer)
    reader.load_state_dict(load_file(work.weights("text")))
    encoder: CLIPTextModel = reader.encoder.eval().requires_grad_(False)
    table = next(w for n, w in encoder.named_parameters() if "position_embedding" in n)
    table[LENGTH:] = table[LENGTH - 1]
    return tokenizer, encoder


def encode(tokenizer: CLIPTokenizer, encoder: CLIPTextModel, texts: list[str]) -> Tensor:
    """Encode texts as the pipeline does: (n, 77, 256) float32."""
    batch = tokenizer(
        texts,
        padding="max_length", truncation=True, max_length=models.TEXT_LENGTH, return_tensors="pt",
    )  # fmt: skip
    with torch.no_grad():
        states: Tensor = encoder(input_ids=batch.input_ids).last_hidden_state
    return states
