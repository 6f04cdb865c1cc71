"""EvtxECmd's CSV: ``Payload`` holds the event's data as JSON, the columns beside it are for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, require, variant_of
from gamekeeper.sources.json.shapes import evtxecmd

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_MARKS: Final = frozenset({"EventId", "Channel", "Payload", "TimeCreated"})
_VARIANT: Final = variant_of(evtxecmd.SHAPE)


def _claims(header: Header) -> float:
    return 0.95 if header.known >= _MARKS else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    require(record, "EventId", "Channel")
    return evtxecmd.SHAPE.to_event(record, place), _VARIANT


SHAPE: Final = CsvShape("evtxecmd", _claims, _read, keep_empty=True)
