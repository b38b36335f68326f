"""Exports subjects to the formats of other programs, and imports them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

import torch
from safetensors.torch import load_file
from torch import Tensor

from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.lora_keys import Part, is_lora
from studio.catalog.recognise.safetensors_header import read_header
from studio.catalog.subjects import LORA, UNET, WORDS, Subject, read_subject, write_subject
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.edit.exchange import LAYOUTS, ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import AdapterUse
from studio.engine.adapters.embedding_files import Embedding, Vectors, read_embedding
from studio.engine.adapters.export import LoraLayout, write_embedding, write_lora
from studio.engine.adapters.lora import check as check_loras
from studio.engine.adapters.lora_layouts import (
    DOWN,
    UP,
    LoraWeights,
    adaptable,
    from_factors,
    read_lora_weights,
)
from studio.engine.adapters.textual_inversion import check as check_embeddings
from studio.engine.adapters.weights_file import is_torch_file, read_file, read_shapes
from studio.engine.latent_diffusion.model import UNetModel

EXTRACTED_RANK = 32
"""Rank of the LoRA as which a fully trained UNet is exported."""


def export_subject(loaded: UNetModel, request: ExportRequest) -> ExchangeResult:
    """Write a subject for other programs; the embedding goes into a second file if necessary.

    A whole UNet becomes the LoRA closest to its difference (rank 32). StudioError if a file exists
    already, unless it may be replaced, and for an unknown layout.
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
            weights = dataclasses.replace(weights, tokens=words)
        write_lora(path, weights, layout, facts)
    if words and beside in targets:
        kept: Literal["a1111", "diffusers"] = "a1111" if layout == "kohya" else "diffusers"
        write_embedding(beside, subject.tag, words[subject.tag], kept)
    return ExchangeResult(request, tuple(targets))


def check_import(spec: ModelSpec, request: ImportRequest) -> None:
    """Raise StudioError if a file to be imported does not fit a model; loads no network."""
    path = Path(request.path).expanduser()
    shapes = read_shapes(path) if is_torch_file(path) else read_header(path)
    if is_lora(shapes):
        check_loras(spec, [AdapterUse("lora", str(path))])
    else:
        check_embeddings(spec, [AdapterUse("textual_inversion", str(path))])


def import_subject(loaded: UNetModel, request: ImportRequest) -> ExchangeResult:
    """Import a LoRA or an embedding of another program as a subject.

    StudioError if it does not fit the model, is damaged, contains code or is neither; in that case
    nothing is left in the folder.
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
        check_embeddings(loaded.spec, [AdapterUse("textual_inversion", str(path))])
        vectors = _vectors(read_embedding(path))
        file = WORDS
        kind = request.kind or metadata.get("kind", "") or "thing"
        word = f"<{request.name}>"
    folder.mkdir(parents=True, exist_ok=True)
    if file == LORA:
        # The only layout that can store tokens and an alpha per module.
        write_lora(folder / LORA, weights, "kohya", dtype=torch.float16)
    else:
        write_embedding(folder / WORDS, word, vectors, "diffusers", dtype=torch.float16)
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


def _words(subject: Subject) -> Mapping[str, Vectors]:
    """Return the trained token of a subject, if it has one."""
    if WORDS not in subject.files:
        return {}
    found = read_embedding(subject.folder / WORDS)
    return {subject.tag: next(iter(found.words.values()))}


def _vectors(found: Embedding) -> Vectors:
    """Return the vectors of all tokens in a file, concatenated into one token."""
    words = list(found.words.values()) if found.named else list(found.words.values())[:1]
    parts: dict[Part, list[Tensor]] = {}
    for word in words:
        for part, vectors in word.items():
            parts.setdefault(part, []).append(vectors)
    return {part: torch.cat(vectors) for part, vectors in parts.items()}


def _lora(loaded: UNetModel, subject: Subject) -> LoraWeights:
    if LORA in subject.files:
        parts = adaptable(loaded.networks)
        return read_lora_weights(subject.folder / LORA, parts, loaded.spec.name)
    return extract_lora(loaded.networks.unet, load_file(subject.folder / UNET))


def extract_lora(unet: Any, difference: Mapping[str, Tensor]) -> LoraWeights:
    """Return the LoRA closest to the difference of a UNet, by singular value decomposition.

    The best of its rank (Eckart and Young 1936); biases and norms, which a LoRA lacks, are dropped.
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
