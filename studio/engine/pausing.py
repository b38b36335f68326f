"""A way to call a UNet as if no control and no reference were attached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_PAUSED: ContextVar[bool] = ContextVar("paused", default=False)


@contextmanager
def paused() -> Iterator[None]:
    """Let the hooks of controls and references do nothing, and count no step, inside."""
    token = _PAUSED.set(True)
    try:
        yield
    finally:
        _PAUSED.reset(token)


def is_paused() -> bool:
    """Whether controls and references are to be left out of the call that is being made."""
    return _PAUSED.get()
