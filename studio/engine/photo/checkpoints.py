"""Converts PyTorch checkpoints of assets to safetensors, unpickling only tensors and containers."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from studio.core.errors import StudioError


def mobile_sam(source: Path, target: Path) -> None:
    """Write mobile_sam.pt as safetensors, under its names; StudioError if it cannot be read.

    Kernels and matrices become float16; norms, biases and the matrix of the positional encoding
    stay float32: some running variances exceed the range of float16.
    """
    _convert(source, target, lambda content: content, _is_matrix)


def openpose(source: Path, target: Path) -> None:
    """Write the network of an OpenPose checkpoint as safetensors, kernels in half precision.

    Norms and biases stay float32: some variances are too small for half precision. StudioError if
    it cannot be read.
    """
    _convert(source, target, lambda content: content["state_dict"], lambda _, one: one.ndim == 4)


def _convert(
    source: Path,
    target: Path,
    tensors_of: Callable[[Any], Any],
    becomes_half: Callable[[str, torch.Tensor], bool],
) -> None:
    try:
        content = torch.load(source, map_location="cpu", weights_only=True)
        tensors = {
            str(name): (one.half() if becomes_half(str(name), one) else one).contiguous()
            for name, one in tensors_of(content).items()
        }
    except (
        *(pickle.UnpicklingError, RuntimeError, KeyError, TypeError, AttributeError),
        *(EOFError, zipfile.BadZipFile),
    ) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StudioError(
            "The weights in {name} cannot be read ({reason}).", name=source.name, reason=reason
        ) from error
    save_file(tensors, target)


def _is_matrix(name: str, tensor: torch.Tensor) -> bool:
    return name.endswith("weight") and tensor.ndim >= 2
