"""Arrays of numbers put away on disk while holding them beside everything else would be too much."""

from __future__ import annotations

import tempfile
import weakref
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gamekeeper.engine.runs import no_room

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray


class Shelf:
    """Named arrays in one file that has no name itself: it goes with this object, or with the process.

    ``folder`` is where the file is; None: the system's own place for such files. Raises UsageError where
    there is no room.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder or Path(tempfile.gettempdir())
        try:
            self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 - closed with this object
        except OSError as error:
            raise no_room(self.folder, error) from error
        self._pieces: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._end = 0
        self.close = weakref.finalize(self, self._file.close)

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Append to the array of a name."""
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        try:
            self._file.seek(self._end)
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise no_room(self.folder, error) from error
        self._pieces[name].append((self._end, len(data)))
        self._end += len(data)

    def get(self, name: str, kind: DTypeLike) -> NDArray[Any]:
        """Return all that was put under a name, empty where nothing was."""
        found = np.empty(sum(length for _, length in self._pieces[name]), np.uint8)
        at = 0
        for start, length in self._pieces[name]:
            self._file.seek(start)
            self._file.readinto(found[at : at + length].data)
            at += length
        return found.view(kind)
