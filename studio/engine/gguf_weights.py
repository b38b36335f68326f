"""Weights of GGUF files, multiplied out.

The layouts of the blocks are those of ggml, ggml-quants.c and ggml-common.h
(https://github.com/ggml-org/ggml); K-quants store scales of 6 bits for groups of 16 or 32 weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import torch
from torch import Tensor

from studio.catalog.recognise.gguf_header import BLOCKS
from studio.catalog.recognise.header import Header

Decoder = Callable[[Tensor], Tensor]

AT_ONCE = 1 << 14
"""Number of blocks that are multiplied out at once, so that the memory for it stays small."""
SIZES = {name: (weights, size) for name, weights, size in BLOCKS.values()}
"""Weights and bytes of a block, by the name of the format."""


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
    shape = header.shape(name.removeprefix(header.prefix))
    return expand(read_blocks(header, name), header.dtypes[name], dtype).reshape(shape)


def read_blocks(header: Header, name: str) -> Tensor:
    """Return the blocks (n, bytes) uint8 of a tensor, mapped from the file.

    ValueError for blocks of an unknown kind.
    """
    kind = header.dtypes[name]
    if kind not in DECODERS:
        raise ValueError(f"{kind}: {name}")
    first, end = header.spans[name]
    # Torch wants memory that it may write to; what is written stays in this process.
    data = np.memmap(header.path, np.uint8, "c", header.start + first, (end - first,))
    return torch.from_numpy(data).reshape(-1, SIZES[kind][1])


def expand(blocks: Tensor, kind: str, dtype: torch.dtype) -> Tensor:
    """Return the weights (n,) of blocks (n, bytes) as ``dtype``, on the device of the blocks."""
    weights, decode = SIZES[kind][0], DECODERS[kind]
    made = torch.empty(len(blocks) * weights, dtype=dtype, device=blocks.device)
    for start in range(0, len(blocks), AT_ONCE):
        values = decode(blocks[start : start + AT_ONCE]).flatten()
        made[start * weights : start * weights + len(values)] = values
    return made


def _half(blocks: Tensor, at: int) -> Tensor:
    """Return the numbers of 16 bits at a byte of each block, (n, 1)."""
    return blocks[:, at : at + 2].contiguous().view(torch.float16).float()


def _nibbles(data: Tensor) -> Tensor:
    """Return the lower four bits of all bytes of a block, then the upper ones."""
    return torch.cat((data & 15, data >> 4), dim=1)


def _signed(data: Tensor) -> Tensor:
    """Return bytes as numbers with a sign."""
    return data.contiguous().view(torch.int8).float()


def _shifts(like: Tensor, stop: int, step: int = 1) -> Tensor:
    """Return shifts by 0, step, ... below ``stop``, as a column."""
    return torch.arange(0, stop, step, dtype=torch.uint8, device=like.device)[:, None]


def _plain(kind: torch.dtype) -> Decoder:
    return lambda blocks: blocks.contiguous().view(kind).float()


def _q4_0(blocks: Tensor) -> Tensor:
    return _half(blocks, 0) * (_nibbles(blocks[:, 2:]).float() - 8)


def _q4_1(blocks: Tensor) -> Tensor:
    return _half(blocks, 0) * _nibbles(blocks[:, 4:]).float() + _half(blocks, 2)


def _fifth(blocks: Tensor, at: int) -> Tensor:
    """Return the fifth bit of each of 32 weights, as 0 or 16."""
    bits = blocks[:, at : at + 4, None] >> _shifts(blocks, 8)[:, 0] & 1
    return bits.reshape(-1, 32) << 4


def _q5_0(blocks: Tensor) -> Tensor:
    found = _nibbles(blocks[:, 6:]) | _fifth(blocks, 2)
    return _half(blocks, 0) * (found.float() - 16)


def _q5_1(blocks: Tensor) -> Tensor:
    found = _nibbles(blocks[:, 8:]) | _fifth(blocks, 4)
    return _half(blocks, 0) * found.float() + _half(blocks, 2)


def _q8_0(blocks: Tensor) -> Tensor:
    return _half(blocks, 0) * _signed(blocks[:, 2:])


def _scales(packed: Tensor) -> tuple[Tensor, Tensor]:
    """Return the eight scales and minima of a K-quant (n, 8, 1), of 6 bits each in 12 bytes."""
    low, high = packed[:, :8] & 63, packed[:, 8:12]
    upper = packed[:, :8] >> 6 << 4
    scales = torch.cat((low[:, :4], (high & 15) | upper[:, :4]), dim=1)
    minima = torch.cat((low[:, 4:], (high >> 4) | upper[:, 4:]), dim=1)
    return scales[..., None].float(), minima[..., None].float()


def _grouped(blocks: Tensor, found: Tensor) -> Tensor:
    """Return weights of eight groups of 32 (n, 8, 32) of Q4_K and Q5_K."""
    scales, minima = _scales(blocks[:, 4:16])
    wide, low = _half(blocks, 0)[..., None], _half(blocks, 2)[..., None]
    return wide * scales * found.float() - low * minima


def _pairs(data: Tensor) -> Tensor:
    """Return 256 numbers of four bits as (n, 8, 32): each 32 bytes have two groups."""
    quarters = data.reshape(-1, 4, 1, 32)
    return torch.cat((quarters & 15, quarters >> 4), dim=2).reshape(-1, 8, 32)


def _q4_k(blocks: Tensor) -> Tensor:
    return _grouped(blocks, _pairs(blocks[:, 16:144]))


def _q5_k(blocks: Tensor) -> Tensor:
    fifth = (blocks[:, None, 16:48] >> _shifts(blocks, 8) & 1) << 4
    return _grouped(blocks, _pairs(blocks[:, 48:176]) | fifth)


def _q6_k(blocks: Tensor) -> Tensor:
    lower = blocks[:, :128].reshape(-1, 2, 2, 32)
    lower = torch.cat((lower & 15, lower >> 4), dim=2)
    upper = (blocks[:, 128:192].reshape(-1, 2, 1, 32) >> _shifts(blocks, 8, 2) & 3) << 4
    found = (lower | upper).float().reshape(-1, 16, 16) - 32
    return _half(blocks, 208)[..., None] * _signed(blocks[:, 192:208])[..., None] * found


def _two_bits(data: Tensor) -> Tensor:
    """Return 256 numbers of two bits as (n, 16, 16): each 32 bytes have four times 32 of them."""
    found = data.reshape(-1, 2, 1, 32) >> _shifts(data, 8, 2) & 3
    return found.reshape(-1, 16, 16)


def _q2_k(blocks: Tensor) -> Tensor:
    scales = blocks[:, :16, None]
    found = _two_bits(blocks[:, 16:80]).float()
    wide, low = _half(blocks, 80)[..., None], _half(blocks, 82)[..., None]
    return wide * (scales & 15).float() * found - low * (scales >> 4).float()


def _q3_k(blocks: Tensor) -> Tensor:
    third = (blocks[:, None, :32] >> _shifts(blocks, 8) & 1).reshape(-1, 16, 16)
    found = (_two_bits(blocks[:, 32:96]) | third << 2).float() - 4
    packed = blocks[:, 96:108]
    low = torch.cat((packed[:, :8] & 15, packed[:, :8] >> 4), dim=1)
    high = (packed[:, None, 8:] >> _shifts(blocks, 8, 2) & 3).reshape(-1, 16) << 4
    scales = (low | high).float() - 32
    return _half(blocks, 108)[..., None] * scales[..., None] * found


DECODERS: Mapping[str, Decoder] = {
    "F32": _plain(torch.float32),
    "F16": _plain(torch.float16),
    "F64": _plain(torch.float64),
    "BF16": _plain(torch.bfloat16),
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
"""By the name of the format; each takes blocks (n, bytes) uint8 on any device and returns
their weights in order as float32."""
