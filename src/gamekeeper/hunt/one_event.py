"""One event as a person writes it down, for trying rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.engine.reference import texts
from gamekeeper.errors import UsageError
from gamekeeper.hunt.request import filetime
from gamekeeper.model.build import Event
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYSTEM: Final = {fold(name): name for name in SYSTEM_TEXT_NAMES}
_TIME: Final = fold("TimeCreated")


def event_of(fields: Mapping[str, object]) -> Event:
    """Return the event with these fields; names in any case, a list for a field that repeats.

    A field that is None is one that the event does not have.
    """
    folded = {fold(name): value for name, value in fields.items() if value is not None}
    named = {"eventid", "eventrecordid", _TIME, *_SYSTEM}
    data = [
        (name, text)
        for name, value in fields.items()
        if fold(name) not in named
        for text in texts(value)
    ]
    time = folded.get(_TIME)
    return Event(
        source=0,
        offset=0,
        filetime=None if time is None else filetime(str(time)),
        event_id=_number(folded, "EventID"),
        event_record_id=_number(folded, "EventRecordID"),
        system={_SYSTEM[name]: str(value) for name, value in folded.items() if name in _SYSTEM},
        data=data,
    )


def _number(folded: Mapping[str, object], name: str) -> int | None:
    value = folded.get(fold(name))
    if value is None:
        return None
    try:
        return int(str(value))
    except ValueError:
        raise UsageError(f"{name} has to be a number, not {value!r}") from None
