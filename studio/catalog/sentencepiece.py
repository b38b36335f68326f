"""Reads the vocabulary of a SentencePiece model (spiece.model), without that package.

T5's tokenizers often come in this form only. The numbers of the fields are those of
sentencepiece_model.proto in SentencePiece's repository.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.protobuf import block, fields

FILE = "spiece.model"
PIECE, NORMALIZER = 1, 3
"""Fields of ModelProto."""
TEXT, SCORE, KIND = 1, 2, 3
"""Fields of a piece."""
NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6
"""Kinds of pieces: those for text, for anything else, marks, whole words, and single bytes."""
CHARSMAP = 2
"""Field of the normalizer."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces with their log probabilities, in the order of their ids.

    ``charsmap`` are the compiled rules by which text is normalised, empty if there are none.
    ``kinds`` are those of the pieces, such as ``BYTE``.
    """

    pieces: list[tuple[str, float]]
    charsmap: bytes
    kinds: list[int]


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary in a tokenizer's folder; StudioError if it is damaged or has none."""
    path = folder / FILE
    try:
        return parse_vocabulary(path.read_bytes(), path)
    except OSError as error:
        raise _unreadable(path, str(error)) from error


def parse_vocabulary(data: bytes, path: Path) -> Vocabulary:
    """Return the vocabulary of a SentencePiece model; StudioError, with ``path``, if it is bad."""
    try:
        found = _read(memoryview(data))
    except (ValueError, IndexError, struct.error) as error:
        raise _unreadable(path, str(error)) from error
    if not found.pieces:
        raise _unreadable(path, "it is empty")
    return found


def _read(view: memoryview) -> Vocabulary:
    pieces, charsmap = list[tuple[str, float]](), b""
    kinds = list[int]()
    for number, value in fields(view):
        if number == PIECE:
            text, score, kind = _piece(block(value))
            pieces.append((text, score))
            kinds.append(kind)
        elif number == NORMALIZER:
            for inner, content in fields(block(value)):
                charsmap = bytes(block(content)) if inner == CHARSMAP else charsmap
    return Vocabulary(pieces, charsmap, kinds)


def _piece(view: memoryview) -> tuple[str, float, int]:
    text, score, kind = "", 0.0, NORMAL
    for number, value in fields(view):
        if number == TEXT:
            text = str(block(value), "utf-8")
        elif number == SCORE:
            score = struct.unpack("<f", block(value))[0]
        elif number == KIND:
            kind = int(value) if isinstance(value, int) else NORMAL
    return text, score, kind


def _unreadable(path: Path, reason: str) -> StudioError:
    return StudioError(
        "The tokenizer in {path} cannot be read ({reason}).",
        "Copy the model folder again from where you got it.",
        path=str(path),
        reason=reason,
    )
