"""Tokenizers that come with the text encoder of a single file: Gemma's, whose vocabulary may only
be passed on together with the model.

ComfyUI's files have the SentencePiece model as a tensor of bytes; others lie beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from studio.catalog.recognise.opening import open_header
from studio.catalog.sentencepiece import BYTE, CONTROL, UNKNOWN, USER, Vocabulary, parse_vocabulary
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.paths import data_dir

TENSOR = "spiece_model"
READY = "tokenizer.json"
MODELS = ("tokenizer.model", "spiece.model")
FOLDER = "tokenizers"
SPACE = "\u2581"
"""The character that stands for a space in the pieces."""


def check_vocabulary(encoder: Path) -> None:
    """Raise StudioError if a text encoder has no tokenizer, inside or beside it."""
    if TENSOR in open_header(encoder):
        return
    if not any(one.is_file() for one in (encoder.parent / READY, *_models(encoder))):
        raise StudioError(
            "The text encoder {path} has no tokenizer.",
            "Put its tokenizer.model or tokenizer.json beside it, or take the file made for"
            " ComfyUI, which has the tokenizer inside.",
            path=str(encoder),
        )


def vocabulary_folder(encoder: Path) -> Path:
    """Return a folder with the tokenizer.json of a text encoder, written at its first use.

    StudioError if there is none or it is damaged.
    """
    check_vocabulary(encoder)
    try:
        data = _inside(encoder)
        if data is None and (encoder.parent / READY).is_file():
            return encoder.parent
        if data is None:
            data = next(file for file in _models(encoder) if file.is_file()).read_bytes()
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(encoder),
            reason=error.strerror or str(error),
        ) from error
    folder = data_dir() / FOLDER / hashlib.sha256(data).hexdigest()[:32]
    if not (folder / READY).is_file():
        with suppress(OSError):
            # Without a folder the error of writing the file says why.
            folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_tokenizer(parse_vocabulary(data, encoder)), ensure_ascii=False)
        write_file(folder / READY, text.encode())
    return folder


def _models(encoder: Path) -> list[Path]:
    return [encoder.parent / name for name in MODELS]


def _inside(encoder: Path) -> bytes | None:
    header = open_header(encoder)
    if TENSOR not in header:
        return None
    first, end = header.spans[TENSOR]
    with encoder.open("rb") as file:
        file.seek(header.start + first)
        return file.read(end - first)


def _tokenizer(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the content of tokenizer.json for a SentencePiece model of byte-pair encoding."""
    ids = {text: number for number, (text, _) in enumerate(vocabulary.pieces)}
    start = ids.get("<bos>")
    first = [{"SpecialToken": {"id": "<bos>", "type_id": 0}}] if start is not None else []
    return {
        "version": "1.0",
        "added_tokens": _added(vocabulary),
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": SPACE},
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"String": " "},
            "behavior": "MergedWithPrevious",
            "invert": False,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [*first, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"<bos>": {"id": "<bos>", "ids": [start], "tokens": ["<bos>"]}}
            if first
            else {},
        },
        "decoder": None,
        "model": {
            "type": "BPE",
            "unk_token": "<unk>",
            "fuse_unk": True,
            "byte_fallback": True,
            "vocab": ids,
            "merges": _merges(vocabulary, ids),
        },
    }


def _merges(vocabulary: Vocabulary, ids: Mapping[str, int]) -> list[list[str]]:
    """Return the pairs of pieces that are merged, first those of the highest score.

    They follow from the scores: all pairs of pieces that make a piece, as in SentencePiece
    (https://github.com/google/sentencepiece).
    """
    plain = (BYTE, CONTROL, UNKNOWN, USER)
    merges = []
    for (text, score), kind in zip(vocabulary.pieces, vocabulary.kinds, strict=True):
        if kind in plain:
            continue
        cuts = ((text[:cut], text[cut:]) for cut in range(1, len(text)))
        merges += [(-score, pair) for pair in cuts if pair[0] in ids and pair[1] in ids]
    merges.sort(key=lambda one: one[0])
    return [list(pair) for _, pair in merges]


def _added(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Return the pieces that no text is split into, such as the start of a prompt."""
    pieces = zip(vocabulary.pieces, vocabulary.kinds, strict=True)
    return [
        {
            "id": number,
            "content": text,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": kind in (CONTROL, UNKNOWN),
        }
        for number, ((text, _), kind) in enumerate(pieces)
        if kind in (CONTROL, UNKNOWN, USER)
    ]
