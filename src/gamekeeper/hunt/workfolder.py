"""The folder of temporary files of one run: spooled archive members, runs, sorted matches.

It goes with the result that needs it, with the process, or, after a ``kill -9``, with the next run: a
folder whose lock nobody holds belongs to no living run.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from gamekeeper.errors import UsageError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable

_PREFIX: Final = "gamekeeper-"
_LOCK: Final = "lock"
#: A folder younger than this may not have its lock yet.
_GRACE_S: Final = 600.0


class WorkFolder:
    """Temporary files of one run, below ``temp_dir`` or the system's own place for such files."""

    def __init__(self, temp_dir: str | None = None) -> None:
        parent = Path(temp_dir or tempfile.gettempdir())
        _sweep(parent)
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            lock = (self.path / _LOCK).open("wb")
        except OSError as error:
            raise UsageError(
                f"there is no place for temporary files at {parent} ({error.strerror}); name a folder "
                "that can be written with --temp-dir"
            ) from None
        _try_lock(lock)
        self._finalizer = weakref.finalize(self, _remove, self.path, lock)

    def folder(self, name: str) -> Path:
        """Return a folder of its own inside."""
        path = self.path / name
        path.mkdir(exist_ok=True)
        return path

    def drop(self, name: str) -> None:
        """Remove one inner folder before its time."""
        shutil.rmtree(self.path / name, ignore_errors=True)

    def close(self) -> None:
        """Remove everything now; safe to repeat."""
        self._finalizer()


def _remove(path: Path, lock: IO[bytes]) -> None:
    lock.close()
    shutil.rmtree(path, ignore_errors=True)


def _try_lock(lock: IO[bytes]) -> bool:
    """Take the lock unless somebody holds it. Where there are no such locks, nobody sweeps either."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_ours(path: Path, kind: Callable[[int], bool]) -> bool:
    """Say whether a path is what it should be, and this user's: the parent may be open to everybody."""
    status = path.lstat()
    return kind(status.st_mode) and status.st_uid == os.geteuid()


def _is_abandoned(lock_path: Path) -> bool:
    if not _is_ours(lock_path.parent, stat.S_ISDIR) or not _is_ours(lock_path, stat.S_ISREG):
        return False
    if time.time() - lock_path.stat().st_mtime < _GRACE_S:
        return False
    with lock_path.open("rb+") as lock:
        return _try_lock(lock)


def _sweep(parent: Path) -> None:
    """Remove the folders of runs that were killed."""
    if sys.platform == "win32":
        return
    for lock_path in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            if _is_abandoned(lock_path):
                shutil.rmtree(lock_path.parent, ignore_errors=True)
        except OSError:  # it went at this moment
            continue
