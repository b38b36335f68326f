"""The VAE that the artist has chosen for the next edit instead of the model's own."""

from __future__ import annotations

from collections.abc import Iterable

from studio.edit.request import AdapterUse

VAE = "vae"


def chosen_vae(adapters: Iterable[AdapterUse]) -> str:
    """Return the path of the chosen VAE, "" for the model's own."""
    return next((use.path for use in adapters if use.kind == VAE), "")


def with_vae(adapters: Iterable[AdapterUse], path: str) -> tuple[AdapterUse, ...]:
    """Return adapters with another VAE; "" for the model's own."""
    others = tuple(use for use in adapters if use.kind != VAE)
    return (*others, AdapterUse(VAE, path)) if path else others
