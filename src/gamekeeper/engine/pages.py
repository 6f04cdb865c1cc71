"""Pages of memory that nobody uses, given back: Arrow and the C library keep what they may want again."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

#: The number of that setting in the C library, and bytes from which on a block is large.
_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 1 << 20


def give_back() -> None:
    """Give back what can be; a few hundredths of a second."""
    pa.default_memory_pool().release_unused()
    _trim()(0)


@cache
def keep_no_large_blocks() -> None:
    """Have large arrays given back as soon as nobody uses them, from now on in this process.

    The GNU C library learns from each that is freed to keep larger ones, up to 32 MiB: holes in which the
    next column does not fit. Costs new pages for each large array: it is for those who need the memory.
    """
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


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
