"""``Get-WinEvent | Export-Csv``: the envelope and the rendered message; the event's fields are not written.

Also with a choice of columns (``Select-Object TimeCreated, Id, Message``): what identifies the channel may
then be missing, and is taken from the provider where that leaves no doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.classic_text import channel_of_provider
from gamekeeper.sources.csv.contract import CsvShape, Header, Variant, require
from gamekeeper.sources.json.shapes import get_winevent
from gamekeeper.sources.json.text import text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.contract import Place
    from gamekeeper.sources.json.text import Record

_VARIANT: Final = Variant(
    "export_csv",
    Fidelity.LOSSY,
    ("fields that the message does not name", "event.filetime below one second"),
)


def _claims(header: Header) -> float:
    if not header.known >= {"Id", "TimeCreated"}:
        return 0.0
    return 0.0 if header.known.isdisjoint({"ProviderName", "LogName", "Message"}) else 0.9


def _read(record: Record, place: Place) -> tuple[Event, Variant]:
    return from_properties(record, place), _VARIANT


def from_properties(record: Record, place: Place) -> Event:
    """Return the event of .NET properties; lists that PowerShell wrote as their type's name say nothing."""
    require(record, "Id")
    said = {
        key: value for key, value in record.items() if not text_of(value).startswith("System.Coll")
    }
    provider = said.setdefault("ProviderName", "")
    said.setdefault("LogName", channel_of_provider(text_of(provider)) or "")
    return get_winevent.SHAPE.to_event(said, place)


SHAPE: Final = CsvShape("export_csv", _claims, _read)
