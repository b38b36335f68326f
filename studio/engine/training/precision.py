"""Converts a model to full precision during training, and back afterwards."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import torch

from studio.engine.device import Device
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)


@contextmanager
def full_precision(loaded: M) -> Iterator[M]:
    """Yield the model in float32: small gradients vanish in half precision.

    On exit its weights are restored bit for bit, since every float16 is exact in float32.
    """
    if loaded.device.dtype is torch.float32:
        yield loaded
        return
    networks = [getattr(loaded.networks, part.name) for part in loaded.spec.components]
    tensors = [
        tensor
        for network in networks
        for tensor in itertools.chain(network.parameters(), network.buffers())
        if tensor.is_floating_point()
    ]
    before = [tensor.dtype for tensor in tensors]
    try:
        for tensor in tensors:
            tensor.data = tensor.data.float()
        yield replace(loaded, device=Device(loaded.device.name, torch.float32))
    finally:
        for tensor, dtype in zip(tensors, before, strict=True):
            tensor.data = tensor.data.to(dtype)
