"""Memory between the stages of a large hunt: what one stage left goes before the next one begins.

Tables of facts and what was made of them point at each other, so that only the collector finds that nobody
needs them, and with few new objects it seldom looks; Arrow keeps pages that it may want again. On two million
events both together were half of what a hunt held.
"""

from __future__ import annotations

import gc
from typing import Final

import pyarrow as pa

#: Events from which on it is worth the tenths of a second.
MANY: Final = 1_000_000


def release(events: int) -> None:
    """Give back what nobody uses, where a hunt is large."""
    if events >= MANY:
        gc.collect()
        pa.default_memory_pool().release_unused()
