"""Layers that keep the weights of a GGUF or fp8 file packed, and expand them in each call.

A network needs about the memory of its file then, and more time for each call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engine.gguf_weights import SIZES, expand

REPLACED = "_replaced"


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix (rows, columns) as a file stores it.

    ``data`` are the blocks (rows, bytes) uint8 of a format of GGUF called ``kind``, or numbers of
    8 bits (rows, columns) with ``kind`` "", which ``scale``, () or (rows, 1), multiplies.
    """

    data: Tensor
    kind: str = ""
    scale: Tensor | None = None

    def rows(self, first: int, end: int) -> Packed:
        """Return some of the rows, without copying them."""
        scale = self.scale
        if scale is not None and scale.ndim:
            scale = scale[first:end]
        return Packed(self.data[first:end], self.kind, scale)


class _Holder(nn.Module):
    """The packed weights of a layer, as buffers, so that they move with the network."""

    packed: Tensor
    scale: Tensor | None

    def _hold(self, packed: Packed, dtype: torch.dtype) -> None:
        self.register_buffer("packed", packed.data, persistent=True)
        self.register_buffer("scale", packed.scale, persistent=True)
        self.kind, self.dtype = packed.kind, dtype

    def _rows(self, data: Tensor, scale: Tensor | None) -> Tensor:
        if not self.kind:
            return data.to(self.dtype) if scale is None else _scaled(data, scale, self.dtype)
        per_block, size = SIZES[self.kind]
        columns = data.shape[1] // size * per_block
        return expand(data.reshape(-1, size), self.kind, self.dtype).reshape(-1, columns)

    @property
    def weight(self) -> Tensor:
        """The weights as numbers, made anew each time; a parameter that was set in their place."""
        own: Tensor | None = self.__dict__.get(REPLACED)
        return self._rows(self.packed, self.scale) if own is None else own

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute; a parameter replaces the weights until the old ones are set again."""
        if name == "weight":
            self.__dict__[REPLACED] = value if isinstance(value, nn.Parameter) else None
        else:
            super().__setattr__(name, value)


def _scaled(data: Tensor, scale: Tensor, dtype: torch.dtype) -> Tensor:
    found: Tensor = (data.float() * scale).to(dtype)
    return found


class PackedLinear(_Holder, nn.Linear):  # type: ignore[override]
    """A linear layer, also for libraries that look for one."""

    def __init__(self, packed: Packed, bias: Tensor | None, columns: int, dtype: torch.dtype):
        nn.Module.__init__(self)
        self.in_features, self.out_features = columns, packed.data.shape[0]
        self._hold(packed, dtype)
        self.register_parameter("bias", None if bias is None else nn.Parameter(bias, False))

    def forward(self, input: Tensor) -> Tensor:
        """Return the product with the expanded weights."""
        return functional.linear(input, self.weight, self.bias)


class PackedEmbedding(_Holder, nn.Embedding):  # type: ignore[override]
    """A table of tokens, of which only the rows in use are expanded."""

    def __init__(self, packed: Packed, columns: int, padding: int | None, dtype: torch.dtype):
        nn.Module.__init__(self)
        self.num_embeddings, self.embedding_dim = packed.data.shape[0], columns
        self.padding_idx, self.max_norm, self.norm_type = padding, None, 2.0
        self.scale_grad_by_freq, self.sparse = False, False
        self._hold(packed, dtype)

    def forward(self, input: Tensor) -> Tensor:
        """Return the rows of the tokens."""
        if self.__dict__.get(REPLACED) is not None:
            return functional.embedding(input, self.weight)
        used, places = torch.unique(input, return_inverse=True)
        scale = self.scale
        if scale is not None and scale.ndim:
            scale = scale[used]
        return self._rows(self.packed[used], scale)[places]


def packed_layer(layer: nn.Module, packed: Packed, dtype: torch.dtype) -> nn.Module | None:
    """Return a layer with packed weights in place of another, None for one of another kind.

    The bias is that of the other, a tensor without data until it is loaded.
    """
    if type(layer) is nn.Linear:
        return PackedLinear(packed, layer.bias, layer.in_features, dtype)
    if type(layer) is nn.Embedding:
        return PackedEmbedding(packed, layer.embedding_dim, layer.padding_idx, dtype)
    return None


def expand_layers(network: nn.Module) -> None:
    """Replace the packed layers of a network by plain ones, so that their weights can change."""
    for name, layer in list(network.named_modules()):
        if isinstance(layer, _Holder):
            with torch.device("meta"):
                plain = (
                    nn.Linear(layer.in_features, layer.out_features, layer.bias is not None)
                    if isinstance(layer, PackedLinear)
                    else nn.Embedding(*layer.weight.shape)
                )
            plain.weight = nn.Parameter(layer.weight, False)
            if isinstance(layer, PackedLinear):
                plain.bias = layer.bias
            network.set_submodule(name, plain)
