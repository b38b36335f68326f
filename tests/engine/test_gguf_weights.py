"""Blocks of GGUF files, multiplied out: each kind against ggml's formula, weight by weight."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from studio.catalog.recognise.gguf_header import read_gguf
from studio.engine.gguf_weights import DECODERS, read_weight

Block = bytes


def half(block: Block, at: int) -> float:
    """Return a number of 16 bits."""
    return float(struct.unpack_from("<e", block, at)[0])


def small(low: int, high: int, index: int) -> int:
    """Return the four bits of weight ``index`` of 32: lower ones first, then the upper ones."""
    return low & 15 if index < 16 else high >> 4


def q4_0(b: Block, n: int) -> float:
    return half(b, 0) * (small(b[2 + n % 16], b[2 + n % 16], n) - 8)


def q4_1(b: Block, n: int) -> float:
    return half(b, 0) * small(b[4 + n % 16], b[4 + n % 16], n) + half(b, 2)


def q5_0(b: Block, n: int) -> float:
    high = struct.unpack_from("<I", b, 2)[0] >> n & 1
    return half(b, 0) * ((small(b[6 + n % 16], b[6 + n % 16], n) | high << 4) - 16)


def q5_1(b: Block, n: int) -> float:
    high = struct.unpack_from("<I", b, 4)[0] >> n & 1
    return half(b, 0) * (small(b[8 + n % 16], b[8 + n % 16], n) | high << 4) + half(b, 2)


def q8_0(b: Block, n: int) -> float:
    return half(b, 0) * float(struct.unpack_from("<b", b, 2 + n)[0])


def scale_and_minimum(q: Block, j: int) -> tuple[int, int]:
    """ggml's get_scale_min_k4."""
    if j < 4:
        return q[j] & 63, q[j + 4] & 63
    return q[j + 4] & 15 | q[j - 4] >> 6 << 4, q[j + 4] >> 4 | q[j] >> 6 << 4


def q4_k(b: Block, n: int) -> float:
    group = n // 32
    scale, low = scale_and_minimum(b[4:16], group)
    byte = b[16 + group // 2 * 32 + n % 32]
    return half(b, 0) * scale * (byte >> 4 if group % 2 else byte & 15) - half(b, 2) * low


def q5_k(b: Block, n: int) -> float:
    group = n // 32
    scale, low = scale_and_minimum(b[4:16], group)
    byte = b[48 + group // 2 * 32 + n % 32]
    number = (byte >> 4 if group % 2 else byte & 15) | (b[16 + n % 32] >> group & 1) << 4
    return half(b, 0) * scale * number - half(b, 2) * low


def q6_k(b: Block, n: int) -> float:
    part, quarter, place = n // 128, n % 128 // 32, n % 32
    lower = b[64 * part + 32 * (quarter % 2) + place]
    lower = lower >> 4 if quarter > 1 else lower & 15
    upper = b[128 + 32 * part + place] >> 2 * quarter & 3
    scale = struct.unpack_from("<b", b, 192 + 8 * part + 2 * quarter + place // 16)[0]
    return half(b, 208) * scale * ((lower | upper << 4) - 32)


def q2_k(b: Block, n: int) -> float:
    part, quarter, place = n // 128, n % 128 // 32, n % 32
    number = b[16 + 32 * part + place] >> 2 * quarter & 3
    scale = b[8 * part + 2 * quarter + place // 16]
    return half(b, 80) * (scale & 15) * number - half(b, 82) * (scale >> 4)


def q3_k(b: Block, n: int) -> float:
    part, quarter, place = n // 128, n % 128 // 32, n % 32
    number = b[32 + 32 * part + place] >> 2 * quarter & 3
    number -= 0 if b[place] >> (4 * part + quarter) & 1 else 4
    j = 8 * part + 2 * quarter + place // 16
    packed = b[96:108]
    low = packed[j] & 15 if j < 8 else packed[j - 8] >> 4
    scale = (low | (packed[8 + j % 4] >> 2 * (j // 4) & 3) << 4) - 32
    return half(b, 108) * scale * number


FORMULAS: dict[str, tuple[int, int, tuple[int, ...], Callable[[Block, int], float]]] = {
    "Q4_0": (32, 18, (0,), q4_0),
    "Q4_1": (32, 20, (0, 2), q4_1),
    "Q5_0": (32, 22, (0,), q5_0),
    "Q5_1": (32, 24, (0, 2), q5_1),
    "Q8_0": (32, 34, (0,), q8_0),
    "Q2_K": (256, 84, (80, 82), q2_k),
    "Q3_K": (256, 110, (108,), q3_k),
    "Q4_K": (256, 144, (0, 2), q4_k),
    "Q5_K": (256, 176, (0, 2), q5_k),
    "Q6_K": (256, 210, (208,), q6_k),
}
"""Weights of a block, its bytes, where its numbers of 16 bits are, and the value of a weight."""


def random_blocks(kind: str, count: int = 3) -> NDArray[np.uint8]:
    """Return blocks of random bytes, whose numbers of 16 bits are finite."""
    _, size, halves, _ = FORMULAS[kind]
    rng = np.random.default_rng(size)
    blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
    for at in halves:
        values = rng.normal(size=(count, 1)).astype(np.float16)
        blocks[:, at : at + 2] = values.view(np.uint8)
    return blocks


@pytest.mark.parametrize("kind", FORMULAS)
def test_each_weight_is_that_of_the_formula(kind: str) -> None:
    weights, _, _, formula = FORMULAS[kind]
    blocks = random_blocks(kind)
    found = DECODERS[kind](torch.from_numpy(blocks)).reshape(len(blocks), weights)
    wanted = [[formula(bytes(block), n) for n in range(weights)] for block in blocks]
    assert np.allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_a_tensor_is_read_from_a_file_in_its_true_shape(tmp_path: Path) -> None:
    blocks = random_blocks("Q8_0", 6)
    name = b"layer.weight"
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, 0)
    header += struct.pack("<Q", len(name)) + name
    header += struct.pack("<IQQIQ", 2, 64, 3, 8, 0)
    header += bytes(-len(header) % 32)
    file = tmp_path / "one.gguf"
    file.write_bytes(header + blocks.tobytes())
    found = read_weight(read_gguf(file), "layer.weight", torch.bfloat16)
    wanted = DECODERS["Q8_0"](torch.from_numpy(blocks)).reshape(3, 64)
    assert found.dtype is torch.bfloat16 and found.shape == (3, 64)
    assert torch.equal(found, wanted.to(torch.bfloat16))
