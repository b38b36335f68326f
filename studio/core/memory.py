"""Return of freed memory to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim (malloc_trim(3)); None if the system has another allocator."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found


def give_back() -> None:
    """Collect unreachable objects and return freed memory to the system.

    glibc keeps freed tiles in the process: without this, twenty closed pictures of 12 megapixels
    leave it as large as before closing, 1.1 GB instead of 24 MB more than at the start.
    """
    gc.collect()
    trim = _trim()
    if trim is not None:
        trim(0)
