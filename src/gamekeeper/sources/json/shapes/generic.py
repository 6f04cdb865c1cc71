"""Any object with an event id and a channel or provider: Zircolite's flat form, Fluent Bit, own scripts.

Known names of the envelope are recognised in any case; the rest is data, and so are the members of an
``EventData``, ``UserData`` or ``event_data`` object. ``StringInserts`` and ``Properties`` are unnamed data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import Fidelity
from gamekeeper.sources.json import flat
from gamekeeper.sources.json.contract import Place, Shape
from gamekeeper.sources.json.shapes.evtxecmd import payload_fields
from gamekeeper.sources.json.text import scalar_of, text_of

if TYPE_CHECKING:
    from gamekeeper.model.build import Event
    from gamekeeper.sources.json.flat import Column
    from gamekeeper.sources.json.text import Pairs, Record

_EVENT_IDS: Final = ("eventid", "event_id", "eventcode", "event.code")
_CHANNELS: Final = ("channel", "logname", "log_name", "eventlog", "event_log")
_PROVIDERS: Final = (
    *("provider_name", "providername", "provider", "sourcename", "source_name"),
    *("eventsourcename", "provider.name"),
)
_COLUMNS: Final[dict[str, Column]] = {
    **dict.fromkeys(_CHANNELS, flat.CHANNEL),
    **dict.fromkeys(_PROVIDERS, flat.PROVIDER),
    **dict.fromkeys(("provider_guid", "providerguid", "guid"), flat.PROVIDER_GUID),
    **dict.fromkeys(
        ("computer", "computername", "computer_name", "hostname", "machinename"), flat.COMPUTER
    ),
    "level": flat.LEVEL,
    "task": flat.TASK,
    "opcode": flat.OPCODE,
    "keywords": flat.KEYWORDS,
    "version": flat.VERSION,
    "qualifiers": flat.QUALIFIERS,
    **dict.fromkeys(("activityid", "correlation_activityid"), flat.ACTIVITY),
    **dict.fromkeys(("relatedactivityid", "correlation_relatedactivityid"), flat.RELATED),
    **dict.fromkeys(("execution_processid", "executionprocessid"), flat.PROCESS),
    **dict.fromkeys(("execution_threadid", "executionthreadid", "threadid"), flat.THREAD),
    **dict.fromkeys(("security_userid", "userid", "usersid"), flat.USER),
    "message": flat.MESSAGE,
}
_TIMES: Final = (
    *("systemtime", "timecreated", "timecreated_systemtime", "eventtime", "time_created"),
    *("timegenerated", "@timestamp", "timestamp", "time", "date"),
)
_RECORD_IDS: Final = ("eventrecordid", "recordid", "recordnumber", "record_id", "record_number")
_CARRIERS: Final = ("eventdata", "event_data", "userdata", "user_data", "payload")
_UNNAMED: Final = ("stringinserts", "properties", "replacementstrings")
#: Results of other detectors: they abbreviate channels and fields, and are no events.
_RESULTS: Final = frozenset({"RuleTitle", "RuleFile", "rule_title", "detections"})


def _matches(record: Record) -> bool:
    if not _RESULTS.isdisjoint(record):
        return False
    keys = {key.lower() for key in record}
    return not keys.isdisjoint(_EVENT_IDS) and not (
        keys.isdisjoint(_CHANNELS) and keys.isdisjoint(_PROVIDERS)
    )


def _take(record: Record, folded: dict[str, str], names: tuple[str, ...]) -> tuple[str, object]:
    """Return (key, value) of the first of the names that holds something."""
    for name in names:
        key = folded.get(name)
        if key is not None and record[key] not in (None, ""):
            return key, record[key]
    return "", None


def _to_event(record: Record, place: Place) -> Event:
    folded: dict[str, str] = {}
    for key in record:
        folded.setdefault(key.lower(), key)
    time_key, time = _take(record, folded, _TIMES)
    id_key, event_id = _take(record, folded, _EVENT_IDS)
    number_key, record_id = _take(record, folded, _RECORD_IDS)
    used = {time_key, id_key, number_key}
    system: dict[str, str] = {}
    data: Pairs = []
    for key, value in record.items():
        if key not in used:
            _add(record, key, value, system, data)
    identity = flat.Identity(time, event_id, record_id)
    return flat.event_of(record, place, identity, system, data)


def _add(record: Record, key: str, value: object, system: dict[str, str], data: Pairs) -> None:
    name = key.lower()
    if name in _COLUMNS:
        flat.put(system, data, _COLUMNS[name], value)
    elif key == "ProcessID" and "ThreadID" in record:  # as a pair they are the writing process
        flat.put(system, data, flat.PROCESS, value)
    elif name in _CARRIERS and value is not None:
        data.extend(payload_fields(value) if _is_payload(value) else [(key, text_of(value))])
    elif name in _UNNAMED and isinstance(value, list):
        for item in value:
            flat.add(data, "Data", scalar_of(item))
    else:
        flat.add(data, key, value)


def _is_payload(value: object) -> bool:
    return not isinstance(value, str) or value.lstrip()[:1] in ("{", "<")


SHAPE: Final = Shape("generic", Fidelity.RENAMED, _matches, _to_event)
