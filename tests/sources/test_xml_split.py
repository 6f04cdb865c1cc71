from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources import xml_split
from gamekeeper.sources.text_bytes import Encoding
from gamekeeper.sources.xml_split import Kind, count_records, find_opening, split_records

ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be"]


def pieces(data: bytes, encoding: str = "utf-8") -> list[tuple[str, bytes]]:
    found = split_records(BytesIO(data), 0, len(data), Encoding(encoding))
    return [(piece.kind.name, piece.raw) for piece in found if piece.kind is not Kind.END]


def count(data: bytes, encoding: str = "utf-8") -> int:
    return count_records(BytesIO(data), 0, len(data), Encoding(encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_records_are_cut_whatever_stands_between(encoding: str) -> None:
    records = ["<Event>1</Event>", "<Event\nx='1'>2</Event\r\n>", "<Event\t/></Event>"]
    data = f"<Events>junk{records[0]}{records[1]}\r\nRecord 7{records[2]}</Events>".encode(encoding)
    assert pieces(data, encoding) == [("RECORD", record.encode(encoding)) for record in records]
    assert count(data, encoding) == 3


def test_other_elements_that_begin_alike_are_no_records() -> None:
    data = b"<Event><EventData/><EventID>1</EventID><EventXML></EventXML></Event>"
    assert pieces(data) == [("RECORD", data)]
    assert count(data) == 1


def test_damage_costs_the_records_that_it_hits() -> None:
    data = b"tail</Event><Event>cut<Event>whole</Event> <Event>end"
    assert pieces(data) == [
        ("HEADLESS", b"tail</Event>"),
        ("TRUNCATED", b"<Event>cut"),
        ("RECORD", b"<Event>whole</Event>"),
        ("TRUNCATED", b"<Event>end"),
    ]
    assert count(data) == 4


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_lost_byte_in_wide_text_costs_one_record(encoding: str) -> None:
    record = "<Event>abc</Event>".encode(encoding)
    data = record[:16] + record[17:] + record * 2
    assert pieces(data, encoding)[1:] == [("RECORD", record)] * 2
    assert count(data, encoding) == 3


def test_a_giant_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_split, "MAX_RECORD_BYTES", 5000)
    data = b"<Event>" + b"x" * 5000 + b"</Event><Event>y</Event>"
    [(giant, raw), whole] = pieces(data)
    assert giant == "TOO_LARGE"
    assert len(raw) == 4096
    assert whole == ("RECORD", b"<Event>y</Event>")
    assert count(data) == 2


def test_gaps_come_along_shortened() -> None:
    data = b"a" * 9000 + b"<Event/></Event>"
    [piece] = list(split_records(BytesIO(data), 0, len(data), Encoding("utf-8")))
    assert (piece.gap_bytes, len(piece.gap)) == (9000, 4096)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("block", [70, 71, 97, 256])
def test_tokens_across_blocks_are_found(
    monkeypatch: pytest.MonkeyPatch, encoding: str, block: int
) -> None:
    monkeypatch.setattr(xml_split, "_READ_BYTES", block)
    record = f"<Event>{'v' * 37}</Event   >".encode(encoding)
    data = record * 50
    assert pieces(data, encoding) == [("RECORD", record)] * 50
    assert count(data, encoding) == 50
    stream = BytesIO(data)
    assert find_opening(stream, len(record) + 1, len(data), Encoding(encoding)) == len(record) * 2
    assert find_opening(stream, len(data) - 9, len(data), Encoding(encoding)) is None


FRAGMENTS = [
    b"<Event>",
    b"</Event>",
    b"<Event",
    b"Event",
    b" ",
    b">",
    b"/",
    b"<",
    b"x" * 40,
    b"</Event" + b" " * 9,
]


@given(
    st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=4), max_size=40),
    st.sampled_from(ENCODINGS),
    st.sampled_from([65, 80, 1 << 20]),
)
def test_the_count_agrees_with_the_pieces(parts: list[bytes], encoding: str, block: int) -> None:
    data = b"".join(parts)
    if encoding != "utf-8":
        data = data.decode("latin-1").encode(encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_split, "_READ_BYTES", block)
        assert len(pieces(data, encoding)) == count(data, encoding)
