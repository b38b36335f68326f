"""What every adapter is: a context manager over a loaded model."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.engine.families.base import Loaded

ADAPTERS: Mapping[str, str] = {
    "lora": "studio.engine.adapters.lora.attach",
}
"""Kind -> dotted name of a function ``(loaded, uses) -> context manager``."""


class AttachAdapters(Protocol):
    """Makes the context in which the adapters of one kind work.

    On exit, error or not, the weights of the loaded model are bit-identical to before.
    """

    def __call__(self, loaded: Loaded, uses: Sequence[AdapterUse]) -> AbstractContextManager[None]:
        """Return the context; StudioError, with nothing changed, for a file that does not fit."""


def attach(stack: ExitStack, loaded: Loaded, uses: Iterable[AdapterUse]) -> None:
    """Enter the contexts of all adapters, one a kind; ``stack`` leaves them in reverse order.

    One of weight 0 is left out, so that it equals none.
    """
    kinds: dict[str, list[AdapterUse]] = {}
    for use in uses:
        if use.weight != 0:
            kinds.setdefault(use.kind, []).append(use)
    for kind, group in kinds.items():
        if kind not in ADAPTERS:
            raise StudioError(
                "There is no adapter of the kind {kind}.", "Switch it off.", kind=kind
            )
        module, name = ADAPTERS[kind].rsplit(".", 1)
        make: AttachAdapters = getattr(importlib.import_module(module), name)
        stack.enter_context(make(loaded, group))
