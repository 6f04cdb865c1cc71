"""Containers opened one in another, down to the files that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from gamekeeper.model.results import Refusal
from gamekeeper.sources.base import Origin
from gamekeeper.sources.containers import tars
from gamekeeper.sources.containers.kinds import PACKED, UNSUPPORTED, Kind, kind_of
from gamekeeper.sources.containers.limits import BombError, Budget, SpoolError
from gamekeeper.sources.containers.members import UNRECOGNISED, Fault, Member, Wanted
from gamekeeper.sources.containers.names import shown, without_packing
from gamekeeper.sources.containers.sevenzip import SevenZipReader
from gamekeeper.sources.containers.streams import MemberStream, Readable, unpacked
from gamekeeper.sources.containers.zips import ZipReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from gamekeeper.sources.containers.limits import Limits
    from gamekeeper.sources.containers.spool import Spool

#: Called with the path at hand and the bytes unpacked by the run so far.
Progress = "Callable[[str, int], None]"

#: Bytes of a member that :data:`Wanted` sees.
HEAD_BYTES: Final = 64 << 10


class Opener:
    """Turns files into origins. Numbers are given in the order of yielding."""

    def __init__(
        self,
        spool: Spool,
        limits: Limits,
        *,
        passwords: Sequence[str] = (),
        wanted: Wanted | None = None,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        self._spool = spool
        self._budget = Budget(limits)
        self._passwords = passwords
        self._wanted = wanted
        self._progress = progress
        self._count = 0

    def open_input(
        self, path: Path, label: str, *, is_temporary: bool = False
    ) -> Iterator[Origin | Refusal]:
        """Yield what a file on disk is or holds; whatever goes wrong is its own and nobody else's."""
        try:
            self._budget.begin(path.stat().st_size)
            yield from self._file(path, label, depth=0, is_temporary=is_temporary)
        except BombError as error:
            detail = (
                f"{error}; nothing more of it is opened: unpack it yourself and name the folder"
            )
            yield Refusal(label, "bomb", detail)
        except SpoolError as error:
            yield Refusal(label, "no_space", f"{error}; name another place with --temp-dir")
        except OSError as error:
            detail = f"it cannot be read ({error.strerror or error}); check its permissions"
            yield Refusal(label, "unreadable", detail)

    def _file(
        self,
        path: Path,
        label: str,
        *,
        depth: int,
        is_temporary: bool,
        modified: int | None = None,
    ) -> Iterator[Origin | Refusal]:
        """Open a file on disk, or a spooled one, which goes when it turns out to be a container."""
        with path.open("rb") as file:
            kind = kind_of(file.read(HEAD_BYTES))
            if kind is None:
                yield self._origin(path, label, is_temporary=is_temporary, modified=modified)
                return
            file.seek(0)
            try:
                yield from self._container(kind, file, label, depth)
            finally:
                if is_temporary:
                    path.unlink()

    def _origin(
        self, path: Path, label: str, *, is_temporary: bool, modified: int | None
    ) -> Origin:
        self._count += 1
        if self._progress:
            self._progress(label, self._budget.unpacked_bytes)
        size = path.stat().st_size
        return Origin(self._count - 1, label, path, size, is_temporary, modified)

    def _container(
        self, kind: Kind, file: BinaryIO | MemberStream, label: str, depth: int
    ) -> Iterator[Origin | Refusal]:
        if kind in UNSUPPORTED:
            detail = f"{kind} archives are not opened; unpack it yourself and name the folder"
            yield Refusal(label, "unsupported", detail)
        elif depth >= self._budget.limits.depth:
            detail = f"more than {depth} containers in each other; unpack it yourself"
            yield Refusal(label, "too_deep", detail)
        elif kind in PACKED:
            name = without_packing(label)
            member = Member(name, MemberStream(unpacked(_guarded(file), kind), self._budget))
            yield from self._member(member, label, depth + 1, is_sole=True)
        elif kind is Kind.TAR:
            yield from self._members(tars.members(_guarded(file), self._budget), label, depth)
        elif isinstance(file, MemberStream):
            spooled, error = self._spool.keep(file)
            yield from self._file(spooled.path, label, depth=depth, is_temporary=True)
            if error:
                yield Refusal(label, error.reason, error.detail)
        else:
            yield from self._members(self._seekable(kind, file).members(), label, depth)

    def _seekable(self, kind: Kind, file: BinaryIO) -> ZipReader | SevenZipReader:
        if kind is Kind.ZIP:
            return ZipReader(file, self._spool, self._budget, self._passwords)
        return SevenZipReader(
            file, self._spool, self._budget, self._passwords, self._is_worth_spooling
        )

    def _members(
        self, members: Iterator[Member | Fault], label: str, depth: int
    ) -> Iterator[Origin | Refusal]:
        for one in members:
            self._budget.add_member()
            if isinstance(one, Fault):
                path = f"{label}!{shown(one.name)}" if one.name else label
                yield Refusal(path, one.reason, one.detail)
            else:
                yield from self._member(one, label, depth + 1)

    def _member(
        self, member: Member, outer: str, depth: int, *, is_sole: bool = False
    ) -> Iterator[Origin | Refusal]:
        label = f"{outer}!{shown(member.name)}"
        if member.spooled:
            yield from self._spooled(member, member.spooled, label, depth)
            return
        assert member.stream
        head = member.stream.peek(HEAD_BYTES)
        kind = kind_of(head)
        if kind is not None:
            is_tar_within = is_sole and kind is Kind.TAR
            yield from self._container(
                kind, member.stream, outer if is_tar_within else label, depth
            )
        elif not head and member.stream.error:
            yield Refusal(label, member.stream.error.reason, member.stream.error.detail)
        elif not self._is_worth_spooling(head, label):
            yield Refusal(label, *UNRECOGNISED)
        else:
            spooled, error = self._spool.keep(member.stream)
            yield self._origin(spooled.path, label, is_temporary=True, modified=member.modified)
            if error:
                detail = f"{error.detail}; its first {spooled.size_bytes:,} bytes are read"
                yield Refusal(label, error.reason, detail)

    def _spooled(
        self, member: Member, path: Path, label: str, depth: int
    ) -> Iterator[Origin | Refusal]:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if member.is_chosen or self._is_worth_spooling(head, label):
            yield from self._file(
                path, label, depth=depth, is_temporary=True, modified=member.modified
            )
        else:
            path.unlink()
            yield Refusal(label, *UNRECOGNISED)

    def _is_worth_spooling(self, head: bytes, label: str) -> bool:
        return self._wanted is None or kind_of(head) is not None or self._wanted(head, label)


def _guarded(file: BinaryIO | MemberStream) -> Readable:
    """Return the file with its read errors turned into those of a damaged member."""
    return file if isinstance(file, MemberStream) else MemberStream(file, None)
