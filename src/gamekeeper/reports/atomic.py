"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """Open ``path`` for writing under a passing name; it takes its name when all is on the disk.

    An exception leaves the file that was there before, if any. The passing name is created, never
    opened, so that a link planted there leads nowhere.
    """
    passing = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    passing.unlink(missing_ok=True)
    try:
        with passing.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        passing.replace(path)
    finally:
        with suppress(OSError):
            passing.unlink()
