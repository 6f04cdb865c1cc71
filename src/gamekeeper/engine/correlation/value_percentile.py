"""``value_percentile`` and ``value_median``: the number below which a share of all numbers lies."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Final

import numpy as np

from gamekeeper.engine.correlation.value_sum import number_of
from gamekeeper.rules.correlation_ir import CorrelationType
from gamekeeper.rules.correlation_parse import compare

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gamekeeper.engine.correlation.row_file import Event
    from gamekeeper.rules.plan import BoundCorrelation

#: Numbers held before they go to a temporary file.
_IN_MEMORY: Final = 65_536


class ValuePercentile:
    """Collects the numbers of one time span, on disk once they are many, and sorts them when asked."""

    def __init__(self, bound: BoundCorrelation, folder: Path) -> None:
        self._bound = bound
        self._is_median = bound.correlation.type is CorrelationType.VALUE_MEDIAN
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._waiting: list[float] = []

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def enter(self, event: Event) -> None:
        """Take an event's number."""
        found = number_of(self._bound, event.values)
        if found is not None:
            self._waiting.append(float(found))
            if len(self._waiting) >= _IN_MEMORY:
                self._flush()

    def leave(self, event: Event) -> None:
        """Time spans that tile lose no event."""

    def _flush(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - goes with the window
        self._file.write(np.array(self._waiting, np.float64).tobytes())
        self._waiting.clear()
        return self._file

    def _numbers(self) -> NDArray[np.float64]:
        if self._file is None:
            return np.array(self._waiting, np.float64)
        file = self._flush()
        file.flush()
        return np.memmap(file, np.float64, "r+")  # sorted where it lies, on disk

    def measure(self) -> float | None:
        """Return the percentile by nearest rank; the median of an even count is the middle of two."""
        numbers = self._numbers()
        count = len(numbers)
        if not count:
            return None
        if self._is_median:
            low, high = (count - 1) // 2, count // 2
            numbers.partition((low, high))
            return float((numbers[low] + numbers[high]) / 2)
        rank = max(1, -(-self._bound.correlation.percentile * count // 100))
        numbers.partition(rank - 1)
        return float(numbers[rank - 1])

    def holds(self) -> bool:
        """Compare the percentile."""
        found = self.measure()
        return found is not None and all(
            compare(limit, found) for limit in self._bound.correlation.limits
        )

    def may_drop(self, event: Event) -> bool:  # noqa: ARG002
        """Every event counts."""
        return False
