"""A case on disk: opened, made, and looked at as it is at one moment."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from gamekeeper.errors import UsageError
from gamekeeper.store import manifest as manifests
from gamekeeper.store.clock import now
from gamekeeper.store.layout import FORMAT, Layout, make_folder
from gamekeeper.store.locks import reading, writing
from gamekeeper.store.manifest import Manifest
from gamekeeper.store.snapshot import Snapshot

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Case:
    """One investigation's folder. It belongs to one organisation."""

    layout: Layout
    id: str
    organisation: str

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Return the case in a folder; raise UsageError where there is none."""
        layout = Layout(Path(path))
        manifest = Manifest(layout)
        try:
            return cls(layout, manifest.about["id"], manifest.about["organisation"])
        finally:
            manifest.close()

    @staticmethod
    def is_case(path: str | os.PathLike[str]) -> bool:
        """Say whether a folder holds a case."""
        return Layout(Path(path)).manifest.is_file()

    @classmethod
    def create(cls, path: str | os.PathLike[str], organisation: str = "") -> Self:
        """Make a case in a folder that is empty or not there yet."""
        layout = Layout(Path(path))
        about = {"id": secrets.token_hex(16), "organisation": organisation, "created_at": now()}
        try:
            make_folder(layout.root)
            _check_empty(layout)
            with writing(layout.write_lock):
                _check_empty(layout)  # somebody else may have made one before the lock was ours
                manifests.create(layout, about)
        except OSError as error:
            raise UsageError(f"no case can be made at {path}: {error.strerror}") from None
        return cls(layout, about["id"], organisation)

    @classmethod
    def open_or_create(cls, path: str | os.PathLike[str], organisation: str = "") -> Self:
        """Return the case in a folder, made now where it is not there."""
        if cls.is_case(path):
            return cls.open(path)
        return cls.create(path, organisation)

    @property
    def format(self) -> int:
        """The version of the folder's form."""
        return FORMAT

    def manifest(self) -> Manifest:
        """Open the manifest."""
        return Manifest(self.layout)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the case as it is now, for as long as the block runs, whatever others commit meanwhile."""
        with reading(self.layout.read_lock):
            manifest = self.manifest()
            try:
                with Snapshot.of(self.layout, manifest) as snapshot:
                    yield snapshot
            finally:
                manifest.close()


def _check_empty(layout: Layout) -> None:
    """Complain about a folder that holds anything but what a case that was not finished leaves."""
    ours = (layout.write_lock.name, layout.read_lock.name)
    for path in layout.root.iterdir():
        if path.name not in ours and not path.name.startswith(layout.unborn.name):
            raise UsageError(
                f"{layout.root} is neither a case nor empty: give --case a folder of its own"
            )
