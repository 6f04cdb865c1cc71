"""Memory between the stages of a large hunt: what one stage left goes before the next one begins.

Tables of facts and what was made of them point at each other, so that only the collector finds that nobody
needs them, and with few new objects it seldom looks; Arrow and the C library keep pages that they may want
again. On two million events all of it together was half of what a hunt held.
"""

from __future__ import annotations

import gc
from typing import Final

from gamekeeper.engine.pages import give_back, keep_no_large_blocks

#: Events from which on it is worth the tenths of a second.
MANY: Final = 1_000_000


def release(events: int) -> None:
    """Give back what nobody uses, where a hunt is large."""
    if events >= MANY:
        keep_no_large_blocks()
        gc.collect()
        give_back()
