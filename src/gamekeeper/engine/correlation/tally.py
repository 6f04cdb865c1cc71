"""How often each value stands in a window; on disk once there are many.

Whoever floods a log with unique values makes this slow, never large, and nothing is forgotten.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import Final

#: Values that are counted in memory: some 20 MB.
IN_MEMORY = 100_000
_TABLE: Final = "CREATE TABLE tally (value INTEGER PRIMARY KEY, times INTEGER NOT NULL)"


class Tally:
    """A multiset of texts that knows how many different ones it holds."""

    def __init__(self, folder: Path, in_memory: int | None = None) -> None:
        self._folder = folder
        self._limit = IN_MEMORY if in_memory is None else in_memory
        self._counts: dict[int, int] = {}
        self._disk: sqlite3.Connection | None = None
        self._path: Path | None = None
        self.distinct = 0

    def __del__(self) -> None:
        if self._disk is not None and self._path is not None:
            self._disk.close()
            self._path.unlink(missing_ok=True)

    def add(self, value: str) -> None:
        """Count a value once more."""
        number = _number(value)
        times = self._times(number)
        self.distinct += times == 0
        self._set(number, times + 1)

    def remove(self, value: str) -> None:
        """Count a value once less."""
        number = _number(value)
        times = self._times(number)
        self.distinct -= times == 1
        self._set(number, times - 1)

    def _times(self, number: int) -> int:
        if self._disk is None:
            return self._counts.get(number, 0)
        found = self._disk.execute("SELECT times FROM tally WHERE value = ?", (number,)).fetchone()
        return int(found[0]) if found else 0

    def _set(self, number: int, times: int) -> None:
        if self._disk is not None:
            if times:
                self._disk.execute("INSERT OR REPLACE INTO tally VALUES (?, ?)", (number, times))
            else:
                self._disk.execute("DELETE FROM tally WHERE value = ?", (number,))
            return
        if times:
            self._counts[number] = times
        else:
            del self._counts[number]
        if len(self._counts) > self._limit:
            self._spill()

    def _spill(self) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix="tally-")
        os.close(handle)
        self._path = Path(name)
        self._disk = sqlite3.connect(name, isolation_level=None)
        for line in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "PRAGMA cache_size=-8192",
            _TABLE,
            "BEGIN",
        ):
            self._disk.execute(line)
        self._disk.executemany("INSERT INTO tally VALUES (?, ?)", self._counts.items())
        self._counts.clear()


def _number(value: str) -> int:
    """Return 64 bits that stand for a value: 2^-64 that two of them are taken for one."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big", signed=True)
