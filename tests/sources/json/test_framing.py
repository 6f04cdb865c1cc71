from __future__ import annotations

import io
import json

import pytest

from gamekeeper.sources.json import framing
from gamekeeper.sources.json.frame import Frame
from gamekeeper.sources.json.framing import blocks, frames, lines
from gamekeeper.sources.json.layout import layout_of

RECORDS = [{"EventID": n, "Text": "x" * n, "Inner": {"List": [{"v": 1}]}} for n in range(1, 30)]


class Trickle:
    """Gives a text in small parts, wherever they end."""

    def __init__(self, text: bytes, size: int) -> None:
        self._stream = io.BytesIO(text)
        self._size = size

    def read(self, _size: int, /) -> bytes:
        return self._stream.read(self._size)


def check_places(text: bytes, found: list[Frame]) -> None:
    assert all(text[frame.offset :].startswith(frame.raw) for frame in found)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(json.dumps, RECORDS)),
        "[" + ",\r\n".join(map(json.dumps, RECORDS)) + "]\n",
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "".join(json.dumps(record, indent=1) for record in RECORDS),
        "\n".join(f"Record {n}\n{json.dumps(r, indent=2)}" for n, r in enumerate(RECORDS, 1)),
        json.dumps({"took": 1, "hits": {"total": {"value": 1}, "hits": RECORDS}, "x": [{"y": 1}]}),
        json.dumps({"results": RECORDS}, indent=2),
    ],
    ids=["lines", "array of lines", "array", "pretty", "glued", "decoder", "hits", "results"],
)
def test_every_layout_gives_its_records_whatever_the_chunks(text: str, size: int) -> None:
    raw = text.encode()
    layout = layout_of(raw, is_whole=True)
    found = list(frames(Trickle(raw, size), layout))
    assert [json.loads(frame.raw) for frame in found] == RECORDS
    assert [frame.reason for frame in found] == [""] * len(RECORDS)
    assert [frame.number for frame in found] == sorted({frame.number for frame in found})
    check_places(raw, found)


def test_line_numbers_count_blank_lines_and_padding_is_no_record() -> None:
    text = b'\n{"a":1}\r\n\0\0\0\n  [\n,{"b":2},\nRecord 7\n\x1a'
    assert list(lines(io.BytesIO(text))) == [
        Frame(1, 2, b'{"a":1}'),
        Frame(text.index(b'{"b"'), 5, b'{"b":2}'),
    ]


def test_a_damaged_line_costs_itself() -> None:
    text = b'{"a":1}\n{"a":2,"b\n{"a":3}'
    assert [frame.raw for frame in lines(io.BytesIO(text))] == text.split(b"\n")


def test_a_damaged_block_costs_itself() -> None:
    text = b'[\n  {\n    "a": 1\n  },\n  {\n    "a": "unfinished\n  {\n    "a": 3\n  }\n]'
    found = list(blocks(io.BytesIO(text), b"\n  {"))
    assert [json.loads(found[n].raw)["a"] for n in (0, 2)] == [1, 3]
    assert found[1].raw.endswith(b"unfinished")


def test_what_stands_before_the_first_block_is_not_lost() -> None:
    found = list(blocks(io.BytesIO(b'garbage\n{\n "a": 1\n}'), b"\n{"))
    assert [frame.raw for frame in found] == [b"garbage", b'{\n "a": 1\n}']
    assert [frame.offset for frame in found] == [0, 8]


@pytest.mark.parametrize("size", [3, 50, 1000])
def test_overlong_records_are_given_up_and_the_next_is_found(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(framing, "MAX_RECORD_BYTES", 100)
    text = b'{"a":1}\n' + b'{"b":"' + b"x" * 5000 + b'"}\n{"c":3}\n'
    found = list(lines(Trickle(text, size)))
    assert [(frame.reason, frame.offset) for frame in found[::2]] == [("", 0), ("", 5017)]
    assert (found[1].reason, found[1].offset) == ("record_too_long", 8)
    pretty = b'{\n "a":1\n}\n{\n "b":"' + b"x" * 5000 + b'"\n}\n{\n "c":3\n}\n'
    found = list(blocks(Trickle(pretty, size), b"\n{"))
    assert [frame.reason for frame in found] == ["", "record_too_long", ""]
    assert [frame.number for frame in found] == [1, 2, 3]
    assert json.loads(found[2].raw) == {"c": 3}
