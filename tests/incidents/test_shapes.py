from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents.shapes import SHOWN_LIMIT, normalise, shape_of

FOLDED = [
    ("MiniDump 4711 full", "MiniDump <n> full"),
    ("{6b29fc40-CA47-1067-B31D-00DD010662DA}", "<guid>"),
    ("CLSID 6B29FC40-CA47-1067-B31D-00DD010662DA!", "CLSID <guid>!"),
    ("S-1-5-21-1004336348-1177238915-682003330-512", "<sid>"),
    ("0x3E7", "<hex>"),
    ("md5 d41d8cd98f00b204e9800998ecf8427e", "md5 <hex>"),
    ("at 2026-01-31T23:59:59.123Z", "at <date>"),
    ("on 31.01.2026 or 1/31/2026 at 23:59:59", "on <date> or <date> at <time>"),
    (r"C:\Users\bob smith\x.exe", r"C:\Users\<user>\x.exe"),
    (r"C:\Documents and Settings\bob\x", r"C:\Documents and Settings\<user>\x"),
    ("/c/Users/bob/x", "/c/Users/<user>/x"),
    (r"C:\Windows\Temp\ab12cd34\out.dll", r"C:\Windows\Temp\<temp>\out.dll"),
    (r"C:\x\tmpA1B2.tmp", r"C:\x\<temp>"),
    ("__PSScriptPolicyTest_ab3kd0ax.1cd.ps1", "<temp>"),
    ("KB5034441", "KB<n>"),
    ("SHA256=0123456789ABCDEF", "SHA256=<hex>"),
    (
        r"C:\W\ntdll.dll+9fc24|C:\W\kernel32.dll+3cc47",
        r"C:\W\ntdll.dll+<hex>|C:\W\kernel32.dll+<hex>",
    ),
]
KEPT = [
    "10.0.0.5",
    r"\\192.168.10.20\C$",
    "S-1-5-18",
    r"C:\Users\Public\x.exe",
    r"C:\Windows\System32\rundll32.exe",
    r"C:\Windows\Temp\mimikatz.exe",
    "LogonType 10",
    "deadbeef cafe",  # no digit: a word as well
    "",
]


@pytest.mark.parametrize(("text", "shape"), FOLDED)
def test_what_changes_from_run_to_run_is_folded(text: str, shape: str) -> None:
    assert normalise(text) == shape


@pytest.mark.parametrize("text", KEPT)
def test_what_tells_things_apart_stays(text: str) -> None:
    assert normalise(text) == text


def test_case_and_order_of_fields_do_not_matter() -> None:
    one = shape_of('{"Image":"C:\\\\A.exe","CommandLine":"A 111"}')
    other = shape_of('{"CommandLine":"a 9999","Image":"c:\\\\a.EXE"}')
    assert one.key == other.key
    assert one.text == "CommandLine: A <n>; Image: C:\\A.exe"


def test_different_programs_have_different_shapes() -> None:
    assert shape_of('{"Image":"a"}').key != shape_of('{"Image":"b"}').key
    assert shape_of('{"Image":"a"}').key != shape_of('{"ParentImage":"a"}').key


def test_event_ids_stay_and_lists_are_joined() -> None:
    shape = shape_of('{"EventID":4688,"Data":["a 1234","b"],"n":12345}')
    assert shape.text == "Data: a <n>; Data: b; EventID: 4688; n: <n>"


def test_small_numbers_within_a_text_do_not_tell_shapes_apart() -> None:
    first, second = (shape_of(f'{{"x":"Get-Service seg{n} on 10.0.0.5"}}') for n in (1, 22))
    assert first.key == second.key
    assert first.text == "x: Get-Service seg1 on 10.0.0.5"
    assert first.key != shape_of('{"x":"Get-Service seg1 on 10.0.0.6"}').key
    assert shape_of('{"LogonKind":"3"}').key != shape_of('{"LogonKind":"9"}').key


def test_numbers_that_name_a_kind_stay() -> None:
    shape = shape_of('{"DestinationPort":"3389","SourcePort":"50123","GrantedAccess":"0x1410"}')
    assert shape.text == "DestinationPort: 3389; GrantedAccess: 0x1410; SourcePort: <n>"


def test_fields_that_are_no_object_are_one_nameless_field() -> None:
    assert shape_of("not json 1234").text == "not json <n>"
    assert shape_of('["x"]').text == '["x"]'


def test_long_values_are_cut_and_shown_shorter() -> None:
    long = "a" * 5_000
    assert shape_of(f'{{"x":"{long}1"}}').key == shape_of(f'{{"x":"{long}2"}}').key
    assert len(shape_of(f'{{"x":"{long}"}}').text) == SHOWN_LIMIT


HOSTILE = [
    "a" * 1024,
    "{" * 1024,
    "1." * 512,
    "users\\" * 170,
    ".tmp" * 256,
    "S-1-5-21" + "-1" * 508,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_hostile_values_take_no_time(text: str) -> None:
    start = time.perf_counter()
    normalise(text)
    assert time.perf_counter() - start < 0.1


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(text) == normalise(text)
    shape_of(text)
