"""Makes vocab.json and merges.txt of CLIP's tokenizer from OpenAI's list of merges.

The vocabulary follows from the merges (openai/CLIP on GitHub, simple_tokenizer.py): the
256 bytes, the same at the end of a word, one token for each of the first 48,894 merges, and two
marks.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

MERGES = 49152 - 256 - 2
START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"


def vocabulary(source: Path, target: Path) -> None:
    """Write vocab.json: token -> id."""
    characters = byte_characters()
    tokens = [*characters, *(one + WORD_END for one in characters)]
    tokens += ["".join(pair.split()) for pair in _merges(source)]
    tokens += [START, END]
    ids = {token: number for number, token in enumerate(tokens)}
    target.write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")


def merges(source: Path, target: Path) -> None:
    """Write merges.txt: one pair a line, the most frequent first, below a line with the version."""
    target.write_text("#version: 0.2\n" + "\n".join(_merges(source)) + "\n", encoding="utf-8")


def byte_characters() -> list[str]:
    """Return the visible character that stands for each byte, in the order of the vocabulary."""
    visible = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(one) for one in visible] + [chr(256 + number) for number in range(len(hidden))]


def _merges(source: Path) -> list[str]:
    with gzip.open(source, "rt", encoding="utf-8") as file:
        # The first line is the version.
        return [line.strip("\n") for line in file][1 : MERGES + 1]
