"""
Compiling the hot loops: once per machine where that is possible, once per process where it is not.

Where neither the package's folder nor the user's cache folder can be written (a sandbox, a read-only
installation without a home), numba refuses to cache; the loop then is
compiled in memory and works all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["compiled"]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop that holds no Python objects; it releases the interpreter's lock while it runs."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)
