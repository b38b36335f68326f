"""Stopping in the middle of a network that knows nothing of progress."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from studio.core.progress import Progress


@contextmanager
def cancellable(network: torch.nn.Module, progress: Progress) -> Iterator[None]:
    """Let every layer of ``network`` look first whether the work was asked to stop.

    ``Cancelled`` then comes out of the call of the network within one layer's time; what is called
    inside must let it through. On exit the network has the hooks that it had before.
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
