"""Cancels a running network that has no support for progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from studio.core.progress import Progress


@contextmanager
def cancellable(network: torch.nn.Module, progress: Progress) -> Iterator[None]:
    """Make every layer of ``network`` check for cancellation before it runs.

    ``Cancelled`` is raised from the call of the network within one layer's time; code in between
    must not catch it. On exit the hooks are removed.
    """

    def check(module: torch.nn.Module, inputs: Any) -> None:
        progress.check()

    layers = [one for one in network.modules() if next(one.children(), None) is None]
    handles = [layer.register_forward_pre_hook(check) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
