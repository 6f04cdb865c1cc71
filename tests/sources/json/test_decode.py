from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.sources.json.decode import decode
from gamekeeper.sources.json.faults import BadRecord

REASONS = ("bad_json", "trailing_data", "too_deep", "not_an_event")


def reason(raw: bytes) -> str:
    with pytest.raises(BadRecord) as caught:
        decode(raw)
    return caught.value.reason


def test_sound_objects_are_read() -> None:
    assert decode(b'{"a": 1, "b": {"c": [true, null]}}') == {"a": 1, "b": {"c": [True, None]}}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"a":1,"a":2,"b":3}', {"a": [1, 2], "b": 3}),
        (b'{"a" : 1, "a" : 2}', {"a": [1, 2]}),
        (b'{"x":{"a":1,"a":2,"a":3}}', {"x": {"a": [1, 2, 3]}}),
        (b'{"a":[1],"a":2}', {"a": [1, 2]}),
        (b'{"a":"\\u0022:","b":"\\":"}', {"a": '":', "b": '":'}),
    ],
)
def test_a_repeated_key_becomes_a_repeated_value(raw: bytes, expected: object) -> None:
    assert decode(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"a":"\xff\xfeb"}', "\ufffd\ufffdb"),
        (b'{"a":"\\ud800x"}', "\ufffdx"),
        (b'{"a":"\\ud83d\\ude00"}', "\U0001f600"),
        (b'{"a":"tab\there"}', "tab\there"),
        (b'{"a":"nul\x00here"}', "nul\x00here"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "-Infinity"),
        (b'{"a":["\\udfff"]}', ["\ufffd"]),
        (b'{"a":NaN,"b":123456789012345678901234567890}', "NaN"),
    ],
)
def test_what_strict_json_forbids_is_data(raw: bytes, expected: object) -> None:
    assert decode(raw)["a"] == expected


def test_nul_bytes_between_tokens_are_dropped() -> None:
    assert decode(b'{"a":\x00 1\x00}') == {"a": 1}


def test_integers_that_fit_no_column_keep_their_digits() -> None:
    assert decode(b'{"n":NaN,"b":123456789012345678901234567890}')["b"] == (
        "123456789012345678901234567890"
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"a":', "bad_json"),
        (b"{}}", "trailing_data"),
        (b'{"a":1}{"b":2}', "trailing_data"),
        (b"[1]", "not_an_event"),
        (b'"x"', "not_an_event"),
        (b"null", "not_an_event"),
        (b"3", "not_an_event"),
        (b"", "bad_json"),
        (b'{"a":' * 3000 + b"1" + b"}" * 3000, "too_deep"),
        (b'{"a":1' + b"0" * 6000 + b',"b":NaN}', ""),
    ],
)
def test_what_holds_no_object_says_why(raw: bytes, expected: str) -> None:
    if expected:
        assert reason(raw) == expected
    else:
        assert len(decode(raw)["a"]) == 6001


def test_a_record_line_of_a_decoder_may_follow() -> None:
    assert decode(b'{"a":1}\nRecord 2\n') == {"a": 1}


@given(st.binary(max_size=200))
def test_any_bytes_give_an_object_or_a_reason(raw: bytes) -> None:
    outcome: object
    try:
        outcome = decode(raw)
    except BadRecord as error:
        outcome = error.reason
    assert isinstance(outcome, dict) or outcome in REASONS
