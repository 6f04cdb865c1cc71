from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.events import EventBatch, Fidelity
from gamekeeper.model.rejects import Reject, Tally
from gamekeeper.sources import xml
from gamekeeper.sources.base import Origin, ReadOptions
from gamekeeper.sources.xml import XmlSource

NS = "http://schemas.microsoft.com/win/2004/08/events/event"


def event(number: int, text: str = "x", channel: str = "Security") -> str:
    return (
        f"<Event xmlns='{NS}'><System><Provider Name='P'/><EventID>{number}</EventID>"
        f"<TimeCreated SystemTime='2026-11-22T09:00:00.123456{number % 10}Z'/>"
        f"<EventRecordID>{number}</EventRecordID>"
        f"<Channel>{channel}</Channel></System><EventData><Data Name='v'>{text}</Data></EventData></Event>"
    )


class Outcome:
    def __init__(self, found: list[Any]) -> None:
        self.rejects = [item for item in found if isinstance(item, Reject)]
        self.tallies = [item for item in found if isinstance(item, Tally)]
        self.rows = [
            row for item in found if isinstance(item, EventBatch) for row in item.table.to_pylist()
        ]

    @property
    def numbers(self) -> list[int]:
        return [row["EventID"] for row in self.rows]

    def adds_up(self) -> bool:
        assert sum(tally.events for tally in self.tallies) == len(self.rows)
        assert sum(tally.rejects for tally in self.tallies) == len(self.rejects)
        return all(tally.records_present == tally.events + tally.rejects for tally in self.tallies)


Reader = Callable[[bytes], Outcome]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(data: bytes) -> Outcome:
        return read_bytes(tmp_path, data)

    return reader


def read_bytes(folder: Path, data: bytes) -> Outcome:
    path = folder / "events.xml"
    path.write_bytes(data)
    source = XmlSource()
    ranges = source.ranges(Origin(4, "events.xml", path, len(data)))
    assert ranges[0].start == 0
    assert ranges[-1].stop == len(data)
    assert [part.stop for part in ranges[:-1]] == [part.start for part in ranges[1:]]
    assert [part.is_last for part in ranges] == [False] * (len(ranges) - 1) + [True]
    return Outcome(list(source.read(ranges, ReadOptions())))


SHAPES = {
    "wevtutil": "".join(event(n) for n in (1, 2, 3)),
    "one a line": "\r\n".join(event(n) for n in (1, 2, 3)),
    "Event Viewer": '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Events>'
    + "".join(event(n) for n in (1, 2, 3))
    + "</Events>",
    "evtx_dump": "".join(
        f'Record {n}\n<?xml version="1.0" encoding="utf-8"?>\n{event(n)}\n\n' for n in (1, 2, 3)
    ),
    "JSON-like list": "[" + ",\n".join(event(n) for n in (1, 2, 3)) + "]",
}
ENCODERS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without mark": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("encoder", ENCODERS.values(), ids=ENCODERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_in_every_encoding(shape: str, encoder: Any, read: Reader) -> None:
    data = encoder(SHAPES[shape])
    assert XmlSource().sniff(data, "x") > 0.9
    found = read(data)
    assert found.numbers == [1, 2, 3]
    assert found.adds_up()
    [tally] = found.tallies
    assert tally.notes == ()
    assert tally.fidelity == Fidelity.LOSSLESS
    assert tally.shape == ("evtx_dump" if shape == "evtx_dump" else "event_xml")
    expected = [1, 2, 3] if shape == "evtx_dump" else [None] * 3
    assert [row["event.record_id"] for row in found.rows] == expected


def test_offsets_lead_back_to_the_record(read: Reader) -> None:
    data = SHAPES["Event Viewer"].encode("utf-16")
    for row in read(data).rows:
        at = row["event.offset"]
        assert data[at:].decode("utf-16-le").startswith("<Event xmlns")


def test_a_damaged_record_costs_itself(read: Reader) -> None:
    data = (
        event(1) + event(2).replace("</Data>", "</Dat>") + event(3)[:-20] + event(4)
    ).encode() + b"<Event "
    found = read(data)
    assert found.numbers == [1, 4]
    assert [reject.reason for reject in found.rejects] == ["bad_xml", "truncated", "truncated"]
    assert [data[reject.offset :].startswith(reject.raw) for reject in found.rejects] == [True] * 3
    assert found.adds_up()


def test_what_is_no_windows_event_is_said_so(read: Reader) -> None:
    found = read((event(1) + "<Event><id>7</id></Event>").encode())
    assert [reject.reason for reject in found.rejects] == ["not_an_event"]
    assert found.adds_up()


def test_an_entity_bomb_is_one_reject(read: Reader) -> None:
    bomb = (
        "<Event><!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><System>&b;</System></Event>"
    )
    found = read((bomb + event(2)).encode())
    assert found.numbers == [2]
    assert len(found.rejects) == 1


def test_bytes_between_records_are_told(read: Reader) -> None:
    [tally] = read(f"{event(1)}garbage{event(2)}{'y' * 9000}".encode()).tallies
    assert tally.notes == (
        f"9007 bytes between records, the first at {len(event(1))}, belong to none and were passed over",
    )


def test_broken_bytes_are_told(read: Reader) -> None:
    found = read(event(1, "Größe").encode("cp1252"))
    assert found.rows[0]["event.rest"] == [{"name": "v", "value": "Größe"}]
    assert found.tallies[0].notes == ("1 records hold bytes that are no valid text",)


def test_coarse_times_are_told(read: Reader) -> None:
    [tally] = read("".join(event(10) for _ in range(30)).encode()).tallies
    assert tally.notes == ("times end at microseconds: the exporter dropped the last digit",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_ranges_read_apart_give_the_same(
    encoding: str, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"Record {n}\n{event(n, 'y' * n)}\n" for n in range(40)) + "<Event"
    whole = read(text.encode(encoding))
    monkeypatch.setattr(xml, "RANGE_BYTES", 1500)
    parts = read(text.encode(encoding))
    assert len(parts.tallies) > 5
    assert parts.adds_up()
    assert parts.rows == whole.rows
    assert parts.rejects == whole.rejects


@pytest.mark.parametrize(
    ("head", "least", "most"),
    [
        (b"", -1, -1),
        (b"ElfFile\x00" + b"\x00" * 100, -1, -1),
        (b"<html><Events>", -1, -1),
        (b"<Event><id>1</id></Event>", -1, -1),
        (b"<Event ><System><Provider", 0.8, 0.8),
        (f'{{"raw": "{event(1)}"}}'.encode(), 0.3, 0.3),
        (f"tail</Data></EventData></Event>{event(1)}".encode(), 0.3, 0.3),
        (event(1).encode(), 0.9, 1),
    ],
)
def test_files_are_recognised_by_content(head: bytes, least: float, most: float) -> None:
    assert least <= XmlSource().sniff(head, "a.xml") <= most


PARTS = [
    event(1).encode(),
    event(2).encode()[:-9],
    b"<Event>",
    b"</Event>",
    b"\xff\xfe",
    b"\x00",
    b"<System/>",
]


@given(st.lists(st.sampled_from(PARTS) | st.binary(max_size=9), max_size=12))
def test_any_bytes_add_up(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert read_bytes(folder, b"".join(parts)).adds_up()
    XmlSource().sniff(b"".join(parts), "x")


@pytest.mark.corpus
def test_real_logs_come_through_the_rust_decoders_xml(corpus: Path, read: Reader) -> None:
    evtx = pytest.importorskip("evtx")
    for path in sorted((corpus / "evtx").rglob("*.evtx"))[:6]:
        records = list(evtx.PyEvtxParser(str(path)).records())
        text = "".join(f"Record {r['event_record_id']}\n{r['data']}\n" for r in records)
        found = read(text.encode())
        assert found.adds_up()
        assert not found.rejects
        assert [row["event.record_id"] for row in found.rows] or not records
        assert len(found.rows) == len(records)
