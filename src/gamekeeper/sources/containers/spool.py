"""Where members are unpacked to: files with numbers for names, in one folder that goes when the run ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gamekeeper.sources.containers.limits import MemberError, SpoolError
from gamekeeper.sources.containers.streams import BLOCK_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gamekeeper.sources.containers.streams import Readable


class SpoolFile:
    """A file being filled; every failure to write is a :class:`SpoolError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise SpoolError(f"cannot unpack into {path.parent} ({error.strerror})") from error

    def write(self, data: bytes | bytearray) -> None:
        """Append ``data``."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise SpoolError(f"cannot unpack into {self.path.parent} ({error.strerror})") from error
        self.size_bytes += len(data)

    def close(self) -> None:
        """Keep what has been written."""
        self._file.close()

    def discard(self) -> None:
        """Remove the file again."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class Spool:
    """The folder of one run's unpacked members."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def new(self) -> SpoolFile:
        """Return a new, empty file."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpoolError(f"cannot unpack into {self._folder} ({error.strerror})") from error
        while (path := self._folder / f"{self._count:08d}.member").exists():
            self._count += 1
        self._count += 1
        return SpoolFile(path)

    @contextmanager
    def file(self) -> Iterator[SpoolFile]:
        """Open a new file for filling; it is removed again when the filling fails."""
        file = self.new()
        is_kept = False
        try:
            yield file
            is_kept = True
        finally:
            file.close() if is_kept else file.discard()

    def keep(self, stream: Readable) -> tuple[SpoolFile, MemberError | None]:
        """Write a stream to a new file; return that and what ended the stream before its time."""
        ended_by = None
        with self.file() as file:
            try:
                while data := stream.read(BLOCK_BYTES):
                    file.write(data)
            except MemberError as error:
                ended_by = error
        return file, ended_by
