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
    def fill() -> None:
        with Spool(tmp_path).file() as file:
            file.write(b"x")
            raise KeyError

    with pytest.raises(KeyError):
        fill()
    assert list(tmp_path.iterdir()) == []


class Full:
    """A file on a full disk, which takes a part of what it is given first."""

    def __init__(self) -> None:
        self.taken = b""

    def write(self, data: memoryview) -> int:
        if self.taken:
            raise OSError(28, "No space left on device")
        self.taken = bytes(data[:2])
        return 2


def test_a_full_disk_is_one_kind_of_error(tmp_path: Path) -> None:
    file = Spool(tmp_path).new()
    file.close()
    file._file = Full()  # type: ignore[assignment]
    with pytest.raises(SpoolError, match="No space left"):
        file.write(b"abcd")


def test_a_folder_that_cannot_be_made_is_the_same_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SpoolError, match="cannot unpack"):
        Spool(tmp_path / "file").new()
