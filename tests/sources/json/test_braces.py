from __future__ import annotations

import io
import json

import pytest

from gamekeeper.sources.json import braces
from gamekeeper.sources.json.braces import objects, pieces
from gamekeeper.sources.json.layout import object_end


def raws(text: bytes, *, is_wrapped: bool = False) -> list[tuple[bytes, str]]:
    return [(frame.raw, frame.reason) for frame in objects(io.BytesIO(text), is_wrapped=is_wrapped)]


def test_objects_are_found_with_and_without_punctuation() -> None:
    assert raws(b'[{"a":1},{"b":"}{"}]{"c":3} \x1a') == [
        (b'{"a":1}', ""),
        (b'{"b":"}{"}', ""),
        (b'{"c":3}', ""),
    ]


def test_junk_between_objects_is_a_frame_of_its_own() -> None:
    assert raws(b'{"a":1}, 12, x {"b":2}') == [
        (b'{"a":1}', ""),
        (b"12, x", "bad_json"),
        (b'{"b":2}', ""),
    ]


def test_an_object_without_end_is_marked() -> None:
    assert raws(b'[{"a":1},{"b":') == [(b'{"a":1}', ""), (b'{"b":', "unbalanced")]


def test_only_result_arrays_of_wrappers_hold_records() -> None:
    text = (
        b'{"t":{"a":0},"hits":{"hits":[{"a":1},{"a":2}],"x":{"a":3}}}\n{"hits":{"hits":[{"a":4}]}}'
    )
    assert [json.loads(raw) for raw, _ in raws(text, is_wrapped=True)] == [
        {"a": 1},
        {"a": 2},
        {"a": 4},
    ]


def test_damage_in_a_stream_is_cut_at_the_next_record() -> None:
    text = b'{"a":"1},{"b":2},{"c":{"d":3}}'
    found = [raw for _, raw in pieces(text)]
    assert json.loads(found[-1]) == {"c": {"d": 3}}
    assert b"".join(found).count(b'"') == text.count(b'"')


def test_pieces_know_their_places() -> None:
    text = b'{"a":1} {"b" {"c":3}'
    assert all(text[start:].lstrip().startswith(raw) for start, raw in pieces(text))


def test_hostile_text_takes_bounded_work(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0
    plain = object_end

    def counted(text: bytes, start: int) -> int:
        nonlocal steps
        stop = plain(text, start)
        steps += (len(text) if stop < 0 else stop) - start
        return stop

    monkeypatch.setattr(braces, "object_end", counted)
    text = b'{"a":{},{' * 20_000
    assert list(pieces(text))
    assert steps < 10 * len(text)


def test_an_endless_object_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(braces, "MAX_RECORD_BYTES", 200)
    monkeypatch.setattr(braces, "CHUNK_BYTES", 64)
    text = b'{"a":{' + b'"x":1,' * 100 + b'"y":{}},{"b":2}' + b'{"c":3}' * 9
    found = raws(text)
    assert [reason for _, reason in found].count("unbalanced") >= 1
    assert b"".join(raw for raw, _ in found).count(b'"x":1') == 100
