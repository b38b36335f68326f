"""Weights of GGUF files, multiplied out.

The layouts of the blocks are those of ggml, ggml-quants.c and ggml-common.h
(https://github.com/ggml-org/ggml); K-quants store scales of 6 bits for groups of 16 or 32 weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.catalog.recognise.gguf_header import BLOCKS
from studio.catalog.recognise.header import Header

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

AT_ONCE = 1 << 14
"""Number of blocks that are multiplied out at once, so that the memory for it stays small."""
_SIZES = {name: (weights, size) for name, weights, size in BLOCKS.values()}


class GgufFile:
    """The tensors of a GGUF file by their whole names."""

    def __init__(self, header: Header) -> None:
        self._header = header

    def keys(self) -> Iterable[str]:
        """Return the names of all tensors."""
        return self._header.dtypes

    def get_weight(self, name: str, dtype: torch.dtype) -> Tensor:
        """Return a tensor, multiplied out; ValueError if its blocks are of an unknown kind."""
        return read_weight(self._header, name, dtype)


def read_weight(header: Header, name: str, dtype: torch.dtype) -> Tensor:
    """Return a tensor of a GGUF file by its whole name; ValueError for blocks of another kind."""
    kind = header.dtypes[name]
    decode = DECODERS.get(kind)
    if decode is None:
        raise ValueError(f"{kind}: {name}")
    first, end = header.spans[name]
    shape = header.shape(name.removeprefix(header.prefix))
    data = np.memmap(header.path, np.uint8, "r", header.start + first, (end - first,))
    weights, size = _SIZES[kind]
    blocks = data.reshape(-1, size)
    made = torch.empty(len(blocks) * weights, dtype=dtype)
    for start in range(0, len(blocks), AT_ONCE):
        part = decode(np.asarray(blocks[start : start + AT_ONCE]))
        values = torch.from_numpy(np.ascontiguousarray(part, np.float32)).flatten()
        made[start * weights : start * weights + len(values)] = values.to(dtype)
    return made.reshape(shape)


def _half(blocks: Bytes, at: int) -> Floats:
    """Return the numbers of 16 bits at a byte of each block, (n, 1)."""
    return np.ascontiguousarray(blocks[:, at : at + 2]).view(np.float16).astype(np.float32)


def _nibbles(data: Bytes) -> Bytes:
    """Return the lower four bits of all bytes of a block, then the upper ones."""
    return np.concatenate((data & 15, data >> 4), axis=1)


def _plain(kind: type[np.generic]) -> Callable[[Bytes], Floats]:
    return lambda blocks: np.ascontiguousarray(blocks).view(kind).astype(np.float32)


def _bf16(blocks: Bytes) -> Floats:
    wide = np.ascontiguousarray(blocks).view(np.uint16).astype(np.uint32) << 16
    return wide.view(np.float32)


def _q4_0(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * (_nibbles(blocks[:, 2:]).astype(np.float32) - 8)


def _q4_1(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * _nibbles(blocks[:, 4:]).astype(np.float32) + _half(blocks, 2)


def _fifth(blocks: Bytes, at: int) -> Bytes:
    """Return the fifth bit of each of 32 weights, as 0 or 16."""
    bits = np.unpackbits(blocks[:, at : at + 4], axis=1, bitorder="little")
    return (bits << 4).astype(np.uint8)


def _q5_0(blocks: Bytes) -> Floats:
    found = _nibbles(blocks[:, 6:]) | _fifth(blocks, 2)
    return _half(blocks, 0) * (found.astype(np.float32) - 16)


def _q5_1(blocks: Bytes) -> Floats:
    found = _nibbles(blocks[:, 8:]) | _fifth(blocks, 4)
    return _half(blocks, 0) * found.astype(np.float32) + _half(blocks, 2)


def _q8_0(blocks: Bytes) -> Floats:
    return _half(blocks, 0) * np.ascontiguousarray(blocks[:, 2:]).view(np.int8).astype(np.float32)


def _scales(packed: Bytes) -> tuple[Floats, Floats]:
    """Return the eight scales and minima of a K-quant (n, 8, 1), of 6 bits each in 12 bytes."""
    low, high = packed[:, :8] & 63, packed[:, 8:12]
    upper = packed[:, :8] >> 6 << 4
    scales = np.concatenate((low[:, :4], (high & 15) | upper[:, :4]), axis=1)
    minima = np.concatenate((low[:, 4:], (high >> 4) | upper[:, 4:]), axis=1)
    return scales[..., None].astype(np.float32), minima[..., None].astype(np.float32)


def _grouped(blocks: Bytes, found: NDArray[np.generic]) -> Floats:
    """Return weights of eight groups of 32 (n, 8, 32) of Q4_K and Q5_K."""
    scales, minima = _scales(blocks[:, 4:16])
    wide, low = _half(blocks, 0)[..., None], _half(blocks, 2)[..., None]
    values: Floats = wide * scales * found.astype(np.float32) - low * minima
    return values


def _pairs(data: Bytes) -> Bytes:
    """Return 256 numbers of four bits as (n, 8, 32): each 32 bytes have two groups."""
    quarters = data.reshape(-1, 4, 1, 32)
    return np.concatenate((quarters & 15, quarters >> 4), axis=2).reshape(-1, 8, 32)


def _q4_k(blocks: Bytes) -> Floats:
    return _grouped(blocks, _pairs(blocks[:, 16:144]))


def _q5_k(blocks: Bytes) -> Floats:
    bits = np.arange(8, dtype=np.uint8)[:, None]
    fifth = (blocks[:, None, 16:48] >> bits & 1) << 4
    return _grouped(blocks, _pairs(blocks[:, 48:176]) | fifth)


def _q6_k(blocks: Bytes) -> Floats:
    lower = blocks[:, :128].reshape(-1, 2, 2, 32)
    lower = np.concatenate((lower & 15, lower >> 4), axis=2)
    shifts = np.arange(0, 8, 2, dtype=np.uint8)[:, None]
    upper = (blocks[:, 128:192].reshape(-1, 2, 1, 32) >> shifts & 3) << 4
    found = (lower | upper).astype(np.float32).reshape(-1, 16, 16) - 32
    scales = np.ascontiguousarray(blocks[:, 192:208]).view(np.int8).astype(np.float32)
    return _half(blocks, 208)[..., None] * scales[..., None] * found


def _two_bits(data: Bytes) -> Bytes:
    """Return 256 numbers of two bits as (n, 16, 16): each 32 bytes have four times 32 of them."""
    shifts = np.arange(0, 8, 2, dtype=np.uint8)[:, None]
    found = data.reshape(-1, 2, 1, 32) >> shifts & 3
    return found.reshape(-1, 16, 16).astype(np.uint8)


def _q2_k(blocks: Bytes) -> Floats:
    scales = blocks[:, :16, None].astype(np.uint8)
    found = _two_bits(blocks[:, 16:80]).astype(np.float32)
    wide, low = _half(blocks, 80)[..., None], _half(blocks, 82)[..., None]
    values: Floats = wide * (scales & 15) * found - low * (scales >> 4)
    return values


def _q3_k(blocks: Bytes) -> Floats:
    bits = np.arange(8, dtype=np.uint8)[:, None]
    third = (blocks[:, None, :32] >> bits & 1).reshape(-1, 16, 16)
    found = (_two_bits(blocks[:, 32:96]) | third << 2).astype(np.float32) - 4
    packed = blocks[:, 96:108]
    low = np.concatenate((packed[:, :8] & 15, packed[:, :8] >> 4), axis=1)
    shifts = np.arange(0, 8, 2, dtype=np.uint8)[:, None]
    high = (packed[:, None, 8:] >> shifts & 3).reshape(-1, 16) << 4
    scales = (low | high).astype(np.float32) - 32
    values: Floats = _half(blocks, 108)[..., None] * scales[..., None] * found
    return values


DECODERS: Mapping[str, Callable[[Bytes], Floats]] = {
    "F32": _plain(np.float32),
    "F16": _plain(np.float16),
    "F64": _plain(np.float64),
    "BF16": _bf16,
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q5_0": _q5_0,
    "Q5_1": _q5_1,
    "Q8_0": _q8_0,
    "Q2_K": _q2_k,
    "Q3_K": _q3_k,
    "Q4_K": _q4_k,
    "Q5_K": _q5_k,
    "Q6_K": _q6_k,
}
"""By the name of the format; each takes blocks (n, bytes) and returns their weights in order."""
