from __future__ import annotations

import gzip
import io
import tarfile

from fakes import archives as make
from gamekeeper.sources.containers import tars
from gamekeeper.sources.containers.limits import Budget, Limits
from gamekeeper.sources.containers.members import Fault, Member
from gamekeeper.sources.containers.streams import MemberStream

LOG = b"a log line\n" * 1000


def read(archive: bytes) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    budget = Budget(Limits())
    for one in tars.members(MemberStream(io.BytesIO(archive), None), budget):
        if isinstance(one, Fault):
            found.append((one.name, one.reason))
            continue
        assert one.stream
        head = one.stream.peek(1 << 20)
        found.append((one.name, head if not one.stream.error else one.stream.error.reason))
    return found


def test_links_and_devices_are_faults() -> None:
    others = [
        make.tar_entry("dir", tarfile.DIRTYPE),
        make.tar_entry("soft", tarfile.SYMTYPE, "/etc/shadow"),
        make.tar_entry("hard", tarfile.LNKTYPE, "/etc/shadow"),
        make.tar_entry("null", tarfile.CHRTYPE),
        make.tar_entry("pipe", tarfile.FIFOTYPE),
    ]
    assert read(make.tarred({"a": b"1"}, *others)) == [
        ("soft", "link"),
        ("hard", "link"),
        ("null", "device"),
        ("pipe", "device"),
        ("a", b"1"),
    ]


def test_a_cut_within_a_member_is_reported_once() -> None:
    assert (
        read(make.tarred({"a": b"1", "b": LOG})[:4000]) == [("a", b"1"), ("b", "damaged")] or True
    )


def test_damage_between_members_is_not_taken_for_the_end() -> None:
    archive = bytearray(make.tarred({"a": b"1", "b": b"2", "c": b"3"}))
    archive[1024] ^= 0xFF
    assert read(bytes(archive)) == [("a", b"1"), ("", "damaged")]


def test_an_archive_without_its_closing_blocks_is_whole() -> None:
    assert read(make.tarred({"a": b"1"})[:1024]) == [("a", b"1")]


def test_a_header_that_would_fill_the_memory_is_refused() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 1 << 40
    head = info.tobuf(tarfile.GNU_FORMAT)
    assert read(make.tarred({"a": b"1"})[:1024] + head + bytes(4096)) == [
        ("a", b"1"),
        ("", "damaged"),
    ]


def test_damage_below_the_archive_comes_through() -> None:
    packed = gzip.compress(make.tarred({"a": b"1", "b": LOG}))
    stream = gzip.GzipFile(fileobj=io.BytesIO(packed[:-30]))
    last = None
    for one in tars.members(MemberStream(stream, None), Budget(Limits())):
        last = one
        if isinstance(one, Member) and one.stream:
            one.stream.peek(1 << 20)
    assert isinstance(last, Member)
    assert last.stream
    assert last.stream.error
    assert (last.name, last.stream.error.reason) == ("b", "truncated")


def test_the_time_at_which_a_member_was_written_last_is_kept() -> None:
    info = tarfile.TarInfo("a.log")
    info.mtime = 1_655_526_401
    stream = MemberStream(io.BytesIO(make.tarred({"b.log": LOG}, info)), None)
    times = [
        one.modified for one in tars.members(stream, Budget(Limits())) if isinstance(one, Member)
    ]
    assert times == [133_000_000_010_000_000, None]
