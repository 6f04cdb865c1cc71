"""When each host's logs end: behind that nobody can tell what is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from gamekeeper.model.fingerprint import short_host

if TYPE_CHECKING:
    from gamekeeper.model.events import EventBatch

#: Hosts that are kept apart; of more names those that sort first, in whatever order they come.
_HOSTS: Final = 65_536


class Ends:
    """The latest time of every host's events."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}

    def add(self, batch: EventBatch) -> None:
        """Look at the events of a batch."""
        names, times = batch.table.column("Computer"), batch.table.column("event.filetime")
        known = pc.is_valid(times).to_numpy(zero_copy_only=False)
        codes = names.indices.fill_null(len(names.dictionary)).to_numpy()[known]
        latest = np.full(len(names.dictionary) + 1, np.iinfo(np.int64).min)
        np.maximum.at(latest, codes, times.drop_null().to_numpy())
        used = np.unique(codes).tolist()
        texts = [*names.dictionary.to_pylist(), ""]
        self._take({texts[code] or "": int(latest[code]) for code in used})

    def merge(self, other: Ends) -> None:
        """Add what was seen of other events."""
        self._take(other.last)

    def of(self, host: str) -> int | None:
        """Return the latest time of a host's events, None where there are none."""
        return self.last.get(short_host(host))

    def _take(self, found: dict[str, int]) -> None:
        for name, time in found.items():
            host = short_host(name)
            self.last[host] = max(time, self.last.get(host, time))
        for name in sorted(self.last)[_HOSTS:]:
            del self.last[name]
