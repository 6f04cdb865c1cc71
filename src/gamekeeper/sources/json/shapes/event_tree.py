"""The event's XML as a JSON tree: ``evtx_dump``, the ``evtx`` wheel, Chainsaw, EvtxECmd's full JSON.

The tree has one ``Event`` with ``System`` and the rest of the event below it. The Rust decoder writes
GUIDs without braces and times to the microsecond, so the last digit of the 100-ns time is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.clock import as_utc
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.text import object_of, scalar_of, text_of
from gamekeeper.sources.json.tree import (
    Fields,
    Speller,
    as_found,
    attributes_of,
    spelled_by_evtxecmd,
    text_in,
    with_braces,
)

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record


_TEXTS: Final = {
    "Version": flat.VERSION,
    "Level": flat.LEVEL,
    "Task": flat.TASK,
    "Opcode": flat.OPCODE,
    "Keywords": flat.KEYWORDS,
    "Channel": flat.CHANNEL,
    "Computer": flat.COMPUTER,
}
_ATTRIBUTES: Final = {
    ("Provider", "Name"): flat.PROVIDER,
    ("Provider", "Guid"): flat.PROVIDER_GUID,
    ("Provider", "EventSourceName"): flat.Column("Provider_EventSourceName"),
    ("EventID", "Qualifiers"): flat.QUALIFIERS,
    ("Correlation", "ActivityID"): flat.ACTIVITY,
    ("Correlation", "RelatedActivityID"): flat.RELATED,
    ("Execution", "ProcessID"): flat.PROCESS,
    ("Execution", "ThreadID"): flat.THREAD,
    ("Security", "UserID"): flat.USER,
}
_TYPED: Final = frozenset({"EventID", "EventRecordID"})
_TIME: Final = ("TimeCreated", "SystemTime")
_ATTRIBUTE_ONLY: Final = frozenset(
    {"Provider", "Correlation", "Execution", "Security", "TimeCreated"}
)


def _matches(record: Record) -> bool:
    event = record.get("Event")
    return isinstance(event, dict) and isinstance(event.get("System"), dict)


def _to_event(record: Record, place: Place) -> Event:
    event = object_of(record.get("Event"))
    system, rest = envelope(object_of(event.get("System")))
    fields = Fields(_speller(event))
    for name in event:
        if name in ("System", "System_attributes", "#attributes", "#text") or name[:1] == "@":
            continue
        if name == "RenderingInfo":
            add_rendering(fields, event)
        elif not name.endswith("_attributes"):
            fields.collect(name, event)
    identity = identity_in(object_of(event.get("System")))
    return flat.event_of(record, place, identity, system, rest + fields.out)


def identity_in(system: Record) -> flat.Identity:
    """Return the typed part of a ``System`` object."""
    return flat.Identity(
        as_utc(attributes_of(system, "TimeCreated").get("SystemTime")),
        scalar_of(text_in(system.get("EventID"))),
        scalar_of(text_in(system.get("EventRecordID"))),
    )


def envelope(source: Record) -> tuple[dict[str, str], Pairs]:
    """Return the columns of a ``System`` object, and what of it has no column."""
    system: dict[str, str] = {}
    rest: Pairs = []
    for name, value in source.items():
        if name.endswith("_attributes") and name.removesuffix("_attributes") in source:
            continue
        for key, item in attributes_of(source, name).items():
            _attribute(system, rest, (name, key), item)
        content = text_in(value)
        if name in _TEXTS:
            flat.put(system, rest, _TEXTS[name], content)
        elif name in _TYPED or name.startswith(("#", "@")):
            continue
        elif content not in (None, "") or (value is None and name not in _ATTRIBUTE_ONLY):
            flat.add(rest, f"System_{name}", content)
    return system, rest


def _attribute(system: dict[str, str], rest: Pairs, path: tuple[str, str], value: object) -> None:
    column = _ATTRIBUTES.get(path)
    if column is not None:
        flat.put(system, rest, column, value)
    elif path != _TIME and not path[1].startswith("xmlns"):
        flat.add(rest, f"System_{path[0]}_{path[1]}", value)


def add_rendering(fields: Fields, event: Record) -> None:
    """Append the rendered names: ``Message`` under its own, the others marked as rendered."""
    inside = Fields(as_found)
    inside.collect("RenderingInfo", event)
    for name, value in inside.out:
        plain = name == "Message" or name.startswith("RenderingInfo_")
        fields.out.append((name if plain else f"RenderingInfo_{name}", value))


def _speller(event: Record) -> Speller:
    """Tell from the record itself how its converter spells values."""
    system = object_of(event.get("System"))
    provider = object_of(system.get("Provider"))
    if "@Name" in provider and text_of(provider.get("@Guid"))[:1] != "{":
        return spelled_by_evtxecmd
    for path in (("Provider", "Guid"), ("Correlation", "ActivityID")):
        text = text_of(attributes_of(system, path[0]).get(path[1]))
        if len(text) == 36 and text.isupper():
            return with_braces
    return as_found


SHAPE: Final = Shape("event_tree", Fidelity.LOSSLESS, _matches, _to_event)
