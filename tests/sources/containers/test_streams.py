from __future__ import annotations

import gzip
import io
import lzma
import struct
import zlib

import pytest

from gamekeeper.sources.containers.kinds import Kind
from gamekeeper.sources.containers.limits import BombError, Budget, Limits, MemberError
from gamekeeper.sources.containers.streams import MemberStream, Section, unpacked


class Failing:
    """Gives some bytes and then an error of its own."""

    def __init__(self, data: bytes, error: Exception) -> None:
        self._pieces = [data]
        self._error = error

    def read(self, _size: int, /) -> bytes:
        if not self._pieces:
            raise self._error
        return self._pieces.pop()


def test_sections_of_one_file_are_read_side_by_side() -> None:
    file = io.BytesIO(b"abcdef")
    one, two = Section(file, 0, 3), Section(file, 3, 3)
    assert [one.read(2), two.read(2), one.read(2), two.read(9), one.read(1)] == [
        b"ab",
        b"de",
        b"c",
        b"f",
        b"",
    ]
    with pytest.raises(MemberError, match="ends before"):
        Section(file, 6, 9).read(1)


def test_a_look_ahead_takes_nothing_away() -> None:
    stream = MemberStream(io.BytesIO(b"abcdef"), None)
    assert stream.peek(3) == b"abc"
    assert stream.peek(2) == b"ab"
    assert stream.peek(99) == b"abcdef"
    assert stream.read(4) == b"abcd"
    assert stream.read() == b"ef"
    assert stream.read() == b""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("bad disk"), "damaged"),
        (EOFError(), "truncated"),
        (ValueError("x"), "damaged"),
        (MemberError("odd", "x"), "odd"),
    ],
)
def test_damage_comes_after_the_bytes_before_it(error: Exception, reason: str) -> None:
    stream = MemberStream(Failing(b"good", error), None)
    assert stream.peek(10) == b"good"
    assert stream.read() == b"good"
    for _ in range(2):
        with pytest.raises(MemberError) as found:
            stream.read()
        assert found.value.reason == reason


def test_unpacked_bytes_are_counted() -> None:
    budget = Budget(Limits(total_bytes=1000))
    stream = MemberStream(io.BytesIO(bytes(2000)), budget)
    assert len(stream.read(600)) == 600
    assert budget.unpacked_bytes == 600
    with pytest.raises(BombError):
        stream.read(600)


def test_output_comes_in_pieces_however_dense_the_input() -> None:
    stream = unpacked(io.BytesIO(gzip.compress(bytes(10_000_000))), Kind.GZ)
    assert len(stream.read(1000)) == 1000


def test_an_xz_that_wants_too_much_memory_is_refused() -> None:
    packed = bytearray(lzma.compress(b"x", preset=0))
    at = packed.find(b"\x21\x01")  # the filter and the size of its properties
    packed[at + 2] = 36  # 1 GiB of dictionary
    size = (packed[12] + 1) * 4
    packed[12 + size - 4 : 12 + size] = struct.pack(
        "<I", zlib.crc32(bytes(packed[12 : 12 + size - 4]))
    )
    stream = MemberStream(unpacked(io.BytesIO(bytes(packed)), Kind.XZ), None)
    with pytest.raises(MemberError, match=r"[Mm]emory"):
        stream.read()


def test_errors_below_a_decompressor_keep_their_reason() -> None:
    for kind in (Kind.GZ, Kind.BZ2, Kind.XZ, Kind.ZST):
        source = MemberStream(Failing(b"", MemberError("odd", "x")), None)
        source._source = Failing(b"\x28", MemberError("odd", "x"))
        with pytest.raises(MemberError):
            MemberStream(unpacked(source, kind), None).read()
