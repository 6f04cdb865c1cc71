from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.build import Event
from gamekeeper.sources.evtx.truth import read_file
from gamekeeper.sources.windows_xml import (
    BadXml,
    envelope_text,
    event_from_xml,
    fields_from_fragment,
)

GOLDEN = yaml.safe_load((Path(__file__).parents[1] / "golden/sources/windows_xml.yml").read_bytes())


def read(text: str) -> Any:
    return event_from_xml(text, source=3, offset=7, record_id=9)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden(case: dict[str, Any]) -> None:
    event, expected = read(case["input"]), case["expected"]
    assert event.system == expected["system"]
    assert [list(pair) for pair in event.data] == expected["data"]
    assert event.event_id == expected.get("event_id")
    assert event.event_record_id == expected.get("event_record_id")
    assert event.filetime == expected.get("filetime")
    assert (event.source, event.offset, event.record_id, event.time_assumed) == (3, 7, 9, False)


def value(text: str) -> str:
    event = read(f"<Event><System/><EventData><Data Name='v'>{text}</Data></EventData></Event>")
    [(_, found)] = event.data
    return str(found)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a\r\nb", "a\r\nb"),
        ("a&#13;&#10;b\x1b[0m", "a\r\nb\x1b[0m"),
        ("a&#x0;b&#1;", "a\x00b\x01"),
        ("\x00\x02\ufffe\uffff", "\x00\x02\ufffe\uffff"),
        ("&#xD800;x&#x110000;", "\ufffdx\ufffd"),
        ("\ud83d\ude00 \ud800", "\U0001f600 \ufffd"),
        ("<![CDATA[<a> &lt;\r\n]]>&amp;<!-- no --><?no?>", "<a> &lt;\r\n&"),
        (" \t", " \t"),
        ("\r\n", "\r\n"),
        ("\n    ", ""),
        ("\U0010fe0d\r\U0010fd01", "\U0010fe0d\r\U0010fd01"),
    ],
)
def test_text_comes_back_as_it_was_written(written: str, meant: str) -> None:
    assert value(written) == meant


def test_line_breaks_inside_tags_do_no_harm() -> None:
    event = read(
        "<Event\r\n a='x>\r\ny'><System/><EventData><Data\r\nName='v'\r\n>1\r\n</Data></EventData></Event>"
    )
    assert event.data == [("v", "1\r\n")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad_xml"),
        ("<Event><System>", "bad_xml"),
        ("<Event><System/></Event><Event/>", "bad_xml"),
        ("<Event><System/>&nbsp;</Event>", "bad_xml"),
        ("<Event/>", "not_an_event"),
        ("<Events><System/></Events>", "not_an_event"),
        ("<!DOCTYPE Event [<!ENTITY a 'b'>]><Event><System/></Event>", "doctype"),
        ("<!DOCTYPE Event SYSTEM 'file:///etc/passwd'><Event><System/></Event>", "doctype"),
        ("<Event><System/>" + "<a>" * 300 + "</a>" * 300 + "</Event>", "too_large"),
        ("<Event><System/>" + "<a/>" * 100_001 + "</Event>", "too_large"),
        ("<Event>" + " " * (8 << 20) + "<System/></Event>", "too_large"),
    ],
)
def test_what_is_no_event_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadXml) as caught:
        read(text)
    assert caught.value.reason == reason


def test_a_declaration_and_a_mark_before_the_event_are_passed_over() -> None:
    text = "\ufeff<?xml version='1.0' encoding='utf-16'?>\r\n<Event><System/></Event>\x00\r\n"
    assert read(text).data == []


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("<UserData><A B='1'>2</A></UserData>", [("A_B", "1"), ("A", "2")]),
        ("<Data Name='x'>1</Data><Data>2</Data>", [("x", "1"), ("Data", "2")]),
        (
            "<?xml version='1.0'?><DataItem t='t'><EventData><Data>p</Data></EventData></DataItem>",
            [("Data", "p")],
        ),
        (
            "<RenderingInfo><Message>m</Message><Task>t</Task></RenderingInfo>",
            [("Message", "m"), ("RenderingInfo_Task", "t")],
        ),
        ("", []),
        ("words only", []),
    ],
)
def test_fragments_give_their_fields(text: str, fields: list[tuple[str, str]]) -> None:
    assert fields_from_fragment(text) == fields


def test_a_fragment_cannot_close_its_wrapper() -> None:
    with pytest.raises(BadXml):
        fields_from_fragment("</Event><!DOCTYPE x><Event>")


def test_a_time_that_is_no_date_is_a_number() -> None:
    event = read("<Event><System><TimeCreated SystemTime='9223372036854775807'/></System></Event>")
    assert (event.filetime, event.data) == (2**63 - 1, [])


def test_a_second_envelope_replaces_nothing() -> None:
    event = read(
        "<Event><System><Channel>a</Channel></System><System><Channel>b</Channel></System></Event>"
    )
    assert (event.system, event.data) == ({"Channel": "a"}, [("System_Channel", "b")])


def test_envelope_values_have_one_form() -> None:
    assert envelope_text("Keywords", "0x00AB") == "0xab"
    assert envelope_text("Keywords", "none") == "none"
    assert envelope_text("Correlation_ActivityID", " {ab} ") == "{ab}"
    assert envelope_text("Computer", " pc ") == "pc"


@given(st.text() | st.text(alphabet="<>/&#;x01AEventSystemData='\" \r\n\x00\ud800![]-?"))
def test_any_text_gives_an_event_or_a_reason(text: str) -> None:
    for wrapped in (text, f"<Event><System>{text}</System>{text}</Event>"):
        try:
            event = read(wrapped)
        except BadXml:
            continue
        assert all(name for name, _ in event.data)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_survives_escaping(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]&gt;")
    layout = text.strip(" \t").strip("\r\n") == "" and "\n" in text
    assert layout or value(escaped).casefold() == text.casefold()


def without_null_binary(data: Any, truth: Any) -> list[tuple[str, str]]:
    """The Rust decoder writes an optional value that is null as an empty element."""
    names = {name for name, _ in truth}
    return [pair for pair in data if pair != ("Binary", "") or "Binary" in names]


@pytest.mark.corpus
def test_the_rust_decoders_xml_equals_the_slow_truth(corpus: Path) -> None:
    evtx = pytest.importorskip("evtx")
    files = sorted((corpus / "evtx").rglob("*.evtx")) + sorted(
        (corpus / "sigma-regression").rglob("*.evtx")
    )
    equal = 0
    for path in files[::5]:
        truth = {event.record_id: event for event in read_file(path) if isinstance(event, Event)}
        for record in itertools.islice(evtx.PyEvtxParser(str(path)).records(), 40):
            found, expected = read(record["data"]), truth[record["event_record_id"]]
            assert found.system == expected.system
            assert (found.event_id, found.event_record_id) == (
                expected.event_id,
                expected.event_record_id,
            )
            # It also ends times at microseconds.
            assert found.filetime // 10 == expected.filetime // 10
            assert without_null_binary(found.data, expected.data) == list(expected.data)
            equal += 1
    assert equal > 100
