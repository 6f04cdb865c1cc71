"""Traces of a batch of events: the gatherer that runs in the workers of a hunt.

Kept are events that a rule reported or that a chain may rest on, all starts of processes (a line of parents
must not break where no rule spoke), and logons that came over the network or at a desk. Logons of machine
accounts tie an address to a computer; of those one a batch is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.model.ecs import ecs_columns
from gamekeeper.model.ecs.mapping import ecs_fields
from gamekeeper.model.events import TEXT, EventBatch
from gamekeeper.model.taking import take_rows
from gamekeeper.model.traces import TRACE_SCHEMA, Role
from gamekeeper.questions.summaries.summaries import summaries

if TYPE_CHECKING:
    from numpy.typing import NDArray

SYSMON: Final = "windows.sysmon"
SECURITY: Final = "windows.security"
TERMINAL: Final = "windows.terminalservices"
#: Remote desktops as their own logs tell them: these outlive a cleared Security log.
_DESKTOPS: Final = (21, 25, 1149)
_STARTS: Final = {SYSMON: 1, SECURITY: 4688}
_LOGON: Final = 4624
#: Types of logons that say who came from where; services and batch jobs do not.
_TYPES: Final = frozenset({"2", "3", "7", "8", "9", "10", "11"})
#: Columns of events that a trace has under other names.
_EVENT: Final = {
    "event.filetime": "filetime",
    "event.source": "source",
    "event.offset": "offset",
    "EventID": "event_code",
}
_NONE: Final = np.empty(0, np.int64)
#: Characters of a command line that are kept.
_LIMIT: Final = 600
_ECS: Final = {
    "host": "host.name",
    "guid": "process.entity_id",
    "parent_guid": "process.parent.entity_id",
    "image": "process.executable",
    "parent_image": "process.parent.executable",
    "command_line": "process.command_line",
    "logon_id": "winlog.logon.id",
    "subject_logon_id": "winlog.subject.logon_id",
    "logon_type": "winlog.logon.type",
    "user": "user.name",
    "domain": "user.domain",
    "user_id": "user.id",
    "subject": "winlog.subject.name",
    "source_ip": "source.ip",
    "source_host": "source.domain",
    "destination_ip": "destination.ip",
    "file_path": "file.path",
    "service": "service.name",
    "pid": "process.pid",
    "parent_pid": "process.parent.pid",
}


def gather(
    batch: EventBatch, matched: NDArray[np.int64], steps: NDArray[np.int64] = _NONE
) -> pa.RecordBatch | None:
    """Return the traces of a batch.

    ``matched`` are rows that a rule reported, ``steps`` those of steps of chains; both perhaps repeatedly.
    """
    role = np.zeros(len(batch), np.int8)
    role[matched] |= int(Role.MATCHED)
    role[steps] |= int(Role.STEP)
    ids = batch.table["EventID"].fill_null(-1).to_numpy(zero_copy_only=False)
    if batch.dataset in _STARTS:
        role[ids == _STARTS[batch.dataset]] |= int(Role.START)
    if batch.dataset == TERMINAL:
        role[np.isin(ids, _DESKTOPS)] |= int(Role.LOGON)
    if batch.dataset == SECURITY:
        role[_logons(batch.table, np.flatnonzero(ids == _LOGON))] |= int(Role.LOGON)
    rows = np.flatnonzero(role)
    return _traced(batch, rows, role[rows]) if len(rows) else None


def _logons(table: pa.RecordBatch, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those rows of logons that say who came from where."""
    if not len(rows):
        return rows
    taken = table.select(["LogonType", "TargetUserName", "IpAddress"]).take(pa.array(rows))
    types, users, addresses = (_coded(taken.column(at)) for at in range(3))
    is_telling = np.isin(types[0], [at for at, text in enumerate(types[1]) if text in _TYPES])
    machines = [at for at, text in enumerate(users[1]) if text is not None and text.endswith("$")]
    is_machine = np.isin(users[0], machines)
    pair = users[0] * (len(addresses[1]) + 1) + addresses[0]
    first = np.zeros(len(rows), bool)
    first[np.unique(np.where(is_machine, pair, -1), return_index=True)[1]] = True
    keep: NDArray[np.int64] = rows[is_telling & (~is_machine | first)]
    return keep


def _coded(column: pa.Array) -> tuple[NDArray[np.int64], list[str | None]]:
    """Return codes of rows (-1 for null) and what they stand for."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, coded.dictionary.to_pylist()


def _traced(
    batch: EventBatch, rows: NDArray[np.int64], role: NDArray[np.int8]
) -> pa.RecordBatch | None:
    fields = ecs_fields(batch.dataset, tuple(_ECS.values()))
    # Readings of whole events also look through the rest.
    taken = take_rows(batch, rows, (*_EVENT, *fields, "event.rest"))
    ecs = ecs_columns(taken, list(_ECS.values()))
    columns: dict[str, pa.Array] = {name: ecs.column(ecs_name) for name, ecs_name in _ECS.items()}
    for name in ("command_line", "image", "parent_image", "file_path", "service"):
        columns[name] = _cut(columns[name], _LIMIT)
    if batch.dataset == TERMINAL:
        desktop = pa.repeat(pa.scalar("RemoteInteractive", pa.utf8()), len(rows))
        columns["logon_type"] = desktop.dictionary_encode()
    columns |= {name: taken.table.column(field) for field, name in _EVENT.items()}
    columns |= {
        "text": _texts(batch, rows, (role & int(Role.MATCHED)) != 0),
        "role": pa.array(role, pa.int8()),
        "is_sysmon": pa.array(np.full(len(rows), batch.dataset == SYSMON)),
    }
    arrays = [columns[field.name].cast(field.type) for field in TRACE_SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=TRACE_SCHEMA)


def _texts(batch: EventBatch, rows: NDArray[np.int64], is_matched: NDArray[np.bool_]) -> pa.Array:
    """Return a line about each matched row, and nothing about the others."""
    if not is_matched.any():
        return pa.nulls(len(rows), TEXT)
    told = summaries(take_rows(batch, rows[is_matched]))
    at = np.cumsum(is_matched) - 1
    return told.take(pa.array(at, mask=~is_matched)).cast(TEXT)


def _cut(column: pa.Array, limit: int) -> pa.Array:
    if not pa.types.is_dictionary(column.type):
        return column.cast(TEXT)
    longest = pc.max(pc.utf8_length(column.dictionary)).as_py() or 0
    if longest <= limit:
        return column
    values = pc.utf8_slice_codeunits(column.dictionary, 0, limit)
    # Cut values may be equal; encoding them again makes each stand once.
    whole = pa.DictionaryArray.from_arrays(column.indices, values)
    return whole.dictionary_decode().dictionary_encode()
