"""A new process in Sigma's words, as the two logs write it that can: Sysmon 1 and Security 4688."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.build import Event
from gamekeeper.model.datasets import dataset_of_channel, datasets
from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import LogSource
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Listed
from gamekeeper.rules.routing import selections_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.rules.mappings import Selection

Fields = list[tuple[str, str]]

_SOURCE: Final = LogSource("windows", "process_creation")
_PROVIDERS: Final = {
    "sysmon": "Microsoft-Windows-Sysmon",
    "security": "Microsoft-Windows-Security-Auditing",
}


def process_events(fields: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Event]]:
    """Yield the event of each log, with the log's name; fields that a log does not have are left out."""
    for selection in selections_of(_SOURCE)[0]:
        channel = selection.channels[0]
        name = dataset_of_channel(channel).rpartition(".")[2]
        system = {"Channel": channel, "Provider_Name": _PROVIDERS[name], "Computer": "test"}
        number = selection.event_ids[0]
        yield name, Event(0, 0, event_id=number, system=system, data=_data(selection, fields))


def _data(selection: Selection, fields: Sequence[tuple[str, str]]) -> Fields:
    mapped = {fold(name): reading for name, reading in selection.fields}
    declared = datasets()[dataset_of_channel(selection.channels[0])].columns
    found: Fields = []
    for name, value in fields:
        reading = mapped.get(fold(name))
        found += [(name, value)] if reading is None else _written(value, reading)
    return [(name, value) for name, value in found if fold(name) in declared]


def _written(value: str, reading: FieldMap) -> Fields:
    """Return what the event says where a rule would read the value."""
    if isinstance(reading, Chosen):
        return _written(value, reading.otherwise)
    if isinstance(reading, Joined):
        left, backslash, right = value.partition("\\")
        return (
            [(reading.left, left), (reading.right, right)]
            if backslash
            else [(reading.right, value)]
        )
    if isinstance(reading, Listed):
        return [(reading.name, f"{reading.key}={value}")]
    for code, shown in reading.known:
        if value in shown:
            return [(reading.names[0], code)]
    if reading.form == "hex" and value.isdecimal():
        value = hex(int(value))
    return [(reading.names[0], value)]
