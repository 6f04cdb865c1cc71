"""Events inside other objects: search hits, search results, alerts that quote their event, log shippers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from gamekeeper.sources.json.shapes import shape_of
from gamekeeper.sources.json.text import Record, object_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.json.contract import Shape

_MOST_WRAPPERS: Final = 4
#: Keys under which a wrapper holds its event: Elasticsearch, Splunk, Chainsaw, Azure streams, HEC.
_OBJECT_KEYS: Final = ("_source", "result", "document", "data", "properties", "event", "fields")
_TEXT_KEYS: Final = ("_raw", "message", "event.original", "original", "log")
_DOTTED: Final = "winlog."


def recognise(record: Record) -> tuple[Record, Shape] | None:
    """Return the event's own object and its shape, whatever is wrapped around it; None for no event."""
    shape = shape_of(record)
    if shape is not None:
        return record, shape
    level = list(_inside(record))
    for _ in range(_MOST_WRAPPERS):
        for candidate in level:
            shape = shape_of(candidate)
            if shape is not None:
                return candidate, shape
        level = [inner for candidate in level for inner in _inside(candidate)]
    return None


def _inside(record: Record) -> Iterator[Record]:
    if any(key.startswith(_DOTTED) for key in record):
        yield nested(record)
    for key in _OBJECT_KEYS:
        inner = record.get(key)
        if isinstance(inner, dict):
            yield inner
    for key in _TEXT_KEYS:
        text = record.get(key)
        if isinstance(text, str) and text.lstrip()[:1] == "{":
            try:
                parsed = orjson.loads(text)
            except orjson.JSONDecodeError:
                continue
            if isinstance(parsed, dict):
                yield parsed
    original = object_of(record.get("event")).get("original")
    if isinstance(original, str):
        yield {"_raw": original}


def nested(record: Record) -> Record:
    """Return an object with dotted keys as nested ones: ``winlog.channel`` -> ``winlog`` -> ``channel``.

    Names below ``event_data`` and ``user_data`` stay whole: a field's own name may hold a dot.
    """
    tree: Record = {}
    for key, value in record.items():
        holder = tree
        path = _path(key)
        for part in path[:-1]:
            below = holder.get(part)
            if not isinstance(below, dict):
                below = holder[part] = {}
            holder = below
        holder.setdefault(path[-1], value)
    return tree


def _path(key: str) -> list[str]:
    for carrier in ("event_data", "user_data"):
        start, found, name = key.partition(f".{carrier}.")
        if found:
            return [*start.split(".")[:8], carrier, name]
    return key.split(".", 8)
