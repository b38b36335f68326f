"""Loads T2I-Adapters (Mou et al. 2023, https://arxiv.org/abs/2302.08453), in every layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import T2IAdapter
from PIL import Image
from safetensors.torch import load_file

from studio.catalog.t2i_files import t2i_config, t2i_names
from studio.edit.request import Pixels


def read_t2i(file: Path, dtype: torch.dtype) -> tuple[Any, list[str]]:
    """Return the adapter of a safetensors file, and the weights that it lacks.

    Raises what safetensors and torch raise for a damaged file.
    """
    tensors = load_file(file)
    names = t2i_names(tensors)
    state = {names[name]: tensor.to(dtype) for name, tensor in tensors.items()}
    config = t2i_config({name: tuple(tensor.shape) for name, tensor in state.items()})
    if not config:
        return None, ["conv_in.weight"]
    with torch.device("meta"):
        network: Any = T2IAdapter(**config)
    found = network.load_state_dict(state, strict=False, assign=True)
    return network, list(found.missing_keys)


def hint_of(network: Any, picture: Pixels) -> torch.Tensor:
    """Return a control image (h, w, 3) uint8 as the adapter takes it: (1, c, h, w) in 0..1.

    Adapters with one channel take the luma, as in diffusers.
    """
    channels = int(network.config.in_channels)
    if channels == 1:
        picture = np.asarray(Image.fromarray(picture).convert("L"))[..., None]
    return torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
