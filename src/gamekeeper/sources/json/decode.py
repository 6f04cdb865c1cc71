"""Bytes of one record to a JSON object: quickly where the record is sound, tolerantly where it is not.

Sound records go through orjson. Its strictness hides nothing: what it refuses is read again with these
allowances, or rejected. Invalid UTF-8 and lone surrogates become U+FFFD; NaN and Infinity become their
names as text; raw control characters inside strings stay; NUL bytes between tokens are dropped.
A key that occurs twice, of which orjson would keep the last only, becomes a list: a repeated field.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.sources.json.faults import MAX_DEPTH, BadRecord, too_deep

if TYPE_CHECKING:
    from gamekeeper.sources.json.text import Json, Record

#: Bytes around records that are no part of them: spaces, NULs, an array's punctuation, DOS end of file.
PADDING: Final = b" \t\r\n\0[],\x1a"
_KEY = re.compile(rb'(?<!\\)"\s*:')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_AFTER: Final = re.compile(r"[\s\0\],\x1a]*(?:Record \d+)?[\s\0]*")


def decode(raw: bytes) -> Record:
    """Return the object that ``raw`` holds; raise :class:`BadRecord` where it holds none."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _tolerant(raw)
    if type(value) is not dict:
        raise BadRecord("not_an_event", f"the record is {_kind(value)}, not an object")
    return _tolerant(raw) if _may_repeat(raw, value) else value


def _may_repeat(raw: bytes, value: Record) -> bool:
    """Whether a key may occur twice, of which orjson keeps the last: asked ever more exactly.

    Nearly all records are one level without spaces before colons, or as long as their shortest form.
    """
    if raw.count(b'":') == len(value):
        return False
    keys = _keys_in(value)
    return len(orjson.dumps(value)) != len(raw) and keys < len(_KEY.findall(raw))


def _keys_in(value: Json, depth: int = 0) -> int:
    """Return how many keys a value has on all its levels; raise where it is too deep."""
    if depth > MAX_DEPTH:
        raise too_deep()
    if type(value) is dict:
        return len(value) + sum(
            _keys_in(item, depth + 1)
            for item in value.values()
            if type(item) is dict or type(item) is list
        )
    if type(value) is list:
        return sum(_keys_in(item, depth + 1) for item in value)
    return 0


def _tolerant(raw: bytes) -> Record:
    text = raw.decode("utf-8", "replace")
    try:
        value = _parse(text)
    except BadRecord:
        if "\0" not in text:
            raise
        value = _parse(text.replace("\0", ""))
    if not isinstance(value, dict):
        raise BadRecord("not_an_event", f"the record is {_kind(value)}, not an object")
    _keys_in(value)
    return value


def _parse(text: str) -> Json:
    start = len(text) - len(text.lstrip(" \t\r\n\0\ufeff"))
    try:
        value, stop = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise too_deep() from error
    except ValueError as error:
        raise BadRecord("bad_json", str(error)) from error
    if _AFTER.fullmatch(text, stop) is None:
        raise BadRecord("trailing_data", f"more follows the object that ends at character {stop}")
    return value


def _object(pairs: list[tuple[str, Json]]) -> Record:
    found: Record = {}
    for raw_key, raw_value in pairs:
        key, value = _clean(raw_key), _clean(raw_value)
        if key in found:
            before = found[key]
            value = [*before, value] if isinstance(before, list) else [before, value]
        found[key] = value
    return found


def _clean(value: Json) -> Json:
    """Replace surrogates without a partner, which no UTF-8 column can hold."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _integer(text: str) -> int | str:
    """Return an integer, or its digits as text where no column of numbers could hold it."""
    return int(text) if len(text) < 20 else text


def _kind(value: object) -> str:
    return {list: "an array", str: "a text", type(None): "null"}.get(type(value), "a number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=str, parse_int=_integer, strict=False
)
