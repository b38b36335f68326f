"""Textual inversion (Gal et al. 2022, https://arxiv.org/abs/2208.01618): tokens from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of
from studio.catalog.models import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.lora_bases import SDXL, Base, base_of_text
from studio.catalog.recognise.lora_keys import Part
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.edit.networks import is_named
from studio.edit.request import AdapterUse, EditRequest
from studio.engine.adapters.added_tokens import TOKENIZERS, add_tokens
from studio.engine.adapters.embedding_files import FIRST, Embedding, Vectors, read_embedding
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)


@contextmanager
def attach(loaded: M, uses: Sequence[AdapterUse]) -> Iterator[M]:
    """Add the tokens of embedding files; yields the model that includes them.

    The token is ``options["token"]``, else the one in the file, else the file's name. It stands for
    all vectors of the file. StudioError, with nothing changed, for a file that does not fit.
    """
    words: dict[str, Vectors] = {}
    for use in uses:
        path = Path(use.path).expanduser()
        found = words_of(path, read_embedding(path), use.options)
        for word, vectors in found.items():
            _check_width(loaded.spec, path, vectors)
            if word in words:
                raise StudioError(
                    "Two files define the word {word}.", "Give one of them another name.", word=word
                )
            words[word] = {
                part: weight_vectors(loaded, part, one, use.weight) for part, one in vectors.items()
            }
    with add_tokens(loaded, words) as grown:
        yield grown


def check(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError if a file does not fit a model, which need not be loaded."""
    for use in uses:
        path = Path(use.path).expanduser()
        check_fit_of(path, spec, Kind.EMBEDDING)
        for vectors in words_of(path, read_embedding(path), use.options).values():
            _check_width(spec, path, vectors)


def without_unfit_words(
    spec: ModelSpec, request: EditRequest
) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Return a request without embeddings of the artist's folders that do not fit a model.

    They are used because a prompt contains their name, which may be meant as an ordinary word; so
    they are dropped with a notice, while an embedding chosen explicitly is refused.
    """
    kept, notes = [], []
    for use in request.adapters:
        if use.kind != "textual_inversion" or not is_named(use):
            kept.append(use)
            continue
        try:
            check(spec, (use,))
            kept.append(use)
        except StudioError as error:
            notes.append(Notice(error.message, error.values))
    return request.replace(adapters=tuple(kept)) if notes else request, tuple(notes)


def words_of(path: Path, found: Embedding, options: Mapping[str, Any]) -> Mapping[str, Vectors]:
    """Return the vectors of a file by the token to be used; StudioError if that is ambiguous."""
    token = str(options.get("token", "")).strip()
    if not token:
        return found.words
    if found.named and len(found.words) > 1:
        raise StudioError(
            "{path} defines several words: {words}.",
            "Leave the word out; all of these are understood.",
            path=str(path),
            words=", ".join(found.words),
        )
    return {token: next(iter(found.words.values()))}


def weight_vectors(loaded: UNetModel, part: Part, vectors: Tensor, weight: float) -> Tensor:
    """Return vectors (n, width) of a text encoder at a weight: 1 is as they were trained.

    The difference from the mean of all token embeddings is scaled, so that a small weight yields a
    token of little meaning. Scaling the vector itself would lead to the zero vector, which is far
    from every token on which the text encoder was trained.
    """
    if weight == 1:
        return vectors
    table: Tensor = getattr(loaded.networks, part).get_input_embeddings().weight
    mean = table.float().mean(dim=0).to("cpu")
    return mean + weight * (vectors - mean)


def _check_width(spec: ModelSpec, path: Path, vectors: Vectors) -> None:
    """Raise StudioError unless there are vectors of the right width for each text encoder."""
    ours = {
        part: int(part_config(spec, part).get("hidden_size", 768))
        for part in TOKENIZERS
        if any(component.name == part for component in spec.components)
    }
    theirs = {part: one.shape[1] for part, one in vectors.items()}
    if theirs != ours:
        raise StudioError(
            "The embedding {path} was made for {theirs}; the model {model} is of the kind {ours}.",
            "Choose a model of that kind, or an embedding made for this one.",
            path=str(path),
            model=spec.name,
            theirs=str(_base(theirs)),
            ours=str(_base(ours)),
        )


def _base(widths: Mapping[Part, int]) -> Base:
    return base_of_text(widths[FIRST]) if list(widths) == [FIRST] else Base((SDXL,))
