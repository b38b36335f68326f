"""Damaged, cut and lying headers: an answer for each, no traceback, no memory, no waiting."""

from __future__ import annotations

import os
import random
import time
import tracemalloc
from pathlib import Path

import pytest
from corpus_bad_cases import cases
from corpus_files import write_gguf, write_safetensors
from corpus_loras import attention, kohya
from corpus_unets import SD1, diffusers
from safetensors import SafetensorError, safe_open

from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.safetensors_header import read_header
from studio.core.errors import StudioError

SMALL = {"a.weight": (16, 8), "b.weight": (8,), "c.bias": ()}


def test_what_the_library_refuses_is_refused_here(tmp_path: Path) -> None:
    checked = 0
    for case in cases():
        if case.file.endswith(".safetensors"):
            path = case.write(tmp_path)
            with pytest.raises((SafetensorError, OSError)):
                safe_open(path, "np").__enter__()
            with pytest.raises(StudioError):
                read_header(path)
            checked += 1
    assert checked > 30


@pytest.mark.parametrize("kind", ["safetensors", "gguf"])
def test_random_damage_ends_in_an_answer(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "gguf":
        write_gguf(path, SMALL, "F16", {"x": 3, "words": ["a", "b"]})
    else:
        write_safetensors(path, SMALL, metadata={"x": "y"})
    whole = path.read_bytes()
    rng = random.Random(2)
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(min(len(data), 300))] = rng.randrange(256)
        path.write_bytes(data[: rng.randint(1, len(data))])
        assert isinstance(recognise_file(path).kind, Kind)


def test_a_lying_header_takes_neither_memory_nor_time(tmp_path: Path) -> None:
    tracemalloc.start()
    started = time.process_time()
    try:
        for case in cases():
            recognise_file(case.write(tmp_path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    assert time.process_time() - started < 60


def test_a_pipe_and_a_folder_are_no_files(tmp_path: Path) -> None:
    assert recognise_file(tmp_path).kind is Kind.UNUSABLE
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.safetensors")
        assert "not a file" in str(recognise_file(tmp_path / "pipe.safetensors").refusal)
    assert "no file" in str(recognise_file(tmp_path / "missing.safetensors").refusal)


def test_no_file_is_taken_for_another_because_it_is_cut(tmp_path: Path) -> None:
    path = write_safetensors(tmp_path / "a.safetensors", kohya(attention(diffusers(SD1))))
    whole = path.stat().st_size
    assert recognise_file(path).kind is Kind.LORA
    for size in (whole - 1, whole // 2, 100, 9):
        os.truncate(path, size)
        assert recognise_file(path).kind is Kind.UNUSABLE
