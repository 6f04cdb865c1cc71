from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.json import transcode
from gamekeeper.sources.json.framing import lines
from gamekeeper.sources.json.transcode import Transcoder

TEXTS = ["plain", "Ünïcode", "\U0001f600 pair", "中文", ""]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("size", [2, 3, 64, 4096])
def test_offsets_lead_back_to_the_file(encoding: str, size: int) -> None:
    text = "\n".join(json.dumps({"t": t}, ensure_ascii=False) for t in TEXTS * 3)
    raw = b"\xff\xfe" + text.encode(encoding)

    class Trickle(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    file = Trickle(raw)
    file.seek(2)
    stream = Transcoder(file, encoding, 2)
    for frame in lines(stream):
        offset = stream.file_offset(frame.offset)
        there = raw[offset:].decode(encoding)
        assert there.startswith(frame.raw.decode())


def test_a_cut_unit_at_the_end_becomes_a_replacement_character() -> None:
    stream = Transcoder(io.BytesIO("{}".encode("utf-16-le") + b"\x41"), "utf-16-le", 0)
    assert stream.read(100) + stream.read(100) == b"{}\xef\xbf\xbd"
    assert stream.read(100) == b""


def test_memory_is_bounded_when_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcode, "_REMEMBERED_BYTES", 1000)
    stream = Transcoder(io.BytesIO("x\n".encode("utf-16-le") * 5000), "utf-16-le", 0)
    while stream.read(200):
        assert sum(map(len, stream._chunks)) <= 1000
    assert stream.file_offset(9_999) == 19_998


@given(st.binary(max_size=100))
def test_any_bytes_become_valid_utf_8(raw: bytes) -> None:
    stream = Transcoder(io.BytesIO(raw), "utf-16-le", 0)
    text = b""
    while part := stream.read(7):
        text += part
    text.decode()
