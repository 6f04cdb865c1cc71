"""Microsoft Sentinel and Log Analytics: the tables SecurityEvent, Event and WindowsEvent, saved as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, require, variant_of
from gamekeeper.sources.json.shapes import sentinel

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_TABLES: Final = frozenset({"Channel", "EventLog", "Activity", "EventData", "EventSourceName"})
_VARIANT: Final = variant_of(sentinel.SHAPE)


def _claims(header: Header) -> float:
    is_this = header.known >= {"TimeGenerated", "EventID", "Computer"}
    return 0.9 if is_this and not _TABLES.isdisjoint(header.known) else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    require(record, "EventID")
    # A query may leave the column out that names the table; only SecurityEvent has an Activity.
    if "Channel" not in record and "EventLog" not in record and "Activity" in record:
        record = {"Type": "SecurityEvent", **record}
    return sentinel.SHAPE.to_event(record, place), _VARIANT


SHAPE: Final = CsvShape("sentinel", _claims, _read)
