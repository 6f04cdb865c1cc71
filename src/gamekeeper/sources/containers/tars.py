"""Tar archives, read as a stream from beginning to end."""

from __future__ import annotations

import tarfile
from typing import IO, TYPE_CHECKING, Final, Self, cast

from gamekeeper.sources.containers.limits import MemberError
from gamekeeper.sources.containers.members import Fault, Member, filetime_of
from gamekeeper.sources.containers.streams import MemberStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.containers.limits import Budget
    from gamekeeper.sources.containers.streams import Readable

#: Headers that tarfile reads into memory whole: long names and extended attributes.
_IN_MEMORY: Final = frozenset(
    {
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
    }
)
_MOST_HEADER_BYTES: Final = 1 << 20


class _Info(tarfile.TarInfo):
    """A header that tells damage from the end, which tarfile takes for the same."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _IN_MEMORY and info.size > _MOST_HEADER_BYTES:
            raise _ReadError(f"a header of {info.size:,} bytes")
        if info.size < 0:
            raise _ReadError("a negative size")
        return info

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except _HeaderError as error:
            if type(error).__name__ in _ENDS:
                raise
            raise _ReadError(str(error)) from error


_HeaderError = tarfile.HeaderError
_ReadError = tarfile.ReadError
#: The header errors, by the names that typeshed does not know, with which a whole archive ends.
_ENDS: Final = ("EOFHeaderError", "EmptyHeaderError")


def members(stream: Readable, budget: Budget) -> Iterator[Member | Fault]:
    """Yield the regular files of a tar archive; links and devices are faults."""
    try:
        with tarfile.open(
            fileobj=cast("IO[bytes]", stream), mode="r|", tarinfo=_Info, errors="surrogateescape"
        ) as archive:
            while info := archive.next():
                vars(archive)["members"] = []  # it would keep every header in memory
                if info.isdir():
                    continue
                if fault := _fault(info):
                    yield fault
                    continue
                content = cast("Readable", archive.extractfile(info))
                member = MemberStream(content, budget if info.issparse() else None)
                yield Member(info.name, member, modified=filetime_of(info.mtime))
                if member.error:
                    return  # what broke this member has broken the archive
    except MemberError as error:
        yield Fault("", error.reason, error.detail)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        reason = "truncated" if "end of data" in str(error) else "damaged"
        yield Fault("", reason, f"the rest of the archive cannot be read ({error})")


def _fault(info: tarfile.TarInfo) -> Fault | None:
    if info.issym() or info.islnk():
        return Fault(info.name, "link", "links are not followed; its target is read by itself")
    if not info.isreg():
        return Fault(info.name, "device", "it is a device or a pipe, no file")
    return None
