"""A disk that keeps only what was synced, so that the power can go at any moment.

A file's bytes are kept as of its last ``fsync``, a folder's names as of its own. SQLite syncs its own files
(write-ahead log, ``synchronous=FULL``): what it has committed is on the disk, nobody counts on what it has
not, so they are taken as they are. The manifest's name is ours to sync; that of its log is SQLite's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import pytest

_OF_SQLITE = ("-wal", "-shm", "-journal")


class Lost(Enum):
    """What a loss of power takes."""

    NOTHING = "nothing"
    NOT_SYNCED = "whatever was not synced"
    NOT_SYNCED_AND_REMOVED = "whatever was not synced, but what was removed is gone"


class Disk:
    """Watches one folder; ``moment`` is called after everything that changes what is on the disk."""

    def __init__(self, root: Path, moment: Callable[[], None]) -> None:
        self.root = root
        self._moment = moment
        self._names: dict[Path, dict[str, int]] = {}
        self._bytes: dict[int, bytes] = {}
        self._removed: set[tuple[Path, str, int]] = set()

    @contextmanager
    def watched(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Watch what this process does, for as long as the block runs."""
        fsync, replace, unlink = os.fsync, os.replace, os.unlink

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            self._sync(Path(f"/proc/self/fd/{descriptor}").readlink())

        def replaced(old: str | Path, new: str | Path, **other: int | None) -> None:
            replace(old, new, **other)  # type: ignore[arg-type]
            self._tell(Path(new))

        def unlinked(path: str | Path, **other: int | None) -> None:
            place = Path(path).absolute()
            if other.get("dir_fd") is None and place.is_relative_to(self.root):
                self._removed.add((place.parent, place.name, place.lstat().st_ino))
            unlink(path, **other)  # type: ignore[arg-type]
            if other.get("dir_fd") is None:
                self._tell(place)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", synced)
            patched.setattr(os, "replace", replaced)
            patched.setattr(os, "unlink", unlinked)
            yield

    def _sync(self, path: Path) -> None:
        if path.is_dir():
            self._names[path] = {entry.name: entry.inode() for entry in os.scandir(path)}
        else:
            self._bytes[path.stat().st_ino] = path.read_bytes()
        self._tell(path)

    def _tell(self, path: Path) -> None:
        if path == self.root or path.is_relative_to(self.root):
            self._moment()

    def after(self, lost: Lost, copy: Path) -> Path:
        """Return the folder as it is once the power is back, made at ``copy``."""
        if lost is Lost.NOTHING:
            shutil.copytree(self.root, copy)
            return copy
        copy.mkdir(parents=True)
        if self.root.name in self._names.get(self.root.parent, {}):
            self._restore(self.root, copy, lost)
        return copy

    def _restore(self, place: Path, copy: Path, lost: Lost) -> None:
        for name, inode in self._names.get(place, {}).items():
            path = place / name
            if lost is Lost.NOT_SYNCED_AND_REMOVED and (place, name, inode) in self._removed:
                continue
            if path.is_dir() or path in self._names:
                (copy / name).mkdir()
                self._restore(path, copy / name, lost)
            elif not name.endswith(_OF_SQLITE):
                self._restore_file(path, inode, copy / name)

    def _restore_file(self, path: Path, inode: int, copy: Path) -> None:
        if path.name == "manifest.sqlite":
            for suffix in ("", *_OF_SQLITE):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    shutil.copyfile(part, copy.with_name(part.name))
        else:
            copy.write_bytes(self._bytes.get(inode, b""))
