"""Scheduled tasks: registered, changed, deleted, started, with what they do decoded from their definition.

Witnesses are Security 4698 to 4702, which carry the definition, and TaskScheduler 106, 129, 140, 141, 200
and 201, which do not. Equal ones on one host are one row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from gamekeeper.model.answers import Answer
from gamekeeper.questions.fragments import EVIDENCE, SEEN, all_of, fact, like, words
from gamekeeper.questions.task_xml import TaskDefinition, task_definition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_SECURITY: Final = "windows.security"
_SCHEDULER: Final = "windows.taskscheduler"
_ACTIONS: Final = {
    "4698": "created",
    "4699": "deleted",
    "4700": "enabled",
    "4701": "disabled",
    "4702": "changed",
    "106": "created",
    "129": "process started",
    "140": "changed",
    "141": "deleted",
    "200": "action started",
    "201": "action ended",
}
_SAID: Final = """"host.name", "event.action", "event.code", "task.name", "user.domain", "user.name",
  "user.id", executable, result, content"""
_TIME: Final = pa.timestamp("us", tz="UTC")
_TEXTS: Final = pa.list_(pa.utf8())
_SCHEMA: Final = pa.schema(
    [
        pa.field("first_seen", _TIME),
        pa.field("last_seen", _TIME),
        pa.field("count", pa.int64()),
        pa.field("host.name", pa.utf8()),
        pa.field("event.action", pa.utf8()),
        pa.field("event.code", pa.int32()),
        pa.field("task.name", pa.utf8()),
        pa.field("process.executable", _TEXTS),
        pa.field("process.args", _TEXTS),
        pa.field("task.author", pa.utf8()),
        pa.field("task.runs_as", pa.utf8()),
        pa.field("task.run_level", pa.utf8()),
        pa.field("task.triggers", _TEXTS),
        pa.field("task.hidden", pa.bool_()),
        pa.field("task.enabled", pa.bool_()),
        pa.field("task.fault", pa.utf8()),
        pa.field("task.result", pa.utf8()),
        pa.field("user.domain", pa.utf8()),
        pa.field("user.name", pa.utf8()),
        pa.field("user.id", pa.utf8()),
        pa.field("prevalence.name", pa.int64()),
        pa.field("event.source", pa.int32()),
        pa.field("event.offset", pa.int64()),
        pa.field("event.record_id", pa.int64()),
    ]
)


def tasks(snapshot: Snapshot, selection: Selection, names: Sequence[str] = ()) -> Answer:
    """Return what was seen of tasks, a row for each host and thing seen, in order of time.

    ``names`` are patterns of task names (``*backup*``). ``prevalence.name`` counts the hosts of the
    selection with a task of that name.
    """
    where, parameters = all_of([like(['"task.name"'], names)] if names else [])
    sql = f"""
WITH witnesses AS ({_audited()} UNION ALL {_logged()}),
kinds AS (SELECT {_SAID}, {SEEN} FROM witnesses WHERE {where} GROUP BY {_SAID}),
by_name AS (
  SELECT lower("task.name") AS name_key, count(DISTINCT "host.name") AS by_name FROM kinds GROUP BY ALL
)
SELECT first_seen, last_seen, "count", {_SAID}, by_name AS "prevalence.name", {EVIDENCE}
FROM kinds LEFT JOIN by_name ON lower("task.name") = name_key
ORDER BY earliest, {_SAID}"""
    database = snapshot.database(selection)
    reader = database.query(sql, parameters)
    return Answer("tasks", _SCHEMA, _decoded(reader))


def _decoded(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Put definitions in place of their XML; the loop is over distinct definitions on a host."""
    for batch in reader:
        rows = [_row(row) for row in batch.to_pylist()]
        yield pa.RecordBatch.from_pylist(rows, _SCHEMA)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    task = TaskDefinition() if row["content"] is None else task_definition(row["content"])
    started = [] if row["executable"] is None else [row["executable"]]
    return {
        **row,
        "process.executable": [*started, *task.commands] or None,
        "process.args": list(task.arguments) or None,
        "task.author": task.author,
        "task.runs_as": task.runs_as,
        "task.run_level": task.run_level,
        "task.triggers": list(task.triggers) or None,
        "task.hidden": task.is_hidden,
        "task.enabled": task.is_enabled,
        "task.fault": task.fault,
        "task.result": row["result"],
    }


def _audited() -> str:
    content = f"coalesce({fact(_SECURITY, 'TaskContentNew')}, {fact(_SECURITY, 'TaskContent')})"
    return f"""
SELECT "host.name", {words('"EventID"::VARCHAR', _ACTIONS)} AS "event.action", "EventID" AS "event.code",
  {fact(_SECURITY, "TaskName")} AS "task.name", {fact(_SECURITY, "SubjectDomainName")} AS "user.domain",
  {fact(_SECURITY, "SubjectUserName")} AS "user.name", {fact(_SECURITY, "SubjectUserSid")} AS "user.id",
  NULL::VARCHAR AS executable, NULL::VARCHAR AS result, {content} AS content, "@timestamp", "event.filetime",
  "event.source", "event.offset", "event.record_id"
FROM windows_security WHERE "EventID" IN (4698, 4699, 4700, 4701, 4702)"""


def _logged() -> str:
    """Return the SELECT of the scheduler's own log; whose doing it was stands in one of two fields, as name
    or SID."""
    user = f"coalesce({fact(_SCHEDULER, 'UserContext')}, {fact(_SCHEDULER, 'UserName')})"
    program = f"coalesce({fact(_SCHEDULER, 'ActionName')}, {fact(_SCHEDULER, 'Path')})"
    return f"""
SELECT "host.name", {words('"EventID"::VARCHAR', _ACTIONS)}, "EventID", {fact(_SCHEDULER, "TaskName")},
  CASE WHEN contains({user}, '\\') THEN split_part({user}, '\\', 1) END,
  CASE WHEN starts_with({user}, 'S-1-') THEN NULL ELSE split_part({user}, '\\', -1) END,
  CASE WHEN starts_with({user}, 'S-1-') THEN {user} END,
  {program}, CASE "EventID" WHEN 201 THEN {fact(_SCHEDULER, "ResultCode")} END, NULL, "@timestamp",
  "event.filetime", "event.source", "event.offset", "event.record_id"
FROM windows_taskscheduler WHERE "EventID" IN (106, 129, 140, 141, 200, 201)"""
