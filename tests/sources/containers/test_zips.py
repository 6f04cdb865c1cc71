from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from fakes import archives as make
from gamekeeper.sources.containers.limits import BombError, Budget, Limits, MemberError
from gamekeeper.sources.containers.members import Fault
from gamekeeper.sources.containers.spool import Spool
from gamekeeper.sources.containers.zips import ZipReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Writer = Callable[[Mapping[str, bytes]], bytes]
    Encrypter = Callable[[Mapping[str, bytes], str], bytes]

LOG = b"".join(b"line %d\n" % i for i in range(5000))
FILES = {"a.log": LOG, "b/": b"", "b/empty": b"", "b/c.log": b"c"}
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def read(archive: bytes, spool: Spool, *passwords: str) -> list[tuple[str, object]]:
    """Give (name, content or reason) of every member, partly read ones with both."""
    reader = ZipReader(io.BytesIO(archive), spool, Budget(Limits()), passwords)
    found: list[tuple[str, object]] = []
    for one in reader.members():
        if isinstance(one, Fault):
            found.append((one.name, one.reason))
        elif one.spooled:
            found.append((one.name, one.spooled.read_bytes()))
        else:
            assert one.stream
            data = b""
            try:
                while piece := one.stream.read(1000):
                    data += piece
                found.append((one.name, data))
            except MemberError as error:
                found.append((one.name, (data, error.reason)))
    return found


ALL = [("a.log", LOG), ("b/empty", b""), ("b/c.log", b"c")]


@pytest.mark.parametrize("method", [*METHODS, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_is_read(spool: Spool, method: int) -> None:
    assert read(make.zipped(FILES, method), spool) == ALL


@pytest.mark.parametrize("method", METHODS)
def test_archives_written_to_a_pipe_are_read(spool: Spool, method: int) -> None:
    assert read(make.streamed_zip(FILES, method), spool) == ALL


def test_bytes_before_the_archive_do_not_matter(spool: Spool) -> None:
    assert read(b"#!/bin/sh\n" + make.zipped(FILES), spool) == ALL


def test_an_empty_archive_holds_nothing(spool: Spool) -> None:
    assert read(make.zipped({}), spool) == []


def test_names_in_both_encodings(spool: Spool) -> None:
    assert read(make.zipped({"Prüfung.evtx": b"1"}), spool) == [("Prüfung.evtx", b"1")]
    old = bytearray(make.zipped({"Pr?fung": b"1"}))
    assert read(bytes(old).replace(b"Pr?fung", b"Pr\x81fung"), spool) == [("Prüfung", b"1")]


def test_sizes_in_the_long_form_are_read(spool: Spool) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.log", "w", force_zip64=True) as member,
    ):
        member.write(LOG)
    assert read(out.getvalue(), spool) == [("a.log", LOG)]
    assert read(out.getvalue()[:-40], spool) == [("a.log", LOG), ("", "truncated")]


def test_a_directory_in_the_long_form_is_read(spool: Spool) -> None:
    archive = make.zipped(FILES)
    at = archive.rfind(b"PK\x05\x06")
    count, size, offset = struct.unpack_from("<HII", archive, at + 10)
    long_end = b"PK\x06\x06" + struct.pack(
        "<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset
    )
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, at, 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    assert read(archive[:at] + long_end + locator + end, spool) == ALL


def test_links_and_devices_are_faults(spool: Spool) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, mode in (("soft", 0o120777), ("null", 0o020666), ("a", 0o100644)):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, b"/etc/shadow")
    assert read(out.getvalue(), spool) == [
        ("soft", "link"),
        ("null", "device"),
        ("a", b"/etc/shadow"),
    ]


def test_parts_of_split_archives_are_refused(spool: Spool) -> None:
    archive = bytearray(make.zipped(FILES))
    archive[archive.rfind(b"PK\x05\x06") + 4] = 2
    assert read(bytes(archive), spool) == [("", "unsupported")]


def test_a_method_that_nobody_knows_is_a_fault(spool: Spool) -> None:
    archive = make.zipped({"a": b"1", "b": b"2"}, zipfile.ZIP_STORED)
    first = archive.find(b"PK\x01\x02")
    odd = archive[: first + 10] + b"\x09" + archive[first + 11 :]
    assert read(odd, spool) == [("a", "unsupported"), ("b", b"2")]


@pytest.mark.parametrize("method", METHODS)
def test_damage_costs_the_member_that_it_hits(spool: Spool, method: int) -> None:
    archive = bytearray(make.zipped({"a": LOG, "b": b"2"}, method))
    archive[5000 if method == zipfile.ZIP_DEFLATED else 20_000] ^= 0xFF
    (name, hit), other = read(bytes(archive), spool)
    assert (name, other) == ("a", ("b", b"2"))
    assert isinstance(hit, tuple)
    data, reason = hit
    assert reason == "damaged"
    assert data[:4000] == LOG[:4000]


def test_a_directory_that_points_nowhere_costs_what_it_points_to(spool: Spool) -> None:
    archive = make.zipped({"a": b"1", "b": b"2"})
    at = archive.find(b"PK\x03\x04", 1)
    broken = archive[:at] + b"XX" + archive[at + 2 :]
    assert read(broken, spool) == [("a", b"1"), ("b", "damaged")]


def test_a_damaged_directory_says_how_far_it_goes(spool: Spool) -> None:
    archive = make.zipped({"a": b"1", "b": b"2"})
    at = archive.rfind(b"PK\x01\x02")
    broken = archive[:at] + b"XX" + archive[at + 2 :]
    assert read(broken, spool) == [("a", b"1"), ("", "damaged")]


@pytest.mark.parametrize("write", [make.zipped, make.streamed_zip])
def test_members_before_a_cut_are_read(spool: Spool, write: Writer) -> None:
    archive = write({"b/": b"", "a": LOG, "c": LOG})
    cut = archive.find(b"PK\x01\x02") - 8000
    first, (name, hit), last = read(archive[:cut], spool)
    assert (first, name, last) == (("a", LOG), "c", ("", "truncated"))
    assert isinstance(hit, tuple)
    data, reason = hit
    assert reason == "truncated"
    assert data
    assert LOG.startswith(data)
    whole = archive[: archive.find(b"PK\x01\x02") + 10]
    assert read(whole, spool) == [("a", LOG), ("c", LOG), ("", "truncated")]


def test_what_a_cut_archive_cannot_tell_is_reported(spool: Spool) -> None:
    stored = make.streamed_zip({"a": b"1", "b": b"2"}, zipfile.ZIP_STORED)
    assert read(stored[:-30], spool) == [("", "truncated")]
    encrypted = make.aes_zip({"a": b"1", "b": b"2"}, "x")
    assert read(encrypted[:-30], spool, "x") == [
        ("a", "truncated"),
        ("b", "truncated"),
        ("", "truncated"),
    ]


@pytest.mark.parametrize("write", [make.aes_zip, make.zip_crypto])
def test_passwords_are_tried_in_order(spool: Spool, write: Encrypter) -> None:
    archive = write({"a": LOG, "b": b"2"}, "geheim")
    assert read(archive, spool, "wrong", "geheim") == [("a", LOG), ("b", b"2")]
    assert read(archive, spool, "wrong") == [("a", "wrong_password"), ("b", "wrong_password")]
    assert read(archive, spool) == [("a", "encrypted"), ("b", "encrypted")]


def test_a_wrong_password_leaves_no_file(spool: Spool, tmp_path: Path) -> None:
    archive = make.zip_crypto({"a": LOG}, "geheim")
    read(archive, spool, *(f"wrong{i}" for i in range(300)))  # one in 256 passes the first check
    assert list((tmp_path / "spool").iterdir()) == []


def test_overlapping_members_are_a_bomb(spool: Spool) -> None:
    archive = bytearray(make.zipped({"a": LOG, "b": LOG}))
    second = archive.rfind(b"PK\x01\x02")
    archive[second + 42 : second + 46] = bytes(4)
    with pytest.raises(BombError, match="overlap"):
        read(bytes(archive), spool)


def test_a_directory_may_not_name_more_members_than_allowed(spool: Spool) -> None:
    archive = make.zipped({str(i): b"" for i in range(20)})
    reader = ZipReader(io.BytesIO(archive), spool, Budget(Limits(members=10)), ())
    with pytest.raises(BombError, match="members"):
        list(reader.members())


@pytest.mark.parametrize(
    "extra",
    [
        struct.pack("<HHIHHQQQ", 0x000A, 32, 0, 1, 24, 133_000_000_010_000_000, 7, 7),
        struct.pack("<HHBi", 0x5455, 5, 1, 1_655_526_401),
    ],
)
def test_times_in_universal_time_are_kept(spool: Spool, extra: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.log")
        info.extra = extra
        archive.writestr(info, LOG)
    (member,) = ZipReader(out, spool, Budget(Limits()), ()).members()
    assert not isinstance(member, Fault)
    assert member.modified == 133_000_000_010_000_000


def test_times_of_an_unknown_zone_are_not(spool: Spool) -> None:
    members = ZipReader(io.BytesIO(make.zipped(FILES)), spool, Budget(Limits()), ()).members()
    assert {one.modified for one in members if not isinstance(one, Fault)} == {None}
