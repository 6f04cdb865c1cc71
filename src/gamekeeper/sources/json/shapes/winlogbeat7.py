"""Winlogbeat 7 and 8, Elastic Agent: everything that is the event's own lies below ``winlog``.

The ECS fields beside it (``process.*``, ``user.*``) repeat it, unless a module of Winlogbeat has moved
event data there: that is the shape ``winlogbeat_module``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.shapes import winlog
from gamekeeper.sources.json.text import object_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Pairs, Record

_TABLE: Final = flat.FlatTable(
    {
        "provider_name": flat.PROVIDER,
        "provider_guid": flat.PROVIDER_GUID,
        "channel": flat.CHANNEL,
        "computer_name": flat.COMPUTER,
        "level": flat.LEVEL,
        "task": flat.TASK,
        "keywords": flat.KEYWORDS,
        "version": flat.VERSION,
        "activity_id": flat.ACTIVITY,
        "related_activity_id": flat.RELATED,
    }
)


def _matches(record: Record) -> bool:
    winlog_part = record.get("winlog")
    return isinstance(winlog_part, dict) and ("event_id" in winlog_part or "channel" in winlog_part)


def envelope(record: Record) -> tuple[dict[str, str], Pairs]:
    """Return the envelope's columns and the data fields of one record."""
    inner = object_of(record.get("winlog"))
    system, data = flat.split({key: inner[key] for key in _TABLE.columns if key in inner}, _TABLE)
    flat.put(system, data, flat.LEVEL, object_of(record.get("log")).get("level"))
    process = object_of(inner.get("process"))
    flat.put(system, data, flat.PROCESS, process.get("pid"))
    flat.put(system, data, flat.THREAD, object_of(process.get("thread")).get("id"))
    flat.put(system, data, flat.MESSAGE, record.get("message"))
    winlog.add_opcode(inner, system, data)
    winlog.add_user(inner, system)
    winlog.add_data(inner, system, data)
    return system, data


def identity(record: Record) -> flat.Identity:
    """Return the record's time and numbers; ``@timestamp`` is the event's time, not the pipeline's."""
    inner = object_of(record.get("winlog"))
    event_id = flat.first(inner, "event_id")
    if event_id is None:
        event_id = object_of(record.get("event")).get("code")
    time = flat.first(inner, "time_created") or record.get("@timestamp")
    return flat.Identity(time, event_id, inner.get("record_id"))


def _to_event(record: Record, place: Place) -> Event:
    system, data = envelope(record)
    return flat.event_of(record, place, identity(record), system, data)


SHAPE: Final = Shape("winlogbeat7", Fidelity.RENAMED, _matches, _to_event)
