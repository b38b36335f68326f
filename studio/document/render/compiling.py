"""Compiles the pixel loops, and gives them arrays and functions by address.

Imports numba, so it is itself imported only when the first pixel is needed. The disk cache of a
compiled loop depends only on the date of its own file: helpers that change often belong beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import numpy_support

F = TypeVar("F", bound=Callable[..., Any])

ROW = 256
"""The widest window in pixels, and the stride of a tile's rows in pixels."""
SCALE = np.float32(1.0 / 255.0)
OPTIONS: dict[str, Any] = {"fastmath": {"contract"}, "error_model": "numpy"}
ROW_FUNCTION = types.void(*[types.int64] * 5)
"""The C signature of a function that works on one row; see there for its five integers."""


def compile_loop(function: F) -> F:
    """Compile a loop on its first call, to run without the GIL, cached on disk if possible.

    numba caches it beside this file, or in the user's cache folder if that is not writable.
    """
    jit: Any = numba.njit
    try:
        result: F = jit(cache=True, nogil=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that numba could write to
        result = jit(nogil=True, **OPTIONS)(function)
    return result


def row_function(function: Callable[..., None]) -> Any:
    """Compile a function of five integers for calls by address, cached on disk if possible.

    Returns numba's object, which owns the machine code and has its ``address``.
    """
    cfunc: Any = numba.cfunc
    try:
        return cfunc(ROW_FUNCTION, cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder that numba could write to
        return cfunc(ROW_FUNCTION, **OPTIONS)(function)


def _make_pointer(_context: Any, address: Any) -> Any:
    """Turn an integer address into a pointer."""

    def generate(_generator: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


def _make_call(_context: Any, address: Any, a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
    """Call the row function at an address."""
    integers = [types.int64] * 6

    def generate(generator: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        kind = ir.FunctionType(ir.VoidType(), [word] * 5)
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])
        return generator.get_dummy_value()

    return types.void(*integers), generate


pointer: Any = intrinsic(_make_pointer)
call_row: Any = intrinsic(_make_call)
view: Any = numpy_support.carray
