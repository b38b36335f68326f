"""Compiles the pixel loops of this package. Imports numba, so import it only when needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compile_loop(function: F) -> F:
    """Compile a loop on its first call, to run without the GIL, cached on disk if possible."""
    jit: Any = numba.njit
    try:
        result: F = jit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder that numba could write to
        result = jit(nogil=True, error_model="numpy")(function)
    return result
