"""Checks of field names against what the rule's logs are known to hold."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper.authoring.remarks import note, warning
from gamekeeper.engine.presence import fields_of
from gamekeeper.model.datasets import OTHER, dataset_of_channel, datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Listed, Renamed
from gamekeeper.rules.routing import selections_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.authoring.remarks import Say, Subject
    from gamekeeper.rules.ir import LogSource
    from gamekeeper.rules.mappings import Selection

_ENVELOPE: Final = ("EventID", "EventRecordID", "@timestamp", "Message", *SYSTEM_TEXT_NAMES)
#: How alike two names must be for one to be a slip of the other.
_ALIKE: Final = 0.8


def unknown_fields(subject: Subject) -> Iterator[Say]:
    """A field that no log of the rule is known to hold is never filled, or has another name."""
    if subject.rule is None or not subject.bound:
        return
    known = known_fields(subject.rule.logsource)
    if not known:
        return
    source = subject.rule.logsource
    place = source.category or source.service or "these logs"
    for folded, name in fields_of(subject.rule.condition).items():
        if folded in known:
            continue
        close = get_close_matches(folded, known, n=1, cutoff=_ALIKE)
        say = warning if close else note
        hint = f"; did you mean {known[close[0]]!r}?" if close else ""
        yield say(f"no field {name!r} is known of {place}{hint}", *_where(subject, name))


def _where(subject: Subject, name: str) -> tuple[str, ...]:
    """Return the keys to the first place where a field is named."""
    detection = subject.document.get("detection")
    for selection, definition in detection.items() if isinstance(detection, dict) else ():
        rows = enumerate(definition) if isinstance(definition, list) else [(None, definition)]
        for number, row in rows:
            for key in row if isinstance(row, dict) else ():
                if str(key).partition("|")[0] == name:
                    inner = () if number is None else (str(number),)
                    return ("detection", str(selection), *inner, str(key))
    return ("detection",)


@cache
def known_fields(source: LogSource) -> dict[str, str]:
    """Return folded name -> name of every field that a log source is known to hold, or nothing.

    Nothing is said of logs whose fields are not declared: they may hold anything.
    """
    selections, _ = selections_of(source)
    names: dict[str, str] = {}
    for selection in selections:
        found = _fields_of(selection)
        if not found:
            return {}
        names |= {fold(name): name for name in found}
    return names


def _fields_of(selection: Selection) -> list[str]:
    found = [*_ENVELOPE]
    for channel in selection.channels:
        name = dataset_of_channel(channel)
        if name == OTHER:
            return []
        found += datasets()[name].declared
    for name, mapped in selection.fields:
        found += [name, *_named(mapped)]
    return found if selection.channels else []


def _named(mapped: FieldMap) -> list[str]:
    if isinstance(mapped, Renamed):
        return list(mapped.names)
    if isinstance(mapped, Joined):
        return [name for name in (mapped.left, mapped.right, mapped.sid) if name]
    if isinstance(mapped, Listed):
        return [mapped.name]
    assert isinstance(mapped, Chosen)
    return [mapped.given, *_named(mapped.then), *_named(mapped.otherwise)]
