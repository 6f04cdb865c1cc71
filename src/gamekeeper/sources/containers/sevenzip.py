"""7z archives through py7zr, which pushes members out: they are spooled first and given afterwards."""

from __future__ import annotations

import lzma
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

import py7zr
from py7zr import exceptions
from py7zr.io import Py7zIO, WriterFactory

from gamekeeper.sources.containers.members import UNRECOGNISED, Fault, Member, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gamekeeper.sources.containers.limits import Budget
    from gamekeeper.sources.containers.spool import Spool, SpoolFile

#: What py7zr and its decompressors raise on damaged archives and wrong passwords.
_DAMAGE: Final = (
    exceptions.ArchiveError,
    exceptions.InternalError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RuntimeError,
)
_HEAD_BYTES: Final = 64 << 10


class SevenZipReader:
    """Gives the members of one 7z archive."""

    def __init__(
        self,
        file: BinaryIO,
        spool: Spool,
        budget: Budget,
        passwords: Sequence[str],
        wanted: Wanted,
    ) -> None:
        self._file = file
        self._spool = spool
        self._budget = budget
        self._passwords = passwords
        self._wanted = wanted

    def members(self) -> Iterator[Member | Fault]:
        """Yield the archive's files; with several passwords the first that opens anything is the one."""
        fault = Fault("", "encrypted", "it is encrypted; give its password with --password")
        for password in (None, *self._passwords):
            try:
                self._file.seek(0)
                archive = py7zr.SevenZipFile(self._file, password=password)
                if password is None and archive.needs_password():
                    continue
            except exceptions.PasswordRequired:
                continue
            except _DAMAGE as error:
                fault = self._unopened(password, error)
                continue
            run = _Run(archive, self._spool, self._budget, self._wanted)
            if run.extract() or password is None:
                yield from run.members()
                return
            fault = self._unopened(password, run.error)
        yield fault

    @staticmethod
    def _unopened(password: str | None, error: Exception | None) -> Fault:
        if password is None:
            detail = f"it is cut short or damaged, and its directory stands at its end ({error})"
            return Fault("", "damaged", detail)
        detail = (
            "none of the passwords given opens it, or it is damaged; give another with --password"
        )
        return Fault("", "wrong_password", detail)


class _Run(WriterFactory):
    """One pass over an archive. Members get their numbers for names, so that no name is acted upon."""

    def __init__(
        self, archive: py7zr.SevenZipFile, spool: Spool, budget: Budget, wanted: Wanted
    ) -> None:
        self.error: Exception | None = None
        self._archive = archive
        self._spool = spool
        self._budget = budget
        self._wanted = wanted
        self._names: dict[str, str] = {}
        self._faults: dict[str, Fault] = {}
        self._sinks: dict[str, _Sink] = {}
        files = list(archive.files)
        budget.check_members(len(files))
        for number, file in enumerate(files):
            self._enter(str(number), file)

    def _enter(self, number: str, file: py7zr.py7zr.ArchiveFile) -> None:
        properties = file.file_properties()
        name = str(properties["filename"])
        properties["filename"] = number
        if file.is_directory:
            return
        self._names[number] = name
        if file.is_symlink or file.is_junction:
            detail = "links are not followed; its target is read by itself"
            self._faults[number] = Fault(name, "link", detail)
        elif file.is_socket:
            self._faults[number] = Fault(name, "device", "it is a device or a pipe, no file")
        else:
            self._budget.check(int(file.uncompressed or 0))

    def create(self, filename: str) -> Py7zIO:
        """Return where a member's bytes go; py7zr asks when it comes to the member."""
        name = self._names[filename]
        sink = _Sink(self._spool, self._budget, lambda head: self._wanted(head, name))
        self._sinks[filename] = sink
        return sink

    def extract(self) -> bool:
        """Unpack the wanted members; say whether any content came out whole, or there is none."""
        is_over = False
        try:
            self._archive.extract(targets=self._names.keys() - self._faults.keys(), factory=self)
            is_over = True
        except _DAMAGE as error:
            self.error = error
            is_over = True
        finally:
            self._archive.close()
            whole = [sink for sink in self._sinks.values() if sink.is_done and sink.size_bytes]
            is_good = is_over and (bool(whole) or self.error is None)
            for sink in self._sinks.values():
                if not (is_good and sink.is_done):
                    sink.discard()
        return is_good

    def members(self) -> Iterator[Member | Fault]:
        """Yield what has come out, in the archive's order."""
        try:
            yield from self._results()
        finally:
            for sink in self._sinks.values():
                sink.discard()

    def _results(self) -> Iterator[Member | Fault]:
        for number, name in self._names.items():
            sink = self._sinks.get(number)
            if number in self._faults:
                yield self._faults[number]
            elif sink is None or not sink.is_done:
                yield Fault(name, "damaged", f"it cannot be unpacked ({self.error})")
            elif sink.file is None:
                yield Fault(name, *UNRECOGNISED)
            else:
                path, sink.file = sink.file.path, None
                yield Member(name, spooled=path, is_chosen=True)


class _Sink(Py7zIO):
    """Takes one member; decides by its first bytes whether to spool it."""

    def __init__(self, spool: Spool, budget: Budget, is_wanted: Callable[[bytes], bool]) -> None:
        self.file: SpoolFile | None = None
        self.size_bytes = 0
        self.is_done = False
        self._spool = spool
        self._budget = budget
        self._is_wanted = is_wanted
        self._head = b""
        self._is_decided = False

    def write(self, s: bytes | bytearray) -> int:
        """Take the member's next bytes."""
        self._budget.spend(len(s))
        self.size_bytes += len(s)
        if self._is_decided:
            if self.file:
                self.file.write(s)
        else:
            self._head += s
            if len(self._head) >= _HEAD_BYTES:
                self._decide()
        return len(s)

    def _decide(self) -> None:
        self._is_decided = True
        if self._is_wanted(self._head[:_HEAD_BYTES]):
            self.file = self._spool.new()
            self.file.write(self._head)
        self._head = b""

    def close(self) -> None:
        """The member is complete and its checksum right."""
        if not self.is_done:
            if not self._is_decided:
                self._decide()
            if self.file:
                self.file.close()
            self.is_done = True

    def discard(self) -> None:
        """Forget what has been written."""
        if self.file:
            self.file.discard()
            self.file = None

    def read(self, _size: int | None = None) -> bytes:
        """Nothing is read back."""
        return b""

    def seek(self, offset: int, _whence: int = 0) -> int:
        """Nobody needs to go back."""
        return offset

    def flush(self) -> None:
        """Every write has gone through."""

    def size(self) -> int:
        """Return the bytes taken so far."""
        return self.size_bytes
