"""The change that a LoRA or one of its relatives makes to one layer.

LoRA: Hu et al. 2021, https://arxiv.org/abs/2106.09685. DoRA: Liu et al. 2024,
https://arxiv.org/abs/2402.09353. LoCon, LoHa, LoKr and full differences: Yeh et al. 2023
(LyCORIS), https://arxiv.org/abs/2309.14859.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from studio.catalog.recognise import lora_shapes

LOW_RANK = {"down", "up", "mid", "up_bias", "diff_b", "alpha", "scale"}
"""The roles of a layer whose change is the product of two low-rank factors, and a bias."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerChange:
    """The tensors of one layer by role (see ``lora_keys.ROLES``), float32.

    ``shape`` is that of the weight for which they were made. Without ``alpha`` the factors are not
    scaled; ``factor`` replaces alpha / rank if the file has it.
    """

    tensors: Mapping[str, Tensor]
    shape: tuple[int, ...]
    alpha: float | None = None
    factor: float | None = None

    @property
    def rank(self) -> int:
        """The rank of the factors, 0 if there are none."""
        return lora_shapes.rank({role: tuple(one.shape) for role, one in self.tensors.items()})

    @property
    def scale(self) -> float:
        """The scale of the product of the factors."""
        if self.factor is not None:
            return self.factor
        return self.alpha / self.rank if self.alpha is not None and self.rank else 1.0

    @property
    def changes_weight(self) -> bool:
        """Whether it changes more than the bias."""
        return bool(self.tensors.keys() - {"diff_b"})

    @property
    def factors(self) -> tuple[Tensor, Tensor] | None:
        """A (rank, in[, h, w]) and B (out, rank[, 1, 1]) if B A is the whole change of the weight.

        None for any other kind, whose change depends on the weight or cannot be factored this way.
        """
        if not self.tensors.keys() <= LOW_RANK or not self.changes_weight:
            return None
        down, up = self.tensors["down"], self.tensors["up"]
        if "mid" in self.tensors:
            down = torch.einsum("mrhw,ri->mihw", self.tensors["mid"], down.flatten(1))
        down = down.reshape(len(down), *self.shape[1:])
        return down, up.reshape(len(up), len(down), *(1,) * (len(self.shape) - 2))

    def delta(self) -> Tensor:
        """Return the difference added to the weight, in ``shape``; a DoRA then scales the sum."""
        found: list[Tensor] = []
        if "down" in self.tensors:
            found.append(self._product() * self.scale)
        if "hada_w1_a" in self.tensors:
            found.append(self._half("hada", 1) * self._half("hada", 2) * self.scale)
        if any(role.startswith("lokr_") for role in self.tensors):
            found.append(self._kronecker() * self.scale)
        if "diff" in self.tensors:
            found.append(self.tensors["diff"])
        total, *others = (one.reshape(self.shape) for one in found)
        for one in others:
            total = total + one
        return total

    def change(self, weight: Tensor) -> Tensor:
        """Return the change of a layer's weight, float32 in its shape and on its device.

        In an inpainting model's first convolution it is 0 for the channels on which the LoRA was
        not trained.
        """
        moved = replace(
            self, tensors={role: one.to(weight.device) for role, one in self.tensors.items()}
        )
        found = moved.delta()
        if any(role in self.tensors for role in lora_shapes.DORA):
            before = weight[:, : self.shape[1]].float()
            found = moved._decomposed(before + found) - before
        if found.shape != weight.shape:
            whole = torch.zeros(weight.shape, device=weight.device)
            whole[:, : self.shape[1]] = found
            return whole
        return found

    def bias_change(self) -> Tensor | None:
        """Return the change of the layer's bias, (out,), None if there is none."""
        found = [self.tensors["diff_b"]] if "diff_b" in self.tensors else []
        if "up_bias" in self.tensors:
            found.append(self.tensors["up_bias"] * self.scale)
        return torch.stack([one.flatten() for one in found]).sum(0) if found else None

    def _product(self) -> Tensor:
        down, up = self.tensors["down"], self.tensors["up"].flatten(1)
        if "mid" in self.tensors:
            return torch.einsum("mrhw,ri,om->oihw", self.tensors["mid"], down.flatten(1), up)
        return up @ down.flatten(1)

    def _half(self, kind: str, number: int) -> Tensor:
        """Return one operand of a Hadamard or Kronecker product, computed from its factors."""
        name = f"{kind}_w{number}"
        if name in self.tensors:
            return self.tensors[name]
        left, right = self.tensors[f"{name}_a"], self.tensors[f"{name}_b"]
        core = self.tensors.get(f"{kind}_t{number}")
        if core is not None:
            return torch.einsum("ij...,jr,ip->pr...", core, right, left)
        return (left @ right.flatten(1)).reshape(len(left), *right.shape[1:])

    def _kronecker(self) -> Tensor:
        first, second = self._half("lokr", 1), self._half("lokr", 2)
        first = first.reshape(*first.shape[:2], *(1,) * (second.ndim - 2))
        return torch.kron(first, second.contiguous())

    def _decomposed(self, weight: Tensor) -> Tensor:
        """Return a weight with the magnitudes of a DoRA, along its outputs or its inputs."""
        axis = 0
        role = "magnitude" if "magnitude" in self.tensors else "dora_scale"
        if role == "dora_scale":
            axis = lora_shapes.dora_axis(self.shape, tuple(self.tensors[role].shape)) or 0
        others = [n for n in range(weight.ndim) if n != axis]
        norm = torch.linalg.vector_norm(weight, dim=others, keepdim=True)
        magnitude = self.tensors[role].reshape(norm.shape)
        scaled: Tensor = weight * (magnitude / (norm + torch.finfo(norm.dtype).eps))
        return scaled


def target_shape(module: str, weight: tuple[int, ...], sizes: lora_shapes.Roles) -> tuple[int, ...]:
    """Return the shape of the weight for which tensors of these ``sizes`` were made.

    It is the layer's own, except for the first convolution of an inpainting model.
    """
    for change in lora_shapes.changes(sizes):
        if change is not None and math.prod(change) != math.prod(weight) and module == "conv_in":
            return (weight[0], 4, *weight[2:])
    return weight
