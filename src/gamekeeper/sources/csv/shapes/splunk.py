"""Splunk search results as CSV: the event in ``_raw`` as XML or classic text, or extracted fields alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.classic_text import fields_from_message
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, variant_of
from gamekeeper.sources.json.clock import parse_time
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.shapes import splunk
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place, Shape
    from gamekeeper.sources.json.text import Record

_SHAPES: Final = (splunk.XML, splunk.CLASSIC, splunk.FIELDS)
_CODES: Final = frozenset({"EventCode", "EventID"})


def _claims(header: Header) -> float:
    if "_raw" in header.known:
        return 0.95
    is_search = not header.known.isdisjoint({"_time", "sourcetype"})
    return 0.9 if is_search and not header.known.isdisjoint(_CODES) else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    # Columns called __mv_... repeat the values of others in Splunk's own coding.
    own = {key: value for key, value in record.items() if not key.startswith("__mv_")}
    shape: Shape | None = next((shape for shape in _SHAPES if shape.matches(own)), None)
    if shape is None:
        raise BadRecord(
            "not_an_event", "neither _raw nor the extracted fields hold a Windows event"
        )
    event = shape.to_event(own, place)
    if shape is splunk.CLASSIC:
        event = _at_index_time(event, own)
    elif shape is splunk.FIELDS:
        event = _with_message(event)
    return event, variant_of(shape)


def _at_index_time(event: Event, record: Record) -> Event:
    """Take the time from ``_time``: Splunk knew the zone of the classic text, which names none."""
    known = parse_time(record.get("_time"))
    return replace(event, filetime=known[0], time_assumed=False) if known and known[1] else event


def _with_message(event: Event) -> Event:
    """Add the fields that the message names; Splunk's extractions carry its labels instead."""
    data = dict(event.data)
    found = fields_from_message(
        event.system.get("Channel", ""), event.event_id or 0, text_of(data.get("Message"))
    )
    return replace(event, data=[*event.data, *(pair for pair in found if pair[0] not in data)])


SHAPE: Final = CsvShape("splunk", _claims, _read)
