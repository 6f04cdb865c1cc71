from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import binxml
from fakes.binxml import Tokens
from gamekeeper.model.build import Event
from gamekeeper.model.events import RecordState
from gamekeeper.model.rejects import Reject
from gamekeeper.sources.evtx.truth import BinXmlError, count_present, decode_record, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Writer = Callable[[Tokens], object]

SYSTEM_TIME = 133_500_000_123_456_789


def decode(writer: Writer, state: RecordState = RecordState.LIVE) -> Event:
    return decode_record(binxml.chunk(writer), 512, source=3, base=4096, state=state)


def in_line(tokens: Tokens, writer: Writer) -> None:
    tokens.raw(binxml.HEADER).open("Event").start_done()
    writer(tokens)
    tokens.close().raw(b"left over")


def data(writer: Writer) -> Sequence[tuple[str, str]]:
    return decode(lambda tokens: in_line(tokens, writer)).data


def one_leaf(tokens: Tokens) -> None:
    tokens.open("Event").start_done().open("V").start_done().value(0).close(2)


def security(tokens: Tokens) -> None:
    """An event as Windows writes it: envelope in one template, the data in another inside a value."""
    tokens.open("Event").start_done().open("System").start_done()
    tokens.open("Provider", attributes=True).attribute("Name").text("P").attribute("Guid").value(
        1, optional=True
    ).empty()
    tokens.open("EventID").start_done().value(0).close()
    tokens.open("TimeCreated", attributes=True).attribute("SystemTime").value(2).empty()
    tokens.open("EventRecordID").start_done().value(3).close()
    tokens.element("Channel", "Security").close()
    tokens.value(4).close()


def event_data(tokens: Tokens) -> None:
    tokens.open("EventData").start_done()
    for i, name in enumerate(["A", "B"]):
        tokens.open("Data", attributes=True).attribute("Name").text(name).start_done()
        tokens.value(i, optional=True).close()
    tokens.close()


def nested(
    tokens: Tokens, kinds: tuple[int, int] = (0x08, 0x01), *, inner: int | None = None
) -> None:
    raws = {0x00: b"", 0x08: struct.pack("<I", 42), 0x01: "x🦊".encode("utf-16-le")}
    probe = Tokens(0)
    values = [
        (0x06, struct.pack("<H", 4688)),
        (0x00, b""),
        (0x11, struct.pack("<Q", SYSTEM_TIME)),
        (0x0A, struct.pack("<Q", 1234)),
        (0x21, b""),
    ]
    names = dict(tokens.names)
    inside = [(kind, raws[kind]) for kind in kinds]

    def build(start: int, names: dict[str, int]) -> bytes:
        return bytes(Tokens(start, names=names).instance(event_data, inside, inner=inner).out)

    probe = Tokens(tokens.at, names=dict(names)).instance(security, values)
    start = probe.at - 1  # the last value comes before the end token
    after = Tokens(tokens.at, names=dict(names))
    after.instance(security, values)
    values[4] = (0x21, build(start, after.names))
    tokens.instance(security, values)


def test_an_event_of_nested_templates_is_read_whole() -> None:
    event = decode(nested)
    assert event == Event(
        source=3,
        offset=4096 + 512,
        record_id=1,
        state=RecordState.LIVE,
        filetime=SYSTEM_TIME,
        event_id=4688,
        event_record_id=1234,
        system={"Provider_Name": "P", "Channel": "Security"},
        data=[("A", "42"), ("B", "x🦊")],
    )


def test_an_optional_null_is_absent_and_a_plain_one_is_empty() -> None:
    assert decode(lambda tokens: nested(tokens, (0x00, 0x01))).data == [("B", "x🦊")]
    null = [(0x00, b"\1\2\3\4")]
    assert decode(lambda tokens: tokens.instance(one_leaf, null)).data == [("V", "")]


def test_a_value_that_is_not_there_is_null() -> None:
    assert decode(lambda tokens: tokens.instance(one_leaf)).data == [("V", "")]


def test_a_definition_may_stand_anywhere_in_the_chunk() -> None:
    places: list[int] = []

    def first(tokens: Tokens) -> None:
        places.append(tokens.at + 14)
        tokens.instance(one_leaf, [(0x04, b"\1")])

    def second(tokens: Tokens) -> None:
        tokens.instance(one_leaf, [(0x04, b"\2")], inner=places[0])

    chunk = binxml.chunk(first, second)
    offset = chunk.find(b"**\0\0", 513)
    assert decode_record(chunk, offset, source=0, base=0).data == [("V", "2")]


def test_the_header_time_stands_in_for_a_missing_one() -> None:
    chunk = binxml.chunk(lambda tokens: in_line(tokens, lambda t: t.element("A")))
    assert decode_record(chunk, 512, source=0, base=0).filetime == 133_000_000_000_000_000
    timeless = chunk[: 512 + 16] + bytes(8) + chunk[512 + 24 :]
    assert decode_record(timeless, 512, source=0, base=0).filetime is None


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (lambda t: t.text("a").text("b\0"), "ab"),
        (lambda t: t.text(" a\r\n\tb "), " a\r\n\tb "),
        (lambda t: t.raw(b"\x45\x01\x01\0c\0"), "c"),
        (lambda t: t.raw(b"\x07\x02\0<\0>\0"), "<>"),
        (lambda t: t.raw(b"\x08\x26\0"), "&"),
        (lambda t: t.raw(b"\x08\x00\xd8"), "\ufffd"),
        (lambda t: t.raw(b"\x09").name("lt").text("x").raw(b"\x49").name("gt"), "<x>"),
        (lambda t: t.raw(b"\x09").name("nbsp"), "&nbsp;"),
        (lambda t: t.raw(b"\x0a").name("pi").raw(b"\x0b\x01\0z\0").text("x"), "x"),
        (lambda t: t.text("\ud800"), "\ufffd"),
        (lambda t: t, ""),
    ],
)
def test_every_token_of_text_is_read(write: Writer, text: str) -> None:
    def leaf(tokens: Tokens) -> None:
        tokens.open("V").start_done()
        write(tokens)
        tokens.close()

    assert data(leaf) == [("V", text)]


def test_attributes_are_read_with_and_without_their_list() -> None:
    def leaf(tokens: Tokens) -> None:
        tokens.open("ns:V", attributes=True).attribute("a").text("1").attribute("x:b").empty()
        tokens.open("W").attribute("xmlns").text("urn:x").start_done().text("2").close()

    assert data(leaf) == [("V_a", "1"), ("V_x:b", ""), ("W", "2")]


def test_an_array_repeats_its_element_with_its_attributes() -> None:
    def template(tokens: Tokens) -> None:
        tokens.open("Event").start_done()
        tokens.open("V", attributes=True).attribute("k").text("1").start_done().value(0).close()
        tokens.open("W", attributes=True).attribute("k").value(0).start_done()
        tokens.text("=").value(0).close(2)

    def with_array(raw: bytes) -> Sequence[tuple[str, str]]:
        return decode(lambda tokens: tokens.instance(template, [(0x86, raw)])).data

    two = [("V_k", "1"), ("V", "1"), ("V_k", "1"), ("V", "2"), ("W_k", "1,2"), ("W", "=1,2")]
    assert with_array(b"\1\0\2\0") == two
    assert with_array(b"") == [("W_k", ""), ("W", "=")]


def test_an_element_may_hold_what_a_value_brings() -> None:
    def template(tokens: Tokens) -> None:
        tokens.open("Event").start_done().open("U").start_done().text("lost").value(0).close()
        tokens.open("V", attributes=True).attribute("k").value(0).empty().close()

    def write(tokens: Tokens) -> None:
        names = dict(tokens.names)
        probe = Tokens(tokens.at, names=names)
        probe.instance(template, [(0x21, b"")])
        inside = Tokens(probe.at - 1, names=names).raw(binxml.HEADER).element("X", "1")
        tokens.instance(template, [(0x21, bytes(inside.out))])

    assert decode(write).data == [("X", "1"), ("V_k", "")]


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda t: t.end(), "no_event"),
        (lambda t: t.raw(b"\x55"), "bad_token"),
        (lambda t: t.value(0), "bad_token"),
        (lambda t: t.open("Event").raw(b"\x04"), "bad_token"),
        (lambda t: t.open("Event").start_done().value(0).close(), "bad_token"),
        (lambda t: t.open("Event").start_done().raw(b"\x0c"), "bad_token"),
        (lambda t: t.open("Event").start_done().raw(b"\x05\x08\1\0\0\0"), "bad_value"),
        (lambda t: t.open("Event").start_done().raw(b"\x05\x01\xff\xff"), "truncated"),
        (lambda t: t.open(""), "bad_name"),
        (lambda t: t.raw(b"\x01\0\0\0\0\xff\xff\xff\xff"), "truncated"),
        (lambda t: t.instance(lambda b: b.raw(b"\x0c")), "bad_token"),
        (lambda t: t.instance(one_leaf, inner=0xFFFFFF), "truncated"),
        (lambda t: t.instance(one_leaf, inner=300), "truncated"),
        (lambda t: [t.open("A").start_done() for _ in range(100)], "too_deep"),
        (lambda t: t.raw(b"\x0b\0\0" * 20_000), "truncated"),
    ],
)
def test_what_is_no_record_is_refused_with_its_reason(write: Writer, reason: str) -> None:
    with pytest.raises(BinXmlError, match="byte") as error:
        decode(write)
    assert error.value.reason == reason


def test_a_place_without_a_record_is_refused() -> None:
    with pytest.raises(BinXmlError, match="no whole record"):
        decode_record(bytes(1000), 990, source=0, base=0)


def test_a_record_that_unfolds_beyond_measure_is_refused() -> None:
    def wide(tokens: Tokens) -> None:
        tokens.open("Event").start_done().open("V").start_done()
        for _ in range(1000):
            tokens.value(0)
        tokens.close(2)

    with pytest.raises(BinXmlError) as error:
        decode(lambda tokens: tokens.instance(wide, [(0x01, b"a\0" * 20_000)]))
    assert error.value.reason == "too_large"


def test_a_template_cannot_hold_itself() -> None:
    """A value that points back to the template around it unfolds until its own bytes run out."""

    def template(tokens: Tokens) -> None:
        tokens.open("Event").start_done()
        for _ in range(50):
            tokens.value(0)
        tokens.close()

    def write(tokens: Tokens) -> None:
        place = tokens.at + 14
        inside = b""
        for _ in range(30):
            inside = bytes(Tokens(0).instance(template, [(0x21, inside)], inner=place).out)
        tokens.instance(template, [(0x21, inside)])

    with pytest.raises(BinXmlError) as error:
        decode(write)
    assert error.value.reason == "too_large"


def test_overwritten_templates_and_names_are_not_recovered() -> None:
    other = lambda tokens: tokens.instance(one_leaf, [(0x04, b"\1")], template_id=b"zzzz")  # noqa: E731
    assert decode(other).data == [("V", "1")]
    with pytest.raises(BinXmlError, match="template has been overwritten"):
        decode(other, RecordState.STALE)
    plain = binxml.chunk(lambda tokens: in_line(tokens, lambda t: t.element("Name", "1")))
    changed = plain.replace("Name".encode("utf-16-le"), "Mane".encode("utf-16-le"))
    assert decode_record(changed, 512, source=0, base=0).data == [("Mane", "1")]
    with pytest.raises(BinXmlError, match="name has been overwritten"):
        decode_record(changed, 512, source=0, base=0, state=RecordState.CARVED)


def numbered(tokens: Tokens) -> None:
    in_line(tokens, lambda t: t.element("A", "text"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(content: bytes) -> Path:
        path = tmp_path / "log.evtx"
        path.write_bytes(content)
        return path

    return written


def summary(path: Path, *, recover: bool = False) -> list[tuple[str, int]]:
    found = []
    for one in read_file(path, recover=recover):
        if isinstance(one, Reject):
            found.append((one.reason, one.count))
        else:
            assert one.record_id is not None
            found.append((one.state.name, one.record_id))
    events = sum(name == "LIVE" for name, _ in found)
    lost = sum(count for name, count in found if name.islower())
    assert events + lost == sum(count_present(path))
    return found


def test_a_file_gives_the_live_records_of_its_chunks(write: Callable[[bytes], Path]) -> None:
    one, two = binxml.chunk(numbered, numbered), binxml.chunk(numbered, first=3)
    path = write(binxml.file(one, two))
    assert summary(path) == [("LIVE", 1), ("LIVE", 2), ("LIVE", 3)]
    assert count_present(path) == [2, 1]
    assert [event.offset for event in read_file(path)][2] == 4096 + 65536 + 512


def test_a_damaged_record_costs_that_record(write: Callable[[bytes], Path]) -> None:
    chunk = bytearray(binxml.chunk(*[numbered] * 4))
    size = struct.unpack_from("<I", chunk, 516)[0]
    rest = struct.unpack_from("<I", chunk, 512 + size + 4)[0]
    chunk[512 + size : 512 + size + 4] = b"gone"
    chunk[512 + size + rest + 24] = 0x55
    path = write(binxml.file(bytes(chunk)))
    assert summary(path) == [("LIVE", 1), ("bad_record", 1), ("LIVE", 4), ("damaged_records", 1)]
    offsets = {r.reason: r.offset for r in read_file(path) if isinstance(r, Reject)}
    assert offsets["damaged_records"] == 4096 + 512 + size
    assert offsets["bad_record"] == 4096 + 512 + size + rest


def test_records_that_only_the_header_names_are_missing(write: Callable[[bytes], Path]) -> None:
    chunk = bytearray(binxml.chunk(numbered))
    chunk[16] = 5
    assert summary(write(binxml.file(bytes(chunk)))) == [("LIVE", 1), ("missing_records", 4)]
    chunk[16:24] = b"\xff" * 8  # a header that lies beyond belief is not believed
    assert summary(write(binxml.file(bytes(chunk)))) == [("LIVE", 1)]


def test_a_chunk_without_magic_costs_that_chunk(write: Callable[[bytes], Path]) -> None:
    bad = b"ElfJunk\0" + binxml.chunk(numbered, numbered)[8:]
    path = write(binxml.file(bad, bytes(65536), binxml.chunk(numbered, first=9)))
    assert summary(path) == [("bad_chunk", 2), ("LIVE", 9)]
    assert summary(path, recover=True) == [
        ("bad_chunk", 2),
        ("CARVED", 1),
        ("CARVED", 2),
        ("LIVE", 9),
    ]


def test_stale_records_come_only_when_asked_for(write: Callable[[bytes], Path]) -> None:
    path = write(binxml.file(binxml.chunk(numbered, numbered, live=1)))
    assert summary(path) == [("LIVE", 1)]
    assert summary(path, recover=True) == [("LIVE", 1), ("STALE", 2)]


def test_a_chunk_may_be_cut_short_or_stand_alone(write: Callable[[bytes], Path]) -> None:
    chunk = binxml.chunk(numbered, numbered)
    cut = chunk.find(b"**\0\0", 513) + 30
    assert summary(write(binxml.file(chunk[:cut]))) == [("LIVE", 1), ("damaged_records", 1)]
    assert summary(write(chunk)) == [("LIVE", 1), ("LIVE", 2)]
    assert summary(write(b"ElfFile\0")) == []


WHOLE = binxml.chunk(nested, lambda t: t.instance(one_leaf, [(0x86, b"\1\0")]), numbered)
RECORDS = [512, *(i for i in range(513, 8192) if WHOLE.startswith(b"**\0\0", i))]
END = len(WHOLE.rstrip(b"\0"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(512, END), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_change_of_bytes_makes_it_fail_otherwise(changes: list[tuple[int, int]]) -> None:
    chunk = bytearray(WHOLE)
    for at, byte in changes:
        chunk[at] = byte
    for offset in RECORDS:
        for state in (RecordState.LIVE, RecordState.STALE):
            try:
                event = decode_record(bytes(chunk), offset, source=0, base=0, state=state)
            except BinXmlError:
                continue
            assert all(name for name, _ in event.data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise(content: bytes) -> None:
    chunk = bytes(512) + binxml.record(content) + bytes(64)
    with suppress(BinXmlError):
        assert decode_record(chunk, 512, source=0, base=0).offset == 512
