"""Where things are in the folder of a case, and how a file gets there for good."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Changes when a case written before can no longer be read.
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one case."""

    root: Path

    @property
    def manifest(self) -> Path:
        """The SQLite file that says what belongs to the case."""
        return self.root / "manifest.sqlite"

    @property
    def unborn(self) -> Path:
        """The manifest of a case that is being made."""
        return self.root / "manifest.sqlite.new"

    @property
    def staging(self) -> Path:
        """Files that no transaction has taken in yet; worthless once nobody writes."""
        return self.root / "staging"

    @property
    def write_lock(self) -> Path:
        """Held by the one who writes."""
        return self.root / "write.lock"

    @property
    def read_lock(self) -> Path:
        """Shared by those who read, so that retired files outlive them."""
        return self.root / "read.lock"

    def path(self, relative: str) -> Path:
        """Return the place of a file as the manifest names it."""
        return self.root / relative


def sync_file(path: Path) -> None:
    """Bring a file's bytes to the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(path: Path) -> None:
    """Bring a folder's names to the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder whose name survives a loss of power, and those above it."""
    missing = [path, *path.parents]
    missing = [folder for folder in missing if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        sync_folder(folder.parent)
