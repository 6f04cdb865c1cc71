from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.json.layout import (
    Layout,
    Mode,
    encoding_of,
    is_wrapper,
    layout_of,
    object_end,
)

RECORDS = [{"EventID": n, "Channel": "System", "Data": [{"Value": n}]} for n in range(3)]
NDJSON = "\n".join(json.dumps(record) for record in RECORDS)
PRETTY = json.dumps(RECORDS, indent=2)


def mode(text: str) -> Mode:
    return layout_of(text.encode(), is_whole=True).mode


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NDJSON, Mode.LINES),
        ("\n\n" + NDJSON + "\n", Mode.LINES),
        ("[" + NDJSON.replace("\n", ",\n") + "]", Mode.LINES),
        ("[\n" + NDJSON.replace("\n", ",\n") + "\n]", Mode.LINES),
        (json.dumps(RECORDS[0]), Mode.LINES),
        ("no JSON\nat all", Mode.LINES),
        ("", Mode.LINES),
        ('{"a": 1, "b"\n' + NDJSON, Mode.LINES),
        (PRETTY, Mode.BLOCKS),
        (json.dumps(RECORDS, indent="\t"), Mode.BLOCKS),
        ("\n".join(json.dumps(record, indent=4) for record in RECORDS), Mode.BLOCKS),
        (json.dumps(RECORDS[0], indent=2), Mode.BLOCKS),
        ("Record 1\n" + json.dumps(RECORDS[0], indent=2), Mode.BLOCKS),
        (PRETTY.replace('"EventID": 0', '"EventID" 0 {'), Mode.BLOCKS),
        (json.dumps(RECORDS), Mode.STREAM),
        ("".join(json.dumps(record) for record in RECORDS), Mode.STREAM),
        ("[ " + ", ".join(json.dumps(r, indent=2) for r in RECORDS) + " ]", Mode.STREAM),
        ('[{"a": 1, "b"}, {"a": 2}]', Mode.STREAM),
    ],
)
def test_records_are_told_apart_by_the_first_of_them(text: str, expected: Mode) -> None:
    assert mode(text) is expected


def test_the_marker_of_blocks_holds_the_indentation() -> None:
    assert layout_of(PRETTY.encode(), is_whole=True).marker == b"\n  {"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"took": 1, "hits": {"total": {"value": 3}, "hits": RECORDS}}),
        json.dumps({"hits": {"hits": RECORDS}}, indent=2),
        json.dumps({"preview": False, "fields": [{"name": "_raw"}], "results": RECORDS}),
        json.dumps({"Schema": [{"Name": "x"}], "Results": RECORDS}),
        json.dumps({"value": RECORDS, "Count": 3}),
    ],
)
def test_result_arrays_are_wrappers(text: str) -> None:
    assert is_wrapper(text.encode())
    assert layout_of(text.encode(), is_whole=True) == Layout(Mode.STREAM, is_wrapped=True)


@pytest.mark.parametrize(
    "text",
    [
        NDJSON + '\n{"value": [{"a": 1}]}',
        json.dumps({"EventData": {"results": [{"a": 1}]}}),
        json.dumps({"a": '"hits": [{', "b": 1}),
        json.dumps({"hits": []}),
    ],
)
def test_arrays_inside_records_are_not(text: str) -> None:
    assert not is_wrapper(text.encode())


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xef\xbb\xbf{", ("utf-8", 3)),
        ('{"a"'.encode("utf-16"), ("utf-16-le", 2)),
        (b"\xfe\xff" + '{"a"'.encode("utf-16-be"), ("utf-16-be", 2)),
        ('{"a"'.encode("utf-32"), ("utf-32-le", 4)),
        ('{"a"'.encode("utf-16-le"), ("utf-16-le", 0)),
        ('{"a"'.encode("utf-16-be"), ("utf-16-be", 0)),
        (b'{"a"', ("utf-8", 0)),
        (b"\0\0\0{", ("utf-8", 0)),
        (b"", ("utf-8", 0)),
    ],
)
def test_encodings_are_told_by_mark_or_by_zeros(head: bytes, expected: tuple[str, int]) -> None:
    assert encoding_of(head) == expected


def test_braces_in_strings_end_no_object() -> None:
    text = rb'{"a":"}\"}","b":{"c":"\\"}} tail'
    assert object_end(text, 0) == text.index(b" tail")
    assert object_end(rb'{"a":"unfinished }', 0) == -1


@given(st.binary(max_size=300))
def test_any_bytes_have_a_layout(head: bytes) -> None:
    for is_whole in (True, False):
        layout = layout_of(head, is_whole=is_whole)
        assert (layout.mode is Mode.BLOCKS) == bool(layout.marker)
