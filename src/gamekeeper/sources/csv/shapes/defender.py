"""Microsoft Defender XDR's advanced hunting, saved as CSV: a sensor's telemetry, not records of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, variant_of
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.shapes import defender

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_VARIANT: Final = variant_of(defender.SHAPE)


def _claims(header: Header) -> float:
    has_device = not header.known.isdisjoint({"DeviceName", "DeviceId"})
    return 0.9 if has_device and header.known >= {"ActionType", "Timestamp"} else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    if not defender.SHAPE.matches(record):
        raise BadRecord("not_an_event", "the row names no action, device or time")
    return defender.SHAPE.to_event(record, place), _VARIANT


SHAPE: Final = CsvShape("defender_xdr", _claims, _read)
