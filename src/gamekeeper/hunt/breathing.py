"""Memory between the stages of a large hunt: what one stage left goes before the next one begins.

Tables of facts and what was made of them point at each other, so that only the collector finds that nobody
needs them, and with few new objects it seldom looks; Arrow and the C library keep pages that they may want
again. On two million events all of it together was half of what a hunt held.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

#: Events from which on it is worth the tenths of a second.
MANY: Final = 1_000_000


def release(events: int) -> None:
    """Give back what nobody uses, where a hunt is large."""
    if events >= MANY:
        gc.collect()
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
