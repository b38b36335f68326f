"""Subjects as files of other programs, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from studio.catalog.recognise.lora_keys import is_lora
from studio.catalog.subjects import LORA, UNET, WORDS, Subject, read_subject, write_subject
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.edit.exchange import LAYOUTS, ExchangeResult, ExportRequest, ImportRequest
from studio.engine.adapters.embedding_files import FIRST, Embedding, read_embedding
from studio.engine.adapters.export import LoraLayout, write_embedding, write_lora
from studio.engine.adapters.lora_layouts import (
    DOWN,
    UP,
    LoraWeights,
    adaptable,
    from_factors,
    read_lora_weights,
)
from studio.engine.adapters.weights_file import read_file
from studio.engine.latent_diffusion.model import UNetModel

EXTRACTED_RANK = 32
"""Rank of the LoRA that stands for a whole UNet when it is exported."""


def export_subject(loaded: UNetModel, request: ExportRequest) -> ExchangeResult:
    """Write a subject for other programs; a second file beside holds the words where need be.

    A whole UNet becomes the LoRA that is nearest to its difference (rank 32). StudioError for a
    file that is there already, unless it may be replaced, and for an unknown layout.
    """
    if request.layout not in LAYOUTS:
        raise StudioError(
            "There is no layout called {name}.",
            "Choose one of: {names}.",
            name=request.layout,
            names=", ".join(LAYOUTS),
        )
    subject = read_subject(Path(request.folder))
    path = Path(request.path)
    words = _words(subject)
    layout = cast(LoraLayout, request.layout)
    tied = layout == "kohya" and bool(words)
    alone = not {LORA, UNET} & set(subject.files)
    beside = path if alone else path.with_name(f"{path.stem}-words.safetensors")
    targets = [] if alone else [path]
    targets += [beside] if words and (alone or not tied) else []
    for target in targets:
        if target.exists() and not request.replace:
            raise StudioError(
                "There is a file {path} already.",
                "Choose another name, or allow it to be replaced.",
                path=str(target),
            )
    facts = {"name": subject.name, "kind": subject.kind, "word": subject.word}
    if not alone:
        weights = _lora(loaded, subject)
        if tied:
            tokens = {word: {FIRST: one} for word, one in words.items()}
            weights = dataclasses.replace(weights, tokens=tokens)
        write_lora(path, weights, layout, facts)
    if words and beside in targets:
        kept: Literal["a1111", "diffusers"] = "a1111" if layout == "kohya" else "diffusers"
        write_embedding(beside, subject.tag, next(iter(words.values())), kept)
    return ExchangeResult(request, tuple(targets))


def import_subject(loaded: UNetModel, request: ImportRequest) -> ExchangeResult:
    """Take a LoRA or an embedding of another program as a subject.

    StudioError where it does not fit the model, is damaged, holds code or is neither; nothing is
    left in the folder then.
    """
    path, folder = Path(request.path).expanduser(), Path(request.folder)
    content, metadata = read_file(path)
    notes: tuple[Notice, ...] = ()
    word = request.word or metadata.get("word", "")
    if is_lora(content):
        weights = read_lora_weights(path, adaptable(loaded.networks), loaded.spec.name)
        file = LORA
        notes = () if weights.note is None else (weights.note,)
        kind = request.kind or metadata.get("kind", "")
        own = " ".join(weights.tokens)
        word = word or " ".join(part for part in (own or request.name, kind) if part)
    else:
        found = read_embedding(path)
        vectors = _vectors(loaded, path, found)
        file = WORDS
        kind = request.kind or metadata.get("kind", "") or "thing"
        word = f"<{request.name}>"
    folder.mkdir(parents=True, exist_ok=True)
    if file == LORA:
        # The only layout with a place for words and for an alpha of each module.
        write_lora(folder / LORA, weights, "kohya", dtype=torch.float16)
    else:
        write_file(folder / WORDS, save({f"<{request.name}>": vectors.half().contiguous()}))
    write_subject(
        Subject(
            name=request.name,
            kind=kind or "thing",
            word=word,
            method="imported",
            base=loaded.spec.name,
            model=request.model,
            width=int(loaded.networks.unet.config.cross_attention_dim),
            folder=folder,
            files=(file,),
            facts={"source": path.name},
        )
    )
    return ExchangeResult(request, (folder / file,), notes)


def _words(subject: Subject) -> Mapping[str, Tensor]:
    if WORDS not in subject.files:
        return {}
    return {subject.tag: next(iter(load_file(subject.folder / WORDS).values())).float()}


def _vectors(loaded: UNetModel, path: Path, found: Embedding) -> Tensor:
    """Return the vectors (n, width) of all the tokens of a file that has them inside."""
    words = list(found.words.values()) if found.named else list(found.words.values())[:1]
    width = int(loaded.networks.unet.config.cross_attention_dim)
    vectors = torch.cat([next(iter(one.values())) for one in words])
    if vectors.shape[1] != width or any(len(one) > 1 for one in words):
        raise StudioError(
            "The embedding {path} has vectors of {theirs} numbers; the model {model} takes {ours}.",
            "Choose a model of the same base, or another embedding.",
            path=str(path),
            model=loaded.spec.name,
            theirs=vectors.shape[1],
            ours=width,
        )
    return vectors


def _lora(loaded: UNetModel, subject: Subject) -> LoraWeights:
    if LORA in subject.files:
        parts = adaptable(loaded.networks)
        return read_lora_weights(subject.folder / LORA, parts, loaded.spec.name)
    return extracted(loaded.networks.unet, load_file(subject.folder / UNET))


def extracted(unet: Any, difference: Mapping[str, Tensor]) -> LoraWeights:
    """Return the LoRA that is nearest to the difference of a UNet, by its singular vectors.

    The best of a rank by Eckart and Young 1936; biases and norms, which no LoRA has, are left out.
    """
    factors: dict[str, Tensor] = {}
    for name, module in unet.named_modules():
        change = difference.get(f"{name}.weight")
        if change is None or not isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
            continue
        flat = change.float().flatten(1)
        rank = min(EXTRACTED_RANK, *flat.shape)
        left, values, right = torch.linalg.svd(flat, full_matrices=False)
        root = values[:rank].sqrt()
        up = left[:, :rank] * root
        down = root[:, None] * right[:rank]
        factors[name + DOWN] = down.reshape(rank, *change.shape[1:])
        factors[name + UP] = up.reshape(len(up), rank, *(1,) * (change.ndim - 2))
    return from_factors({"unet": factors})
