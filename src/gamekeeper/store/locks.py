"""Who may write, and who still reads: advisory locks that die with their process."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from gamekeeper.errors import CaseBusy

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Hold the right to write for as long as the block runs; raise CaseBusy where somebody has it."""
    with path.open("ab") as stream:
        if not _take(stream):
            raise CaseBusy(
                f"somebody else writes to the case {path.parent} now: wait for it, or end it first"
            )
        yield


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Keep retired files in place for as long as the block runs."""
    try:
        stream = path.open("ab")
    except OSError:  # a case on a read-only medium: nobody can take files away there either
        yield
        return
    with stream:
        if sys.platform != "win32":  # there open files cannot be removed anyhow
            fcntl.flock(stream, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Say whether nobody reads, and keep it so for as long as the block runs."""
    with path.open("ab") as stream:
        yield _take(stream)


def _take(stream: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
