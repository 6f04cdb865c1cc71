"""Pages of memory that nobody uses, given back: Arrow and the C library keep what they may want again."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable


def give_back() -> None:
    """Give back what can be; a few hundredths of a second."""
    pa.default_memory_pool().release_unused()
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """Return what gives back pages of the heap: a function of the GNU C library; elsewhere nothing."""
    if not sys.platform.startswith("linux"):
        return int
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another C library
        return int
    return trim
