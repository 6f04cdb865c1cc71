"""Logs as flat JSON lines that every engine for Sigma rules reads: Sigma's field names, one event a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from gamekeeper.hunt.api import read_events
from gamekeeper.model.events import META_FIELDS, EventBatch

#: The names under which each line says where it comes from, as rsigma wants to be told.
FIELD_MAP = "product=_product,service=_service,category=_category"
_META = frozenset(field.name for field in META_FIELDS) | {"event.rest"}
_WINDOWS = "microsoft-windows-"
_SERVICES = {
    "security": "security",
    "system": "system",
    "application": "application",
    "windows powershell": "powershell-classic",
    f"{_WINDOWS}sysmon/operational": "sysmon",
    f"{_WINDOWS}powershell/operational": "powershell",
    "powershellcore/operational": "powershell",
    f"{_WINDOWS}windows defender/operational": "windefend",
    f"{_WINDOWS}taskscheduler/operational": "taskscheduler",
    f"{_WINDOWS}wmi-activity/operational": "wmi",
    f"{_WINDOWS}bits-client/operational": "bits-client",
    f"{_WINDOWS}ntlm/operational": "ntlm",
    f"{_WINDOWS}codeintegrity/operational": "codeintegrity-operational",
    f"{_WINDOWS}terminalservices-localsessionmanager/operational": "terminalservices-localsessionmanager",
    f"{_WINDOWS}windows firewall with advanced security/firewall": "firewall-as",
}
#: Categories by service and event id.
_CATEGORIES = {
    ("sysmon", 1): "process_creation",
    ("sysmon", 2): "file_change",
    ("sysmon", 3): "network_connection",
    ("sysmon", 5): "process_termination",
    ("sysmon", 6): "driver_load",
    ("sysmon", 7): "image_load",
    ("sysmon", 8): "create_remote_thread",
    ("sysmon", 9): "raw_access_thread",
    ("sysmon", 10): "process_access",
    ("sysmon", 11): "file_event",
    ("sysmon", 15): "create_stream_hash",
    ("sysmon", 17): "pipe_created",
    ("sysmon", 18): "pipe_created",
    ("sysmon", 22): "dns_query",
    ("sysmon", 23): "file_delete",
    ("powershell", 4103): "ps_module",
    ("powershell", 4104): "ps_script",
    ("powershell-classic", 400): "ps_classic_start",
    ("powershell-classic", 600): "ps_classic_provider_start",
    ("security", 4688): "process_creation",
}
#: Events of several categories at once: they go without one, which leaves no rule out.
_SEVERAL = {("sysmon", number) for number in (12, 13, 14, 19, 20, 21, 26)}


def write_lines(logs: list[str], path: Path) -> int:
    """Write the lines; return how many there are. A field that an event repeats becomes a list."""
    count = 0
    with path.open("wb") as stream:
        for batch in read_events(logs):
            for line in lines(batch):
                stream.write(orjson.dumps(line) + b"\n")
                count += 1
    return count


def lines(batch: EventBatch) -> Iterator[dict[str, Any]]:
    """Yield each event as an object."""
    table = batch.table
    names = [name for name in table.schema.names if name not in _META]
    columns = {name: _values(table.column(name)) for name in names}
    times = table.column("@timestamp").cast(pa.timestamp("us")).to_pylist()
    for row, rest in enumerate(table.column("event.rest").to_pylist()):
        line = {name: column[row] for name, column in columns.items() if column[row] is not None}
        origin = _origin(line)
        if times[row] is not None:
            line["SystemTime"] = times[row].isoformat(timespec="microseconds") + "Z"
        for pair in rest:
            name, value = pair["name"], pair["value"]
            if name in line and value is not None:
                before = line[name]
                line[name] = [*before, value] if isinstance(before, list) else [before, value]
            elif value is not None:
                line[name] = value
        yield line | origin


def _values(column: pa.Array) -> list[Any]:
    if isinstance(column, pa.DictionaryArray):
        column = column.cast(pa.utf8())
    return list(column.to_pylist())


def _origin(line: dict[str, Any]) -> dict[str, str]:
    service = _SERVICES.get(str(line.get("Channel", "")).lower(), "other")
    kind = (service, line.get("EventID", 0))
    said = {"_product": "windows", "_service": service}
    # A category that no rule has leaves out the rules of all categories.
    return said if kind in _SEVERAL else said | {"_category": _CATEGORIES.get(kind, "none")}
