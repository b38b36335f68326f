"""A UNet trained on a subject (DreamBooth, Ruiz et al. 2022), stored as a weight difference."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.catalog.models import ModelSpec
from studio.catalog.recognise.safetensors_header import read_header
from studio.catalog.single.networks import component_shapes
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.packed import expand_layers

M = TypeVar("M", bound=UNetModel)


@contextmanager
def attach(loaded: M, uses: Sequence[AdapterUse]) -> Iterator[M]:
    """Yield the model with a new UNet: the loaded one plus ``weight`` x the difference.

    The loaded UNet is not modified. As a difference it also fits the few-step form of the model.
    StudioError for a file that does not fit, and for two at once.
    """
    if len(uses) > 1:
        raise StudioError(
            "Two subjects that changed the whole model cannot be used together.",
            "Teach one of them as a LoRA, or use one at a time.",
        )
    use = uses[0]
    path = Path(use.path).expanduser()
    try:
        difference = load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise _unreadable(path, error) from error
    unet: Any = copy.deepcopy(loaded.networks.unet)
    expand_layers(unet)
    state = dict(unet.named_parameters())
    if set(difference) - set(state) or any(
        state[name].shape != value.shape for name, value in difference.items()
    ):
        raise _other_base(path, loaded.spec)
    with torch.no_grad():
        for name, value in difference.items():
            state[name].add_(value.to(state[name]), alpha=use.weight)
    if not all(torch.isfinite(value).all() for value in difference.values()):
        raise StudioError(
            "The subject file {path} has NaN or infinite numbers.",
            "Teach the subject again with a lower learning rate.",
            path=str(path),
        )
    yield dataclasses.replace(loaded, networks=dataclasses.replace(loaded.networks, unet=unet))


def check(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError if a difference does not fit a model, judging by the file headers."""
    own = component_shapes(spec.component("unet"))
    for use in uses:
        path = Path(use.path).expanduser()
        if not path.is_file():
            raise _unreadable(path, FileNotFoundError(2, "No such file"))
        if any(own.get(name) != shape for name, shape in read_header(path).items()):
            raise _other_base(path, spec)


def _other_base(path: Path, spec: ModelSpec) -> StudioError:
    return StudioError(
        "The subject file {path} was made with a model other than {model}.",
        "Choose the model that it was taught on.",
        path=str(path),
        model=spec.name,
    )


def _unreadable(path: Path, error: Exception) -> StudioError:
    return StudioError(
        "The subject file {path} cannot be read ({reason}).",
        "Teach the subject again, or bring the file back.",
        path=str(path),
        reason=str(error).splitlines()[0] if str(error) else type(error).__name__,
    )
