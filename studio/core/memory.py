"""Memory that is free again is given back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache


@cache
def _trim() -> Callable[[int], int] | None:
    """Return glibc's malloc_trim (malloc_trim(3)); None where the system has another allocator."""
    if not sys.platform.startswith("linux"):
        return None
    found: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return found


def give_back() -> None:
    """Free what nobody refers to any more, and give it to the system.

    glibc keeps freed tiles for the program: without this, twenty closed pictures of 12 megapixels
    leave it as large as it was with them, 1.1 GB instead of 24 MB more than at the start.
    """
    gc.collect()
    trim = _trim()
    if trim is not None:
        trim(0)
