from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.sources.json import census
from gamekeeper.sources.json.census import count_present
from gamekeeper.sources.json.framing import frames
from gamekeeper.sources.json.layout import Layout, Mode, layout_of

RECORDS = [{"EventID": n, "Text": "}{" * n, "Inner": [{"v": "[{"}]} for n in range(1, 40)]
TEXTS = {
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "array of lines": "[\n" + ",\r\n".join(map(json.dumps, RECORDS)) + "\n]\n",
    "array": json.dumps(RECORDS),
    "pretty": json.dumps(RECORDS, indent=4),
    "glued": "".join(map(json.dumps, RECORDS)),
    "decoder": "".join(f"Record {r['EventID']}\n{json.dumps(r, indent=2)}\n" for r in RECORDS),
    "hits": json.dumps({"took": 1, "hits": {"total": {"v": 1}, "hits": RECORDS}, "y": [{"z": 1}]}),
    "pages": "\n".join(json.dumps({"results": RECORDS[n : n + 13]}) for n in (0, 13, 26)),
}


def counted(raw: bytes, layout: Layout | None = None) -> int:
    layout = layout or layout_of(raw, is_whole=True)
    return count_present(io.BytesIO(raw), layout, 0, len(raw))


def framed(raw: bytes, layout: Layout) -> int:
    return sum(1 for _ in frames(io.BytesIO(raw), layout))


@pytest.mark.parametrize("chunk", [1, 5, 100, 1 << 20])
@pytest.mark.parametrize("name", TEXTS)
def test_all_layouts_are_counted(name: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = TEXTS[name].encode()
    layout = layout_of(raw, is_whole=True)
    monkeypatch.setattr(census, "_CHUNK_BYTES", chunk)
    assert counted(raw, layout) == len(RECORDS)


def test_utf_16_is_counted_as_text() -> None:
    raw = TEXTS["lines"].encode("utf-16")
    assert counted(raw) == len(RECORDS)


def test_ranges_are_counted_apart() -> None:
    raw = TEXTS["lines"].encode()
    middle = raw.index(b"\n", len(raw) // 2) + 1
    file = io.BytesIO(raw)
    layout = Layout(Mode.LINES)
    parts = [count_present(file, layout, 0, middle), count_present(file, layout, middle, len(raw))]
    assert sum(parts) == len(RECORDS)
    assert all(parts)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*b'{}[]",: \n\r\t\0\\aR\x1a', 0xC3, 0xFF]), max_size=60))
def test_lines_and_blocks_agree_with_the_reader_on_any_bytes(values: list[int]) -> None:
    raw = bytes(values)
    for layout in (Layout(Mode.LINES), Layout(Mode.BLOCKS, marker=b"\n {")):
        assert counted(raw, layout) == framed(raw, layout)


@given(st.binary(max_size=200))
def test_streams_of_any_bytes_are_counted(raw: bytes) -> None:
    for is_wrapped in (False, True):
        assert counted(raw, Layout(Mode.STREAM, is_wrapped=is_wrapped)) >= 0


@pytest.mark.parametrize(
    "raw", [b"[" * 5000, b'{"a":' * 5000, b'{"a":1' + b"0" * 6000 + b"}", b'{"a":"x', b"}{" * 500]
)
def test_hostile_streams_are_counted(raw: bytes) -> None:
    assert counted(raw, Layout(Mode.STREAM)) >= 0
