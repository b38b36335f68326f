"""The interface of adapters: context managers over a loaded model."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol, TypeVar

from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.engine.latent_diffusion.model import UNetModel

M = TypeVar("M", bound=UNetModel)

ADAPTERS: Mapping[str, str] = {
    "lora": "studio.engine.adapters.lora",
    "textual_inversion": "studio.engine.adapters.textual_inversion",
    "dreambooth": "studio.engine.adapters.dreambooth",
    "vae": "studio.engine.adapters.vae",
}
"""Kind -> dotted name of a module with the functions of ``AdapterKind``."""


class AdapterKind(Protocol):
    """The functions of an adapter's module."""

    def attach(self, loaded: M, uses: Sequence[AdapterUse]) -> AbstractContextManager[M]:
        """Return a context in which adapters of a kind are active; it yields the adapted model.

        StudioError, with nothing changed, for a file that does not fit. On exit, error or not, the
        weights of the loaded model are bit-identical to before.
        """

    def check(self, spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
        """Raise StudioError if a file does not fit a model, which need not be loaded."""


def attach(stack: ExitStack, loaded: M, uses: Iterable[AdapterUse]) -> M:
    """Enter the contexts of all adapters, one per kind; ``stack`` exits them in reverse order.

    Returns the model with all of them. An adapter of weight 0 is skipped, so it equals none.
    """
    for kind, group in _by_kind(uses):
        loaded = stack.enter_context(kind.attach(loaded, group))
    return loaded


def check_adapters(spec: ModelSpec, uses: Iterable[AdapterUse]) -> None:
    """Raise StudioError, before anything is loaded, if an adapter does not fit a model."""
    for kind, group in _by_kind(uses):
        kind.check(spec, group)


def _by_kind(uses: Iterable[AdapterUse]) -> list[tuple[AdapterKind, list[AdapterUse]]]:
    kinds: dict[str, list[AdapterUse]] = {}
    for use in uses:
        if use.acts:
            kinds.setdefault(use.kind, []).append(use)
    found: list[tuple[AdapterKind, list[AdapterUse]]] = []
    for kind, group in kinds.items():
        if kind not in ADAPTERS:
            raise StudioError("There is no adapter kind {kind}.", "Switch it off.", kind=kind)
        module: AdapterKind = importlib.import_module(ADAPTERS[kind])
        found.append((module, group))
    return found
