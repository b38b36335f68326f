"""Writes GGUF files with the weights of a network."""

from __future__ import annotations

import struct

import numpy as np
from single_factory import State


def gguf_bytes(state: State) -> bytes:
    """Return a GGUF file: matrices as Q8_0, everything else as F16, convolutions flattened."""
    entries, data, notes = b"", b"", b""
    count = 0
    for name, value in state.items():
        flat = value.float().numpy()
        blocks = value.ndim == 2 and value.shape[1] % 32 == 0
        if blocks:
            rows = flat.reshape(-1, 32)
            scale = (np.abs(rows).max(axis=1, keepdims=True) / 127).astype(np.float16)
            whole = np.round(rows / np.maximum(scale.astype(np.float32), 1e-12)).astype(np.int8)
            stored = np.concatenate((scale.view(np.uint8), whole.view(np.uint8)), axis=1).tobytes()
        else:
            stored = flat.astype(np.float16).tobytes()
        if value.ndim == 4:
            key = f"comfy.gguf.orig_shape.{name}".encode()
            count += 1
            notes += struct.pack("<Q", len(key)) + key + struct.pack("<IIQ", 9, 5, 4)
            notes += struct.pack("<4i", *value.shape)
        edges = (value.numel(),) if value.ndim == 4 else tuple(reversed(value.shape))
        entries += struct.pack("<Q", len(name)) + name.encode()
        entries += struct.pack(
            f"<I{len(edges)}QIQ", len(edges), *edges, 8 if blocks else 1, len(data)
        )
        data += stored + bytes(-len(stored) % 32)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(state), count) + notes + entries
    return head + bytes(-len(head) % 32) + data
