"""Records that nothing leads to any more, read from what is left of them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from gamekeeper.model.events import RecordState
from gamekeeper.sources.evtx.layout import LEAST_RECORD_BYTES, RECORD_MAGIC
from gamekeeper.sources.evtx.truth import BinXmlError, decode_record

if TYPE_CHECKING:
    from gamekeeper.model.build import Event

_HEADER: Final = struct.Struct("<4sIQQ")
#: Ids of neighbours differ by less; FILETIMEs of records lie between 1990 and 2200.
_NEAR: Final = 1 << 24
_NAMES: Final = {"Computer": "host", "Channel": "channel", "Provider_Name": "provider"}
_HOUR: Final = 36_000_000_000
_EPOCH: Final = (122_000_000_000_000_000, 189_000_000_000_000_000)
#: Fields of a record that are told, and characters of each.
_FIELDS: Final = 12
_VALUE: Final = 200


def swallowed(chunk: bytes, start: int, stop: int, owner: int) -> list[int]:
    """Return where headers stand within a record's last bytes, as they do where it reaches over others.

    The copy of the size behind such a record is mostly gone: the outer record's own stands there.
    """
    record = _HEADER.unpack_from(chunk, owner)[2]
    found: list[int] = []
    at = chunk.find(RECORD_MAGIC, start, stop)
    while at >= 0:
        size = _whole(chunk, at, stop, record)
        if size:
            found.append(at)
        at = chunk.find(RECORD_MAGIC, at + (size or 1), stop)
    return found


def _whole(chunk: bytes, at: int, stop: int, near: int) -> int:
    """Return the size of the record whose header stands at a place, 0 where none does."""
    if at + LEAST_RECORD_BYTES > stop + 4:
        return 0
    _, size, record, time = _HEADER.unpack_from(chunk, at)
    # The last one ends with the outer record, whose size stands where its own did.
    fits = LEAST_RECORD_BYTES <= size <= stop + 4 - at
    is_dated = time == 0 or _EPOCH[0] < time < _EPOCH[1]
    return int(size) if fits and is_dated and abs(record - near) < _NEAR else 0


def read_remains(chunk: bytes, at: int, source: int, base: int) -> Event | None:
    """Return the event of a record whose size need not stand behind it any more; None for no record."""
    size = int.from_bytes(chunk[at + 4 : at + 8], "little")
    mended = chunk[: at + size - 4] + chunk[at + 4 : at + 8] + chunk[at + size :]
    try:
        return decode_record(mended, at, source=source, base=base, state=RecordState.STALE)
    except BinXmlError:
        return None


def _is_sane(event: Event, time: int) -> bool:
    """Whether an event reads like one: a template that has been overwritten gives nonsense."""
    names = (event.system.get(name, "") for name in _NAMES)
    is_text = all(name.isascii() and name.isprintable() for name in names)
    return (
        is_text and event.filetime is not None and not (time and abs(event.filetime - time) > _HOUR)
    )


def described(chunk: bytes, at: int, source: int, base: int) -> dict[str, object]:
    """Return what a record held, as evidence: its header, and where it can be read its event."""
    _, size, record, time = _HEADER.unpack_from(chunk, at)
    found: dict[str, object] = {"offset": base + at, "bytes": size, "record": record, "time": time}
    event = read_remains(chunk, at, source, base)
    if event is None or not _is_sane(event, time):
        return found
    found |= {name: event.system[key] for key, name in _NAMES.items() if key in event.system}
    known = {"code": event.event_id, "id": event.event_record_id, "written": event.filetime}
    found |= {name: value for name, value in known.items() if value is not None}
    fields = [[name, value[:_VALUE]] for name, value in event.data[:_FIELDS] if value]
    return found | ({"fields": fields} if fields else {})


def fill_of(raw: bytes) -> int | None:
    """Return the byte that a stretch is filled with; None where it holds several."""
    return raw[0] if raw and raw.count(raw[:1]) == len(raw) else None
