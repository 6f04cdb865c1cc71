"""Winlogbeat 5 and 6: ``event_id``, ``log_name`` and ``event_data`` at the top level.

Names of levels, tasks and opcodes are rendered in the host's language and kept as ``RenderingInfo_*``;
``host.name`` and ``beat.*`` are the collector, ``computer_name`` is the host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.shapes import winlog

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.text import Record

_TABLE: Final = flat.FlatTable(
    {
        "source_name": flat.PROVIDER,
        "provider_guid": flat.PROVIDER_GUID,
        "log_name": flat.CHANNEL,
        "computer_name": flat.COMPUTER,
        "level": flat.LEVEL,
        "task": flat.TASK,
        "keywords": flat.KEYWORDS,
        "version": flat.VERSION,
        "process_id": flat.PROCESS,
        "thread_id": flat.THREAD,
        "activity_id": flat.ACTIVITY,
        "related_activity_id": flat.RELATED,
        "message": flat.MESSAGE,
    }
)


def _matches(record: Record) -> bool:
    return "event_id" in record and "log_name" in record


def _to_event(record: Record, place: Place) -> Event:
    known = {key: record[key] for key in _TABLE.columns if key in record}
    system, data = flat.split(known, _TABLE)
    winlog.add_opcode(record, system, data)
    winlog.add_user(record, system)
    winlog.add_data(record, system, data)
    identity = flat.Identity(
        record.get("@timestamp"), record.get("event_id"), record.get("record_number")
    )
    return flat.event_of(record, place, identity, system, data)


SHAPE: Final = Shape("winlogbeat6", Fidelity.RENAMED, _matches, _to_event)
