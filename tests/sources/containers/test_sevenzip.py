from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from fakes import archives as make
from gamekeeper.sources.containers.limits import BombError, Budget, Limits
from gamekeeper.sources.containers.members import Fault
from gamekeeper.sources.containers.sevenzip import SevenZipReader
from gamekeeper.sources.containers.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

LOG = b"".join(b"line %d\n" % i for i in range(5000))
FILES = {"a.log": LOG, "empty": b"", "b.log": b"b"}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def read(archive: bytes, spool: Spool, *passwords: str) -> dict[str, object]:
    def wanted(_head: bytes, name: str) -> bool:
        return name != "unwanted"

    budget = Budget(Limits())
    reader = SevenZipReader(io.BytesIO(archive), spool, budget, passwords, wanted)
    found: dict[str, object] = {}
    for one in reader.members():
        if isinstance(one, Fault):
            found[one.name] = one.reason
        else:
            assert one.spooled
            found[one.name] = one.spooled.read_bytes()
    return found


def test_members_are_spooled_in_order(spool: Spool) -> None:
    found = read(make.seven_zipped(FILES), spool)
    assert found == FILES
    assert list(found) == list(FILES)


def test_unwanted_members_leave_no_file(spool: Spool, tmp_path: Path) -> None:
    found = read(make.seven_zipped({"unwanted": bytes(100_000), "a": b"1"}), spool)
    assert found == {"unwanted": "unrecognised", "a": b"1"}
    assert len(list((tmp_path / "spool").iterdir())) == 1


@pytest.mark.parametrize("hides_names", [False, True])
def test_passwords_are_tried_in_order(spool: Spool, tmp_path: Path, hides_names: bool) -> None:
    archive = make.seven_zipped({"a": LOG, "b": b"2"}, "geheim", hides_names=hides_names)
    assert read(archive, spool) == {"": "encrypted"}
    assert read(archive, spool, "wrong") == {"": "wrong_password"}
    assert not list((tmp_path / "spool").glob("*"))
    assert read(archive, spool, "wrong", "geheim") == {"a": LOG, "b": b"2"}


def test_a_cut_archive_is_refused_as_a_whole(spool: Spool) -> None:
    assert read(make.seven_zipped(FILES)[:-20], spool) == {"": "damaged"}
    assert read(make.seven_zipped(FILES)[:10], spool) == {"": "damaged"}


def test_damage_costs_what_it_hits(spool: Spool) -> None:
    archive = bytearray(make.seven_zipped({"a": b"1", "b": LOG}))
    archive[40] ^= 0xFF
    found = read(bytes(archive), spool)
    assert set(found.values()) <= {"damaged", b"1"}
    assert "damaged" in found.values()


def test_every_byte_may_be_wrong(spool: Spool) -> None:
    whole = make.seven_zipped({"a": b"1" * 50, "b": b"2"})
    for at in range(len(whole)):
        for flip in (0x01, 0xFF):
            archive = bytearray(whole)
            archive[at] ^= flip
            assert read(bytes(archive), spool)


def test_a_bomb_leaves_no_file(spool: Spool, tmp_path: Path) -> None:
    archive = make.seven_zipped({"a": LOG, "b": bytes(1_000_000)})
    budget = Budget(Limits(total_bytes=500_000))
    reader = SevenZipReader(io.BytesIO(archive), spool, budget, (), lambda _head, _name: True)
    with pytest.raises(BombError):
        list(reader.members())
    assert not list((tmp_path / "spool").glob("*"))
