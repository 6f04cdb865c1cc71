from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gamekeeper.sources.containers.limits import MemberError, SpoolError
from gamekeeper.sources.containers.spool import Spool
from gamekeeper.sources.containers.streams import MemberStream

if TYPE_CHECKING:
    from pathlib import Path


class Broken:
    def __init__(self) -> None:
        self._given = False

    def read(self, _size: int, /) -> bytes:
        if self._given:
            raise MemberError("truncated", "cut")
        self._given = True
        return b"before"


def test_files_have_numbers_for_names_and_never_overwrite(tmp_path: Path) -> None:
    (tmp_path / "00000000.member").write_bytes(b"another's")
    spool = Spool(tmp_path)
    for name in ("00000001.member", "00000002.member"):
        with spool.file() as file:
            file.write(b"x")
        assert file.path.name == name
    assert (tmp_path / "00000000.member").read_bytes() == b"another's"


def test_a_cut_stream_keeps_what_it_gave(tmp_path: Path) -> None:
    file, error = Spool(tmp_path).keep(MemberStream(Broken(), None))
    assert file.path.read_bytes() == b"before"
    assert file.size_bytes == 6
    assert error is not None
    assert error.reason == "truncated"


def test_a_file_whose_filling_fails_is_removed(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Spool(tmp_path).file() as file:
        file.write(b"x")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_kind_of_error() -> None:
    from pathlib import Path

    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no device that is always full")
    spool = Spool(Path("/dev/full/x"))
    with pytest.raises(SpoolError, match="cannot unpack"):
        spool.new()
