"""Any CSV with an event id and a channel or provider: a column a field, dotted names (``winlog.*``) included.

Whatever a JSON object with these keys would be, a row is: Kibana's exports of winlogbeat, NXLog, own scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, variant_of
from gamekeeper.sources.json.faults import BadRecord
from gamekeeper.sources.json.unwrap import recognise

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record


def _claims(header: Header) -> float:
    return 0.6 if recognise(dict.fromkeys(header.names, "1")) else 0.0


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    found = recognise(record)
    if found is None:
        raise BadRecord(
            "not_an_event", "the row names no event id, or neither channel nor provider"
        )
    inner, shape = found
    return shape.to_event(inner, place), variant_of(shape)


SHAPE: Final = CsvShape("flat", _claims, _read)
