"""Zip archives: by their directory, and by their local headers where the directory is missing.

Plain members (stored, deflated) are read here, so that damage costs only what it hits. Encrypted ones and
those with rarer methods go through pyzipper.
"""

from __future__ import annotations

import stat
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

import pyzipper

from gamekeeper.sources.containers.limits import BombError, MemberError
from gamekeeper.sources.containers.members import Fault, Member
from gamekeeper.sources.containers.streams import (
    DAMAGE,
    MemberStream,
    Section,
    Unpacked,
    inflated,
)
from gamekeeper.sources.containers.zip_directory import (
    DEFLATED,
    STORED,
    Entry,
    find_end,
    read_directory,
    read_local,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.sources.containers.limits import Budget
    from gamekeeper.sources.containers.spool import Spool
    from gamekeeper.sources.containers.streams import Readable

_LOCAL_BYTES: Final = 30


class ZipReader:
    """Gives the members of one zip archive."""

    def __init__(
        self, file: BinaryIO, spool: Spool, budget: Budget, passwords: Sequence[str]
    ) -> None:
        self._file = file
        self._spool = spool
        self._budget = budget
        self._passwords = passwords
        self._decrypting: pyzipper.AESZipFile | None = None

    def members(self) -> Iterator[Member | Fault]:
        """Yield the archive's files; what is damaged, encrypted or no file is a fault."""
        try:
            end = find_end(self._file)
        except MemberError as error:
            yield Fault("", error.reason, error.detail)
            return
        if end is None:
            yield from self._salvaged()
            return
        entries = []
        for entry in read_directory(self._file, end):
            entries.append(entry)
            self._budget.check_members(len(entries))
        self._refuse_bombs(entries)
        for entry in entries:
            if not entry.is_folder:
                yield self._member(entry)
        if len(entries) < end.count:
            detail = f"its directory ends after {len(entries):,} of {end.count:,} members"
            yield Fault("", "damaged", detail)

    def _refuse_bombs(self, entries: Sequence[Entry]) -> None:
        self._budget.check(sum(entry.size for entry in entries))
        stop = 0
        for entry in sorted(entries, key=lambda entry: entry.offset):
            if entry.offset < stop:
                raise BombError("its members overlap")
            stop = entry.offset + _LOCAL_BYTES + entry.packed_size

    def _member(self, entry: Entry) -> Member | Fault:
        kind = stat.S_IFMT(entry.mode)
        if kind == stat.S_IFLNK:
            return Fault(entry.name, "link", "links are not followed; its target is read by itself")
        if kind not in (0, stat.S_IFREG):
            return Fault(entry.name, "device", "it is a device or a pipe, no file")
        try:
            if entry.is_encrypted:
                return self._decrypted(entry)
            stream = MemberStream(self._content(entry), self._budget)
            return Member(entry.name, stream, modified=entry.modified)
        except MemberError as error:
            return Fault(entry.name, error.reason, error.detail)

    def _content(self, entry: Entry) -> Readable:
        if entry.method not in (STORED, DEFLATED):
            return _Checked(self._by_pyzipper(entry, None), entry)
        local = read_local(self._file, entry.offset)
        if local is None:
            raise MemberError("damaged", "its header is not where the directory says")
        section = Section(self._file, local.data_offset, entry.packed_size)
        content = inflated(section) if entry.method == DEFLATED else section
        return _Checked(content, entry)

    def _by_pyzipper(self, entry: Entry, password: str | None) -> Readable:
        try:
            if self._decrypting is None:
                self._decrypting = pyzipper.AESZipFile(self._file)
            info = self._decrypting.infolist()[entry.number]
            stream: Readable = self._decrypting.open(info, pwd=password and password.encode())
        except NotImplementedError as error:
            detail = f"its method of compression is not supported ({error}); unpack it and name the folder"
            raise MemberError("unsupported", detail) from error
        except DAMAGE as error:
            raise MemberError("damaged", f"it cannot be opened ({error})") from error
        return stream

    def _decrypted(self, entry: Entry) -> Member | Fault:
        """Spool an encrypted member: whether the password is right shows for certain at its end."""
        for password in self._passwords:
            try:
                stream = MemberStream(self._by_pyzipper(entry, password), self._budget)
                with self._spool.file() as spooled:
                    while data := stream.read():
                        spooled.write(data)
            except MemberError as error:
                if error.reason == "unsupported":
                    raise
                continue
            return Member(entry.name, spooled=spooled.path, modified=entry.modified)
        if not self._passwords:
            return Fault(
                entry.name, "encrypted", "it is encrypted; give its password with --password"
            )
        detail = (
            "none of the passwords given opens it, or it is damaged; give another with --password"
        )
        return Fault(entry.name, "wrong_password", detail)

    def _salvaged(self) -> Iterator[Member | Fault]:
        """Read members by their local headers, up to where the archive is cut."""
        detail = "the archive's end is missing; its members up to there were read"
        size = self._file.seek(0, 2)
        at: int | None = 0
        while at is not None and (entry := read_local(self._file, at)):
            stop = entry.data_offset + entry.packed_size
            is_open = entry.has_descriptor and not entry.packed_size
            if entry.is_encrypted or entry.method not in (STORED, DEFLATED):
                yield Fault(entry.name, "truncated", "it cannot be read without the archive's end")
                at = None if is_open else stop
                continue
            if is_open and entry.method == STORED:
                detail = f"what follows {entry.name!r} cannot be found without the archive's end"
                break
            room = size - entry.data_offset
            section = Section(self._file, entry.data_offset, room if is_open else entry.packed_size)
            content = inflated(section) if entry.method == DEFLATED else section
            member = MemberStream(content if is_open else _Checked(content, entry), self._budget)
            if not entry.is_folder:
                yield Member(entry.name, member, modified=entry.modified)
            at = self._after(member, section, content) if is_open else stop
        yield Fault("", "truncated", detail)

    def _after(self, member: MemberStream, section: Section, content: Readable) -> int | None:
        """Return where the next header stands behind a member whose size nobody has written."""
        try:
            while member.read():
                pass
        except MemberError:
            return None
        assert isinstance(content, Unpacked)
        end = section.at - len(content.left_over)
        places = (end + 12, end + 16, end + 20, end + 24)  # descriptors of four sorts
        return next((at for at in places if read_local(self._file, at)), None)


class _Checked:
    """A member's bytes; behind the last one its size and checksum are compared."""

    def __init__(self, content: Readable, entry: Entry) -> None:
        self._content = content
        self._entry = entry
        self._size = 0
        self._crc = 0

    def read(self, size: int, /) -> bytes:
        data = self._content.read(size)
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if not data and (self._size, self._crc) != (self._entry.size, self._entry.crc):
            raise MemberError("damaged", "its size or its checksum is not what the archive says")
        return data
