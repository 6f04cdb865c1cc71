"""Any object with an event id and a channel or provider: Zircolite's flat form, Fluent Bit, own scripts.

Known names of the envelope are recognised in any case; the rest is data, and so are the members of an
``EventData``, ``UserData`` or ``event_data`` object. ``StringInserts`` and ``Properties`` are unnamed data.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

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
_ENTRIES: Final = {name: flat.Entry(column) for name, column in _COLUMNS.items()}
_PROCESS: Final = flat.Entry(flat.PROCESS)
_MOST_KEY_TEXT: Final = 1 << 14
#: Results of other detectors: they abbreviate channels and fields, and are no events.
_RESULTS: Final = frozenset({"RuleTitle", "RuleFile", "rule_title", "detections"})


class _Keys(NamedTuple):
    """What the keys of a record mean; the records of a file have few different sequences of keys.

    Of those that may hold the time, the event id and the record id, the first that holds something does.
    ``columns`` has a column, or None for data, for each key. ``layouts`` are by the keys so used.
    """

    is_event: bool
    is_flat: bool  # no data but one text under each name
    times: tuple[str, ...]
    event_ids: tuple[str, ...]
    record_ids: tuple[str, ...]
    columns: tuple[flat.Entry | None, ...]
    layouts: dict[tuple[str, str, str], flat.Layout]


def _keys_of(record: Record) -> _Keys:
    keys = tuple(record)
    # What a hostile file invents is worked out each time, as remembering it would take its room.
    return _remembered(keys) if len("".join(keys)) < _MOST_KEY_TEXT else _worked_out(keys)


def _worked_out(keys: tuple[str, ...]) -> _Keys:
    folded: dict[str, str] = {}
    for key in keys:
        folded.setdefault(key.lower(), key)
    times, event_ids, record_ids = (
        tuple(folded[name] for name in names if name in folded)
        for names in (_TIMES, _EVENT_IDS, _RECORD_IDS)
    )
    is_pair = "ThreadID" in keys  # as a pair they are the writing process
    columns = (
        _PROCESS if key == "ProcessID" and is_pair else _ENTRIES.get(key.lower()) for key in keys
    )
    return _Keys(
        bool(event_ids) and not folded.keys().isdisjoint({*_CHANNELS, *_PROVIDERS}),
        folded.keys().isdisjoint({*_CARRIERS, *_UNNAMED}),
        times,
        event_ids,
        record_ids,
        tuple(columns),
        {},
    )


_remembered = lru_cache(maxsize=1024)(_worked_out)


def _matches(record: Record) -> bool:
    return _RESULTS.isdisjoint(record) and _keys_of(record).is_event


def _take(record: Record, keys: tuple[str, ...]) -> tuple[str, object]:
    """Return (key, value) of the first of the keys that holds something."""
    for key in keys:
        value = record[key]
        if value is not None and value != "":
            return key, value
    return "", None


def _to_event(record: Record, place: Place) -> Event:
    keys = _keys_of(record)
    time_key, time = _take(record, keys.times)
    id_key, event_id = _take(record, keys.event_ids)
    number_key, record_id = _take(record, keys.record_ids)
    used = (time_key, id_key, number_key)
    if keys.is_flat:
        layout = keys.layouts.get(used)
        if layout is None:
            layout = keys.layouts[used] = _without(used, record, keys)
        system, data = flat.parts_of(record, layout)
    else:
        system, data = _parts_of(record, keys, used)
    identity = flat.Identity(time, event_id, record_id)
    return flat.event_of(record, place, identity, system, data)


def _without(used: tuple[str, str, str], record: Record, keys: _Keys) -> flat.Layout:
    left = [
        item for item in enumerate(zip(record, keys.columns, strict=True)) if item[1][0] not in used
    ]
    return flat.Layout(
        [(at, column) for at, (_, column) in left if column is not None],
        [(at, key) for at, (key, column) in left if column is None],
    )


def _parts_of(
    record: Record, keys: _Keys, used: tuple[str, str, str]
) -> tuple[dict[str, str], Pairs]:
    """Return (envelope columns, data fields) where some key holds several fields."""
    system: dict[str, str] = {}
    data: Pairs = []
    for column, (key, value) in zip(keys.columns, record.items(), strict=True):
        if key in used:
            continue
        if column is not None:
            flat.put(system, data, column.column, value)
        else:
            _add(key, value, data)
    return system, data


def _add(key: str, value: object, data: Pairs) -> None:
    name = key.lower()
    if name in _CARRIERS and value is not None:
        data.extend(payload_fields(value) if _is_payload(value) else [(key, text_of(value))])
    elif name in _UNNAMED and isinstance(value, list):
        for item in value:
            flat.add(data, "Data", scalar_of(item))
    else:
        flat.add(data, key, value)


def _is_payload(value: object) -> bool:
    return not isinstance(value, str) or value.lstrip()[:1] in ("{", "<")


SHAPE: Final = Shape("generic", Fidelity.RENAMED, _matches, _to_event)
