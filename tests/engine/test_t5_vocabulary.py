"""T5's tokenizers in the form that most models of PixArt and DeepFloyd IF have: spiece.model."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from pixel_factory import build_pixart
from test_pipelines import request_for

from studio.catalog.models import identify
from studio.catalog.sentencepiece import read_vocabulary
from studio.catalog.tokens import read_tokenizer
from studio.core.errors import StudioError
from studio.engine.engine import Engine


def _field(number: int, content: bytes) -> bytes:
    size, head = len(content), bytes([number << 3 | 2])
    while size > 127:
        head += bytes([size & 127 | 128])
        size >>= 7
    return head + bytes([size]) + content


def replace_tokenizer(folder: Path) -> None:
    """Write the vocabulary of tokenizer.json as a SentencePiece model in its place."""
    source = folder / "tokenizer.json"
    pieces = json.loads(source.read_text())["model"]["vocab"]
    content = b"".join(
        _field(1, _field(1, text.encode()) + bytes([2 << 3 | 5]) + struct.pack("<f", score))
        for text, score in pieces
    )
    (folder / "spiece.model").write_bytes(content + _field(3, _field(1, b"identity")))
    source.unlink()


def test_it_reads_prompts_as_the_other_form_does(tmp_path: Path) -> None:
    engine, folder = Engine("cpu"), build_pixart(tmp_path / "pixart")
    request = request_for(folder, sampler="dpmpp_2m")
    before = engine.run(request).images[0]
    tokenizer = folder / "tokenizer"
    ids = read_tokenizer(tokenizer).encode("a red ball").ids
    replace_tokenizer(tokenizer)
    assert identify(folder).family == "pixart"
    assert read_tokenizer(tokenizer).encode("a red ball").ids == ids
    assert np.array_equal(Engine("cpu").run(request).images[0], before)


def test_a_damaged_vocabulary_is_named(tmp_path: Path) -> None:
    folder = build_pixart(tmp_path / "pixart") / "tokenizer"
    replace_tokenizer(folder)
    file = folder / "spiece.model"
    whole = file.read_bytes()
    for content in (b"", whole[:101], b"\xff" * 50):
        file.write_bytes(content)
        with pytest.raises(StudioError, match=r"spiece\.model"):
            read_vocabulary(folder)
