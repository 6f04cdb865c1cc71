"""Steps of incidents as a timeline for Timesketch: JSON lines, or CSV.

Each line has what Timesketch asks for (`message`, `datetime`, `timestamp_desc`), `timestamp` in
microseconds, and the incident's fields beside it. Steps without a time cannot stand on a timeline and are
left out.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.reports.inert import csv_safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.model.incidents import Incident, Step
    from gamekeeper.reports.exports.base import Asked, Kept

_DESCRIPTION: Final = {
    "match": "Rule was true",
    "chain": "Chain began",
    "break": "Log was broken",
    "anomaly": "Unusual here",
    "context": "Beside it",
}


def export_lines(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return JSON lines."""
    return b"".join(dumps({**row, "tag": _tags(row)}) + b"\n" for row in _rows(kept, asked))


def export_csv(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return a CSV file; no cell of it is a formula."""
    stream = io.StringIO(newline="")
    writer: csv.DictWriter[str] | None = None
    for row in _rows(kept, asked):
        if writer is None:
            writer = csv.DictWriter(stream, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: csv_safe(str(value)) for name, value in row.items()})
    if writer is None:
        csv.writer(stream, lineterminator="\n").writerow(["message", "datetime", "timestamp_desc"])
    return stream.getvalue().encode("utf-8", "backslashreplace")


def _rows(kept: Sequence[Kept], asked: Asked) -> Iterator[dict[str, Any]]:
    for one in kept:
        for step in one.incident.steps:
            if iso_time(step.time) is not None:
                yield _row(one.incident, step, asked)


def _row(incident: Incident, step: Step, asked: Asked) -> dict[str, Any]:
    assert step.time is not None
    return {
        "message": step.text,
        "datetime": (iso_time(step.time) or "").replace("Z", "+00:00"),
        "timestamp_desc": _DESCRIPTION[step.kind],
        "timestamp": (step.time - FILETIME_EPOCH) // 10,
        "host": step.host,
        "account": step.account,
        "tactic": step.tactic,
        "technique": step.technique,
        "kind": str(step.kind),
        "bits": step.bits,
        "count": step.count,
        "linked": step.joined,
        "event_ids": " ".join(step.event_ids),
        "incident": incident.id,
        "severity": incident.severity,
        "tlp": asked.marking,
    }


def _tags(row: dict[str, Any]) -> list[str]:
    words = (f"incident:{row['incident']}", row["severity"], row["technique"])
    return [word for word in words if word]
