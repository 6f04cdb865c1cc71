"""Columns that grow by rows: arrays that double, so that adding a batch copies little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray


class Growing:
    """Named columns of one length."""

    def __init__(self, **kinds: DTypeLike) -> None:
        """Name each column with its type."""
        self._columns: dict[str, NDArray[Any]] = {
            name: np.zeros(0, kind) for name, kind in kinds.items()
        }
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column as it is now; what is written into it is kept until rows are added."""
        return self._columns[name][: self._rows]

    def add(self, **columns: NDArray[Any]) -> None:
        """Add rows; a column that is not given has zeros there."""
        more = len(next(iter(columns.values())))
        self.extend(more)
        for name, column in columns.items():
            self._columns[name][self._rows - more : self._rows] = column

    def extend(self, more: int) -> None:
        """Add rows of zeros."""
        rows = self._rows + more
        for name, column in self._columns.items():
            if rows > len(column):
                grown = np.zeros(max(rows, 2 * len(column)), column.dtype)
                grown[: self._rows] = column[: self._rows]
                self._columns[name] = grown
        self._rows = rows
