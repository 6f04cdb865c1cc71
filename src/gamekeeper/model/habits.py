"""Rows of what was seen: whose habit, which key, on which day, with the first event of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

#: 100 ns intervals of a day.
DAY: Final = 864_000_000_000
#: Between the parts of a key.
MARK: Final = "\x1f"
#: How values are folded: memory that was folded otherwise cannot be compared with.
FORM: Final = 2
#: Forms from which today's can be made (``analytics/baselines/refolding.py``), the oldest first.
OLDER_FORMS: Final = (1,)

#: ``baseline`` is a name; ``day``: days since 1601; the rest is the first event of that day.
SEEN_SCHEMA: Final = pa.schema(
    [
        pa.field("baseline", pa.utf8(), nullable=False),
        pa.field("key", pa.utf8(), nullable=False),
        pa.field("day", pa.int32(), nullable=False),
        pa.field("who", pa.utf8(), nullable=False),
        pa.field("filetime", pa.int64(), nullable=False),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("host", pa.utf8(), nullable=False),
        pa.field("account", pa.utf8(), nullable=False),
        pa.field("fingerprint", pa.binary(16)),  # of the first event of a habit; others have none
        pa.field("now", pa.bool_(), nullable=False),  # seen in this run, not only remembered
    ]
)
#: Rows of one habit lie together, in order of time.
SEEN_KEY: Final = ("baseline", "key", "day", "who", "filetime", "source", "offset")
#: What makes rows one.
SAME: Final = SEEN_KEY[:4]


class HabitStore(Protocol):
    """Rows of all habits, however many; kept on disk."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield record batches of ``SEEN_SCHEMA`` in order of ``SEEN_KEY``."""
