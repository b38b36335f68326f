"""Replaces a model's autoencoder (VAE) by one of the artist's for a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from diffusers import AutoencoderKL

from studio.catalog.models import ModelSpec
from studio.catalog.vae_files import VaeSpec, find_vae
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import guarded, incomplete
from studio.engine.single_file import read_part

M = TypeVar("M", bound=UNetModel)


@contextmanager
def attach(loaded: M, uses: Sequence[AdapterUse]) -> Iterator[M]:
    """Yield the model with another VAE; its own is not changed. StudioError for more than one."""
    (use,) = _only(uses)
    found = find_vae(loaded.spec, Path(use.path).expanduser())
    kept = loaded.extras.vaes
    if found not in kept:
        kept.clear()
        kept[found] = _read(loaded, found)
    yield replace(loaded, networks=replace(loaded.networks, vae=kept[found]))


def check(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError if a VAE does not fit a model, or if there are several."""
    for use in _only(uses):
        find_vae(spec, Path(use.path).expanduser())


def _only(uses: Sequence[AdapterUse]) -> Sequence[AdapterUse]:
    if len(uses) > 1:
        raise StudioError("A model works with one VAE at a time.", "Take the others away.")
    return uses


def _read(loaded: UNetModel, found: VaeSpec) -> Any:
    spec = replace(loaded.spec, configurations=found.configurations)
    own = loaded.networks.vae
    # Where the model's own autoencoder is kept in float32, this one overflows too.
    dtype = next(own.parameters()).dtype

    def read() -> Any:
        network, missing = read_part(spec, found.component, dtype, AutoencoderKL)
        if missing:
            raise incomplete(found.component.files[0], missing)
        return network.eval().requires_grad_(False).to(loaded.device.torch)

    network = guarded(found.component.files[0], read)
    for name in ("tile_sample_min_size", "tile_latent_min_size"):
        if hasattr(own, name):
            setattr(network, name, getattr(own, name))
    return network
