"""What PowerShell was started with and which commands ran in it: 4103 and 800, 400 and 600."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from gamekeeper.model.answers import Answer

if TYPE_CHECKING:
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TIME: Final = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        ("@timestamp", _TIME),  # first seen
        ("command.last", _TIME),
        ("host.name", pa.utf8()),  # where it was seen first
        ("hosts", pa.int64()),
        ("events", pa.int64()),
        ("event.codes", pa.list_(pa.int32())),
        ("user.name", pa.utf8()),
        ("powershell.command.name", pa.utf8()),
        ("file.path", pa.utf8()),  # of the script that the command stood in
        ("event.dataset", pa.utf8()),
        ("event.source", pa.int32()),
        ("event.offset", pa.int64()),
        ("powershell.command.invocation_details", pa.utf8()),  # of the first
        ("powershell.command.line", pa.utf8()),
        ("process.command_line", pa.utf8()),  # what the host of PowerShell was started with
    ]
)
#: 4103 writes "Host Application = x", the older log "HostApplication=x".
_LABEL: Final = r"(?m)^\s*{} ?= ?([^\r\n]*)"
_LABELS: Final = {
    "app": "Host ?Application",
    "name": "Command ?Name",
    "script": "Script ?Name",
    "account": "User(?:Id)?",
    "line": "CommandLine",
}
_EXAMPLE: Final = 4_096
#: DuckDB groups what does not fit into memory on disk, and no text is looked at in Python.
_SQL: Final = """
WITH told AS (
  SELECT 'windows.powershell' AS dataset, "event.filetime" AS t, "@timestamp" AS seen, "event.source" AS s,
    "event.offset" AS o, "host.name" AS host, EventID AS code, ContextInfo AS info, Payload AS details
  FROM windows_powershell WHERE EventID = 4103
  UNION ALL
  SELECT 'windows.powershell_classic', "event.filetime", "@timestamp", "event.source", "event.offset",
    "host.name", EventID, Data, NULL
  FROM windows_powershell_classic WHERE EventID IN (400, 600, 800)
), said AS (
  SELECT *, {labels}, {{'t': t, 's': s, 'o': o}} AS place FROM told
)
SELECT min(seen), max(seen), arg_min(host, place), count(DISTINCT host), count(*),
  list(DISTINCT code ORDER BY code), account, name, script, arg_min(dataset, place), arg_min(s, place),
  arg_min(o, place), substr(arg_min(details, place), 1, {example}), line, app
FROM said GROUP BY account, name, script, line, app
ORDER BY min(place), app, name, script, line, account
"""


def powershell_commands(snapshot: Snapshot, selection: Selection) -> Answer:
    """Return each command with its surroundings once: host application, command, script, account.

    Reads the labels that PowerShell writes in English.
    """
    labels = ", ".join(
        f"nullif(trim(regexp_extract(info, '{_LABEL.format(label)}', 1)), '') AS {name}"
        for name, label in _LABELS.items()
    )
    sql = _SQL.format(labels=labels, example=_EXAMPLE)
    return Answer("powershell-commands", SCHEMA, _batches(snapshot, selection, sql))


def _batches(snapshot: Snapshot, selection: Selection, sql: str) -> Iterator[pa.RecordBatch]:
    for batch in snapshot.database(selection).batches(sql):
        named = pa.Table.from_batches([batch]).rename_columns(SCHEMA.names)
        yield from named.cast(SCHEMA).to_batches()
